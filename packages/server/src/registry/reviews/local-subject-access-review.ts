import { type FieldError, invalidValue, root } from "../../api/field-error.ts";
import type { KubeObject } from "../../api/object.ts";
import { badRequest } from "../../api/status-error.ts";
import type { Authorizer } from "../../authorization/authorizer.ts";
import type { MaybePromise } from "../../runtime/maybe-promise.ts";
import {
  type AccessReviewSpec,
  accessReviewErrors,
  evaluateAccessReview,
  printedPath,
  refuseInvalidReview,
  specOfReview,
  subjectOfReview,
} from "./access-review.ts";
import { withoutSystemMetadata } from "./review-metadata.ts";

function localErrors(spec: AccessReviewSpec, namespace: string): readonly FieldError[] {
  const { resourceAttributes, nonResourceAttributes } = spec;
  const errors: FieldError[] = [];
  const wanted = resourceAttributes?.namespace ?? "";
  if (resourceAttributes && wanted !== namespace) {
    const field = root("spec", "resourceAttributes", "namespace");
    errors.push(invalidValue(field, wanted, "must match metadata.namespace"));
  }
  if (nonResourceAttributes) {
    const text = "disallowed on this kind of request";
    const field = root("spec", "nonResourceAttributes");
    errors.push(invalidValue(field, printedPath(nonResourceAttributes), text));
  }
  return errors;
}

/**
 * Answers a LocalSubjectAccessReview: may somebody do something in this namespace? For those who may
 * only ask about one namespace.
 * @param review - decoded, with its managedFields; not changed
 * @param namespace - of the URL; it need not exist
 * @throws StatusError 400 for a body of another namespace, 422
 * @see kubernetes pkg/registry/authorization/localsubjectaccessreview/rest.go
 */
export function answerLocalSubjectAccessReview(
  review: Readonly<KubeObject>,
  namespace: string,
  authorizer: Authorizer,
): MaybePromise<KubeObject> {
  const own = review.metadata.namespace ?? "";
  if (own !== "" && own !== namespace) {
    throw badRequest(
      "the namespace of the provided object does not match the namespace sent on the request",
    );
  }
  const metadata = { ...withoutSystemMetadata(review.metadata), namespace };
  const scoped = { ...review, metadata };
  const spec = specOfReview(scoped);
  const errors = accessReviewErrors(scoped, { namesSubject: true, namespaced: true });
  refuseInvalidReview([...errors, ...localErrors(spec, namespace)]);
  return evaluateAccessReview(scoped, subjectOfReview(spec), authorizer);
}
