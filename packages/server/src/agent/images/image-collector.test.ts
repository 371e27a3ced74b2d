import { afterEach, describe, expect, it } from "vitest";
import { silentLogger } from "../../runtime/logger.ts";
import { FakeClock } from "../../testing/fake-clock.ts";
import type { ImageStore, StoredImage } from "../image-store.ts";
import { nodeReference } from "../node/own-node.ts";
import { DEFAULT_IMAGE_COLLECTION, type ImageCollectionPolicy } from "./image-collection-policy.ts";
import { ImageCollector } from "./image-collector.ts";

const MINUTE = 60_000;
/** Of 100 each, on a disk of 1,000. */
const SIZE = 100;

/** A disk that holds images and other things. */
class Disk implements ImageStore {
  images: readonly StoredImage[] = [];
  readonly usedNow = new Set<string>();
  /** Ids of images that cannot be removed. */
  readonly stuck = new Set<string>();
  otherBytes = 0;
  capacityBytes = 1000;
  readonly removed: string[] = [];
  broken: Error | undefined;

  put(...ids: readonly string[]): void {
    const made = ids.map((id) => ({ id, tags: [], digests: [], sizeBytes: SIZE, pinned: false }));
    this.images = [...this.images, ...made];
  }

  async list(): Promise<readonly StoredImage[]> {
    if (this.broken !== undefined) throw this.broken;
    return this.images;
  }

  async used(): Promise<ReadonlySet<string>> {
    return this.usedNow;
  }

  async remove(id: string): Promise<void> {
    if (this.stuck.has(id)) throw new Error(`${id} is stuck`);
    this.images = this.images.filter((image) => image.id !== id);
    this.removed.push(id);
  }

  async directory(): Promise<string> {
    return "/images";
  }

  space(): { readonly capacityBytes: number; readonly availableBytes: number } {
    const used = this.otherBytes + this.images.length * SIZE;
    return { capacityBytes: this.capacityBytes, availableBytes: this.capacityBytes - used };
  }
}

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function start(
  disk: Disk,
  {
    policy = DEFAULT_IMAGE_COLLECTION,
    isUnderPressure = () => false,
  }: { policy?: ImageCollectionPolicy; isUnderPressure?: () => boolean } = {},
) {
  const clock = new FakeClock();
  const events: string[] = [];
  const told: number[] = [];
  const collector = new ImageCollector({
    images: disk,
    policy,
    isUnderPressure,
    measureDisk: () => disk.space(),
    onRemoved: async () => void told.push(disk.removed.length),
    about: nodeReference("n"),
    events: {
      record: ({ kind, name, uid }, type, reason, message) => {
        events.push(`${kind} ${name} ${uid} ${type} ${reason} ${message}`);
      },
    },
    clock,
    logger: silentLogger,
  });
  const abort = new AbortController();
  const running = collector.run(abort);
  stops.push(async () => {
    abort.abort();
    await clock.advance(0);
    await running;
  });
  // The first look.
  await clock.advance(0);
  return { clock, events, told };
}

