import { type FieldError, invalidValue, root } from "../../api/field-error.ts";
import type { KubeObject } from "../../api/object.ts";
import { invalid } from "../../api/status-error.ts";
import type { UserInfo } from "../../authentication/authenticator.ts";
import type {
  AuthorizationAttributes,
  AuthorizationVerdict,
  Authorizer,
} from "../../authorization/authorizer.ts";
import type { MaybePromise } from "../../runtime/maybe-promise.ts";
import { reviewMetadataErrors } from "./access-review-metadata.ts";
import {
  type FieldSelectorAttributes,
  type LabelSelectorAttributes,
  selectorAttributesErrors,
  selectorsOf,
} from "./review-selectors.ts";

/**
 * What the three access reviews have in common: validation, evaluation, answer. A review is created,
 * answered and never stored.
 * @see kubernetes pkg/apis/authorization/validation/validation.go, pkg/registry/authorization/util/helpers.go
 */
export interface ResourceAttributes {
  readonly namespace?: string;
  readonly verb?: string;
  readonly group?: string;
  readonly version?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly name?: string;
  readonly fieldSelector?: FieldSelectorAttributes | null;
  readonly labelSelector?: LabelSelectorAttributes | null;
}

export interface NonResourceAttributes {
  readonly path?: string;
  readonly verb?: string;
}

export interface AccessReviewSpec {
  readonly resourceAttributes?: ResourceAttributes | null;
  readonly nonResourceAttributes?: NonResourceAttributes | null;
  readonly user?: string;
  readonly groups?: readonly string[] | null;
  readonly uid?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>> | null;
}

const SPEC = root("spec");
const NON_RESOURCE = SPEC.child("nonResourceAttributes");
const RESOURCE = SPEC.child("resourceAttributes");
const NO_ERRORS: readonly FieldError[] = [];

export function specOfReview(review: Readonly<KubeObject>): AccessReviewSpec {
  return (review.spec ?? {}) as AccessReviewSpec;
}

/** Printed with the field names of the internal type. */
export function printedPath({ path = "", verb = "" }: NonResourceAttributes): object {
  return { Path: path, Verb: verb };
}

/** Errors of the attributes, which every review has; `subject` is checked between its parts by the caller. */
function attributeErrors(spec: AccessReviewSpec): readonly FieldError[] {
  const { resourceAttributes, nonResourceAttributes } = spec;
  if (resourceAttributes && nonResourceAttributes) {
    const text = "cannot be specified in combination with resourceAttributes";
    return [invalidValue(NON_RESOURCE, printedPath(nonResourceAttributes), text)];
  }
  if (resourceAttributes || nonResourceAttributes) return NO_ERRORS;
  const text = "exactly one of nonResourceAttributes or resourceAttributes must be specified";
  return [invalidValue(RESOURCE, null, text)];
}

function subjectErrors({ user = "", groups }: AccessReviewSpec): readonly FieldError[] {
  if (user !== "" || (groups ?? []).length > 0) return NO_ERRORS;
  const text = "at least one of user or group must be specified";
  return [invalidValue(SPEC.child("user"), "", text)];
}

/** What kind of review it is. */
export interface ReviewRules {
  /** It names its subject, unlike a review of oneself. */
  readonly namesSubject: boolean;
  /** A namespace in the metadata is no mistake. */
  readonly namespaced: boolean;
}

/** Every field error of a review, in upstream's order. */
export function accessReviewErrors(
  review: Readonly<KubeObject>,
  { namesSubject, namespaced }: ReviewRules,
): readonly FieldError[] {
  const spec = specOfReview(review);
  const attributes = attributeErrors(spec);
  const subject = namesSubject ? subjectErrors(spec) : NO_ERRORS;
  const { fieldSelector, labelSelector } = spec.resourceAttributes ?? {};
  const selectors =
    fieldSelector || labelSelector
      ? selectorAttributesErrors(fieldSelector, labelSelector, RESOURCE)
      : NO_ERRORS;
  const metadata = reviewMetadataErrors(review.metadata, namespaced);
  if (attributes.length + subject.length + selectors.length + metadata.length === 0) {
    return NO_ERRORS;
  }
  return [...attributes, ...subject, ...selectors, ...metadata];
}

/** @throws StatusError 422, whose kind is empty, as upstream answers it */
export function refuseInvalidReview(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid({ group: "authorization.k8s.io", kind: "" }, "", errors);
}

/** The subject a review names; nothing is added to its groups. */
export function subjectOfReview(spec: AccessReviewSpec): UserInfo {
  const { user = "", uid = "", groups, extra } = spec;
  return { username: user, uid, groups: groups ?? [], extra: extra ?? {} };
}

function pathAttributes(user: UserInfo, wanted: NonResourceAttributes): AuthorizationAttributes {
  return {
    user,
    verb: wanted.verb ?? "",
    resourceRequest: false,
    apiGroup: "",
    apiVersion: "",
    resource: "",
    subresource: "",
    name: "",
    namespace: "",
    path: wanted.path ?? "",
  };
}

function resourceAttributesOf(user: UserInfo, wanted: ResourceAttributes): AuthorizationAttributes {
  const { version = "" } = wanted;
  return {
    user,
    verb: wanted.verb ?? "",
    resourceRequest: true,
    apiGroup: wanted.group ?? "",
    apiVersion: version === "" ? "*" : version,
    resource: wanted.resource ?? "",
    subresource: wanted.subresource ?? "",
    name: wanted.name ?? "",
    namespace: wanted.namespace ?? "",
    path: "",
  };
}

function answer(
  review: Readonly<KubeObject>,
  verdict: AuthorizationVerdict,
  complaints: readonly string[],
): KubeObject {
  const { decision, reason, error } = verdict;
  const texts = error === undefined ? complaints : [error, ...complaints];
  return {
    ...review,
    status: {
      allowed: decision === "allow",
      ...(decision === "deny" ? { denied: true } : {}),
      ...(reason === "" ? {} : { reason }),
      ...(texts.length === 0 ? {} : { evaluationError: texts.join("; ") }),
    },
  };
}

/** Asks the authorizer about a valid review and fills in its status. The review itself is not changed. */
export function evaluateAccessReview(
  review: Readonly<KubeObject>,
  user: UserInfo,
  authorizer: Authorizer,
): MaybePromise<KubeObject> {
  const { resourceAttributes, nonResourceAttributes } = specOfReview(review);
  let attributes: AuthorizationAttributes;
  let complaints: readonly string[] = [];
  if (resourceAttributes) {
    attributes = resourceAttributesOf(user, resourceAttributes);
    const { fieldSelector, labelSelector } = resourceAttributes;
    if (fieldSelector || labelSelector) {
      const selectors = selectorsOf(fieldSelector, labelSelector);
      attributes = { ...attributes, ...selectors.attributes };
      complaints = selectors.complaints;
    }
  } else attributes = pathAttributes(user, nonResourceAttributes ?? {});
  const verdict = authorizer.authorize(attributes);
  return verdict instanceof Promise
    ? verdict.then((settled) => answer(review, settled, complaints))
    : answer(review, verdict, complaints);
}
