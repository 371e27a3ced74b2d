import { quoteGo } from "../api/go-quote.ts";
import type { KubeObject } from "../api/object.ts";
import type { UserInfo } from "../authentication/authenticator.ts";
import type {
  AuthorizationAttributes,
  AuthorizationVerdict,
  RuleResolution,
} from "./authorizer.ts";
import { NODE_RULES } from "./bootstrap-policy.ts";
import { ALLOW, NO_OPINION, nodeChecks, refuse } from "./node-checks.ts";
import { NodeGraph, type NodeGraphResource } from "./node-graph.ts";
import { ruleAllows } from "./rule-match.ts";

/**
 * What nodes may do: read what their pods refer to, ask for tokens of their pods' accounts, see and
 * report on themselves, their pods and their lease. What goes beyond reading is narrowed by the
 * NodeRestriction admission plugin, which sees the objects.
 *
 * Never denies: a later authorizer may still allow.
 */
export interface NodeAuthorizer {
  authorize(attributes: AuthorizationAttributes): AuthorizationVerdict;
  /** Nodes' rights are no list of rules; for others there is nothing to add. */
  rulesFor(user: UserInfo, namespace: string): RuleResolution;
  /** Adds or replaces an object; to be called in the turn in which a write becomes visible. */
  upsert(resource: NodeGraphResource, object: Readonly<KubeObject>): void;
  remove(resource: NodeGraphResource, namespace: string, name: string): void;
}

const USER_PREFIX = "system:node:";
const GROUP = "system:nodes";

const NO_RULES: RuleResolution = Object.freeze({
  resourceRules: [],
  nonResourceRules: [],
  incomplete: false,
});

/**
 * The node a user is: undefined for everybody else, empty for a node that does not say which.
 * @see kubernetes pkg/auth/nodeidentifier/default.go
 */
export function nodeNameOfUser(user: UserInfo): string | undefined {
  if (!user.username.startsWith(USER_PREFIX) || !user.groups.includes(GROUP)) return undefined;
  return user.username.slice(USER_PREFIX.length);
}

/** @see kubernetes plugin/pkg/auth/authorizer/node/node_authorizer.go */
export function createNodeAuthorizer(): NodeAuthorizer {
  const graph = new NodeGraph();
  const checks = nodeChecks(graph);
  return {
    authorize: (attributes) => {
      const node = nodeNameOfUser(attributes.user);
      if (node === undefined) return NO_OPINION;
      if (node === "") return refuse(`unknown node for user ${quoteGo(attributes.user.username)}`);
      const check = attributes.resourceRequest
        ? checks[`${attributes.apiGroup}/${attributes.resource}`]
        : undefined;
      if (check !== undefined) return check(node, attributes);
      return NODE_RULES.some((rule) => ruleAllows(rule, attributes)) ? ALLOW : NO_OPINION;
    },
    rulesFor: (user) =>
      nodeNameOfUser(user) === undefined
        ? NO_RULES
        : {
            ...NO_RULES,
            incomplete: true,
            error: "node authorizer does not support user rule resolution",
          },
    upsert: (resource, object) => graph.upsert(resource, object),
    remove: (resource, namespace, name) => graph.remove(resource, namespace, name),
  };
}
