import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OrderedHeap } from "./ordered-heap.ts";

describe("a heap", () => {
  it("gives back everything, in order", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), (numbers) => {
        const heap = new OrderedHeap<number>((one, other) => one < other);
        for (const each of numbers) heap.add(each);
        const taken: number[] = [];
        for (let next = heap.take(); next !== undefined; next = heap.take()) taken.push(next);
        expect(taken).toEqual([...numbers].sort((one, other) => one - other));
        expect(heap.size).toBe(0);
      }),
    );
  });

  it("always has the first in front, however adding and taking alternate", () => {
    const step = fc.oneof(fc.integer(), fc.constant("take" as const));
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const heap = new OrderedHeap<number>((one, other) => one < other);
        let model: number[] = [];
        for (const each of steps) {
          if (each === "take") {
            const first = model.length === 0 ? undefined : Math.min(...model);
            expect(heap.first()).toBe(first);
            expect(heap.take()).toBe(first);
            const at = model.indexOf(first ?? 0);
            if (first !== undefined) model = model.filter((_, index) => index !== at);
          } else {
            heap.add(each);
            model.push(each);
          }
        }
        expect(heap.size).toBe(model.length);
      }),
    );
  });
});
