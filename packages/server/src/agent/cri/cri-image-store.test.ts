import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ImageStore } from "../image-store.ts";
import { RuntimeWorkbench } from "../pod-runtime.fixture.ts";
import { busyboxArchive } from "./busybox-image.fixture.ts";
import { canRunContainerd, criHarness, criRuntimeOf, IMAGE } from "./containerd.fixture.ts";

const OTHER = "localhost/other:test";

describe.skipIf(!canRunContainerd)("images of a containerd", () => {
  let bench: RuntimeWorkbench;
  let harness: Awaited<ReturnType<typeof criHarness>>;

  beforeAll(async () => {
    harness = await criHarness();
    bench = new RuntimeWorkbench(harness);
  }, 60_000);
  afterAll(async () => harness?.close());

  const store = (): ImageStore => {
    const { imageStore } = bench.runtime;
    if (imageStore === undefined) throw new Error("it keeps none");
    return imageStore;
  };

  /** Id of another image, which was not there before. */
  async function importOther(name: string): Promise<string> {
    const directory = join(harness.directory, name);
    mkdirSync(directory);
    const archive = busyboxArchive(directory, OTHER, [`NAME=${name}`]);
    harness.containerd.ctr("images", "import", archive);
    await bench.until(async () => (await store().list()).length === 2);
    const found = (await store().list()).find(({ tags }) => tags.includes(OTHER));
    expect(found).toMatchObject({ pinned: false, digests: [] });
    expect(found?.sizeBytes).toBeGreaterThan(100_000);
    return found?.id ?? "";
  }

  test("are removed, once or twice; the one that pods are made of is pinned", async () => {
    const id = await importOther("removed");
    await store().remove(id);
    await store().remove(id);
    expect(await store().list()).toMatchObject([{ tags: [IMAGE], pinned: true }]);
  });

  test("are used by the containers of everybody, also by those that have ended", async () => {
    const id = await importOther("used");
    expect((await store().used()).has(id)).toBe(false);
    const image = await bench.runtime.ensureImage({
      ...{ image: OTHER, policy: "Never", credentials: [] },
      signal: new AbortController().signal,
    });
    const pod = await bench.pod();
    const container = await bench.start(pod, { image, command: ["true"] });
    await bench.until(async () => (await bench.state(container))?.state === "exited");
    const other = await criRuntimeOf(harness.containerd, { owner: "another-node" });
    expect((await other.imageStore?.used())?.has(id)).toBe(true);
    await other[Symbol.asyncDispose]();
    await bench.runtime.removePod(pod.id);
    expect((await store().used()).has(id)).toBe(false);
    await store().remove(id);
  });
});
