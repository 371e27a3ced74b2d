import type { KubeObject } from "../../api/object.ts";
import { badRequest } from "../../api/status-error.ts";
import type { UserInfo } from "../../authentication/authenticator.ts";
import { formatTime } from "../../runtime/clock.ts";
import { formatUserInfo } from "./user-info.ts";

/**
 * Answers a SelfSubjectReview: who the request is made as, after impersonation. Nothing of its body
 * comes back.
 * @param now - milliseconds since 1970
 * @throws StatusError `BadRequest` for a request without a user
 * @see kubernetes pkg/registry/authentication/selfsubjectreview/rest.go · KEP-3325
 */
export function reviewSelf(user: UserInfo | undefined, now: number): KubeObject {
  if (user === undefined) throw badRequest("no user present on request");
  return {
    kind: "SelfSubjectReview",
    apiVersion: "authentication.k8s.io/v1",
    metadata: { creationTimestamp: formatTime(now) },
    status: { userInfo: formatUserInfo(user) },
  };
}
