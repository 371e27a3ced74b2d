import type { Descriptions } from "./define.ts";

export const authenticationV1Descriptions = (): Descriptions => ({
  BoundObjectReference: {
    "": "The object whose life bounds a token's.",
    kind: "`Pod`, `Secret` or `Node`.",
    apiVersion: "`v1`.",
    name: "Name of the object.",
    uid: "UID of the object; a token is refused once an object of the same name has another.",
  },
  SelfSubjectReview: {
    "": "Tells callers who they are.",
    status: "The answer.",
  },
  SelfSubjectReviewStatus: {
    "": "The caller as the server sees them.",
    userInfo: "Name, groups and other attributes of the caller.",
  },
  TokenRequest: {
    "": "Asks for a token of a service account.",
    spec: "What kind of token is wanted.",
    status: "The token.",
  },
  TokenRequestSpec: {
    "": "What kind of token is wanted.",
    audiences:
      "Who is going to accept the token; a recipient that is not named must refuse it. The API server when empty.",
    expirationSeconds:
      "How long the token is wanted to live, in seconds. The server may choose otherwise.",
    boundObjectRef: "The token dies with this object.",
  },
  TokenRequestStatus: {
    "": "The token.",
    token: "The token, a signed JWT.",
    expirationTimestamp: "When it ends.",
  },
  TokenReview: {
    "": "Asks whether a token is good, and whose it is.",
    spec: "The token.",
    status: "The verdict.",
  },
  TokenReviewSpec: {
    "": "The token under review.",
    token: "The bearer token.",
    audiences: "Audiences as which the caller accepts tokens; the API server's own when empty.",
  },
  TokenReviewStatus: {
    "": "The verdict on a token.",
    authenticated: "The token is good.",
    user: "Whose token it is.",
    audiences: "Those of the asked audiences for which the token is meant.",
    error: "Why the token could not be checked.",
  },
  UserInfo: {
    "": "A user.",
    username: "Name, distinct among active users.",
    uid: "Identifier that survives the name.",
    groups: "Groups of the user.",
    extra: "Further attributes, as the authenticator has set them.",
  },
});
