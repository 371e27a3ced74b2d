import type { Pod, PodStatus } from "../../api/types.ts";
import type { ResourceClient } from "../../client/client.ts";
import { isConflict, isNotFound, isTransient } from "../../client/errors.ts";
import { keyOf } from "../../client/resource-type.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import type { Limiter } from "./limiter.ts";
import { isFinal } from "./pod-status.ts";
import { statusPatch } from "./status-patch.ts";

export interface StatusWriterDependencies {
  readonly pods: ResourceClient<Pod>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How many requests may be under way at once, of all pods together. */
  readonly limiter: Limiter;
  readonly signal: AbortSignal;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Writes the status of one pod, the newest one only, and in the end takes the pod away. Nobody waits
 * for it. While the API is away it keeps trying.
 * @see kubernetes pkg/kubelet/status/status_manager.go (syncPod)
 */
export class StatusWriter {
  readonly #dependencies: StatusWriterDependencies;
  /** As the API holds it, as far as is known. */
  #stored: Pod;
  #wanted: PodStatus | undefined;
  /** Whether nothing runs any more: a pod that is being deleted may go. */
  #finished = false;
  #gone = false;
  /** Whether there may be something to write. */
  #due = false;
  #writing: Promise<void> | undefined;

  constructor(pod: Pod, dependencies: StatusWriterDependencies) {
    this.#stored = pod;
    this.#dependencies = dependencies;
  }

  /** Takes over what a watch tells; what is older than an answer that has come already is not news. */
  observe(pod: Pod): void {
    if (isOlder(pod, this.#stored)) return;
    this.#stored = pod;
    if (this.#finished) this.#start();
  }

  set(status: PodStatus): void {
    this.#wanted = status;
    this.#start();
  }

  /** This is the last status, and nothing of the pod is left on the node. */
  finish(status: PodStatus): void {
    this.#finished = true;
    this.set(status);
  }

  /** There is no such pod any more. */
  gone(): void {
    this.#gone = true;
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  #start(): void {
    if (this.#gone || this.#dependencies.signal.aborted) return;
    this.#due = true;
    this.#writing ??= this.#write();
  }

  async #write(): Promise<void> {
    const { clock, limiter, signal } = this.#dependencies;
    let pauseMs = FIRST_PAUSE_MS;
    try {
      while (this.#due && !signal.aborted && !this.#gone) {
        this.#due = false;
        try {
          if (!(await limiter.run(() => this.#next()))) this.#due = true;
          pauseMs = FIRST_PAUSE_MS;
        } catch (error) {
          if (signal.aborted) return;
          if (!(await this.#failed(error))) continue;
          this.#due = true;
          await clock.sleep(pauseMs, signal);
          pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
        }
      }
    } finally {
      // In the same turn in which nothing was due any more: nothing is overlooked.
      this.#writing = undefined;
    }
  }

  /** Whether it is worth trying again. */
  async #failed(error: unknown): Promise<boolean> {
    const { logger } = this.#dependencies;
    if (isNotFound(error)) this.#gone = true;
    else if (isConflict(error)) await this.#lookAgain().catch(() => {});
    else logger.warn({ pod: keyOf(this.#stored), error }, "the status of a pod was not written");
    return isTransient(error) || isConflict(error);
  }

  /** One request; true when there is nothing more to do. */
  async #next(): Promise<boolean> {
    if (this.#gone) return true;
    const { pods, signal } = this.#dependencies;
    const { metadata, status } = this.#stored;
    const { uid = "" } = metadata;
    const key = keyOf(this.#stored);
    const wanted = this.#wanted;
    const patch = wanted === undefined ? undefined : statusPatch(status, wanted);
    // Whatever the server makes of it: it is told once, not until it agrees.
    if (patch !== undefined) {
      const body = { metadata: { uid }, status: patch };
      const options = { subresource: "status", signal };
      const stored = await pods.patch(key, "strategic-merge-patch", body, options);
      if (this.#wanted === wanted) this.#wanted = undefined;
      if (!isOlder(stored, this.#stored)) this.#stored = stored;
      return false;
    }
    this.#wanted = undefined;
    const deleted = metadata.deletionTimestamp !== undefined;
    if (!this.#finished || !deleted || !isFinal(status?.phase)) return true;
    await pods.delete(key, { gracePeriodSeconds: 0, preconditions: { uid }, signal });
    this.#gone = true;
    return true;
  }

  /** Somebody else has changed the pod, or it is another one of that name. */
  async #lookAgain(): Promise<void> {
    const { pods, signal } = this.#dependencies;
    const current = await pods.get(keyOf(this.#stored), { signal });
    if (current.metadata.uid === this.#stored.metadata.uid) this.#stored = current;
    else this.#gone = true;
  }
}

/** Revisions of one object grow. */
function isOlder(left: Pod, right: Pod): boolean {
  const revision = ({ metadata }: Pod): bigint => BigInt(metadata.resourceVersion || "0");
  return revision(left) < revision(right);
}
