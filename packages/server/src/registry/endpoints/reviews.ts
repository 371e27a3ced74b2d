import type { KubeObject } from "../../api/object.ts";
import { type Kind, kindOf } from "../../api/scheme.ts";
import type { TokenReviewer } from "../../authentication/authenticator-chain.ts";
import type { Authorizer, RuleResolver } from "../../authorization/authorizer.ts";
import { negotiate } from "../../http/negotiation.ts";
import type { RequestContext } from "../../request/request-context.ts";
import type { Clock } from "../../runtime/clock.ts";
import { type MaybePromise, whenReady } from "../../runtime/maybe-promise.ts";
import { dropSystemMetadata } from "../create.ts";
import type { EndpointHandler } from "../resource-handler.ts";
import { answerLocalSubjectAccessReview } from "../reviews/local-subject-access-review.ts";
import { answerSelfSubjectAccessReview } from "../reviews/self-subject-access-review.ts";
import { reviewSelf } from "../reviews/self-subject-review.ts";
import { answerSelfSubjectRulesReview } from "../reviews/self-subject-rules-review.ts";
import { answerSubjectAccessReview } from "../reviews/subject-access-review.ts";
import { reviewToken } from "../reviews/token-review.ts";
import { parseWriteOptions } from "../write-options.ts";
import { readBody, writeContext } from "../write-requests.ts";
import { createdAnswer, trackBody } from "./created-answer.ts";

export interface ReviewDependencies {
  readonly clock: Clock;
  readonly reviewer: TokenReviewer;
  readonly apiAudiences: readonly string[];
  readonly authorizer: Authorizer;
  readonly ruleResolver: RuleResolver;
}

type Answer = (review: KubeObject, context: RequestContext) => MaybePromise<KubeObject>;

/** The endpoints of reviews: questions that are posted, answered and never stored. */
export function reviewEndpoints(
  dependencies: ReviewDependencies,
): readonly (readonly [path: string, handler: EndpointHandler])[] {
  const { reviewer, apiAudiences, authorizer, ruleResolver, clock } = dependencies;
  const authentication = "authentication.k8s.io";
  const authorization = "authorization.k8s.io";
  const rows: readonly (readonly [string, string, string, boolean, Answer])[] = [
    [
      authentication,
      "tokenreviews",
      "TokenReview",
      true,
      (review) => reviewToken(review, { reviewer, apiAudiences }),
    ],
    [
      authentication,
      "selfsubjectreviews",
      "SelfSubjectReview",
      false,
      (_review, { user }) => reviewSelf(user, clock.now()),
    ],
    [
      authorization,
      "subjectaccessreviews",
      "SubjectAccessReview",
      true,
      (review) => answerSubjectAccessReview(review, authorizer),
    ],
    [
      authorization,
      "selfsubjectaccessreviews",
      "SelfSubjectAccessReview",
      true,
      (review, { user }) => answerSelfSubjectAccessReview(review, user, authorizer),
    ],
    [
      authorization,
      "localsubjectaccessreviews",
      "LocalSubjectAccessReview",
      true,
      (review, { info }) => answerLocalSubjectAccessReview(review, info.namespace, authorizer),
    ],
    [
      authorization,
      "selfsubjectrulesreviews",
      "SelfSubjectRulesReview",
      false,
      (review, { user }) => answerSelfSubjectRulesReview(review, user, ruleResolver),
    ],
  ];
  return rows.map(([group, resource, kindName, tracked, answer]) => [
    `${group}/${resource}`,
    reviewEndpoint(clock, kindNamed(group, kindName), tracked, answer),
  ]);
}

function kindNamed(group: string, name: string): () => Kind {
  return () => {
    const kind = kindOf(group, "v1", name);
    if (kind === undefined) throw new Error(`no kind ${name}`);
    return kind;
  };
}

function reviewEndpoint(
  clock: Clock,
  kindOfReview: () => Kind,
  tracked: boolean,
  answer: Answer,
): EndpointHandler {
  return (context) => {
    const negotiated = negotiate(context.request, context.query, "untabled");
    const options = parseWriteOptions(context.query, "CreateOptions");
    const kind = kindOfReview();
    const answerTracked = (review: KubeObject): MaybePromise<KubeObject> => {
      if (tracked) {
        dropSystemMetadata(review);
        trackBody(kind, review, writeContext(context, options).fieldManager, clock.now(), "");
      }
      return answer(review, context);
    };
    return whenReady(
      whenReady(readBody(context, kind, options.fieldValidation), answerTracked),
      (answered) => createdAnswer(kind, answered, negotiated),
    );
  };
}
