import type { Descriptions } from "./define.ts";

export const authenticationV1beta1Descriptions = (): Descriptions => ({
  SelfSubjectReview: {
    "": "Tells callers who they are.",
    status: "The answer.",
  },
  SelfSubjectReviewStatus: {
    "": "The caller as the server sees them.",
    userInfo: "Name, groups and other attributes of the caller.",
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
