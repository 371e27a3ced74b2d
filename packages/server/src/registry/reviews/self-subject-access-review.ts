import type { KubeObject } from "../../api/object.ts";
import type { UserInfo } from "../../authentication/authenticator.ts";
import type { Authorizer } from "../../authorization/authorizer.ts";
import type { MaybePromise } from "../../runtime/maybe-promise.ts";
import { accessReviewErrors, evaluateAccessReview, refuseInvalidReview } from "./access-review.ts";
import { withoutSystemMetadata } from "./review-metadata.ts";

/**
 * Answers a SelfSubjectAccessReview: may the caller do something? (`kubectl auth can-i`)
 * @param review - decoded, with its managedFields; not changed
 * @param user - who asks, after impersonation
 * @throws StatusError 422
 * @see kubernetes pkg/registry/authorization/selfsubjectaccessreview/rest.go
 */
export function answerSelfSubjectAccessReview(
  review: Readonly<KubeObject>,
  user: UserInfo,
  authorizer: Authorizer,
): MaybePromise<KubeObject> {
  const scoped = { ...review, metadata: withoutSystemMetadata(review.metadata) };
  refuseInvalidReview(accessReviewErrors(scoped, { namesSubject: false, namespaced: false }));
  return evaluateAccessReview(scoped, user, authorizer);
}
