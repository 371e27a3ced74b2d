import type { AttachRequest, ContainerProcess } from "../pod-runtime.ts";
import type { SpdyConnection } from "./spdy-connection.ts";
import type { SpdyStream } from "./spdy-stream.ts";
import { StreamError } from "./stream-error.ts";

export interface RemoteProcessOptions extends AttachRequest {
  readonly kind: "exec" | "attach";
  /** `v4.channel.k8s.io` and its predecessors. */
  readonly protocol: string;
}

/** What the far end of an exec says in front of what its runtime told it. */
const PREFIXES =
  /^(?:Internal error occurred: )?(?:error executing command in container|error attaching to container): /;

interface ErrorStatus {
  readonly status?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: {
    readonly causes?: readonly { readonly reason?: string; readonly message?: string }[];
  };
}

/**
 * A process behind a connection: opens its streams, in the order in which servers expect them.
 * @throws StreamError
 */
export async function remoteProcess(
  connection: SpdyConnection,
  { protocol, stdin, tty }: RemoteProcessOptions,
): Promise<ContainerProcess> {
  const open = (type: string): Promise<SpdyStream> =>
    connection.open(new Map([["streamtype", type]]));
  const errors = await open("error");
  const input = stdin ? await open("stdin") : undefined;
  const output = await open("stdout");
  const errorOutput = tty ? undefined : await open("stderr");
  const resizes = tty && !protocol.startsWith("v2.") ? await open("resize") : undefined;
  const ended = readEnd(errors, protocol).finally(() => {
    // All output came before the status, so nothing is cut off.
    void connection.close();
  });
  // Whoever does not wait for it is not to be ended by it.
  ended.catch(() => {});
  return {
    stdin: {
      write: async (bytes) => {
        await input?.write(bytes);
      },
      end: () => input?.end(),
    },
    stdout: outputUntil(output, ended),
    stderr: errorOutput === undefined ? nothing() : outputUntil(errorOutput, ended),
    resize: (columns, rows) => {
      const size = JSON.stringify({ Width: columns, Height: rows });
      // A size that comes too late matters to nobody.
      resizes?.write(Buffer.from(size)).catch(() => {});
    },
    ended,
    kill: () => {
      void connection.close();
    },
  };
}

/** Servers end an output in order, or reset it after the status has told that all is over. */
async function* outputUntil(
  stream: SpdyStream,
  ended: Promise<unknown>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* stream.readable;
  } catch {
    await ended;
  }
}

/** @throws StreamError `closed` when the connection ends before the process; Error for what it could not do */
async function readEnd(
  errors: SpdyStream,
  protocol: string,
): Promise<{ readonly exitCode: number }> {
  const text = await readStatus(errors);
  if (protocol !== "v4.channel.k8s.io") {
    // Old versions tell of failures only, and of no exit codes.
    if (text === "") return { exitCode: 0 };
    throw new Error(text.replace(PREFIXES, ""));
  }
  const status = parseStatus(text);
  if (status.status === "Success") return { exitCode: 0 };
  const cause = status.details?.causes?.find(({ reason }) => reason === "ExitCode");
  if (status.reason === "NonZeroExitCode" && cause !== undefined) {
    return { exitCode: Number(cause.message) };
  }
  throw new Error((status.message ?? "").replace(PREFIXES, ""));
}

/**
 * All that the error stream says. Go's servers reset it behind the last word, or end the connection.
 * @throws StreamError `closed` when it ends before a word
 */
async function readStatus(errors: SpdyStream): Promise<string> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of errors.readable) chunks.push(chunk);
  } catch (error) {
    if (!(error instanceof StreamError)) throw error;
    if (error.code !== "reset" && chunks.length === 0) throw error;
  }
  return Buffer.concat(chunks).toString();
}

function parseStatus(text: string): ErrorStatus {
  try {
    return JSON.parse(text) as ErrorStatus;
  } catch (cause) {
    throw new StreamError("closed", "the connection ended before the process", { cause });
  }
}

async function* nothing(): AsyncGenerator<Uint8Array, void, undefined> {}
