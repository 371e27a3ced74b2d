import type { EventSink } from "../../client/event-recorder.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import { type Runnable, runTogether } from "../../runtime/task-group.ts";
import type { ImageStore, StoredImage } from "../image-store.ts";
import { readDisk } from "../node/machine.ts";
import { nodeReference } from "../node/own-node.ts";
import type { ImageAccess } from "./image-access.ts";
import type { ImageCollectionPolicy } from "./image-collection-policy.ts";
import { ImageCollector } from "./image-collector.ts";
import { ImageList } from "./image-list.ts";

export interface ImageKeeperOptions {
  readonly images: ImageStore;
  readonly access: ImageAccess;
  readonly policy: ImageCollectionPolicy;
  /** Whether the node is under pressure because of the disk of images. */
  readonly lacksSpace: () => boolean;
  readonly nodeName: string;
  readonly events: EventSink;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Looks after the images of a node: which there are, which may go, and who may use what was pulled. */
export class ImageKeeper implements Runnable {
  readonly #options: ImageKeeperOptions;
  readonly #list: ImageList;

  constructor(options: ImageKeeperOptions) {
    this.#options = options;
    this.#list = new ImageList(options);
  }

  get current(): readonly StoredImage[] {
    return this.#list.current;
  }

  get directory(): string | undefined {
    return this.#list.directory;
  }

  async run({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    const { images, access, lacksSpace, nodeName } = this.#options;
    const references = async (): Promise<readonly string[]> =>
      (await images.list()).map(({ id }) => id);
    const collector = new ImageCollector({
      ...this.#options,
      about: nodeReference(nodeName),
      measureDisk: readDisk,
      isUnderPressure: lacksSpace,
      onRemoved: () => access.forgetGoneNow(references),
    });
    const records: Runnable = { run: (context) => access.forgetGone(references, context) };
    await runTogether([this.#list, collector, records], { signal });
  }
}
