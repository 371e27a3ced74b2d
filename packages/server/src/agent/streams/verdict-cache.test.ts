import { expect, test } from "vitest";
import { FakeClock } from "../../testing/fake-clock.ts";
import { JumpingClock } from "../jumping-clock.fixture.ts";
import { VerdictCache } from "./verdict-cache.ts";

function create(maxEntries = 10) {
  const clock = new FakeClock();
  const cache = new VerdictCache<string>(clock, { keepMs: 1_000, maxEntries });
  const asked: string[] = [];
  const get = (key: string, verdict = "yes"): Promise<string> =>
    cache.get(key, async () => {
      asked.push(key);
      if (verdict === "fail") throw new Error("away");
      return verdict;
    });
  return { clock, asked, get };
}

test("a verdict is kept for a time, and shared by those who ask at once", async () => {
  const { clock, asked, get } = create();
  expect(await Promise.all([get("a"), get("a"), get("b", "no")])).toEqual(["yes", "yes", "no"]);
  await clock.advance(999);
  expect(await get("a", "changed")).toBe("yes");
  await clock.advance(1);
  expect(await get("a", "changed")).toBe("changed");
  expect(asked).toEqual(["a", "b", "a"]);
});

test("a failure is not kept", async () => {
  const { asked, get } = create();
  await expect(get("a", "fail")).rejects.toThrow("away");
  expect(await get("a")).toBe("yes");
  expect(asked).toEqual(["a", "a"]);
});

test("the oldest goes when there are too many", async () => {
  const { asked, get } = create(2);
  for (const key of ["a", "b", "c", "b", "a"]) await get(key);
  expect(asked).toEqual(["a", "b", "c", "a"]);
});

test("a verdict does not last until a clock that was set back has caught up", async () => {
  const clock = new JumpingClock();
  clock.follow(new FakeClock());
  const cache = new VerdictCache<string>(clock, { keepMs: 1_000, maxEntries: 10 });
  expect(await cache.get("a", async () => "yes")).toBe("yes");
  clock.jump(-3_600_000);
  expect(await cache.get("a", async () => "no")).toBe("no");
});
