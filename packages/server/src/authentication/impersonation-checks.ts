import { quoteGo } from "../api/go-quote.ts";
import type { StatusError } from "../api/status-error.ts";
import { dnsSubdomainComplaints, regexComplaint } from "../api/validation/names.ts";
import type { AuthorizationAttributes, AuthorizationVerdict } from "../authorization/authorizer.ts";
import { forbiddenRequest } from "../authorization/forbidden-message.ts";
import { PRIVILEGED_GROUP } from "../authorization/privileged-group.ts";
import type { Questions } from "../authorization/questions.ts";
import type { UserInfo } from "./authenticator.ts";
import type { WantedUser } from "./impersonation-headers.ts";
import { accountOfUsername, groupsOfAccount, nodeOfUsername } from "./impersonation-usernames.ts";

/**
 * May somebody become this user? One question for each part of the identity that is wanted; the
 * first refusal is the answer.
 * @see apiserver pkg/endpoints/filters/impersonation/mode.go impersonationModeState
 */
export interface BecomeChecks {
  /** `impersonate`, or `impersonate:<mode>`. */
  readonly verb: string;
  /** Constrained modes ask about group authentication.k8s.io, and refuse some things outright. */
  readonly constrained: boolean;
  /** Who asks. */
  readonly requester: UserInfo;
  /** Changes a question before it is asked; its refusal is worded as it was asked. */
  readonly adjust: (question: AuthorizationAttributes) => AuthorizationAttributes;
}

const AUTHENTICATION_GROUP = "authentication.k8s.io";
const HTTP_PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
const HTTP_PATH_PATTERN = new RegExp(`^${HTTP_PATH}$`);

/** So many groups, extra keys or extra values are first asked about as a whole. */
const MANY = 4;

/** The 403 for a question that was not answered with allow. */
export function refusal(
  question: AuthorizationAttributes,
  { reason, error }: AuthorizationVerdict,
): StatusError {
  const text = error === undefined ? reason : reason === "" ? error : `${error}: ${reason}`;
  return forbiddenRequest(question, text);
}

/** Asks, and answers the refusal, if it is one. */
export function* ask(
  question: AuthorizationAttributes,
  adjust: BecomeChecks["adjust"],
): Questions<StatusError | undefined> {
  const adjusted = adjust(question);
  const verdict = yield adjusted;
  return verdict.decision === "allow" ? undefined : refusal(adjusted, verdict);
}

function question(
  { requester, verb }: BecomeChecks,
  apiGroup: string,
  resource: string,
  name: string,
): AuthorizationAttributes {
  return {
    user: requester,
    verb,
    resourceRequest: true,
    apiGroup,
    apiVersion: "v1",
    resource,
    subresource: "",
    name,
    namespace: "",
    path: "",
  };
}

/** The user one becomes, or the refusal. */
export function* become(
  wanted: WantedUser,
  checks: BecomeChecks,
): Questions<UserInfo | StatusError> {
  const refused =
    (yield* askUsername(wanted.username, checks)) ??
    (yield* askUid(wanted.uid, checks)) ??
    (yield* askGroups(wanted.groups, checks)) ??
    (yield* askExtra(wanted.extra, checks));
  return refused ?? { ...wanted, groups: completeGroups(wanted, checks.constrained) };
}

function* askUsername(username: string, checks: BecomeChecks): Questions<StatusError | undefined> {
  const apiGroup = checks.constrained ? AUTHENTICATION_GROUP : "";
  const account = accountOfUsername(username);
  if (account !== undefined) {
    const { namespace, name } = account;
    const about = { ...question(checks, apiGroup, "serviceaccounts", name), namespace };
    return yield* ask(about, checks.adjust);
  }
  const node = checks.constrained ? nodeOfUsername(username) : undefined;
  const about =
    node === undefined
      ? question(checks, apiGroup, "users", username)
      : question(checks, apiGroup, "nodes", node);
  return yield* ask(about, checks.adjust);
}

function* askUid(uid: string, checks: BecomeChecks): Questions<StatusError | undefined> {
  if (uid === "") return undefined;
  return yield* ask(question(checks, AUTHENTICATION_GROUP, "uids", uid), checks.adjust);
}

