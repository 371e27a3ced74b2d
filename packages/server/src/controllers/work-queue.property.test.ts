import fc from "fast-check";
import { expect, it } from "vitest";
import { FakeClock } from "../testing/fake-clock.ts";
import { WorkQueue } from "./work-queue.ts";

type Step =
  | { readonly kind: "change"; readonly key: string; readonly delayMs: number }
  | { readonly kind: "finish"; readonly worker: number; readonly failed: boolean }
  | { readonly kind: "wait"; readonly ms: number };

const WORKERS = 3;
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("change" as const),
    key: fc.constantFrom("a", "b", "c", "d"),
    delayMs: fc.constantFrom(0, 0, 3, 40),
  }),
  fc.record({
    kind: fc.constant("finish" as const),
    worker: fc.nat(WORKERS - 1),
    failed: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(50) }),
);

/** Workers that stop where a step tells them to, and note which state of a key they have seen. */
class Workshop {
  readonly clock = new FakeClock();
  readonly queue = new WorkQueue<string>({ clock: this.clock, identify: (key) => key });
  /** How often each key has changed, and which of the changes a worker that succeeded has seen. */
  readonly changes = new Map<string, number>();
  readonly seen = new Map<string, number>();
  readonly #busy = new Map<number, { readonly key: string; readonly saw: number }>();

  start(): void {
    for (let worker = 0; worker < WORKERS; worker++) this.#take(worker);
  }

  #take(worker: number): void {
    void this.queue.take().then((key) => {
      if (key === undefined) return;
      const others = [...this.#busy.values()].map((each) => each.key);
      expect(others, "a key is in work once").not.toContain(key);
      this.#busy.set(worker, { key, saw: this.changes.get(key) ?? 0 });
    });
  }

  async run(next: Step): Promise<void> {
    switch (next.kind) {
      case "change":
        this.changes.set(next.key, (this.changes.get(next.key) ?? 0) + 1);
        this.queue.addAfter(next.key, next.delayMs);
        break;
      case "finish":
        this.#finish(next.worker, next.failed);
        break;
      case "wait":
        await this.clock.advance(next.ms);
        break;
    }
    // Takers get their key in a later turn.
    await this.clock.advance(0);
  }

  #finish(worker: number, failed: boolean): void {
    const work = this.#busy.get(worker);
    if (work === undefined) return;
    this.#busy.delete(worker);
    if (failed) this.queue.addRateLimited(work.key);
    else {
      this.queue.forget(work.key);
      this.seen.set(work.key, Math.max(this.seen.get(work.key) ?? 0, work.saw));
    }
    this.queue.done(work.key);
    this.#take(worker);
  }

  async finishEverything(): Promise<void> {
    for (let round = 0; round < 50; round++) {
      for (let worker = 0; worker < WORKERS; worker++) {
        await this.run({ kind: "finish", worker, failed: false });
      }
      await this.clock.advance(100_000);
    }
  }
}

it("never has a key in work twice at once, and never loses a change", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const workshop = new Workshop();
      workshop.start();
      for (const next of steps) await workshop.run(next);
      await workshop.finishEverything();
      expect(Object.fromEntries(workshop.seen)).toEqual(Object.fromEntries(workshop.changes));
      expect(workshop.clock.pending()).toBe(0);
      workshop.queue.close();
    }),
    { numRuns: 60 },
  );
});
