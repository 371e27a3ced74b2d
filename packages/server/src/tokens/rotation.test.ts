import { createPrivateKey } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FIXED_OTHER_P256_KEY, FIXED_P256_KEY, FIXED_P384_KEY } from "../testing/fixed-keys.ts";
import type { RingKey } from "./key-ring.ts";
import {
  decideRotation,
  type RotationPolicy,
  withActivated,
  withKey,
  withoutKey,
} from "./rotation.ts";
import { type SigningKey, signingKey } from "./signing-key.ts";

const a = signingKey(createPrivateKey(FIXED_P256_KEY));
const b = signingKey(createPrivateKey(FIXED_OTHER_P256_KEY));
const c = signingKey(createPrivateKey(FIXED_P384_KEY));
const policy: RotationPolicy = { rotateEveryMs: 1000, publishAheadMs: 100, retainMs: 500 };
const active = (key: SigningKey, at: number): RingKey => ({
  key,
  state: "active",
  createdAt: at,
  activatedAt: at,
});

describe("decideRotation", () => {
  it.each<[string, number, readonly RingKey[], RotationPolicy, unknown]>([
    ["an empty ring", 0, [], policy, { kind: "add-active" }],
    ["a young key", 899, [active(a, 0)], policy, { kind: "wait", untilAt: 900 }],
    ["time to publish", 900, [active(a, 0)], policy, { kind: "add-next" }],
    [
      "a published key",
      950,
      [active(a, 0), { key: b, state: "next", createdAt: 900 }],
      policy,
      { kind: "wait", untilAt: 1000 },
    ],
    [
      "a published key whose time has come",
      1000,
      [active(a, 0), { key: b, state: "next", createdAt: 900 }],
      policy,
      { kind: "activate", kid: b.kid },
    ],
    [
      "a late start: published long enough all the same",
      5050,
      [active(a, 0), { key: b, state: "next", createdAt: 5000 }],
      policy,
      { kind: "wait", untilAt: 5100 },
    ],
    [
      "a published key and nobody who signs",
      10,
      [{ key: b, state: "next", createdAt: 5 }],
      policy,
      { kind: "activate", kid: b.kid },
    ],
    [
      "a retired key",
      1499,
      [active(b, 1400), { key: a, state: "retired", createdAt: 0, retiredAt: 1000 }],
      policy,
      { kind: "wait", untilAt: 1500 },
    ],
    [
      "a retired key whose tokens have ended",
      1500,
      [active(b, 1400), { key: a, state: "retired", createdAt: 0, retiredAt: 1000 }],
      policy,
      { kind: "remove", kid: a.kid },
    ],
    [
      "no rotation",
      1e15,
      [active(a, 0)],
      { rotateEveryMs: Infinity, publishAheadMs: 100, retainMs: Infinity },
      { kind: "wait", untilAt: Infinity },
    ],
  ])("%s", (_what, now, keys, withPolicy, action) => {
    expect(decideRotation(now, keys, withPolicy)).toEqual(action);
  });

  it("at any time has one key that signs, published ahead and kept until its tokens have ended", () => {
    const pool = [a, b, c];
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 60 }),
        (steps) => {
          let now = 0;
          let keys: readonly RingKey[] = [];
          let made = 0;
          for (const step of steps) {
            for (let guard = 0; guard < 10; guard++) {
              const action = decideRotation(now, keys, policy);
              if (action.kind === "wait") {
                expect(action.untilAt).toBeGreaterThan(now);
                break;
              }
              expect(guard).toBeLessThan(9);
              if (action.kind === "remove") {
                const gone = keys.find(({ key }) => key.kid === action.kid);
                expect(now - (gone?.retiredAt ?? now)).toBeGreaterThanOrEqual(policy.retainMs);
                keys = withoutKey(keys, action.kid);
              } else if (action.kind === "activate") {
                const next = keys.find(({ key }) => key.kid === action.kid);
                expect(now - (next?.createdAt ?? now)).toBeGreaterThanOrEqual(
                  policy.publishAheadMs,
                );
                keys = withActivated(now, keys, action.kid);
              } else {
                const free = pool.find((key) => !keys.some((entry) => entry.key.kid === key.kid));
                const key = free ?? { ...a, kid: `made-${made++}` };
                keys = withKey(now, keys, key, action.kind === "add-active" ? "active" : "next");
              }
            }
            expect(keys.filter(({ state }) => state === "active")).toHaveLength(1);
            now += step;
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it("cannot activate what is not in the ring", () => {
    expect(() => withActivated(0, [active(a, 0)], "ghost")).toThrow("key ghost is not in the ring");
  });
});
