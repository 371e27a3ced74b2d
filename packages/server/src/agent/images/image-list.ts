import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import type { Runnable } from "../../runtime/task-group.ts";
import type { ImageStore, StoredImage } from "../image-store.ts";

/** @see kubernetes pkg/kubelet/images/image_gc_manager.go (Start) */
const EVERY_MS = 30_000;

export interface ImageListOptions {
  readonly images: ImageStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What images a node has: as of the last half minute. */
export class ImageList implements Runnable {
  readonly #options: ImageListOptions;
  #current: readonly StoredImage[] = [];
  #directory: string | undefined;

  constructor(options: ImageListOptions) {
    this.#options = options;
  }

  get current(): readonly StoredImage[] {
    return this.#current;
  }

  /** Where they lie; unknown until the runtime was asked once. */
  get directory(): string | undefined {
    return this.#directory;
  }

  async run({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    const { images, clock, logger } = this.#options;
    while (!signal.aborted) {
      try {
        this.#directory = await images.directory();
        this.#current = await images.list();
      } catch (error) {
        logger.debug({ error }, "it is not known which images are there");
      }
      await clock.sleep(EVERY_MS, signal);
    }
  }
}