function* askGroups(
  groups: readonly string[],
  checks: BecomeChecks,
): Questions<StatusError | undefined> {
  const about = (name: string): AuthorizationAttributes =>
    question(checks, checks.constrained ? AUTHENTICATION_GROUP : "", "groups", name);
  if (checks.constrained) {
    if (groups.includes("")) {
      return forbiddenRequest(about(""), "impersonating the empty string group is not allowed");
    }
    if (groups.includes(PRIVILEGED_GROUP)) {
      const text = `impersonating the ${PRIVILEGED_GROUP} group is not allowed`;
      return forbiddenRequest(about(PRIVILEGED_GROUP), text);
    }
    if (groups.length >= MANY && (yield* ask(about("*"), checks.adjust)) === undefined) {
      return undefined;
    }
  }
  for (const group of groups) {
    const refused = yield* ask(about(group), checks.adjust);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

function* askExtra(
  extra: WantedUser["extra"],
  checks: BecomeChecks,
): Questions<StatusError | undefined> {
  const entries = Object.entries(extra);
  if (entries.length === 0) return undefined;
  const about = (subresource: string, name: string): AuthorizationAttributes => ({
    ...question(checks, AUTHENTICATION_GROUP, "userextras", name),
    subresource,
  });
  if (checks.constrained) {
    const complaint = extraComplaint(entries);
    if (complaint !== undefined) return forbiddenRequest(about("", ""), complaint);
    const count = entries.reduce((sum, [, values]) => sum + values.length, 0);
    if (count >= MANY && (yield* ask(about("*", "*"), checks.adjust)) === undefined) {
      return undefined;
    }
  }
  for (const [key, values] of entries) {
    for (const value of values) {
      const refused = yield* ask(about(key, value), checks.adjust);
      if (refused !== undefined) return refused;
    }
  }
  return undefined;
}

type ExtraEntries = readonly (readonly [string, readonly string[]])[];

function extraComplaint(entries: ExtraEntries): string | undefined {
  for (const [key, values] of entries) {
    if (key === "") return "impersonating the empty string key in extra is not allowed";
    const complaint = domainPathComplaint(key);
    if (complaint !== undefined) {
      return `impersonating an invalid key in extra is not allowed: ${complaint}`;
    }
    if (key !== key.toLowerCase()) {
      return `impersonating a non-lowercase key in extra is not allowed: ${quoteGo(key)}`;
    }
    if (values.includes("")) {
      return "impersonating the empty string value in extra is not allowed";
    }
  }
  return undefined;
}

/** @see apimachinery pkg/util/validation/validation.go IsDomainPrefixedPath */
function domainPathComplaint(key: string): string | undefined {
  const invalid = (value: string, text: string): string =>
    `extra.key: Invalid value: ${quoteGo(value)}: ${text}`;
  const slash = key.indexOf("/");
  if (slash <= 0 || slash === key.length - 1) {
    return invalid(key, 'must be a domain-prefixed path (such as "acme.io/foo")');
  }
  const host = key.slice(0, slash);
  const path = key.slice(slash + 1);
  const complaints = dnsSubdomainComplaints(host).map((text) => invalid(host, text));
  if (!HTTP_PATH_PATTERN.test(path)) {
    complaints.push(invalid(path, regexComplaint("Invalid path", HTTP_PATH)));
  }
  if (complaints.length <= 1) return complaints[0];
  return `[${complaints.join(", ")}]`;
}

/** Groups that follow from the name, and who is authenticated and who not. */
function completeGroups({ username, groups }: WantedUser, constrained: boolean): readonly string[] {
  const account = groups.length === 0 ? accountOfUsername(username) : undefined;
  const isNode = constrained && nodeOfUsername(username) !== undefined;
  const own = isNode
    ? ["system:nodes"]
    : account === undefined
      ? groups
      : groupsOfAccount(account.namespace);
  const unauthenticated = own.includes("system:unauthenticated");
  if (username === "system:anonymous") {
    return unauthenticated ? own : [...own, "system:unauthenticated"];
  }
  if (unauthenticated || own.includes("system:authenticated")) return own;
  return [...own, "system:authenticated"];
}
