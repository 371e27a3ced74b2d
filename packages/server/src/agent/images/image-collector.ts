import type { ObjectReference } from "../../api/types.ts";
import type { EventSink } from "../../client/event-recorder.ts";
import type { Clock } from "../../runtime/clock.ts";
import { lastsStill } from "../../runtime/lasts-still.ts";
import type { Logger } from "../../runtime/logger.ts";
import { type Runnable, runTogether } from "../../runtime/task-group.ts";
import type { ImageStore } from "../image-store.ts";
import {
  type DiskSpace,
  findShortage,
  type ImageCollectionPolicy,
  insufficientSpace,
} from "./image-collection-policy.ts";
import { ImageLedger, type UnusedImage } from "./image-ledger.ts";

export interface ImageCollectorOptions {
  readonly images: ImageStore;
  readonly policy: ImageCollectionPolicy;
  /** Of the disk that has a directory. */
  readonly measureDisk: (directory: string) => DiskSpace;
  /** Whether there is so little space that all goes that may. */
  readonly isUnderPressure: () => boolean;
  /** Told after images were removed. */
  readonly onRemoved: () => Promise<void>;
  /** The node, of which events tell. */
  readonly about: ObjectReference;
  readonly events: EventSink;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** @see kubernetes pkg/kubelet/kubelet.go (ImageGCPeriod) */
const COLLECT_EVERY_MS = 5 * 60_000;
/** @see kubernetes pkg/kubelet/kubelet.go (evictionMonitoringPeriod) */
const PRESSURE_EVERY_MS = 10_000;
/** What Go prints of all there is. */
const ALL = "9223372036854775807";

/**
 * Removes images that nobody uses when the disk that they lie on gets full, and all of them when the
 * node is under pressure for it.
 * @see kubernetes pkg/kubelet/images/image_gc_manager.go · pkg/kubelet/eviction/helpers.go (buildSignalToNodeReclaimFuncs)
 */
export class ImageCollector implements Runnable {
  readonly #options: ImageCollectorOptions;
  readonly #ledger = new ImageLedger();
  #failed = false;
  #removed = 0;
  /** One after the other: both would count what the other has removed. */
  #working: Promise<void> = Promise.resolve();

  constructor(options: ImageCollectorOptions) {
    this.#options = options;
  }

  async run({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    await runTogether(
      [
        { run: (context) => this.#every(COLLECT_EVERY_MS, context.signal, () => this.#collect()) },
        { run: (context) => this.#every(PRESSURE_EVERY_MS, context.signal, () => this.#relieve()) },
      ],
      { signal },
    );
  }

  async #every(ms: number, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    const { clock, logger } = this.#options;
    while (!signal.aborted) {
      const turn = this.#working.then(async () => {
        if (signal.aborted) return;
        try {
          await this.#telling(work);
        } catch (error) {
          logger.warn({ error }, "images could not be removed");
        }
      });
      this.#working = turn;
      await turn;
      await clock.sleep(ms, signal);
    }
  }

  async #telling(work: () => Promise<void>): Promise<void> {
    const before = this.#removed;
    try {
      await work();
    } finally {
      if (this.#removed > before) await this.#options.onRemoved();
    }
  }

  async #collect(): Promise<void> {
    const { policy, events, about } = this.#options;
    if (policy.highThresholdPercent === 100) return;
    try {
      await this.#collectNow();
      this.#failed = false;
    } catch (error) {
      // Once is no reason to tell anybody.
      const message = error instanceof Error ? error.message : String(error);
      if (this.#failed) events.record(about, "Warning", "ImageGCFailed", message);
      this.#failed = true;
      throw error;
    }
  }

  async #collectNow(): Promise<void> {
    const { images, policy, measureDisk, events, about, clock, logger } = this.#options;
    const now = clock.now();
    const unused = await this.#look(now);
    const disk = measureDisk(await images.directory());
    if (disk.capacityBytes === 0) {
      const message = "invalid capacity 0 on image filesystem";
      events.record(about, "Warning", "InvalidDiskCapacity", message);
      throw new Error(message);
    }
    const shortage = findShortage(disk, policy);
    if (shortage === undefined) return;
    logger.info({ ...shortage, ...policy }, "the disk of images is filling: unused ones go");
    const freedBytes = await this.#free(unused, shortage.bytes, String(shortage.bytes), now);
    if (freedBytes >= shortage.bytes) return;
    const message = insufficientSpace(shortage, disk, freedBytes);
    events.record(about, "Warning", "FreeDiskSpaceFailed", message);
    throw new Error(message);
  }

  async #relieve(): Promise<void> {
    const { isUnderPressure, clock } = this.#options;
    if (!isUnderPressure()) return;
    const now = clock.now();
    await this.#free(await this.#look(now), Number.POSITIVE_INFINITY, ALL, now);
  }

  async #look(now: number): Promise<readonly UnusedImage[]> {
    const { images } = this.#options;
    // In this order: an image that comes in between is not known, and stays.
    const stored = await images.list();
    this.#ledger.observe(stored, await images.used(), now);
    return this.#ledger.unused();
  }

  /** @returns bytes of the images that were removed. @throws Error of those that could not be */
  async #free(
    unused: readonly UnusedImage[],
    bytes: number,
    bytesText: string,
    now: number,
  ): Promise<number> {
    const { images, policy, logger } = this.#options;
    const failures = new Set<string>();
    let freedBytes = 0;
    for (const { id, sizeBytes, detectedAt } of unused) {
      if (lastsStill(detectedAt, policy.minAgeMs, now)) continue;
      try {
        await images.remove(id);
        logger.info({ image: id, sizeBytes }, "an image that nobody uses is removed");
        this.#ledger.forget(id);
        this.#removed++;
        freedBytes += sizeBytes;
      } catch (error) {
        failures.add(error instanceof Error ? error.message : String(error));
      }
      if (freedBytes >= bytes) break;
    }
    if (failures.size === 0) return freedBytes;
    const [first = ""] = failures;
    const all = failures.size === 1 ? first : `[${[...failures].join(", ")}]`;
    throw new Error(
      `wanted to free ${bytesText} bytes, but freed ${freedBytes} bytes space with errors in image deletion: ${all}`,
    );
  }
}
