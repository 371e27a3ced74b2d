import { expect, it } from "vitest";
import { silentLogger } from "../../runtime/logger.ts";
import { FakeClock } from "../../testing/fake-clock.ts";
import type { StoredImage } from "../image-store.ts";
import { ImageList } from "./image-list.ts";

const IMAGE: StoredImage = { id: "a", tags: [], digests: [], sizeBytes: 1, pinned: false };

it("is looked at every half minute, and is the last one known while nobody answers", async () => {
  const clock = new FakeClock();
  let images: readonly StoredImage[] | undefined = [IMAGE];
  const list = new ImageList({
    images: {
      directory: async () => "/images",
      list: async () => {
        if (images === undefined) throw new Error("down");
        return images;
      },
      used: async () => new Set(),
      remove: async () => {},
    },
    clock,
    logger: silentLogger,
  });
  expect([list.current, list.directory]).toEqual([[], undefined]);
  const abort = new AbortController();
  const running = list.run(abort);
  await clock.advance(0);
  expect([list.current, list.directory]).toEqual([[IMAGE], "/images"]);
  images = undefined;
  await clock.advance(30_000);
  expect(list.current).toEqual([IMAGE]);
  images = [];
  await clock.advance(30_000);
  expect(list.current).toEqual([]);
  abort.abort();
  await running;
});
