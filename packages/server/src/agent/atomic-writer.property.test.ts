import { once } from "node:events";
import { Worker } from "node:worker_threads";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ReaderReport } from "./atomic-reader.fixture.ts";
import { writeAtomically } from "./atomic-writer.ts";
import { payloadOf, temporaryDirectory, visibleFiles } from "./written-volume.fixture.ts";

const element = fc.constantFrom("a", "b", "c", "token", "ca.crt", "..x");
const path = fc
  .array(element, { minLength: 1, maxLength: 3 })
  .map((elements) => elements.join("/"))
  .filter((text) => !text.startsWith(".."));
const files = fc
  .dictionary(path, fc.string({ maxLength: 5 }), { maxKeys: 5 })
  // No file can be the directory of another one.
  .filter((all) => {
    const paths = Object.keys(all);
    return !paths.some((one) => paths.some((other) => other.startsWith(`${one}/`)));
  });

describe("a written volume", () => {
  it("shows exactly the last payload, whatever came before", () => {
    fc.assert(
      fc.property(fc.array(files, { minLength: 1, maxLength: 6 }), (payloads) => {
        const target = temporaryDirectory();
        let now = Date.UTC(2026, 0, 1);
        let before: Record<string, string> | undefined;
        for (const payload of payloads) {
          now += 7_000;
          const changed = writeAtomically(target, payloadOf(payload), {
            now,
            random: { fraction: () => 0.5 },
          });
          const visible = visibleFiles(target);
          expect(visible).toEqual({ ...payload });
          expect(changed).toBe(JSON.stringify(visible) !== JSON.stringify(before));
          before = visible;
        }
      }),
      { numRuns: 150 },
    );
  });

  it("never shows a reader in another thread a torn, missing or mixed set", async () => {
    const target = temporaryDirectory();
    const names = ["token", "ca.crt", "nested/namespace"];
    const random = { fraction: () => 0.5 };
    const write = (generation: number): void => {
      // Lengths differ widely, so that a file read while it is written would be short.
      const text = `${generation}|${"x".repeat((generation % 7) * 5_000)}|${generation}`;
      const payload = payloadOf(Object.fromEntries(names.map((name) => [name, text])));
      writeAtomically(target, payload, { now: Date.UTC(2026, 0, 1), random });
    };
    write(0);
    const state = new Int32Array(new SharedArrayBuffer(8));
    const reader = new Worker(new URL("./atomic-reader.fixture.ts", import.meta.url), {
      workerData: { target, names, state },
    });
    await once(reader, "message");
    for (let generation = 1; generation <= 600; generation++) {
      write(generation);
      // A reader has the time of three writes: it is given no less, however slow its thread is.
      const round = Atomics.load(state, 0);
      while (generation % 3 === 0 && Atomics.load(state, 0) === round) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    Atomics.store(state, 1, 1);
    const [report] = (await once(reader, "message")) as [ReaderReport];
    expect(report).toMatchObject({ missing: 0, torn: 0, mixed: 0 });
    expect(report.changes).toBeGreaterThan(100);
  });
});
