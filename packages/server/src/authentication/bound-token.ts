import type { KubeObject } from "../api/object.ts";
import type { ObjectReference } from "../tokens/claims.ts";
import type { UserInfo } from "./authenticator.ts";
import type { ServiceAccountObjects } from "./service-account-objects.ts";
import { serviceAccountGroups, serviceAccountUsername } from "./service-account-username.ts";
import { CREDENTIAL_ID_EXTRA } from "./well-known-users.ts";

/**
 * Tokens of the TokenRequest API: what they claim, and whether that still holds.
 * @see kubernetes pkg/serviceaccount/claims.go · KEP-1205 · KEP-4193
 */

/** Clocks may differ by this much, both ways; deleted objects count as there for as long. @see go-jose jwt.DefaultLeeway */
export const LEEWAY_MS = 60_000;

/** Claims that every kind of token may have; instants in seconds since 1970. */
export interface RegisteredClaims {
  readonly issuer: string;
  readonly subject: string;
  /** Empty for tokens without the claim. */
  readonly audiences: readonly string[];
  readonly notBefore: number | undefined;
  readonly expiry: number | undefined;
  readonly issuedAt: number | undefined;
  readonly tokenId: string;
}

/** What a bound token claims, and the user it stands for. */
export interface BoundToken {
  readonly namespace: string;
  readonly serviceAccount: ObjectReference;
  readonly pod: ObjectReference | undefined;
  readonly secret: ObjectReference | undefined;
  readonly node: ObjectReference | undefined;
  /** Seconds since 1970; 0 when absent. */
  readonly warnAfter: number;
  readonly user: UserInfo;
}

/** A claim has a type that it cannot have. @see go-jose jwt.ErrInvalidClaims */
export class ClaimsError extends Error {}

type Claims = Readonly<Record<string, unknown>>;

/** @throws ClaimsError */
export function readRegisteredClaims(claims: Claims): RegisteredClaims {
  return {
    issuer: stringClaim(claims, "iss"),
    subject: stringClaim(claims, "sub"),
    audiences: audienceClaim(claims.aud),
    notBefore: dateClaim(claims, "nbf"),
    expiry: dateClaim(claims, "exp"),
    issuedAt: dateClaim(claims, "iat"),
    tokenId: stringClaim(claims, "jti"),
  };
}

/** @throws ClaimsError */
export function readBoundToken(claims: Claims, tokenId: string): BoundToken {
  const kubernetes = objectClaim(claims, "kubernetes.io") ?? {};
  const account = referenceClaim(kubernetes, "serviceaccount") ?? { name: "", uid: "" };
  const token = {
    namespace: stringClaim(kubernetes, "namespace"),
    serviceAccount: account,
    pod: referenceClaim(kubernetes, "pod"),
    secret: referenceClaim(kubernetes, "secret"),
    node: referenceClaim(kubernetes, "node"),
    warnAfter: dateClaim(kubernetes, "warnafter") ?? 0,
  };
  return { ...token, user: boundUser(token, tokenId) };
}

function boundUser(token: Omit<BoundToken, "user">, tokenId: string): UserInfo {
  const { namespace, serviceAccount, pod, node } = token;
  const extra: Record<string, readonly string[]> = {};
  if (tokenId !== "") extra[CREDENTIAL_ID_EXTRA] = [`JTI=${tokenId}`];
  if (node?.name) extra["authentication.kubernetes.io/node-name"] = [node.name];
  if (node?.name && node.uid) extra["authentication.kubernetes.io/node-uid"] = [node.uid];
  if (pod?.name && pod.uid) {
    extra["authentication.kubernetes.io/pod-name"] = [pod.name];
    extra["authentication.kubernetes.io/pod-uid"] = [pod.uid];
  }
  return {
    username: serviceAccountUsername(namespace, serviceAccount.name),
    uid: serviceAccount.uid ?? "",
    groups: serviceAccountGroups(namespace),
    extra,
  };
}

/**
 * Whether the token is within its dates; the complaint otherwise.
 * @param now - milliseconds since 1970
 * @param expiryLeewayMs - how much longer it lives than it says; less than the usual in tests only
 */
