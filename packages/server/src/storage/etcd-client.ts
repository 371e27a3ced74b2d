import { isIP } from "node:net";
import { checkServerIdentity } from "node:tls";
import {
  type ChannelCredentials,
  Client,
  type ClientDuplexStream,
  credentials,
  Metadata,
  status,
} from "@grpc/grpc-js";
import { realClock } from "../runtime/clock.ts";
import {
  decodeRange,
  decodeWatch,
  decodeWrite,
  encodeCompaction,
  encodeRange,
  encodeWatch,
  encodeWrite,
  type RangeRequest,
  type RangeResponse,
  type WatchMessage,
  type WatchStart,
  type WriteRequest,
  type WriteResponse,
} from "./etcd-messages.ts";

/** etcd answered with an error, or did not answer. */
export class EtcdError extends Error {
  /** gRPC status. */
  readonly code: number;
  constructor(code: number, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "EtcdError";
    this.code = code;
  }
}

/** Receives a watch; after `ended` nothing comes any more. */
export interface WatchReceiver {
  message(message: WatchMessage): void;
  ended(error: EtcdError): void;
}

/** How an etcd and its client prove themselves; PEM, empty for none. */
export interface EtcdTls {
  /** Authorities of etcd's certificate; the system's when empty. */
  readonly ca: string;
  /** The client's certificate, and its key. */
  readonly cert: string;
  readonly key: string;
}

export interface EtcdClientOptions {
  /** `http://127.0.0.1:2379` */
  readonly endpoints: readonly string[];
  /** For `https:`. */
  readonly tls?: EtcdTls;
  /** How long one call may take, milliseconds. */
  readonly callTimeoutMs?: number;
}

/** etcd elects a new leader within about two seconds; kube-apiserver waits as long for a write. */
const CALL_TIMEOUT_MS = 10_000;
const CHANNEL_OPTIONS = {
  // A range or a watch message may be as large as etcd makes it.
  "grpc.max_receive_message_length": -1,
  "grpc.max_send_message_length": -1,
  // A dead connection is noticed while nothing happens, as with kube-apiserver's client.
  "grpc.keepalive_time_ms": 30_000,
  "grpc.keepalive_timeout_ms": 10_000,
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 2000,
};

const identity = (bytes: Buffer): Buffer => bytes;

const NO_TLS: EtcdTls = { ca: "", cert: "", key: "" };

/** TLS to a host, by name or by address. */
function secured({ ca, cert, key }: EtcdTls, host: string): ChannelCredentials {
  const pem = (text: string): Buffer | null => (text === "" ? null : Buffer.from(text));
  return credentials.createSsl(pem(ca), pem(key), pem(cert), {
    checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate),
  });
}

/** TLS has no way to ask for an address, and Node refuses to: some name goes in its place. */
function channelOptions(host: string): Readonly<Record<string, string | number>> {
  if (isIP(host) === 0) return CHANNEL_OPTIONS;
  return { ...CHANNEL_OPTIONS, "grpc.ssl_target_name_override": "localhost" };
}

/**
 * The calls of etcd's v3 API that a store needs. One endpoint is used at a time; when it is
 * unavailable, the next call and the next watch go to the next one.
 */
export class EtcdClient {
  readonly #clients: readonly Client[];
  readonly #timeoutMs: number;
  #current = 0;

  constructor({ endpoints, tls, callTimeoutMs = CALL_TIMEOUT_MS }: EtcdClientOptions) {
    this.#timeoutMs = callTimeoutMs;
    this.#clients = endpoints.map((endpoint) => {
      const { protocol, host, hostname, port } = new URL(endpoint);
      const secure = protocol === "https:";
      const address = port === "" ? `${host}:${secure ? 443 : 80}` : host;
      const name = hostname.replace(/^\[(.*)\]$/, "$1");
      const channel = secure ? secured(tls ?? NO_TLS, name) : credentials.createInsecure();
      return new Client(address, channel, secure ? channelOptions(name) : CHANNEL_OPTIONS);
    });
  }

  /** A linearizable read: every write answered before it is in it. Tried at each endpoint. */
  async range(request: RangeRequest): Promise<RangeResponse> {
    const bytes = encodeRange(request);
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#call("/etcdserverpb.KV/Range", bytes, decodeRange);
      } catch (error) {
        if (attempt >= this.#clients.length || !isUnavailable(error)) throw error;
      }
    }
  }

  /** Not repeated: a write that was not answered may have happened. */
  write(request: WriteRequest): Promise<WriteResponse> {
    return this.#call("/etcdserverpb.KV/Txn", encodeWrite(request), decodeWrite);
  }

  async compact(revision: number): Promise<void> {
    await this.#call("/etcdserverpb.KV/Compact", encodeCompaction(revision), () => undefined);
  }

  /** Opens a watch; the function ends it. */
  watch(start: WatchStart, receiver: WatchReceiver): () => void {
    const at = this.#current;
    const client = this.#clients[at] as Client;
    const stream: ClientDuplexStream<Buffer, Buffer> = client.makeBidiStreamRequest(
      "/etcdserverpb.Watch/Watch",
      identity,
      identity,
      new Metadata(),
      {},
    );
    let open = true;
    const end = (error: EtcdError): void => {
      if (!open) return;
      open = false;
      stream.cancel();
      if (isUnavailable(error)) this.#leave(at);
      receiver.ended(error);
    };
    stream.on("data", (bytes: Buffer) => {
      if (open) receiver.message(decodeWatch(bytes));
    });
    stream.on("error", (error) => end(etcdError(error)));
    stream.on("end", () => end(new EtcdError(status.UNAVAILABLE, "the watch stream has ended")));
    stream.write(encodeWatch(start));
    return () => {
      open = false;
      stream.cancel();
    };
  }

  close(): void {
    for (const client of this.#clients) client.close();
  }

  #call<T>(path: string, request: Buffer, decode: (bytes: Buffer) => T): Promise<T> {
    const at = this.#current;
    const client = this.#clients[at] as Client;
    return new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        path,
        identity,
        decode,
        request,
        new Metadata(),
        // gRPC keeps its deadlines in real time, whatever clock the server has.
        { deadline: realClock.now() + this.#timeoutMs },
        (error, response) => {
          if (error === null) return resolve(response as T);
          const failure = etcdError(error);
          if (isUnavailable(failure)) this.#leave(at);
          reject(failure);
        },
      );
    });
  }

  #leave(at: number): void {
    if (this.#current === at) this.#current = (at + 1) % this.#clients.length;
  }
}

/** Nobody answered, or nobody who could. */
export function isUnavailable(error: unknown): boolean {
  return (
    error instanceof EtcdError &&
    (error.code === status.UNAVAILABLE || error.code === status.DEADLINE_EXCEEDED)
  );
}

/** The revision asked for is compacted. @see etcd api/v3rpc/rpctypes/error.go */
export function isCompacted(error: unknown): boolean {
  return error instanceof EtcdError && error.code === status.OUT_OF_RANGE;
}

function etcdError(error: unknown): EtcdError {
  const { code = status.UNKNOWN, details = String(error) } = error as {
    code?: number;
    details?: string;
  };
  return new EtcdError(code, details, { cause: error });
}
