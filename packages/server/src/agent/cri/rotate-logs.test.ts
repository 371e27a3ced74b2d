import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { silentLogger } from "../../runtime/logger.ts";
import { FakeClock } from "../../testing/fake-clock.ts";
import { RuntimeError } from "../pod-runtime.ts";
import { rotateLogs } from "./rotate-logs.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "rotate-logs-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

it("a log that the server does not open anew stays where it is looked for", async () => {
  const logPath = join(directory, "0.log");
  writeFileSync(logPath, "x".repeat(200));
  const clock = new FakeClock();
  const asked: unknown[] = [];
  const run = { podId: "p", podUid: "u", name: "c", attempt: 0, image: "", imageId: "" };
  const stop = rotateLogs({
    client: {
      call: async (_method, request) => {
        asked.push(request);
        // It has ended just now.
        throw new RuntimeError("not-found", "container is not running");
      },
    },
    clock,
    logger: silentLogger,
    rotation: { maxBytes: 100, maxFiles: 3 },
    running: () => [{ ...run, id: "c", state: "running", createdAt: 0, logPath }],
  });
  await clock.advance(10_000);
  await expect.poll(() => asked).toEqual([{ containerId: "c" }]);
  await expect.poll(() => readdirSync(directory)).toEqual(["0.log"]);
  expect(readFileSync(logPath, "utf8")).toHaveLength(200);
  stop();
});