export function checkDates(
  claims: RegisteredClaims,
  now: number,
  expiryLeewayMs: number = LEEWAY_MS,
): string | undefined {
  const { notBefore, expiry, issuedAt } = claims;
  if (notBefore !== undefined && now + LEEWAY_MS < notBefore * 1000) {
    return "service account token is not valid yet";
  }
  if (expiry !== undefined && now - expiryLeewayMs > expiry * 1000) {
    return "service account token has expired";
  }
  if (issuedAt !== undefined && now + LEEWAY_MS < issuedAt * 1000) {
    return "service account token is issued in the future";
  }
  return undefined;
}

/**
 * Whether all that the token is bound to is still there; the complaint otherwise. A node claim beside
 * a pod claim only informs: such a token lives and dies with its pod.
 * @param now - milliseconds since 1970
 */
export function checkBoundObjects(
  token: BoundToken,
  now: number,
  objects: ServiceAccountObjects,
): string | undefined {
  const { namespace, serviceAccount, secret, pod, node } = token;
  const account = objects.serviceAccount(namespace, serviceAccount.name);
  if (account === undefined) {
    return `serviceaccounts ${JSON.stringify(serviceAccount.name)} not found`;
  }
  if (uidOf(account) !== (serviceAccount.uid ?? "")) {
    return `service account UID (${uidOf(account)}) does not match claim (${serviceAccount.uid ?? ""})`;
  }
  if (isGone(account, now)) {
    return `service account ${namespace}/${serviceAccount.name} has been deleted`;
  }
  let complaint: string | undefined;
  if (secret !== undefined) {
    complaint = checkReference("secret", secret, objects.secret(namespace, secret.name), now);
  }
  if (complaint === undefined && pod !== undefined) {
    complaint = checkReference("pod", pod, objects.pod(namespace, pod.name), now);
  }
  if (complaint === undefined && pod === undefined && node !== undefined) {
    complaint = checkReference("node", node, objects.node(node.name), now);
  }
  return complaint;
}

function checkReference(
  kind: "secret" | "pod" | "node",
  claim: ObjectReference,
  live: Readonly<KubeObject> | undefined,
  now: number,
): string | undefined {
  if (live === undefined) return "service account token has been invalidated";
  if (uidOf(live) !== (claim.uid ?? "")) {
    return `${kind} UID (${uidOf(live)}) does not match service account ${kind} ref claim (${claim.uid ?? ""})`;
  }
  return isGone(live, now) ? "service account token has been invalidated" : undefined;
}

function uidOf(object: Readonly<KubeObject>): string {
  return object.metadata.uid ?? "";
}

/** Deleted longer ago than the leeway; an object that waits for its grace period to end is there. */
function isGone(object: Readonly<KubeObject>, now: number): boolean {
  const at = object.metadata.deletionTimestamp;
  return at !== undefined && Date.parse(at) < now - LEEWAY_MS;
}

/** A string claim; empty when absent or null. */
export function stringClaim(claims: Claims, name: string): string {
  const value = claims[name] ?? "";
  if (typeof value !== "string") throw unexpected(name);
  return value;
}

function dateClaim(claims: Claims, name: string): number | undefined {
  const value = claims[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== "number") throw unexpected(name);
  return Math.trunc(value);
}

/** One audience may stand without its list. */
function audienceClaim(value: unknown): readonly string[] {
  if (value === undefined) return [];
  if (typeof value === "string") return [value];
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
  throw unexpected("aud");
}

function objectClaim(claims: Claims, name: string): Claims | undefined {
  const value = claims[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== "object" || Array.isArray(value)) throw unexpected(name);
  return value as Claims;
}

function referenceClaim(claims: Claims, name: string): ObjectReference | undefined {
  const value = objectClaim(claims, name);
  return value && { name: stringClaim(value, "name"), uid: stringClaim(value, "uid") };
}

function unexpected(name: string): ClaimsError {
  return new ClaimsError(`claim ${name} has an unexpected type`);
}
