import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ControlledServer, find, startControlledServer } from "./controlled-server.fixture.ts";
import { TRACKING_CONFIG_MAP, TRACKING_NAMESPACE } from "./legacy-token-dates.ts";

const KEY = { namespace: TRACKING_NAMESPACE, name: TRACKING_CONFIG_MAP };
const MINUTE_MS = 60_000;

let server: ControlledServer;
beforeAll(async () => {
  server = await startControlledServer({ controllers: "" });
});
afterAll(() => server[Symbol.asyncDispose]());

const since = (day: string): Promise<true> =>
  server.until(async () => {
    const found = await find(server.configMaps, KEY);
    return found?.data?.since === day ? true : undefined;
  });

describe("the day since when use of legacy tokens is recorded", () => {
  it("is there without any controller, because the API server keeps it", async () => {
    await since("2026-01-01");
    expect(await find(server.accounts, { namespace: "default", name: "default" })).toBeUndefined();
  });

  it.each([
    ["a day long ago", "1999-12-31"],
    ["a day to come", "2999-12-31"],
  ])("stays %s, if that is what it says", async (_what, day) => {
    await server.configMaps.patch(KEY, "merge-patch", { data: { since: day } });
    await server.clock.advance(MINUTE_MS);
    await since(day);
  });

  it.each([
    ["it cannot be read", { since: "yesterday" }],
    ["it is taken out, and others stay", { since: null, more: "x" }],
  ])("becomes today when %s", async (_what, data) => {
    await server.configMaps.patch(KEY, "merge-patch", { data });
    await since("2026-01-01");
    const { data: after } = await server.configMaps.get(KEY);
    expect(after?.more).toBe("more" in data ? "x" : undefined);
  });

  it("comes back when it is deleted, but not more often than every half hour", async () => {
    await server.configMaps.delete(KEY);
    await server.clock.advance(0);
    await server.clock.advance(25 * MINUTE_MS);
    expect(await find(server.configMaps, KEY)).toBeUndefined();
    await server.clock.advance(5 * MINUTE_MS);
    await since("2026-01-01");
    expect(server.complaints).toEqual([]);
  });
});
