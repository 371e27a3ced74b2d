import { execFileSync } from "node:child_process";
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { diskUsage } from "./disk-usage.ts";

/** What others do as soon as a walk has seen something of this name. */
const meanwhile = new Map<string, () => void>();
vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof import("node:fs/promises")>();
  const lstat = async (path: string | Buffer): Promise<unknown> => {
    const stats = await real.lstat(path);
    meanwhile.get(basename(String(path)))?.();
    return stats;
  };
  return { ...real, lstat };
});

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "disk-usage-"));
});
afterEach(() => {
  meanwhile.clear();
  rmSync(directory, { recursive: true });
});

const usage = (path = directory): Promise<bigint> => diskUsage(path, new AbortController().signal);

it("is what du says, of files with several names, holes and links too", async () => {
  mkdirSync(join(directory, "a/b"), { recursive: true });
  writeFileSync(join(directory, "a/b/file"), "x".repeat(100_000));
  linkSync(join(directory, "a/b/file"), join(directory, "a/again"));
  writeFileSync(join(directory, "hole"), "");
  truncateSync(join(directory, "hole"), 1024 * 1024 * 1024);
  symlinkSync("/usr", join(directory, "usr"));
  symlinkSync("..", join(directory, "a/up"));
  const said = execFileSync("du", ["-s", "--block-size=1", directory], { encoding: "utf8" });
  expect(await usage()).toBe(BigInt(said.split("\t")[0] ?? ""));
  expect(await usage()).toBeLessThan(1_000_000n);
});

it("of what is not there is nothing", async () => {
  expect(await usage(join(directory, "none"))).toBe(0n);
});

it("is given up when nobody wants it any more", async () => {
  writeFileSync(join(directory, "file"), "x".repeat(100_000));
  expect(await diskUsage(directory, AbortSignal.abort())).toBeLessThan(100_000n);
});

it.each(["child", "grandchild"])(
  "is not that of a link put in place of a directory: %s",
  async (seen) => {
    const own = join(directory, "own");
    const foreign = join(directory, "foreign");
    mkdirSync(join(own, "child/grandchild"), { recursive: true });
    mkdirSync(join(foreign, "grandchild"), { recursive: true });
    writeFileSync(join(foreign, "grandchild/file"), "x".repeat(1_000_000));
    meanwhile.set(seen, () => {
      meanwhile.clear();
      renameSync(join(own, "child"), join(directory, "away"));
      symlinkSync(foreign, join(own, "child"));
    });
    expect(await usage(own)).toBeLessThan(1_000_000n);
    expect(meanwhile.size).toBe(0);
  },
);

it("is that of names too that are no text", async () => {
  const odd = Buffer.concat([Buffer.from(`${directory}/`), Buffer.from([0xff, 0xfe])]);
  mkdirSync(odd);
  writeFileSync(Buffer.concat([odd, Buffer.from("/é")]), "x".repeat(100_000));
  expect(await usage()).toBeGreaterThan(100_000n);
});

it("of a directory that is reached by a link is that of the directory", async () => {
  mkdirSync(join(directory, "real/data"), { recursive: true });
  writeFileSync(join(directory, "real/data/file"), "x".repeat(100_000));
  symlinkSync("real", join(directory, "link"));
  expect(await usage(join(directory, "link/data"))).toBeGreaterThan(100_000n);
});

it("lets others have their turn", async () => {
  for (let number = 0; number < 200; number++) writeFileSync(join(directory, `${number}`), "");
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns++;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  await usage();
  isOver = true;
  expect(turns).toBeGreaterThan(100);
});
