import type { ByteStream } from "../pod-runtime.ts";
import type { CommandStatus } from "./command-status.ts";

/** Which streams a client of exec or attach wants. */
export interface RemoteCommandOptions {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/** Where one kind of output goes. */
export type OutputStream = Pick<ByteStream, "write">;

/** The client's end of an exec or an attach, whatever protocol carries it. */
export interface RemoteCommandStreams {
  /** Undefined where none was asked for, as with the others. Ends when the client ends it. */
  readonly stdin: AsyncIterable<Uint8Array> | undefined;
  readonly stdout: OutputStream | undefined;
  readonly stderr: OutputStream | undefined;
  /** JSON documents, one behind the other: see `terminalSizes`. */
  readonly resize: AsyncIterable<Uint8Array> | undefined;
  /** Resolves when the client has gone. */
  readonly closed: Promise<void>;
  /** Tells the client that its command runs. Called once, before anything is written. */
  begin(): Promise<void>;
  /** How it ended: the last thing that is told. */
  writeStatus(status: CommandStatus): Promise<void>;
  /** Lets what was written arrive, and ends the connection. */
  close(): Promise<void>;
}

/**
 * How many there have to be for a kind of request. Parameters have the names of kubelets, which are
 * not those of the API.
 * @returns the problem with it, or what is wanted
 * @see kubernetes staging/src/k8s.io/cri-streaming/pkg/streaming/remotecommand/httpstream.go (NewOptions)
 */
export function readRemoteCommandOptions(
  query: URLSearchParams,
): RemoteCommandOptions | { readonly problem: string } {
  const tty = query.get("tty") === "1";
  const options: RemoteCommandOptions = {
    tty,
    stdin: query.get("input") === "1",
    stdout: query.get("output") === "1",
    // A terminal has one output.
    stderr: query.get("error") === "1" && !tty,
  };
  return options.stdin || options.stdout || options.stderr
    ? options
    : { problem: "you must specify at least 1 of stdin, stdout, stderr" };
}
