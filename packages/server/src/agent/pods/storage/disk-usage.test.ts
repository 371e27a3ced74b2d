import { execFileSync } from "node:child_process";
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { diskUsage } from "./disk-usage.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "disk-usage-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

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
