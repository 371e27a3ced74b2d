import { dnsLabelComplaints, dnsSubdomainComplaints } from "../api/validation/names.ts";

const ACCOUNT_PREFIX = "system:serviceaccount:";
const NODE_PREFIX = "system:node:";

/**
 * The service account a user name stands for; undefined when it is no name an account can have.
 * @see apiserver pkg/authentication/serviceaccount/util.go SplitUsername
 */
export function accountOfUsername(
  username: string,
): { readonly namespace: string; readonly name: string } | undefined {
  if (!username.startsWith(ACCOUNT_PREFIX)) return undefined;
  const [namespace, name, more] = username.slice(ACCOUNT_PREFIX.length).split(":");
  if (namespace === undefined || name === undefined || more !== undefined) return undefined;
  if (dnsLabelComplaints(namespace).length > 0) return undefined;
  return dnsSubdomainComplaints(name).length > 0 ? undefined : { namespace, name };
}

/** Groups every service account of a namespace is in. */
export function groupsOfAccount(namespace: string): readonly string[] {
  return ["system:serviceaccounts", `system:serviceaccounts:${namespace}`];
}

/** The node a user name stands for; undefined when it is no name a node can have. */
export function nodeOfUsername(username: string): string | undefined {
  if (!username.startsWith(NODE_PREFIX)) return undefined;
  const name = username.slice(NODE_PREFIX.length);
  return dnsSubdomainComplaints(name).length > 0 ? undefined : name;
}
