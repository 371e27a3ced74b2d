/**
 * What stands in a service account token, as plain functions from facts to claims. Members are in
 * alphabetical order at every level, as in tokens of kube-apiserver.
 * @see kubernetes pkg/serviceaccount/claims.go, legacy.go · KEP-1205 · KEP-4193 · RFC 7519 §4
 */

/** Issuer of tokens that live in Secrets; no configuration changes it. */
export const LEGACY_ISSUER = "kubernetes/serviceaccount";

/** An object that a token names; `uid` is absent for a node that was not there to be asked. */
export interface ObjectReference {
  readonly name: string;
  readonly uid?: string;
}

/** The private claims of a bound token, under `kubernetes.io`. */
export interface KubernetesClaims {
  readonly namespace: string;
  readonly node?: ObjectReference;
  readonly pod?: ObjectReference;
  readonly secret?: ObjectReference;
  readonly serviceaccount: ObjectReference;
  /** Seconds since 1970; use after this instant is reported as stale, not refused. */
  readonly warnafter?: number;
}

/** All claims of a token of the TokenRequest API; instants in seconds since 1970. */
export interface BoundClaims {
  readonly aud: readonly string[];
  readonly exp: number;
  readonly iat: number;
  readonly iss: string;
  readonly jti: string;
  readonly "kubernetes.io": KubernetesClaims;
  readonly nbf: number;
  readonly sub: string;
}

/** All claims of a token in a Secret: no audience, no expiry. */
export interface LegacyClaims {
  readonly iss: typeof LEGACY_ISSUER;
  readonly "kubernetes.io/serviceaccount/namespace": string;
  readonly "kubernetes.io/serviceaccount/secret.name": string;
  readonly "kubernetes.io/serviceaccount/service-account.name": string;
  readonly "kubernetes.io/serviceaccount/service-account.uid": string;
  readonly sub: string;
}

/** Facts that a bound token is made of. At most one of secret and (pod, node) is given. */
export interface BoundTokenFacts {
  readonly issuer: string;
  readonly namespace: string;
  readonly serviceAccount: { readonly name: string; readonly uid: string };
  readonly audiences: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly expiresAfterSeconds: number;
  readonly warnAfterSeconds?: number | undefined;
  /** A UUID. */
  readonly tokenId: string;
  readonly pod?: ObjectReference | undefined;
  readonly node?: ObjectReference | undefined;
  readonly secret?: ObjectReference | undefined;
}

/** @throws Error when a secret is given together with a pod or node, which the API cannot ask for. */
export function buildBoundClaims(facts: BoundTokenFacts): BoundClaims {
  const { namespace, serviceAccount, pod, node, secret, warnAfterSeconds } = facts;
  if (secret !== undefined && (pod !== undefined || node !== undefined)) {
    throw new Error("internal error, token can only be bound to one object type");
  }
  const issuedAt = Math.floor(facts.now / 1000);
  return {
    aud: facts.audiences,
    exp: issuedAt + facts.expiresAfterSeconds,
    iat: issuedAt,
    iss: facts.issuer,
    jti: facts.tokenId,
    "kubernetes.io": {
      namespace,
      ...(node === undefined ? {} : { node: reference(node) }),
      ...(pod === undefined ? {} : { pod: reference(pod) }),
      ...(secret === undefined ? {} : { secret: reference(secret) }),
      serviceaccount: { name: serviceAccount.name, uid: serviceAccount.uid },
      ...(warnAfterSeconds === undefined ? {} : { warnafter: issuedAt + warnAfterSeconds }),
    },
    nbf: issuedAt,
    sub: `system:serviceaccount:${namespace}:${serviceAccount.name}`,
  };
}

/** Claims of the token that the token controller writes into a Secret of the token type. */
export function buildLegacyClaims(
  namespace: string,
  serviceAccount: { readonly name: string; readonly uid: string },
  secretName: string,
): LegacyClaims {
  return {
    iss: LEGACY_ISSUER,
    "kubernetes.io/serviceaccount/namespace": namespace,
    "kubernetes.io/serviceaccount/secret.name": secretName,
    "kubernetes.io/serviceaccount/service-account.name": serviceAccount.name,
    "kubernetes.io/serviceaccount/service-account.uid": serviceAccount.uid,
    sub: `system:serviceaccount:${namespace}:${serviceAccount.name}`,
  };
}

/** A reference with its members in order and an unknown uid left out. */
function reference({ name, uid }: ObjectReference): ObjectReference {
  return uid === undefined || uid === "" ? { name } : { name, uid };
}
