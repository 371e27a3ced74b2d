import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { DataDirectoryLockedError, lockDataDirectory } from "./data-directory-lock.ts";

let directory = "";
beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), "countersign-lock-")), "data");
});
afterEach(() => rm(join(directory, ".."), { recursive: true }));

const module = new URL("./data-directory-lock.ts", import.meta.url).href;
const script = `
  const { lockDataDirectory } = await import(process.argv[1]);
  globalThis.lock = lockDataDirectory(process.argv[2]);
  process.stdout.write("locked\\n");
  setInterval(() => {}, 1000);
`;

async function lockElsewhere(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", script, module, directory], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return child;
}

it("keeps a second process out, names the directory, and changes nothing there", async () => {
  const child = await lockElsewhere();
  try {
    const before = await readdir(directory);
    expect(() => lockDataDirectory(directory)).toThrow(
      expect.objectContaining({
        name: "DataDirectoryLockedError",
        directory,
        message: expect.stringContaining(directory),
      }),
    );
    expect(await readdir(directory)).toEqual(before);
  } finally {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
});

it("ends with its owner, even one that is killed", async () => {
  for (const signal of ["SIGKILL", "SIGTERM"] as const) {
    const child = await lockElsewhere();
    child.kill(signal);
    await once(child, "exit");
    lockDataDirectory(directory)[Symbol.dispose]();
  }
});

it("keeps a second owner in the same process out until it is disposed", () => {
  const lock = lockDataDirectory(directory);
  expect(() => lockDataDirectory(directory)).toThrow(DataDirectoryLockedError);
  lock[Symbol.dispose]();
  lock[Symbol.dispose]();
  lockDataDirectory(directory)[Symbol.dispose]();
});

it("makes the directory for its owner alone", async () => {
  using lock = lockDataDirectory(directory);
  expect(existsSync(lock.directory)).toBe(true);
  expect((await stat(directory)).mode & 0o777).toBe(0o700);
  expect((await stat(join(directory, "lock"))).mode & 0o777).toBe(0o600);
});
