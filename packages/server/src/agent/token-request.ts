import { quoteGo } from "../api/go-quote.ts";
import type { TokenRequest } from "../api/types.ts";
import type { Client } from "../client/client.ts";
import { isNotFound } from "../client/errors.ts";
import type { ResourceType } from "../client/resource-type.ts";
import type { TokenLife } from "./token-refresh.ts";

/** What token is wanted. Two requests that say the same share one token. */
export interface PodTokenRequest {
  readonly namespace: string;
  /** Of the service account. */
  readonly name: string;
  /** Empty: the API server's own. */
  readonly audiences: readonly string[];
  /** Absent: as the server likes. */
  readonly expirationSeconds?: number;
  /** The token dies with this pod. */
  readonly pod: { readonly name: string; readonly uid: string };
  /** Refuses a token for an account of another uid. */
  readonly accountUid?: string;
}

/** A token, and what the server said about it. */
export interface PodToken extends TokenLife {
  readonly token: string;
}

/** Posts one TokenRequest. @throws StatusError, or an error that says why there is no token */
export type RequestToken = (request: PodTokenRequest, signal: AbortSignal) => Promise<PodToken>;

const TOKENS: ResourceType<TokenRequest> = {
  group: "",
  version: "v1",
  resource: "serviceaccounts",
  namespaced: true,
};

/**
 * A token request's name in messages and in the cache. Nothing in it is secret.
 * @see kubernetes pkg/kubelet/token/token_manager.go (keyFunc): Go's `%q` and `%#v`
 */
export function tokenRequestKey(request: PodTokenRequest): string {
  const { namespace, name, audiences, expirationSeconds = 0, pod, accountUid = "" } = request;
  const list =
    audiences.length === 0 ? "[]string(nil)" : `[]string{${audiences.map(quoteGo).join(", ")}}`;
  const reference = `v1.BoundObjectReference{Kind:"Pod", APIVersion:"v1", Name:${quoteGo(pod.name)}, UID:${quoteGo(pod.uid)}}`;
  return [
    quoteGo(name),
    quoteGo(namespace),
    list,
    String(expirationSeconds),
    reference,
    quoteGo(accountUid),
  ].join("/");
}

/** Asks an API server for tokens, as the identity of the client. */
export function createTokenRequester(client: Client): RequestToken {
  const tokens = client.resource(TOKENS);
  let isKnown = false;
  /** Whether the server has token requests at all: a 404 for want of an account is another matter. */
  const areServed = async (signal: AbortSignal): Promise<boolean> => {
    if (isKnown) return true;
    const answer = await client.send("GET", "/api/v1", { signal });
    const { resources = [] } = JSON.parse(await answer.text()) as {
      readonly resources?: readonly { readonly name?: string }[];
    };
    isKnown = resources.some(({ name }) => name === "serviceaccounts/token");
    return isKnown;
  };
  return async (request, signal) => {
    try {
      const answer = await tokens.create(bodyOf(request), { subresource: "token", signal });
      return readAnswer(answer);
    } catch (error) {
      if (!isNotFound(error) || (await areServed(signal))) throw error;
      throw new Error("the API server does not have TokenRequest endpoints enabled", {
        cause: error,
      });
    }
  };
}

function bodyOf(request: PodTokenRequest): TokenRequest {
  const { namespace, name, audiences, expirationSeconds, pod, accountUid } = request;
  return {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    metadata: { namespace, name, ...(accountUid === undefined ? {} : { uid: accountUid }) },
    spec: {
      ...(audiences.length === 0 ? {} : { audiences: [...audiences] }),
      ...(expirationSeconds === undefined ? {} : { expirationSeconds }),
      boundObjectRef: { apiVersion: "v1", kind: "Pod", name: pod.name, uid: pod.uid },
    },
  };
}

function readAnswer({ spec, status }: TokenRequest): PodToken {
  const { token = "", expirationTimestamp = "" } = status ?? {};
  const expiresAt = Date.parse(expirationTimestamp);
  if (token === "" || Number.isNaN(expiresAt)) {
    throw new Error("the API server answered without a token");
  }
  const seconds = spec?.expirationSeconds ?? undefined;
  return { token, expiresAt, lifetimeMs: seconds === undefined ? undefined : seconds * 1000 };
}