describe("when the disk of images fills", () => {
  it("those that nobody uses go, until it is at its low mark, those of no use for longest first", async () => {
    const disk = new Disk();
    disk.put("a", "b", "c");
    const { clock, events, told } = await start(disk);
    disk.usedNow.add("a");
    await clock.advance(5 * MINUTE);
    disk.usedNow.clear();
    disk.put("d", "e");
    await clock.advance(5 * MINUTE);
    expect(disk.removed).toEqual([]);
    disk.otherBytes = 450;
    await clock.advance(5 * MINUTE);
    // 150 are too many; `a` was used after the others had come, but before nobody saw it in use.
    expect(disk.removed).toEqual(["b", "c"]);
    expect(told).toEqual([2]);
    expect(events).toEqual([]);
  });

  it("one that may have come for a container that is to start stays", async () => {
    const disk = new Disk();
    disk.put("old");
    const { clock } = await start(disk);
    disk.otherBytes = 750;
    await clock.advance(5 * MINUTE - 1);
    disk.put("new");
    await clock.advance(1);
    expect(disk.removed).toEqual(["old"]);
  });

  it("what is used or pinned stays, and that this is not enough is told each time", async () => {
    const disk = new Disk();
    disk.put("used");
    disk.images = [...disk.images, { ...disk.images[0], id: "kept", pinned: true } as StoredImage];
    disk.usedNow.add("used");
    disk.otherBytes = 700;
    const { clock, events } = await start(disk);
    const short =
      "Node n n Warning FreeDiskSpaceFailed Insufficient free disk space on the node's image filesystem (90% of 1000 B used). " +
      "Failed to free sufficient space by deleting unused images (freed 0 bytes). " +
      "Investigate disk usage, as it could be used by active images, logs, volumes, or other data.";
    expect(events).toEqual([short]);
    await clock.advance(5 * MINUTE);
    const again = short.replace("FreeDiskSpaceFailed", "ImageGCFailed");
    expect(events).toEqual([short, short, again]);
    expect(disk.removed).toEqual([]);
    disk.otherBytes = 0;
    await clock.advance(5 * MINUTE);
    disk.otherBytes = 700;
    await clock.advance(5 * MINUTE);
    // It went well meanwhile: once is no reason to say so.
    expect(events).toEqual([short, short, again, short]);
  });

  it("one that cannot be removed does not keep the others", async () => {
    const disk = new Disk();
    disk.put("a", "b", "c");
    const { clock, events, told } = await start(disk);
    disk.stuck.add("a");
    disk.otherBytes = 600;
    await clock.advance(5 * MINUTE);
    expect(disk.removed).toEqual(["b"]);
    expect(told).toEqual([1]);
    disk.stuck.add("c");
    disk.otherBytes = 800;
    await clock.advance(5 * MINUTE);
    expect(events).toEqual([
      "Node n n Warning ImageGCFailed wanted to free 200 bytes, but freed 0 bytes space with errors in image deletion: [a is stuck, c is stuck]",
    ]);
  });

  it("a disk without a size is told of", async () => {
    const disk = new Disk();
    disk.capacityBytes = 0;
    const { events } = await start(disk);
    expect(events).toEqual([
      "Node n n Warning InvalidDiskCapacity invalid capacity 0 on image filesystem",
    ]);
  });

  it("a runtime that does not answer ends nothing", async () => {
    const disk = new Disk();
    disk.put("a");
    disk.broken = new Error("container runtime is down");
    const { clock, events } = await start(disk);
    await clock.advance(5 * MINUTE);
    expect(events).toEqual(["Node n n Warning ImageGCFailed container runtime is down"]);
    disk.broken = undefined;
    await clock.advance(5 * MINUTE);
    disk.otherBytes = 800;
    await clock.advance(5 * MINUTE);
    expect(disk.removed).toEqual(["a"]);
  });

  it("nothing goes where the high mark is 100", async () => {
    const disk = new Disk();
    disk.put("a");
    disk.otherBytes = 900;
    const policy = { ...DEFAULT_IMAGE_COLLECTION, highThresholdPercent: 100 };
    const { clock, events } = await start(disk, { policy });
    await clock.advance(30 * MINUTE);
    expect([disk.removed, events]).toEqual([[], []]);
  });
});

it("under pressure all goes that nobody uses, within seconds", async () => {
  const disk = new Disk();
  disk.put("a", "b", "used");
  disk.usedNow.add("used");
  let pressure = false;
  const { clock, told } = await start(disk, { isUnderPressure: () => pressure });
  await clock.advance(3 * MINUTE);
  expect(disk.removed).toEqual([]);
  pressure = true;
  await clock.advance(10_000);
  expect(disk.removed).toEqual(["a", "b"]);
  expect(told).toEqual([2]);
});
