import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideValidity } from "./signing.ts";

const now = Date.UTC(2026, 7, 1);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const YEAR = 8_760 * HOUR;

describe("from when to when a certificate is good", () => {
  it.each([
    ["as long as may be", undefined, YEAR - 5 * MINUTE],
    ["longer than may be", 2 * (YEAR / 1000), YEAR - 5 * MINUTE],
    ["an hour, which is wholly ahead", 3_600, HOUR],
    ["eight hours", 8 * 3_600, 8 * HOUR - 5 * MINUTE],
    ["ten minutes at least", 60, 10 * MINUTE],
  ])("%s", (_what, seconds, lifeMs) => {
    expect(decideValidity(now, seconds, YEAR)).toEqual({
      notBefore: now - 5 * MINUTE,
      notAfter: now + lifeMs,
    });
  });

  it("is never longer than the signer allows, and never over", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 600, max: 2 ** 31 - 1 }),
        fc.integer({ min: 600 }),
        (wanted, most) => {
          const { notBefore, notAfter } = decideValidity(now, wanted, most * 1000);
          expect(notAfter).toBeGreaterThan(now);
          expect(notAfter - now).toBeLessThanOrEqual(Math.max(most * 1000, 10 * MINUTE));
          expect(notBefore).toBeLessThan(now);
        },
      ),
    );
  });
});
