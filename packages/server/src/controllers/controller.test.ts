import { describe, expect, it } from "vitest";
import { conflict } from "../api/status-error.ts";
import type { Logger } from "../runtime/logger.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { Controller } from "./controller.ts";
import { DONE, type Result, TerminalError } from "./reconciler.ts";

const CONFLICT = conflict({ group: "", resource: "secrets" }, "s", "changed");

/** A controller whose reconciles do, one after another, what the script says, and then succeed. */
function setUp(
  script: readonly (Error | Result)[],
  options: { readonly maxRetries?: number } = {},
) {
  const clock = new FakeClock();
  const outcomes = [...script];
  const reconciled: string[] = [];
  const logged: string[] = [];
  const log = (level: string) => (): void => void logged.push(level);
  const logger: Logger = {
    debug: log("debug"),
    info: log("info"),
    warn: log("warn"),
    error: log("error"),
  };
  const { promise: synced, resolve: sync } = Promise.withResolvers<void>();
  const controller = new Controller<string>({
    name: "test",
    clock,
    logger,
    identify: (key) => key,
    informers: [{ synced }],
    reconciler: {
      reconcile: (key) => {
        reconciled.push(key);
        const outcome = outcomes.shift() ?? DONE;
        return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
      },
    },
    ...options,
  });
  const abort = new AbortController();
  const running = controller.run({ signal: abort.signal });
  const stop = async (): Promise<void> => {
    abort.abort();
    await running;
    expect(clock.pending()).toBe(0);
  };
  /** What is ready runs before time passes: only then the timers are set. */
  const pass = async (ms: number): Promise<void> => {
    await clock.advance(0);
    await clock.advance(ms);
  };
  return { controller, reconciled, logged, sync, stop, pass };
}

describe("Controller", () => {
  it("waits for its informers", async () => {
    const { pass, controller, reconciled, sync, stop } = setUp([]);
    controller.queue.add("a");
    await pass(1_000);
    expect(reconciled).toEqual([]);
    sync();
    await pass(0);
    expect(reconciled).toEqual(["a"]);
    await stop();
  });

  it("stops when it is told to while it still waits", async () => {
    const { stop } = setUp([]);
    await stop();
  });

  it.each<[string, Error | Result, number, string[]]>([
    ["success", DONE, 1, []],
    ["another look after a while", { requeueAfterMs: 60_000 }, 2, []],
    ["an error", new Error("down"), 2, ["warn"]],
    ["a conflict, quietly", CONFLICT, 2, ["debug"]],
    ["an error that no retry helps", new TerminalError("never"), 1, ["error"]],
  ])("%s", async (_name, outcome, times, levels) => {
    const { pass, controller, reconciled, logged, sync, stop } = setUp([outcome]);
    sync();
    controller.queue.add("a");
    await pass(120_000);
    expect(reconciled).toHaveLength(times);
    expect(logged).toEqual(levels);
    await stop();
  });

  it("gives up after so many failures, and starts afresh with the next event", async () => {
    const script = Array.from({ length: 4 }, () => new Error("down"));
    const { pass, controller, reconciled, logged, sync, stop } = setUp(script, { maxRetries: 2 });
    sync();
    controller.queue.add("a");
    await pass(60_000);
    expect(reconciled).toHaveLength(3);
    expect(logged).toEqual(["warn", "warn", "error"]);
    controller.queue.add("a");
    await pass(60_000);
    expect(reconciled).toHaveLength(5);
    await stop();
  });

  it("settles only when the reconcile under way has ended", async () => {
    const clock = new FakeClock();
    const { promise: finished, resolve: finish } = Promise.withResolvers<Result>();
    const controller = new Controller<string>({
      name: "test",
      clock,
      logger: { debug() {}, info() {}, warn() {}, error() {} },
      identify: (key) => key,
      informers: [],
      reconciler: { reconcile: () => finished },
    });
    const abort = new AbortController();
    let settled = false;
    const running = controller.run({ signal: abort.signal }).then(() => {
      settled = true;
    });
    controller.queue.add("a");
    await clock.advance(0);
    abort.abort();
    await clock.advance(0);
    expect(settled).toBe(false);
    finish(DONE);
    await running;
  });

  it("looks again after a wait that grows, without complaints, when told so", async () => {
    const later = { requeueLater: true } as const;
    const { pass, controller, reconciled, logged, sync, stop } = setUp([later, later]);
    controller.queue.add("a");
    sync();
    await pass(4);
    expect(reconciled).toEqual(["a"]);
    await pass(1);
    expect(reconciled).toEqual(["a", "a"]);
    await pass(9);
    expect(reconciled).toEqual(["a", "a"]);
    await pass(1);
    expect(reconciled).toEqual(["a", "a", "a"]);
    expect(controller.queue.failuresOf("a")).toBe(0);
    expect(logged).toEqual([]);
    await stop();
  });
});
