import { formatMicroTime } from "../../runtime/clock.ts";

/** Longest part of a line in a log, in bytes. @see containerd internal/cri/config (MaxContainerLogLineSize) */
export const MAX_LINE_BYTES: number = 16 * 1024;

const NEWLINE = 0x0a;

/**
 * Cuts an output into the entries of a log: whole lines, and parts of those that are longer than an
 * entry may be. What has no end of a line yet is kept back, and is never more than one entry.
 */
export class LogLines {
  #kept: Buffer = Buffer.alloc(0);

  /**
   * @param prefix - Of an entry, ending with a space: `F` for a full line, `P` for a part.
   * @returns entries, each with its prefix and a newline, joined
   */
  push(chunk: Uint8Array, prefix: (tag: "F" | "P") => Buffer): Buffer {
    let rest = this.#kept.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#kept, chunk]);
    const parts: Buffer[] = [];
    for (;;) {
      const end = rest.indexOf(NEWLINE);
      const length = end === -1 ? rest.length : end;
      if (length > MAX_LINE_BYTES) {
        parts.push(prefix("P"), rest.subarray(0, MAX_LINE_BYTES), LINE_END);
        rest = rest.subarray(MAX_LINE_BYTES);
      } else if (end === -1) {
        break;
      } else {
        parts.push(prefix("F"), rest.subarray(0, end + 1));
        rest = rest.subarray(end + 1);
      }
    }
    // A copy: a small rest would keep the whole chunk.
    this.#kept = Buffer.from(rest);
    return Buffer.concat(parts);
  }

  /** The last entry of an output that does not end with a newline, or nothing. */
  end(prefix: (tag: "F" | "P") => Buffer): Buffer {
    if (this.#kept.length === 0) return this.#kept;
    const last = Buffer.concat([prefix("P"), this.#kept, LINE_END]);
    this.#kept = Buffer.alloc(0);
    return last;
  }
}

const LINE_END: Buffer = Buffer.from("\n");

/**
 * The start of an entry of the CRI's log format, `2026-01-02T03:04:05.678000Z stdout F `.
 * @see kubernetes pkg/kubelet/kuberuntime/logs/logs.go (parseCRILog)
 */
export function logPrefix(at: number, stream: "stdout" | "stderr", tag: "F" | "P"): Buffer {
  return Buffer.from(`${formatMicroTime(at)} ${stream} ${tag} `);
}
