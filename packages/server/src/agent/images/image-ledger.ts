import type { StoredImage } from "../image-store.ts";

/** An image that nobody uses, and since when. */
export interface UnusedImage {
  readonly id: string;
  readonly sizeBytes: number;
  /** When it was seen first, milliseconds since 1970. */
  readonly detectedAt: number;
}

interface Entry {
  readonly detectedAt: number;
  usedAt: number;
  sizeBytes: number;
  pinned: boolean;
  isUsed: boolean;
}

/**
 * Remembers of the images of a node when each was first seen, and when it was last seen in use.
 * @see kubernetes pkg/kubelet/images/image_gc_manager.go (detectImages, imagesInEvictionOrder)
 */
export class ImageLedger {
  readonly #entries = new Map<string, Entry>();

  /**
   * @param used - ids or digests of images that containers are made of
   * @param now - milliseconds since 1970
   */
  observe(images: readonly StoredImage[], used: ReadonlySet<string>, now: number): void {
    const ids = new Set(images.map(({ id }) => id));
    for (const id of this.#entries.keys()) if (!ids.has(id)) this.#entries.delete(id);
    for (const { id, digests, sizeBytes, pinned } of images) {
      const isUsed = used.has(id) || digests.some((digest) => used.has(digest));
      const { detectedAt = now, usedAt = Number.NEGATIVE_INFINITY } = this.#entries.get(id) ?? {};
      this.#entries.set(id, {
        ...{ detectedAt, sizeBytes, pinned, isUsed },
        usedAt: isUsed ? now : usedAt,
      });
    }
  }

  forget(id: string): void {
    this.#entries.delete(id);
  }

  /** Those that may go, the one first that has been of no use for longest. */
  unused(): readonly UnusedImage[] {
    return [...this.#entries]
      .filter(([, { isUsed, pinned }]) => !isUsed && !pinned)
      .sort(([, a], [, b]) =>
        a.usedAt === b.usedAt ? a.detectedAt - b.detectedAt : a.usedAt - b.usedAt,
      )
      .map(([id, { sizeBytes, detectedAt }]) => ({ id, sizeBytes, detectedAt }));
  }
}
