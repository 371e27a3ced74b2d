import type { KubeObject } from "../../api/object.ts";
import { badRequest, internalError } from "../../api/status-error.ts";
import { intersectAudiences } from "../../authentication/audiences.ts";
import type { AuthenticationResult } from "../../authentication/authenticator.ts";
import type { TokenReviewer } from "../../authentication/authenticator-chain.ts";
import type { MaybePromise } from "../../runtime/maybe-promise.ts";
import { withoutSystemMetadata } from "./review-metadata.ts";
import { formatUserInfo } from "./user-info.ts";

export interface TokenReviewDependencies {
  readonly reviewer: TokenReviewer;
  /** What a token has to be good for when the review names no audience. */
  readonly apiAudiences: readonly string[];
}

interface TokenReviewSpec {
  readonly token?: string;
  readonly audiences?: readonly string[] | null;
}

/**
 * Answers a TokenReview: its own body, with a status that says whose token it is or why it is
 * nobody's. Synchronous for tokens that are judged so. Admission is over when it is called.
 * A bad token is no error: its reason stands in the status. What the client sent as status stays
 * where the verdict has nothing to say, as upstream has it.
 * @throws StatusError `BadRequest` without a token; `InternalError` when an authenticator vouches
 *   for audiences that nobody asked for
 * @see kubernetes pkg/registry/authentication/tokenreview/storage.go
 */
export function reviewToken(
  review: Readonly<KubeObject>,
  { reviewer, apiAudiences }: TokenReviewDependencies,
): MaybePromise<KubeObject> {
  const spec = (review.spec ?? {}) as TokenReviewSpec;
  const { token = "", audiences } = spec;
  if (token === "") throw badRequest("token is required for TokenReview in authentication");
  const wanted = audiences?.length ? audiences : apiAudiences;
  const result = reviewer.reviewToken(token, wanted);
  return result instanceof Promise
    ? result.then((settled) => answer(review, settled, wanted))
    : answer(review, result, wanted);
}

function answer(
  review: Readonly<KubeObject>,
  result: AuthenticationResult,
  wanted: readonly string[],
): KubeObject {
  const { authenticated: _claimed, ...sent } = (review.status ?? {}) as Record<string, unknown>;
  return {
    kind: "TokenReview",
    apiVersion: "authentication.k8s.io/v1",
    metadata: withoutSystemMetadata(review.metadata),
    spec: review.spec ?? {},
    status: { user: {}, ...sent, ...verdict(result, wanted) },
  };
}

function verdict(
  result: AuthenticationResult,
  wanted: readonly string[],
): Readonly<Record<string, unknown>> {
  switch (result.outcome) {
    case "no-opinion":
      return {};
    case "failed":
      return { error: result.error };
    case "authenticated": {
      const { user, audiences } = result;
      if (wanted.length > 0 && intersectAudiences(audiences, wanted).length === 0) {
        throw internalError("error validating audiences");
      }
      return { authenticated: true, user: formatUserInfo(user), audiences };
    }
  }
}
