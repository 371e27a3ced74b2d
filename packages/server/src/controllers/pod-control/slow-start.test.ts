import { describe, expect, it } from "vitest";
import { slowStart } from "./slow-start.ts";

/** Sizes of the batches, the calls of which end together. */
async function run(count: number, failing: readonly number[] = []) {
  const batches: number[] = [];
  let open = 0;
  const result = await slowStart(count, async (index) => {
    open++;
    await Promise.resolve();
    if (open > 0) batches.push(open);
    open = 0;
    if (failing.includes(index)) throw new Error(`of ${index}`);
  });
  return { batches, ...result };
}

describe("a slow start", () => {
  it.each<[number, number[]]>([
    [0, []],
    [1, [1]],
    [2, [1, 1]],
    [10, [1, 2, 4, 3]],
  ])("of %i calls has batches of %j", async (count, batches) => {
    expect(await run(count)).toEqual({ batches, succeeded: count, error: undefined });
  });

  it("ends with the batch in which one fails, and tells the first error", async () => {
    const { batches, succeeded, error } = await run(10, [1, 2, 5]);
    expect(batches).toEqual([1, 2]);
    expect(succeeded).toBe(1);
    expect(error).toEqual(new Error("of 1"));
  });
});
