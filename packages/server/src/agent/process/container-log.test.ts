import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeClock } from "../../testing/fake-clock.ts";
import { removeRotatedLogs, rotatedLogs } from "../log-rotation.ts";
import { ContainerLog } from "./container-log.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "container-log-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const clock = new FakeClock(Date.UTC(2026, 0, 2, 3, 4, 5, 6));

test("a log that grows is put aside, and the oldest are removed", async () => {
  const path = join(directory, "c/0.log");
  const log = new ContainerLog(path, clock, { maxBytes: 100, maxFiles: 3 });
  await log.open();
  for (let line = 0; line < 10; line++) {
    await log.write("stdout", Buffer.from(`line ${line} ${"x".repeat(70)}\n`));
    await clock.advance(10);
  }
  await log.close();
  const aside = await rotatedLogs(path);
  expect(aside).toHaveLength(2);
  expect(aside[0]).toMatch(/\/0\.log\.20260102-030405\.\d{3}$/);
  const kept = [...aside, path].map((each) => readFileSync(each, "utf8")).join("");
  expect([...kept.matchAll(/line (\d)/g)].map(([, line]) => line)).toEqual(
    ["5", "6", "7", "8", "9"].slice(-kept.split("\n").length + 1),
  );
  await removeRotatedLogs(path);
  expect(readdirSync(join(directory, "c"))).toEqual(["0.log"]);
});

test("a log that is there already is gone on with", async () => {
  const path = join(directory, "0.log");
  for (const word of ["one", "two"]) {
    const log = new ContainerLog(path, clock, { maxBytes: 1000, maxFiles: 2 });
    await log.open();
    await Promise.all([
      log.write("stdout", Buffer.from(`${word}\nrest`)),
      log.write("stderr", Buffer.from(`${word} error\n`)),
    ]);
    await log.end("stdout");
    await log.close();
  }
  expect(
    readFileSync(path, "utf8")
      .split("\n")
      .map((line) => line.slice(28)),
  ).toEqual([
    "stdout F one",
    "stderr F one error",
    "stdout P rest",
    "stdout F two",
    "stderr F two error",
    "stdout P rest",
    "",
  ]);
});

test("a log that somebody has removed is begun anew when its time has come", async () => {
  const path = join(directory, "0.log");
  const log = new ContainerLog(path, clock, { maxBytes: 10, maxFiles: 2 });
  await log.open();
  await log.write("stdout", Buffer.from("one\n"));
  rmSync(path);
  await log.write("stdout", Buffer.from("two\n"));
  await log.close();
  expect(readFileSync(path, "utf8")).toMatch(/ stdout F two\n$/);
});

test("a log that could not be begun anew is, when that can be", async () => {
  const path = join(directory, "gone/0.log");
  const log = new ContainerLog(path, clock, { maxBytes: 10, maxFiles: 2 });
  await log.open();
  await log.write("stdout", Buffer.from("one\n"));
  rmSync(join(directory, "gone"), { recursive: true });
  await expect(log.write("stdout", Buffer.from("two\n"))).rejects.toThrow("ENOENT");
  mkdirSync(join(directory, "gone"));
  await log.write("stdout", Buffer.from("three\n"));
  await log.close();
  expect(readFileSync(path, "utf8")).toMatch(/^\S+ stdout F three\n$/);
});

test("a log that is closed stays so", async () => {
  const path = join(directory, "0.log");
  const log = new ContainerLog(path, clock, { maxBytes: 10, maxFiles: 2 });
  await log.open();
  await log.write("stdout", Buffer.from("one\n"));
  const late = log.write("stdout", Buffer.from("two\n"));
  await log.close();
  await late;
  await log.write("stdout", Buffer.from("three\n"));
  expect(readFileSync(path, "utf8")).not.toContain("three");
  expect(readdirSync("/proc/self/fd").map((fd) => linkOf(fd))).not.toContain(path);
});

function linkOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return "";
  }
}
