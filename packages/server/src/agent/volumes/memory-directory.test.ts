import {
  chmodSync,
  existsSync,
  mkdirSync,
  rmSync,
  statfsSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { silentLogger } from "../../runtime/logger.ts";
import { canMount } from "../mounted-directory.fixture.ts";
import { modeOf, temporaryDirectory } from "../written-volume.fixture.ts";
import { prepareMemoryDirectory } from "./memory-directory.ts";
import { createMounter, MountError, type Mounter } from "./mounter.ts";
import { countingMounter, NO_MOUNTER } from "./pod-volumes.fixture.ts";

const TMPFS = 0x01021994;

/** A path in `/dev/shm` for one test. */
function inMemory(): string {
  const name = temporaryDirectory().replaceAll("/", "-");
  const path = join("/dev/shm", name);
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function prepare(mounter: Mounter, more: { root?: string; fallback?: string } = {}) {
  return prepareMemoryDirectory({
    root: more.root ?? temporaryDirectory(),
    fallback: more.fallback ?? inMemory(),
    mounter,
    logger: silentLogger,
  });
}

describe.runIf(canMount)("memory of an agent that may mount", () => {
  it("is a file system of its own, for nobody else, and gone in the end", async () => {
    const root = temporaryDirectory();
    const memory = await prepare(createMounter(), { root });
    expect(memory).toMatchObject({ path: join(root, "memory"), canMount: true });
    expect(statfsSync(memory.path).type).toBe(TMPFS);
    expect(modeOf(memory.path)).toBe("0700");
    await memory[Symbol.asyncDispose]();
    expect(existsSync(memory.path)).toBe(false);
  });

  it("is found by the agent that comes after one that fell", async () => {
    const root = temporaryDirectory();
    const { mounter, mounts } = countingMounter();
    const first = await prepare(mounter, { root });
    mkdirSync(join(first.path, "u-1"));
    const second = await prepare(mounter, { root });
    expect(mounts).toHaveLength(1);
    expect(existsSync(join(second.path, "u-1"))).toBe(true);
    await first[Symbol.asyncDispose]();
    expect(existsSync(join(second.path, "u-1")), "of a pod that is left").toBe(true);
    rmSync(join(second.path, "u-1"), { recursive: true });
    await second[Symbol.asyncDispose]();
    expect(await mounter.mountPointsBelow(root)).toEqual([]);
  });

  it("is found through links as well", async () => {
    const root = temporaryDirectory();
    const alias = join(temporaryDirectory(), "alias");
    symlinkSync(root, alias);
    const { mounter, mounts } = countingMounter();
    await using _first = await prepare(mounter, { root: alias });
    await using second = await prepare(mounter, { root: alias });
    expect(second.path).toBe(join(root, "memory"));
    expect(mounts).toHaveLength(1);
  });
});

describe("memory of an agent", () => {
  it("is mounted without swap where the kernel knows how, and else without that", async () => {
    const asked: string[] = [];
    const old: Mounter = {
      ...NO_MOUNTER,
      mountTmpfs: (_target, options) => {
        asked.push(options.join());
        return options.includes("noswap")
          ? Promise.reject(new MountError("failed", "mount failed: bad option"))
          : Promise.resolve();
      },
    };
    await prepare(old);
    expect(asked).toEqual(["mode=0700,noswap", "mode=0700"]);
  });

  it("that cannot be mounted for another reason is an error", async () => {
    const broken: Mounter = {
      ...NO_MOUNTER,
      mountTmpfs: () => Promise.reject(new MountError("failed", "mount failed: no such device")),
    };
    await expect(prepare(broken)).rejects.toThrow("no such device");
  });
});

describe("memory of an agent that may not mount", () => {
  it("is a directory of its own in memory, and gone in the end when it is empty", async () => {
    const fallback = inMemory();
    const memory = await prepare(NO_MOUNTER, { fallback: join(fallback, "node") });
    expect(memory).toMatchObject({ path: join(fallback, "node"), canMount: false });
    expect(modeOf(memory.path)).toBe("0700");
    writeFileSync(join(memory.path, "token"), "x");
    await memory[Symbol.asyncDispose]();
    expect(existsSync(join(memory.path, "token"))).toBe(true);
    rmSync(join(memory.path, "token"));
    await memory[Symbol.asyncDispose]();
    expect(existsSync(memory.path)).toBe(false);
  });

  it("is never on a disk", async () => {
    const fallback = join(temporaryDirectory(), "memory");
    await expect(prepare(NO_MOUNTER, { fallback })).rejects.toThrow(
      `${fallback} is not in memory: tokens are not written to a disk`,
    );
  });

  it.each<[string, (path: string) => void]>([
    [
      "others may look into",
      (path) => {
        mkdirSync(path);
        chmodSync(path, 0o755);
      },
    ],
    ["is a link", (path) => symlinkSync("/dev/shm", path)],
  ])("is no directory that %s", async (_what, make) => {
    const fallback = inMemory();
    make(fallback);
    await expect(prepare(NO_MOUNTER, { fallback })).rejects.toThrow(
      "is not a directory of this user alone",
    );
  });
});
