import { spawn } from "node:child_process";
import { constants } from "node:os";
import { expect, test } from "vitest";
import { parseReport } from "./child.ts";
import { childrenOf, heedsByDefault, readProcFile, startOf } from "./proc-status.ts";

const { SIGTERM, SIGUSR1 } = constants.signals;
const mask = (...signals: number[]): string =>
  signals
    .reduce((bits, signal) => bits | (1n << BigInt(signal - 1)), 0n)
    .toString(16)
    .padStart(16, "0");
const status = (caught: string, ignored: string, blocked: string): string =>
  `Name:\tx\nSigBlk:\t${blocked}\nSigIgn:\t${ignored}\nSigCgt:\t${caught}\n`;

test.each([
  ["no handler", status(mask(), mask(), mask()), true],
  ["another signal's handler", status(mask(SIGUSR1), mask(), mask()), true],
  ["a handler", status(mask(SIGTERM, SIGUSR1), mask(), mask()), false],
  ["ignored", status(mask(), mask(SIGTERM), mask()), false],
  ["blocked, to be waited for", status(mask(), mask(), mask(SIGTERM)), false],
])("SIGTERM by default: %s", (_, text, heeds) => {
  expect(heedsByDefault(text, SIGTERM)).toBe(heeds);
});

test("processes by their number and their start", async () => {
  const child = spawn("sh", ["-c", "sleep 100 & echo $!; wait"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const pid = child.pid ?? 0;
  const inner = await new Promise((resolve) => child.stdout.once("data", resolve));
  expect(childrenOf(pid)).toEqual([Number(inner)]);
  const start = startOf(pid);
  expect(start).toMatch(/^\d+$/);
  expect(heedsByDefault(readProcFile(Number(inner), "status") ?? "", SIGTERM)).toBe(true);
  process.kill(Number(inner), "SIGKILL");
  child.kill("SIGKILL");
  await new Promise((resolve) => child.once("exit", resolve));
  expect(startOf(pid)).not.toBe(start);
  expect(childrenOf(pid)).toEqual([]);
});

test.each([
  ["", { pid: undefined, started: false, text: "" }],
  ["pid 12\n", { pid: 12, started: false, text: "" }],
  ["pid 12\nstar", { pid: 12, started: false, text: "star" }],
  ["pid 12\nstarted\n", { pid: 12, started: true, text: "" }],
  [
    'pid 12\nmount: no\nerror exec: "x"\n',
    { pid: 12, started: false, text: 'mount: no; exec: "x"' },
  ],
])("a report of a start: %j", (text, report) => {
  expect(parseReport(text)).toEqual(report);
});
