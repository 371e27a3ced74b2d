import type { Clock } from "../../runtime/clock.ts";
import { type ByteStream, RuntimeError } from "../pod-runtime.ts";

/** Connects to a port of the pod that a client forwards. @throws RuntimeError */
export type ConnectPort = (port: number) => Promise<ByteStream>;

/** Two-way bytes of a client. `reset` gives them up. */
export interface ForwardedStream extends Pick<ByteStream, "readable" | "write" | "end"> {
  reset(): void;
}

/** After the backend's end, so long the client may take to see it and to end, too. */
const LAST_WORDS_MS = 1_000;

/**
 * Carries one forwarded connection until the backend is through with it, or either end breaks it off.
 * @throws RuntimeError when the port cannot be connected to, however late that is found out
 */
export async function forwardConnection(
  client: ForwardedStream,
  connect: () => Promise<ByteStream>,
  clock: Clock,
): Promise<void> {
  await using backend = await connect();
  const there = copy(client.readable, backend);
  const back = copy(backend.readable, client);
  // A client that has said all still waits for the answer.
  const end = await Promise.race([back, brokenOff(there)]);
  // Some runtimes learn only after the connection stands that there is none.
  if (end instanceof RuntimeError) throw end;
  if (end === undefined) {
    const stop = new AbortController();
    await Promise.race([there, clock.sleep(LAST_WORDS_MS, stop.signal)]);
    stop.abort();
  }
  client.reset();
}

/** @returns what broke it off; undefined when it went on to the end */
async function copy(
  from: AsyncIterable<Uint8Array>,
  to: Pick<ByteStream, "write" | "end">,
): Promise<unknown> {
  try {
    for await (const bytes of from) await to.write(bytes);
    to.end();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Resolves if and when a direction is broken off. */
async function brokenOff(direction: Promise<unknown>): Promise<unknown> {
  const error = await direction;
  if (error === undefined) await new Promise<never>(() => {});
  return error;
}

/** The text of a failure. @see kubernetes portforward/httpstream.go */
export function forwardFailure(port: number, podId: string, error: unknown): string {
  const why = error instanceof Error ? error.message : String(error);
  return `error forwarding port ${port} to pod ${podId}, uid : ${why}`;
}

/** A port in a header or a query; undefined for what is none. */
export function parsePort(text: string): number | undefined {
  if (!/^\d{1,5}$/.test(text)) return undefined;
  const port = Number(text);
  return port >= 1 && port <= 65535 ? port : undefined;
}
