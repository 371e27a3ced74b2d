import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { temporaryDirectory } from "./written-volume.fixture.ts";

/** Tests that mount or give files away run as root, and must run in CI. */
export const canMount: boolean = process.getuid?.() === 0 || process.env.CI === "true";

/** A file system of its own for one test, in memory. @param size - As mount takes it: `64k`. */
export function mountedDirectory(size: string): string {
  const directory = join(temporaryDirectory(), "mounted");
  mkdirSync(directory);
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", directory]);
  onTestFinished(() => {
    execFileSync("umount", ["--lazy", directory]);
  });
  return directory;
}
