import { open } from "node:fs/promises";
import type { ContainerStatus, ContainerState as ReportedState } from "../../api/types.ts";

/** @see kubernetes pkg/kubelet/container/runtime.go (Max…TerminationMessage…) */
const MAX_POD_BYTES = 12 * 1024;
const MAX_FILE_BYTES = 4 * 1024;
const MAX_LOG_BYTES = 2 * 1024;
const MAX_LOG_LINES = 80;
/** More than 80 lines of the log's own form never need to be looked at for 2 KiB of text. */
const LOG_TAIL_BYTES = 64 * 1024;

export interface MessageSource {
  /** Path of the file that was bound into the container, if there is one. */
  readonly file: string | undefined;
  /** Path of the container's log, if its last lines may stand for a message. */
  readonly log: string | undefined;
}

/**
 * The last words of a container: what it wrote into its termination file, or else the end of its log.
 * Empty when there are none; what cannot be read is said instead.
 * @see kubernetes pkg/kubelet/kuberuntime/kuberuntime_container.go (getTerminationMessage)
 */
export async function readTerminationMessage({ file, log }: MessageSource): Promise<string> {
  if (file !== undefined) {
    try {
      const text = (await readTail(file, MAX_FILE_BYTES)).toString();
      if (text !== "") return text;
    } catch (error) {
      if (!isMissing(error)) return `Error on reading termination log ${file}: ${String(error)}`;
    }
  }
  if (log === undefined) return "";
  try {
    return lastLines(await readTail(log, LOG_TAIL_BYTES));
  } catch (error) {
    return `Error on reading termination message from logs: ${String(error)}`;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

async function readTail(path: string, maxBytes: number): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - maxBytes);
    const buffer = Buffer.alloc(size - start);
    const { bytesRead } = await file.read(buffer, 0, buffer.byteLength, start);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** `2026-01-02T03:04:05.000000006Z stdout F text`: `F` ends a line, `P` is a part of one. */
const LOG_LINE = /^\S+ (?:stdout|stderr) ([FP])\S* (.*)$/;

/** The text of the last lines of a log in the CRI's form, at most 2 KiB of it. */
export function lastLines(tail: Buffer): string {
  const lines: string[] = [];
  let part = "";
  for (const line of tail.toString().split("\n")) {
    const [, tag, text] = LOG_LINE.exec(line) ?? [];
    if (text === undefined) continue;
    part += text;
    if (tag === "P") continue;
    lines.push(`${part}\n`);
    part = "";
  }
  if (part !== "") lines.push(part);
  const bytes = Buffer.from(lines.slice(-MAX_LOG_LINES).join(""));
  return bytes.subarray(Math.max(0, bytes.byteLength - MAX_LOG_BYTES)).toString();
}

/** Cuts messages so that all containers of a pod together stay within 12 KiB. */
export function boundMessages(
  statuses: readonly ContainerStatus[],
  containers: number,
): ContainerStatus[] {
  const maxBytes = Math.floor(MAX_POD_BYTES / Math.max(1, containers));
  const bound = (state: ReportedState): ReportedState => {
    const { terminated } = state;
    if (terminated?.message === undefined) return state;
    const bytes = Buffer.from(terminated.message);
    if (bytes.byteLength <= maxBytes) return state;
    return { terminated: { ...terminated, message: bytes.subarray(0, maxBytes).toString() } };
  };
  return statuses.map((status) => ({
    ...status,
    ...(status.state === undefined ? {} : { state: bound(status.state) }),
    ...(status.lastState === undefined ? {} : { lastState: bound(status.lastState) }),
  }));
}
