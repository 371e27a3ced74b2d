import { Client, credentials, Metadata, status } from "@grpc/grpc-js";
import { realClock } from "../../runtime/clock.ts";
import { grpcCodeName, grpcErrorText } from "../../runtime/grpc-error.ts";
import {
  decodeFetchKeysResponse,
  decodeMetadataResponse,
  decodeSignResponse,
  encodeSignRequest,
  type FetchKeysResponse,
  type SignResponse,
} from "./signer-messages.ts";

/** The calls of an external signer. All of them throw `SignerError`. */
export interface SignerClient {
  /** @param claims - base64url of the payload */
  sign(claims: string, timeoutMs: number): Promise<SignResponse>;
  fetchKeys(timeoutMs: number): Promise<FetchKeysResponse>;
  /** The longest life of a token that it signs, seconds. */
  maxTokenExpirationSeconds(timeoutMs: number): Promise<number>;
  close(): void;
}

/** A call that failed, in the words of Go's gRPC. */
export class SignerError extends Error {
  /** `Unavailable`, `DeadlineExceeded` … */
  readonly code: string;
  constructor(code: string, description: string, options?: ErrorOptions) {
    super(grpcErrorText(code, description), options);
    this.name = "SignerError";
    this.code = code;
  }
}

/** Told of each call, with Go's name of its outcome. */
export type OnSignerCall = (method: string, code: string, seconds: number) => void;

const SERVICE = "/v1.ExternalJWTSigner/";
const CHANNEL_OPTIONS = {
  // A socket has no name of a host.
  "grpc.default_authority": "localhost",
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 2000,
};

/**
 * Calls a signer at its socket. A signer that is not there yet is waited for, as long as a call may
 * take.
 * @param endpoint - path of the socket, or `@` and its name where it is an abstract one
 */
export function connectSigner(endpoint: string, onCall: OnSignerCall): SignerClient {
  const path = endpoint.startsWith("@") ? `\0${endpoint.slice(1)}` : endpoint;
  const client = new Client(`unix:${path}`, credentials.createInsecure(), CHANNEL_OPTIONS);
  const call = <T>(
    method: string,
    request: Buffer,
    timeoutMs: number,
    decode: (bytes: Uint8Array) => T,
  ): Promise<T> => {
    const startedAt = performance.now();
    return new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        SERVICE + method,
        (bytes: Buffer) => bytes,
        (bytes: Buffer) => decode(bytes),
        request,
        new Metadata({ waitForReady: true }),
        // gRPC keeps its deadlines in real time, whatever clock the server has.
        { deadline: realClock.now() + timeoutMs },
        (error, response) => {
          const code = grpcCodeName(error?.code ?? status.OK);
          onCall(SERVICE + method, code, (performance.now() - startedAt) / 1000);
          if (response !== undefined && error === null) resolve(response);
          else reject(new SignerError(code, error?.details ?? "", { cause: error }));
        },
      );
    });
  };
  const nothing = Buffer.alloc(0);
  return {
    sign: (claims, timeoutMs) =>
      call("Sign", encodeSignRequest(claims), timeoutMs, decodeSignResponse),
    fetchKeys: (timeoutMs) => call("FetchKeys", nothing, timeoutMs, decodeFetchKeysResponse),
    maxTokenExpirationSeconds: (timeoutMs) =>
      call("Metadata", nothing, timeoutMs, decodeMetadataResponse),
    close: () => client.close(),
  };
}
