import type { UserInfo } from "../authentication/authenticator.ts";
import type { RequestInfo } from "../request/request-info.ts";
import type { ApiResponse } from "./exchange.ts";

export interface InFlightOptions {
  /** `--max-requests-inflight`; 0 is no limit. */
  readonly maxReads: number;
  /** `--max-mutating-requests-inflight`; 0 is no limit. */
  readonly maxWrites: number;
}

/** kube-apiserver's defaults. */
export const defaultInFlightOptions: InFlightOptions = { maxReads: 400, maxWrites: 200 };

/** Group whose members are never turned away. */
const MASTERS = "system:masters";

/** What is under way. */
interface Pool {
  readonly max: number;
  running: number;
  /** Most at once since it was last asked for. */
  peak: number;
  readonly release: () => void;
}

/**
 * Bounds how many requests are served at once, reads and writes apart. Watches and connections that
 * last are not counted.
 * @see apiserver pkg/server/filters/maxinflight.go
 */
export class InFlightLimits {
  readonly #reads: Pool;
  readonly #writes: Pool;

  constructor(options: InFlightOptions = defaultInFlightOptions) {
    this.#reads = createPool(options.maxReads);
    this.#writes = createPool(options.maxWrites);
  }

  /**
   * Takes a place.
   * @param isPart - Whether a part of this process asks: it bounds itself, and is not turned away.
   * @returns What gives it back, to be called once; undefined when there is none.
   */
  enter(info: RequestInfo, user: UserInfo, isPart = false): (() => void) | undefined {
    if (isLongRunning(info)) return noRelease;
    const pool = isRead(info.verb) ? this.#reads : this.#writes;
    if (pool.max > 0 && pool.running >= pool.max) {
      // Upstream serves them beside the count as well.
      return isPart || user.groups.includes(MASTERS) ? noRelease : undefined;
    }
    pool.running++;
    if (pool.running > pool.peak) pool.peak = pool.running;
    return pool.release;
  }

  /** The answer to a request that found no place. */
  rejection(): ApiResponse {
    return {
      status: 429,
      headers: {
        "content-type": "text/plain; charset=utf-8",
        "retry-after": "1",
        "x-content-type-options": "nosniff",
      },
      body: "Too many requests, please try again later.\n",
    };
  }

  /** The most requests at once since the last call, for the metric of that name. */
  takePeaks(): { readonly readOnly: number; readonly mutating: number } {
    const peaks = { readOnly: this.#reads.peak, mutating: this.#writes.peak };
    this.#reads.peak = this.#reads.running;
    this.#writes.peak = this.#writes.running;
    return peaks;
  }
}

function createPool(max: number): Pool {
  const pool: Pool = {
    max,
    running: 0,
    peak: 0,
    release: () => {
      pool.running--;
    },
  };
  return pool;
}

function noRelease(): void {}

function isRead(verb: string): boolean {
  return verb === "get" || verb === "list" || verb === "watch";
}

/** Subresources whose connections last as long as the client wants. */
const LONG_SUBRESOURCES: ReadonlySet<string> = new Set([
  "attach",
  "exec",
  "proxy",
  "log",
  "portforward",
]);

/** Requests that neither the limits nor the time-out of requests apply to. */
export function isLongRunning(info: RequestInfo): boolean {
  return (
    info.verb === "watch" ||
    info.verb === "proxy" ||
    (info.subresource !== "" && LONG_SUBRESOURCES.has(info.subresource))
  );
}
