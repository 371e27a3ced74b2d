import { isIP } from "node:net";
import type { Clock } from "../../runtime/clock.ts";
import type { Transport, TransportRequest, TransportResponse } from "../transport.ts";
import { Http2Connection, RefusedError } from "./http2-connection.ts";
import { Http2Response } from "./http2-response.ts";
import type { ClusterAccess, Credential } from "./kubeconfig.ts";

export interface HttpsTransportOptions extends Omit<ClusterAccess, "credential"> {
  /** Asked for at every connection (certificate) and at every request (token). */
  readonly credential: () => Credential;
  readonly clock: Clock;
}

/** A transport with connections of its own. */
export interface HttpsTransport extends AsyncDisposable {
  readonly send: Transport;
  /**
   * New requests go over new connections, in the name of the newest credential; those under way end
   * as they would have.
   */
  renew(): void;
}

/** Of a request that the server refuses to look at because it closes the connection. */
const ATTEMPTS = 3;

/** Carries requests over HTTP/2: any number of them, watches too, over few connections. */
export function createHttpsTransport(options: HttpsTransportOptions): HttpsTransport {
  return new PooledTransport(options);
}

class PooledTransport implements HttpsTransport {
  readonly #options: HttpsTransportOptions;
  #connections: Http2Connection[] = [];
  #closed = false;

  constructor(options: HttpsTransportOptions) {
    this.#options = options;
  }

  readonly send: Transport = async (request): Promise<TransportResponse> => {
    request.signal?.throwIfAborted();
    if (this.#closed) throw new Error("the transport is closed");
    const { token } = this.#options.credential();
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return await this.#exchange({ ...request, headers: { ...request.headers, ...headers } });
  };

  async #exchange(request: TransportRequest): Promise<TransportResponse> {
    for (let attempt = 1; ; attempt++) {
      const connection = this.#connection();
      try {
        return new Http2Response(await connection.open(request), request.signal);
      } catch (error) {
        if (!(error instanceof RefusedError) || attempt === ATTEMPTS) throw error;
        connection.retire();
      }
    }
  }

  /** One that takes another request; a new one when all are full, or none is left. */
  #connection(): Http2Connection {
    this.#connections = this.#connections.filter(({ isUsable }) => isUsable);
    const found = this.#connections.find(({ isFull }) => !isFull);
    if (found !== undefined) return found;
    const { server, tlsServerName, ca, insecureSkipTlsVerify, clock } = this.#options;
    const { cert, key } = this.#options.credential();
    const { hostname } = new URL(server);
    const servername =
      tlsServerName ?? (isIP(hostname.replace(/^\[|\]$/g, "")) === 0 ? hostname : "");
    const made = new Http2Connection(server, clock, {
      rejectUnauthorized: !insecureSkipTlsVerify,
      ...(servername === "" ? {} : { servername }),
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined || key === undefined ? {} : { cert, key }),
    });
    this.#connections.push(made);
    return made;
  }

  renew(): void {
    for (const connection of this.#connections.splice(0)) connection.retire();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#connections.splice(0).map((connection) => connection.close()));
  }
}
