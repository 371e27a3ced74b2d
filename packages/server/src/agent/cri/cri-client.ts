import { Client, credentials, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { realClock } from "../../runtime/clock.ts";
import { grpcCodeName, grpcErrorText } from "../../runtime/grpc-error.ts";
import { RuntimeError, type RuntimeErrorCode } from "../pod-runtime.ts";
import { decode, encode, type Shape } from "./protobuf-shape.ts";

/** A method of the CRI, and what goes in and comes out. */
export interface CriMethod<Request extends object, Response extends object> {
  /** `RuntimeService/RunPodSandbox` */
  readonly name: string;
  readonly request: Shape<Request>;
  readonly response: Shape<Response>;
}

export interface CallOptions {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** What a failure of this call is, where its status does not say. */
  readonly otherwise?: RuntimeErrorCode;
}

/** @see kubernetes pkg/kubelet/apis/config/v1beta1/defaults.go (runtimeRequestTimeout) */
const CALL_TIMEOUT_MS = 120_000;
/** The header that tells of it has room for eight digits, of hours at most; nobody needs as much. */
const LONGEST_TIMEOUT_MS = 2 ** 31;
const CHANNEL_OPTIONS = {
  // A node's list of containers grows with the node. @see cri-client remote_runtime.go (maxMsgSize)
  "grpc.max_receive_message_length": 16 * 1024 * 1024,
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 3000,
  // The socket has no name of a host.
  "grpc.default_authority": "localhost",
};

/** Calls of a CRI server at a socket. */
export class CriClient {
  readonly #client: Client;

  /** @param endpoint - `unix:///run/containerd/containerd.sock` */
  constructor(endpoint: string) {
    this.#client = new Client(endpoint, credentials.createInsecure(), CHANNEL_OPTIONS);
  }

  /** @throws RuntimeError */
  call<Request extends object, Response extends object>(
    method: CriMethod<Request, Response>,
    request: Partial<Request>,
    { timeoutMs = CALL_TIMEOUT_MS, signal, otherwise = "unavailable" }: CallOptions = {},
  ): Promise<Response> {
    return new Promise((resolve, reject) => {
      const call = this.#client.makeUnaryRequest(
        `/runtime.v1.${method.name}`,
        (value: Partial<Request>) => encode(method.request, value),
        (bytes: Buffer) => decode(method.response, bytes),
        request,
        new Metadata(),
        { deadline: deadlineIn(timeoutMs) },
        (error, response) => {
          signal?.removeEventListener("abort", cancel);
          if (error !== null || response === undefined) reject(runtimeError(error, otherwise));
          else resolve(response);
        },
      );
      const cancel = (): void => call.cancel();
      signal?.addEventListener("abort", cancel, { once: true });
      if (signal?.aborted) cancel();
    });
  }

  close(): void {
    this.#client.close();
  }
}

/** gRPC keeps its deadlines in real time, whatever clock the agent has, and throws at those it cannot write. */
function deadlineIn(timeoutMs: number): number {
  return timeoutMs > LONGEST_TIMEOUT_MS ? Number.POSITIVE_INFINITY : realClock.now() + timeoutMs;
}

const CODES: Readonly<Partial<Record<status, RuntimeErrorCode>>> = {
  [status.NOT_FOUND]: "not-found",
  [status.UNAVAILABLE]: "unavailable",
  [status.DEADLINE_EXCEEDED]: "unavailable",
  [status.CANCELLED]: "unavailable",
  [status.UNIMPLEMENTED]: "unsupported",
};

/** In the words in which Go's gRPC, and so a kubelet, passes an error on. */
function runtimeError(error: ServiceError | null, otherwise: RuntimeErrorCode): RuntimeError {
  if (error === null) return new RuntimeError(otherwise, "no answer");
  const message = grpcErrorText(grpcCodeName(error.code), error.details);
  // There is no status of its own for what does not run.
  const isStopped = /container is in CONTAINER_\w+ state/.test(error.details);
  const code = isStopped ? "not-found" : (CODES[error.code] ?? otherwise);
  return new RuntimeError(code, message, { cause: error });
}
