import { describe, expect, it } from "vitest";
import { FakeClock } from "../testing/fake-clock.ts";
import { Expectations } from "./expectations.ts";

const MINUTE_MS = 60_000;

describe("expectations", () => {
  it("hold an owner back until every creation was seen", () => {
    const expectations = new Expectations(new FakeClock());
    expect(expectations.waitMs("a")).toBe(0);
    expectations.expectCreations("a", 2);
    expectations.creationObserved("a");
    expectations.creationObserved("b");
    expect(expectations.waitMs("a")).toBe(5 * MINUTE_MS);
    expect(expectations.waitMs("b")).toBe(0);
    expectations.creationObserved("a");
    expect(expectations.waitMs("a")).toBe(0);
    expectations.creationObserved("a");
    expect(expectations.waitMs("a")).toBe(0);
  });

  it("count a deletion once, though it is seen twice", () => {
    const expectations = new Expectations(new FakeClock());
    expectations.expectDeletions("a", ["x", "y"]);
    expectations.deletionObserved("a", "x");
    expectations.deletionObserved("a", "x");
    expectations.deletionObserved("a", "other");
    expect(expectations.waitMs("a")).toBeGreaterThan(0);
    expectations.deletionObserved("a", "y");
    expect(expectations.waitMs("a")).toBe(0);
  });

  it("may be raised while others are waited for", () => {
    const expectations = new Expectations(new FakeClock());
    expectations.raise("a", 1, []);
    expectations.raise("a", 0, ["x"]);
    expectations.creationObserved("a");
    expect(expectations.waitMs("a")).toBeGreaterThan(0);
    expectations.deletionObserved("a", "x");
    expect(expectations.waitMs("a")).toBe(0);
    // Somebody else's creation does not count for the next one.
    expectations.creationObserved("a");
    expectations.raise("a", 1, []);
    expect(expectations.waitMs("a")).toBeGreaterThan(0);
  });

  it("end after five minutes, and with their owner", async () => {
    const clock = new FakeClock();
    const expectations = new Expectations(clock);
    expectations.expectCreations("a", 1);
    expectations.expectDeletions("b", ["x"]);
    await clock.advance(4 * MINUTE_MS);
    expect(expectations.waitMs("a")).toBe(MINUTE_MS);
    expectations.forget("b");
    expect(expectations.waitMs("b")).toBe(0);
    await clock.advance(MINUTE_MS);
    expect(expectations.waitMs("a")).toBe(0);
  });
});
