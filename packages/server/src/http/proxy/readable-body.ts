import type { Readable } from "node:stream";
import type { StreamBody, StreamSink } from "../exchange.ts";

/**
 * What another server sends, as a body of ours: read as fast as the client takes it, broken off on
 * one side when it is on the other.
 */
export function readableBody(source: Readable): StreamBody {
  return { start: (sink) => pump(source, sink) };
}

function pump(source: Readable, sink: StreamSink): void {
  let ended = false;
  sink.onClose(() => {
    if (!ended) source.destroy();
  });
  source.on("data", (chunk: Buffer) => {
    if (sink.write(chunk)) return;
    source.pause();
    sink.onDrain(() => source.resume());
  });
  source.on("end", () => {
    ended = true;
    sink.end();
  });
  const broken = (): void => {
    if (ended) return;
    ended = true;
    sink.destroy();
  };
  source.on("error", broken).on("close", broken);
}
