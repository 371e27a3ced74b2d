import { invalidValue, root } from "../api/field-error.ts";
import { quoteGo } from "../api/go-quote.ts";
import type { KubeObject } from "../api/object.ts";
import { badRequest, conflict, internalError, invalid, notFound } from "../api/status-error.ts";
import type { AuthenticationRecorder, UserInfo } from "../authentication/authenticator.ts";
import type { ServiceAccountObjects } from "../authentication/service-account-objects.ts";
import { pathSegmentProblem } from "../request/path-segment-name.ts";
import { type Clock, formatTime } from "../runtime/clock.ts";
import { type MaybePromise, whenReady } from "../runtime/maybe-promise.ts";
import type { Random } from "../runtime/random.ts";
import { buildBoundClaims, type ObjectReference } from "../tokens/claims.ts";
import type { TokenSigner } from "../tokens/issuer.ts";
import {
  DEFAULT_EXPIRATION_SECONDS,
  decideLifetime,
  type LifetimePolicy,
  MAX_EXPIRATION_SECONDS,
  MIN_EXPIRATION_SECONDS,
} from "../tokens/lifetime.ts";

/** What the request is about besides its body. */
export interface TokenRequestContext extends AuthenticationRecorder {
  /** Of the URL. */
  readonly namespace: string;
  /** Service account of the URL. */
  readonly name: string;
  readonly user: UserInfo;
  /** Makes no difference: nothing is stored either way, and kube-apiserver issues a token too. */
  readonly dryRun: boolean;
}

export interface TokenRequestDependencies {
  readonly objects: ServiceAccountObjects;
  readonly signer: TokenSigner;
  readonly clock: Clock;
  readonly random: Random;
  /** The first configured issuer. */
  readonly issuer: string;
  readonly lifetime: LifetimePolicy;
  /**
   * Validating admission of resource `serviceaccounts`, subresource `token`, over the completed
   * object. @throws StatusError
   */
  readonly validateAdmission: (
    object: Readonly<KubeObject>,
    context: TokenRequestContext,
  ) => MaybePromise<void>;
}

/**
 * Issues a token bound to one service account and, optionally, to one pod, secret or node.
 * Mutating admission (a missing namespace, NodeRestriction) is over when it is called; it sees the
 * request as the client sent it, where an audience that is absent differs from the server's own.
 * @throws StatusError `BadRequest` for what cannot be bound to; `NotFound`; `Conflict` where a uid
 *   differs; `Invalid` for another name or a life out of bounds; `InternalError` when signing fails
 * @see kubernetes pkg/registry/core/serviceaccount/storage/token.go · KEP-1205
 */
export type TokenRequestHandler = (
  context: TokenRequestContext,
  request: Readonly<KubeObject>,
) => MaybePromise<KubeObject>;

const API_VERSION = "authentication.k8s.io/v1";
const TOKEN_REQUEST = { group: "authentication.k8s.io", kind: "TokenRequest" } as const;
const RECREATED =
  "does not match the UID in record. The object might have been deleted and then recreated";

interface BoundObjectReference {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly name?: string;
  readonly uid?: string;
}

interface TokenRequestSpec {
  readonly audiences?: readonly string[] | null;
  readonly expirationSeconds?: number | bigint | null;
  readonly boundObjectRef?: BoundObjectReference | null;
}

interface Account {
  readonly name: string;
  readonly uid: string;
}

/** The objects that go into the claims. */
interface BoundObjects {
  readonly pod?: ObjectReference;
  readonly secret?: ObjectReference;
  readonly node?: ObjectReference;
}

export function createTokenRequestHandler(deps: TokenRequestDependencies): TokenRequestHandler {
  return (context, request) => {
    const account = findAccount(deps.objects, context, request);
    const now = deps.clock.now();
    const object = complete(deps.lifetime, context, request, account.uid, now);
    return whenReady(deps.validateAdmission(object, context), () =>
      issue(deps, context, { account, object, now }),
    );
  };
}

