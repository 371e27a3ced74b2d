import type { Run } from "../storage/storage.ts";

/** In which form the items of a run are kept. */
export type RunForm = "json" | "protobuf";

/** All that is kept, of all runs together; what was kept first goes first. */
const MAX_BYTES = 64 * 1024 * 1024;
/** Longer runs are not kept: their items are large, and joining them is no work. */
const MAX_RUN_BYTES = 2 * 1024 * 1024;

/** What `Run.kept` holds: bytes by form, or the number of lists that would have used them. */
interface Kept {
  json: Uint8Array | undefined;
  protobuf: Uint8Array | undefined;
  jsonLists: number;
  protobufLists: number;
}

interface Holding {
  readonly kept: Kept;
  readonly run: Run;
  readonly form: RunForm;
  readonly length: number;
}

/**
 * Joined items of unchanged runs, so that the next list of them writes a few large chunks. A run is
 * kept when it is listed for the second time: the one list that an informer starts with would fill
 * memory for nothing.
 */
export class RunBytes {
  readonly #maxBytes: number;
  /** Oldest first. */
  #holdings: Holding[] = [];
  #bytes = 0;

  constructor(maxBytes: number = MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes held, those of runs that have ended since included until they are swept. */
  get bytes(): number {
    return this.#bytes;
  }

  get(run: Run, form: RunForm): Uint8Array | undefined {
    return (run.kept as Kept | undefined)?.[form];
  }

  /** Whether a list that found nothing kept should join the run, of about `length` bytes, and keep it. */
  isWorthKeeping(run: Run, form: RunForm, length: number): boolean {
    if (!run.current || length > MAX_RUN_BYTES) return false;
    const kept = keptOf(run);
    return form === "json" ? kept.jsonLists++ > 0 : kept.protobufLists++ > 0;
  }

  keep(run: Run, form: RunForm, bytes: Uint8Array): void {
    if (!run.current) return;
    const kept = keptOf(run);
    // Lists side by side would count it once each, and push out what is not old.
    if (kept[form] !== undefined) return;
    kept[form] = bytes;
    this.#holdings.push({ kept, run, form, length: bytes.byteLength });
    this.#bytes += bytes.byteLength;
    if (this.#bytes > this.#maxBytes) this.#shrink();
  }

  /** Forgets ended runs; if that is not enough, the oldest. */
  #shrink(): void {
    const holdings = this.#holdings.filter(({ run }) => run.current);
    let bytes = 0;
    for (const { length } of holdings) bytes += length;
    let first = 0;
    while (bytes > this.#maxBytes) {
      const oldest = holdings[first++];
      if (oldest === undefined) break;
      bytes -= oldest.length;
      oldest.kept[oldest.form] = undefined;
    }
    this.#holdings = holdings.slice(first);
    this.#bytes = bytes;
  }
}

function keptOf(run: Run): Kept {
  run.kept ??= { json: undefined, protobuf: undefined, jsonLists: 0, protobufLists: 0 };
  return run.kept as Kept;
}
