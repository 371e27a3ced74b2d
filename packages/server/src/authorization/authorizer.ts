import type { UserInfo } from "../authentication/authenticator.ts";
import type { MaybePromise } from "../runtime/maybe-promise.ts";

export interface SelectorRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** What somebody wants to do. @see apiserver pkg/authorization/authorizer/interfaces.go */
export interface AuthorizationAttributes {
  readonly user: UserInfo;
  /** `get list watch create update patch delete deletecollection …`, or the lower-case method for a path. */
  readonly verb: string;
  readonly resourceRequest: boolean;
  readonly apiGroup: string;
  readonly apiVersion: string;
  readonly resource: string;
  readonly subresource: string;
  /** Empty when the request names no object. */
  readonly name: string;
  /** Empty at the cluster scope. */
  readonly namespace: string;
  /** Path of a non-resource request. */
  readonly path: string;
  readonly fieldSelector?: readonly SelectorRequirement[];
  readonly labelSelector?: readonly SelectorRequirement[];
}

export type Decision = "allow" | "deny" | "no-opinion";

export interface AuthorizationVerdict {
  readonly decision: Decision;
  /** Shown after a refusal and in reviews. */
  readonly reason: string;
  /** Evaluation trouble; it does not change the decision. */
  readonly error?: string;
}

/** Composed by `union.ts` in order: the first allow or deny counts. */
export interface Authorizer {
  authorize(attributes: AuthorizationAttributes): MaybePromise<AuthorizationVerdict>;
}

export interface ResourceRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
}

export interface NonResourceRule {
  readonly verbs: readonly string[];
  readonly nonResourceURLs: readonly string[];
}

/** What a user may do in a namespace, as SelfSubjectRulesReview answers it. */
export interface RuleResolution {
  readonly resourceRules: readonly ResourceRule[];
  readonly nonResourceRules: readonly NonResourceRule[];
  readonly incomplete: boolean;
  readonly error?: string;
}

export interface RuleResolver {
  rulesFor(user: UserInfo, namespace: string): MaybePromise<RuleResolution>;
}