/** Signs for a request that has been completed and let through. */
function issue(
  deps: TokenRequestDependencies,
  context: TokenRequestContext,
  {
    account,
    object,
    now,
  }: {
    readonly account: Account;
    readonly object: CompletedTokenRequest;
    readonly now: number;
  },
): MaybePromise<KubeObject> {
  const { spec } = object;
  const reference = spec.boundObjectRef;
  const bound = reference === null ? {} : bind(deps.objects, context, reference);
  const lifetime = decideLifetime(deps.lifetime, {
    expirationSeconds: spec.expirationSeconds,
    audiences: spec.audiences,
    podBound: bound.pod !== undefined,
  });
  if (lifetime.shortened) {
    context.warn(
      `requested expiration of ${spec.expirationSeconds} seconds shortened to ${lifetime.grantedSeconds} seconds`,
    );
  }
  const tokenId = deps.random.uuid();
  const claims = buildBoundClaims({
    issuer: deps.issuer,
    namespace: context.namespace,
    serviceAccount: account,
    audiences: spec.audiences,
    now,
    expiresAfterSeconds: lifetime.expiresAfterSeconds,
    warnAfterSeconds: lifetime.warnAfterSeconds,
    tokenId,
    ...bound,
  });
  return whenReady(sign(deps.signer, claims), (token) => {
    context.annotate("authentication.kubernetes.io/issued-credential-id", `JTI=${tokenId}`);
    return {
      ...object,
      spec: { ...spec, expirationSeconds: lifetime.grantedSeconds },
      status: { token, expirationTimestamp: formatTime(now + lifetime.grantedSeconds * 1000) },
    };
  });
}

/** The account that the URL names, after the request has been compared with it. */
function findAccount(
  objects: ServiceAccountObjects,
  { namespace, name }: TokenRequestContext,
  { metadata }: Readonly<KubeObject>,
): Account {
  if (namespace === "") throw badRequest("namespace is required");
  if (metadata.name && metadata.name !== name) {
    const detail = "must match the service account name if specified";
    throw invalid(TOKEN_REQUEST, name, [
      invalidValue(root("metadata", "name"), metadata.name, detail),
    ]);
  }
  const account = objects.serviceAccount(namespace, name);
  if (account === undefined) throw notFound({ group: "", resource: "serviceaccounts" }, name);
  const uid = account.metadata.uid ?? "";
  if (metadata.uid && metadata.uid !== uid) {
    throw conflict(
      { group: TOKEN_REQUEST.group, resource: TOKEN_REQUEST.kind },
      name,
      `the UID in the token request (${metadata.uid}) does not match the UID of the service account (${uid})`,
    );
  }
  return { name, uid };
}

interface CompletedTokenRequest extends KubeObject {
  spec: {
    readonly audiences: readonly string[];
    readonly expirationSeconds: number;
    readonly boundObjectRef: BoundObjectReference | null;
  };
}

/** The request with everything filled in that it left open, and checked. A status is dropped. */
function complete(
  { apiAudiences }: LifetimePolicy,
  { namespace, name }: TokenRequestContext,
  request: Readonly<KubeObject>,
  uid: string,
  now: number,
): CompletedTokenRequest {
  const spec = (request.spec ?? {}) as TokenRequestSpec;
  return {
    kind: TOKEN_REQUEST.kind,
    apiVersion: API_VERSION,
    metadata: { ...request.metadata, name, namespace, uid, creationTimestamp: formatTime(now) },
    spec: {
      audiences: spec.audiences?.length ? spec.audiences : apiAudiences,
      expirationSeconds: checkExpiration(spec.expirationSeconds ?? DEFAULT_EXPIRATION_SECONDS),
      boundObjectRef: spec.boundObjectRef ?? null,
    },
    status: {},
  };
}

