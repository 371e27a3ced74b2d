import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TokenCache } from "./token-cache.ts";

describe("TokenCache", () => {
  it("never holds more than its limit, and answers only what was put in last", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 12 }),
        fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 20 }), fc.nat()), {
          maxLength: 200,
        }),
        (limit, steps) => {
          const cache = new TokenCache<number>(limit);
          const model = new Map<string, number>();
          for (const [write, key, value] of steps) {
            if (write) {
              cache.set(`${key}`, value);
              model.set(`${key}`, value);
            } else {
              const found = cache.get(`${key}`);
              if (found !== undefined) expect(found).toBe(model.get(`${key}`));
            }
            expect(cache.size).toBeLessThanOrEqual(limit);
          }
        },
      ),
    );
  });

  it("keeps what is in use while others come and go", () => {
    const cache = new TokenCache<string>(20);
    cache.set("used", "verdict");
    for (let number = 0; number < 1000; number++) {
      cache.set(`other-${number}`, "x");
      expect(cache.get("used")).toBe("verdict");
    }
    expect(cache.get("other-0")).toBeUndefined();
  });

  it("forgets everything when told to", () => {
    const cache = new TokenCache<string>(4);
    for (const token of ["a", "b", "c"]) cache.set(token, token);
    cache.clear();
    expect(["a", "b", "c"].map((token) => cache.get(token))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(cache.size).toBe(0);
  });
});
