import type { KubeObject } from "../../api/object.ts";
import type { Authorizer } from "../../authorization/authorizer.ts";
import type { MaybePromise } from "../../runtime/maybe-promise.ts";
import {
  accessReviewErrors,
  evaluateAccessReview,
  refuseInvalidReview,
  specOfReview,
  subjectOfReview,
} from "./access-review.ts";
import { withoutSystemMetadata } from "./review-metadata.ts";

/**
 * Answers a SubjectAccessReview: may somebody else do something?
 * @param review - decoded, with its managedFields; not changed
 * @throws StatusError 422
 * @see kubernetes pkg/registry/authorization/subjectaccessreview/rest.go
 */
export function answerSubjectAccessReview(
  review: Readonly<KubeObject>,
  authorizer: Authorizer,
): MaybePromise<KubeObject> {
  const scoped = { ...review, metadata: withoutSystemMetadata(review.metadata) };
  refuseInvalidReview(accessReviewErrors(scoped, { namesSubject: true, namespaced: false }));
  return evaluateAccessReview(scoped, subjectOfReview(specOfReview(scoped)), authorizer);
}
