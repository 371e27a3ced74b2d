import { describe, expect, it } from "vitest";
import { orAborted } from "./or-aborted.ts";
import { type Runnable, runTogether } from "./task-group.ts";

/** Runs until it is aborted, and says when it has stopped. */
function lasting(stopped: string[], name: string): Runnable {
  return {
    run: async ({ signal }) => {
      await orAborted(new Promise(() => {}), signal);
      await new Promise((resolve) => setImmediate(resolve));
      stopped.push(name);
    },
  };
}

describe("runTogether", () => {
  it("settles when all parts have stopped", async () => {
    const stopped: string[] = [];
    const abort = new AbortController();
    const parts = [lasting(stopped, "a"), { run: () => Promise.resolve() }, lasting(stopped, "b")];
    const running = runTogether(parts, { signal: abort.signal });
    abort.abort();
    await running;
    expect(stopped).toEqual(["a", "b"]);
  });

  it("stops all parts when one fails, and throws its error, not what follows from it", async () => {
    const stopped: string[] = [];
    const failing: Runnable = { run: () => Promise.reject(new Error("first")) };
    const second: Runnable = {
      run: async ({ signal }) => {
        await orAborted(new Promise(() => {}), signal);
        throw new Error("second");
      },
    };
    const running = runTogether([lasting(stopped, "a"), second, failing], {
      signal: new AbortController().signal,
    });
    await expect(running).rejects.toThrow("first");
    expect(stopped).toEqual(["a"]);
  });
});

describe("orAborted", () => {
  it.each([
    ["the promise", Promise.resolve("x"), new AbortController().signal],
    ["a signal that aborted before", new Promise(() => {}), AbortSignal.abort()],
  ])("resolves with %s", async (_what, promise, signal) => {
    await expect(orAborted(promise, signal)).resolves.toBeUndefined();
  });

  it("fails with the promise", async () => {
    const failing = Promise.reject(new Error("no"));
    await expect(orAborted(failing, new AbortController().signal)).rejects.toThrow("no");
  });
});
