import { createInProcessTransport } from "../src/client/in-process.ts";
import { type ApiResponse, isStreamBody, type StreamSink } from "../src/http/exchange.ts";
import type { TestServer } from "../src/testing/test-server.ts";

export interface WatchedEvent {
  readonly type: string;
  readonly object: {
    readonly kind: string;
    readonly code?: number;
    readonly reason?: string;
    readonly message?: string;
    readonly metadata: {
      readonly name?: string;
      readonly resourceVersion?: string;
      readonly annotations?: Readonly<Record<string, string>>;
      readonly labels?: Readonly<Record<string, string>>;
    };
    readonly data?: Readonly<Record<string, string>>;
  };
}

/** A client of one watch: takes what is written at once, or, while it is `slow`, when told to. */
export class WatchClient implements StreamSink {
  readonly events: WatchedEvent[] = [];
  slow = false;
  state: "open" | "ended" | "broken off" | "closed" = "open";
  #waiting: string[] = [];
  #onDrain: (() => void)[] = [];
  #onClose: (() => void)[] = [];

  /** `ADDED a`, `BOOKMARK` … */
  get summary(): readonly string[] {
    return this.events.map(({ type, object }) =>
      [type, object.metadata.name].filter((part) => part !== undefined && part !== "").join(" "),
    );
  }

  /** Revision of the last event: where a client would go on. */
  get revision(): string {
    return this.events.at(-1)?.object.metadata.resourceVersion ?? "";
  }

  write(chunk: Uint8Array | string): boolean {
    if (this.state !== "open") return false;
    const text = typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
    this.#waiting.push(text);
    if (this.slow) return false;
    this.#read();
    return true;
  }

  buffered(): number {
    return this.#waiting.reduce((bytes, text) => bytes + Buffer.byteLength(text), 0);
  }

  /** Reads what waits, once. */
  take(): void {
    this.#read();
    for (const callback of this.#onDrain.splice(0)) callback();
  }

  #read(): void {
    for (const text of this.#waiting.splice(0)) {
      for (const line of text.split("\n")) {
        if (line !== "") this.events.push(JSON.parse(line) as WatchedEvent);
      }
    }
  }

  onDrain(callback: () => void): void {
    if (this.slow) this.#onDrain.push(callback);
    else callback();
  }

  end(): void {
    this.#leave("ended");
  }

  destroy(): void {
    this.#leave("broken off");
  }

  /** The client goes away. */
  close(): void {
    this.#leave("closed");
  }

  onClose(callback: () => void): void {
    this.#onClose.push(callback);
  }

  #leave(state: "ended" | "broken off" | "closed"): void {
    if (this.state !== "open") return;
    this.state = state;
    for (const callback of this.#onClose.splice(0)) callback();
  }
}

/** Opens a watch. @throws Error for an answer that is no stream */
export async function openWatch(
  { server }: TestServer,
  url: string,
  options: { readonly slow?: boolean } = {},
): Promise<WatchClient> {
  const send = createInProcessTransport(server.handler, {
    username: "watcher",
    groups: ["system:masters"],
  });
  const { status, body }: ApiResponse = await send({ method: "GET", url });
  if (status !== 200 || !isStreamBody(body)) throw new Error(`no watch: ${status}`);
  const client = new WatchClient();
  client.slow = options.slow ?? false;
  body.start(client);
  return client;
}