/** The answer to a bad life names no account. */
function checkExpiration(seconds: number | bigint): number {
  const detail =
    seconds < MIN_EXPIRATION_SECONDS
      ? "may not specify a duration less than 10 minutes"
      : seconds > MAX_EXPIRATION_SECONDS
        ? "may not specify a duration larger than 2^32 seconds"
        : undefined;
  if (detail === undefined) return Number(seconds);
  throw invalid(TOKEN_REQUEST, "", [
    invalidValue(root("spec", "expirationSeconds"), seconds, detail),
  ]);
}

/** Finds the object that the token is to be bound to. */
function bind(
  objects: ServiceAccountObjects,
  { namespace, name: accountName }: TokenRequestContext,
  reference: BoundObjectReference,
): BoundObjects {
  const { kind = "", name = "", uid: wantedUid = "" } = reference;
  const { group, version } = parseApiVersion(reference.apiVersion ?? "");
  if (group !== "" || (kind !== "Pod" && kind !== "Secret" && kind !== "Node")) {
    throw badRequest(`cannot bind token to object of type ${group}/${version}, Kind=${kind}`);
  }
  checkName(name);
  const live = found(kind, name, lookUp(objects, kind, namespace, name));
  const spec = (kind === "Pod" ? (live.spec ?? {}) : {}) as {
    readonly serviceAccountName?: string;
    readonly nodeName?: string;
  };
  if (kind === "Pod" && (spec.serviceAccountName ?? "") !== accountName) {
    throw badRequest(
      `cannot bind token for serviceaccount ${JSON.stringify(accountName)} to pod running with different serviceaccount name.`,
    );
  }
  const uid = live.metadata.uid ?? "";
  if (wantedUid !== "" && wantedUid !== uid) {
    const detail = `the UID in the bound object reference (${wantedUid}) ${RECREATED}`;
    throw conflict({ group: "", resource: kind }, name, detail);
  }
  const bound = { name, uid };
  switch (kind) {
    case "Secret":
      return { secret: bound };
    case "Node":
      return { node: bound };
    case "Pod":
      return spec.nodeName ? { pod: bound, node: nodeOf(objects, spec.nodeName) } : { pod: bound };
  }
}

function checkName(name: string): void {
  if (name === "") throw badRequest("Name parameter required.");
  const problem = pathSegmentProblem(name);
  if (problem !== undefined) {
    throw badRequest(`Name parameter invalid: ${quoteGo(name)}: ${problem}`);
  }
}

type BindableKind = "Pod" | "Secret" | "Node";

function lookUp(
  objects: ServiceAccountObjects,
  kind: BindableKind,
  namespace: string,
  name: string,
): Readonly<KubeObject> | undefined {
  switch (kind) {
    case "Pod":
      return objects.pod(namespace, name);
    case "Secret":
      return objects.secret(namespace, name);
    case "Node":
      return objects.node(name);
  }
}

function found(
  kind: BindableKind,
  name: string,
  object: Readonly<KubeObject> | undefined,
): Readonly<KubeObject> {
  if (object !== undefined) return object;
  throw notFound({ group: "", resource: `${kind.toLowerCase()}s` }, name);
}

/** The node of a pod; by name alone while it has not registered, or no more. */
function nodeOf(objects: ServiceAccountObjects, name: string): ObjectReference {
  const uid = objects.node(name)?.metadata.uid;
  return uid === undefined ? { name } : { name, uid };
}

/** Upstream takes what it cannot parse for the core group, without a version. */
function parseApiVersion(text: string): { readonly group: string; readonly version: string } {
  const parts = text.split("/");
  if (parts.length === 1) return { group: "", version: text };
  const [group = "", version = ""] = parts;
  return parts.length === 2 ? { group, version } : { group: "", version: "" };
}

function sign(
  signer: TokenSigner,
  claims: Parameters<TokenSigner["sign"]>[0],
): MaybePromise<string> {
  try {
    const token = signer.sign(claims);
    return token instanceof Promise ? token.catch(refuse) : token;
  } catch (error) {
    return refuse(error);
  }
}

function refuse(error: unknown): never {
  const text = error instanceof Error ? error.message : String(error);
  throw internalError(`failed to generate token: ${text}`, error);
}
