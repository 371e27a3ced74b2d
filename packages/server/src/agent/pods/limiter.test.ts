import { describe, expect, it } from "vitest";
import { Limiter } from "./limiter.ts";

describe("a limiter", () => {
  it("lets so many through at once, in the order in which they came", async () => {
    const limiter = new Limiter(2);
    const log: string[] = [];
    const gates = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
    const done = gates.map(({ promise }, index) =>
      limiter.run(async () => {
        log.push(`begin ${index}`);
        await promise;
        log.push(`end ${index}`);
      }),
    );
    await Promise.resolve();
    expect(log).toEqual(["begin 0", "begin 1"]);
    gates[1]?.resolve();
    await done[1];
    for (const gate of gates) gate.resolve();
    await Promise.all(done);
    expect(log.slice(0, 4)).toEqual(["begin 0", "begin 1", "end 1", "begin 2"]);
    expect(log.filter((line) => line.startsWith("begin"))).toEqual(
      gates.map((_gate, index) => `begin ${index}`),
    );
  });

  it("goes on after a failure", async () => {
    const limiter = new Limiter(1);
    await expect(limiter.run(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await limiter.run(async () => 1)).toBe(1);
  });
});
