import { describe, expect, it } from "vitest";
import { decideLifetime, EXTENDED_EXPIRATION_SECONDS } from "./lifetime.ts";

const HOUR = 3600;
const YEAR = EXTENDED_EXPIRATION_SECONDS;

describe("decideLifetime", () => {
  it.each([
    // extend, max, maxExtended, requested, pod, audiences → granted, shortened, expires, warns
    [true, 0, YEAR, HOUR, true, ["api"], HOUR, false, HOUR, undefined],
    [true, 0, YEAR, 3607, true, ["api"], 3607, false, YEAR, 3607],
    [true, 0, YEAR, 3607, true, ["api", "api2"], 3607, false, YEAR, 3607],
    [true, 0, YEAR, 3607, true, ["other", "api"], 3607, false, 3607, undefined],
    [true, 0, YEAR, 3607, false, ["api"], 3607, false, 3607, undefined],
    [false, 5 * HOUR, YEAR, 3607, true, ["api"], 3607, false, 3607, undefined],
    [true, 2 * HOUR, 5 * HOUR, 3607, true, ["api"], 3607, false, 5 * HOUR, 3607],
    [true, 2 * YEAR, YEAR, 3607, true, ["api"], 3607, false, YEAR, 3607],
    [true, HOUR, YEAR, 3607, true, ["api"], HOUR, true, HOUR, undefined],
    [true, 3607, YEAR, 7200, true, ["api"], 3607, true, YEAR, 3607],
    [true, 7200, YEAR, 7200, true, ["api"], 7200, false, 7200, undefined],
    [true, 7200, YEAR, 7800, false, [], 7200, true, 7200, undefined],
  ])(
    "extend %s, max %d, extended %d, requested %d, pod %s, audiences %j",
    (extend, max, maxExtended, requested, podBound, audiences, granted, shortened, expires, warns) => {
      const decision = decideLifetime(
        {
          maxExpirationSeconds: max,
          extendExpiration: extend,
          maxExtendedSeconds: maxExtended,
          podTokenSeconds: 0,
          apiAudiences: ["api", "api2"],
        },
        { expirationSeconds: requested, audiences, podBound },
      );
      expect(decision).toEqual({
        grantedSeconds: granted,
        shortened,
        expiresAfterSeconds: expires,
        warnAfterSeconds: warns,
      });
    },
  );

  it.each([
    [3607, true, 60],
    [600, true, 60],
    [3607, false, 3607],
  ])(
    "in a test in which pods' tokens live 60 s: requested %d, pod %s",
    (requested, podBound, granted) => {
      const decision = decideLifetime(
        {
          maxExpirationSeconds: 0,
          extendExpiration: true,
          maxExtendedSeconds: YEAR,
          podTokenSeconds: 60,
          apiAudiences: ["api"],
        },
        { expirationSeconds: requested, audiences: ["api"], podBound },
      );
      expect(decision).toEqual({
        grantedSeconds: granted,
        shortened: granted < requested,
        expiresAfterSeconds: granted,
        warnAfterSeconds: undefined,
      });
    },
  );
});
