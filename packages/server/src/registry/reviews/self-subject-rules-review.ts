import type { KubeObject } from "../../api/object.ts";
import { badRequest } from "../../api/status-error.ts";
import type { UserInfo } from "../../authentication/authenticator.ts";
import type { RuleResolution, RuleResolver } from "../../authorization/authorizer.ts";
import type { MaybePromise } from "../../runtime/maybe-promise.ts";

function withoutEmpty(
  verbs: readonly string[],
  lists: Readonly<Record<string, readonly string[]>>,
): object {
  const filled = Object.entries(lists).filter(([, list]) => list.length > 0);
  return { verbs, ...Object.fromEntries(filled) };
}

function answer(review: Readonly<KubeObject>, resolution: RuleResolution): KubeObject {
  const { resourceRules, nonResourceRules, incomplete, error } = resolution;
  const { apiVersion, kind } = review;
  return {
    ...(apiVersion === undefined ? {} : { apiVersion }),
    ...(kind === undefined ? {} : { kind }),
    metadata: {},
    spec: {},
    status: {
      resourceRules: resourceRules.map(({ verbs, apiGroups, resources, resourceNames }) =>
        withoutEmpty(verbs, { apiGroups, resources, resourceNames }),
      ),
      nonResourceRules: nonResourceRules.map(({ verbs, nonResourceURLs }) =>
        withoutEmpty(verbs, { nonResourceURLs }),
      ),
      incomplete,
      ...(error === undefined ? {} : { evaluationError: error }),
    },
  };
}

/**
 * Answers a SelfSubjectRulesReview: what may the caller do in a namespace?
 * (`kubectl auth can-i --list`) Nothing of the request is echoed; the namespace need not exist.
 * @param user - who asks, after impersonation
 * @throws StatusError 400 without a namespace in the spec
 * @see kubernetes pkg/registry/authorization/selfsubjectrulesreview/rest.go
 */
export function answerSelfSubjectRulesReview(
  review: Readonly<KubeObject>,
  user: UserInfo,
  resolver: RuleResolver,
): MaybePromise<KubeObject> {
  const { namespace = "" } = (review.spec ?? {}) as { readonly namespace?: string };
  if (namespace === "") throw badRequest("no namespace on request");
  const resolution = resolver.rulesFor(user, namespace);
  return resolution instanceof Promise
    ? resolution.then((settled) => answer(review, settled))
    : answer(review, resolution);
}
