import { constants } from "node:http2";
import type { TransportResponse } from "../transport.ts";
import type { OpenStream } from "./http2-connection.ts";

/** An answer over HTTP/2, whose body is read when somebody asks for it. */
export class Http2Response implements TransportResponse {
  readonly #open: OpenStream;
  readonly #signal: AbortSignal | undefined;

  constructor(open: OpenStream, signal: AbortSignal | undefined) {
    this.#open = open;
    this.#signal = signal;
  }

  get status(): number {
    return this.#open.headers[":status"] ?? 0;
  }

  header(name: string): string | undefined {
    const value = this.#open.headers[name];
    return typeof value === "string" ? value : value?.[0];
  }

  async text(): Promise<string> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.chunks()) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    const { stream } = this.#open;
    try {
      for await (const chunk of stream) yield chunk as Buffer;
      this.#signal?.throwIfAborted();
      if (stream.rstCode !== constants.NGHTTP2_NO_ERROR) throw new Error("unexpected EOF");
    } finally {
      if (!stream.closed) stream.close(constants.NGHTTP2_CANCEL);
    }
  }
}
