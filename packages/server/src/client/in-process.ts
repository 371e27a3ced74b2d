import type { ApiRequest, ApiResponse, Handler, TrustedUser } from "../http/exchange.ts";

/** A request of a part of this process. */
export interface InProcessRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly signal?: AbortSignal;
}

const NO_BYTES = new Uint8Array();

/**
 * Calls the API without a socket, under an identity that the process vouches for. Authorization and
 * admission see it as they see everybody.
 */
export function createInProcessTransport(
  handler: Handler,
  user: TrustedUser,
): (request: InProcessRequest) => Promise<ApiResponse> {
  return async ({ method, url, headers = {}, body = NO_BYTES, signal }) => {
    const question = url.indexOf("?");
    const request: ApiRequest = {
      method,
      path: question < 0 ? url : url.slice(0, question),
      rawQuery: question < 0 ? "" : url.slice(question + 1),
      headers: { "user-agent": user.username, accept: "application/json", ...headers },
      rawHeaders: [],
      protocol: "HTTP/1.1",
      clientCertificate: undefined,
      remoteAddress: "127.0.0.1",
      trustedUser: user,
      body: () => body,
      onClose: (callback) => signal?.addEventListener("abort", callback, { once: true }),
    };
    return await handler(request);
  };
}
