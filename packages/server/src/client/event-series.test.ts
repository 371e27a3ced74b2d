import { describe, expect, it } from "vitest";
import type { EventsV1Event } from "../api/types.ts";
import { EventSeries } from "./event-series.ts";

const MINUTE_MS = 60_000;

function event(more: Partial<EventsV1Event> = {}): EventsV1Event {
  return {
    metadata: { name: "pod.1", namespace: "n" },
    eventTime: "2026-01-01T00:00:00.000000Z",
    reportingController: "c",
    reportingInstance: "c-host",
    action: "Scheduling",
    reason: "FailedScheduling",
    regarding: { kind: "Pod", name: "pod", uid: "u", resourceVersion: "1" },
    note: "no nodes",
    type: "Warning",
    ...more,
  };
}

describe("events that repeat", () => {
  it("are made, then counted once, then only remembered", () => {
    const series = new EventSeries();
    expect(series.observe(event(), 0)).toMatchObject({ action: "create" });
    expect(series.observe(event({ metadata: { name: "pod.2" } }), 10)).toEqual({
      action: "count",
      event: event(),
      count: 2,
      lastAt: 10,
    });
    expect(series.observe(event(), 20)).toBeUndefined();
    expect(series.refresh()).toEqual([{ action: "count", event: event(), count: 3, lastAt: 20 }]);
  });

  it.each<[string, Partial<EventsV1Event>]>([
    ["another reason", { reason: "Scheduled" }],
    ["another type", { type: "Normal" }],
    ["another action", { action: "Binding" }],
    ["another instance", { reportingInstance: "c-other" }],
    ["another object", { regarding: { kind: "Pod", name: "other" } }],
    ["another state of the object", { regarding: { ...event().regarding, resourceVersion: "2" } }],
  ])("are others with %s", (_name, more) => {
    const series = new EventSeries();
    series.observe(event(), 0);
    expect(series.observe(event(more), 0)?.action).toBe("create");
  });

  it("are the same with another text", () => {
    const series = new EventSeries();
    series.observe(event(), 0);
    expect(series.observe(event({ note: "one node" }), 0)?.action).toBe("count");
  });

  it("end six minutes after the last; then the next one is made anew", () => {
    const series = new EventSeries();
    series.observe(event(), 0);
    series.observe(event({ reason: "once" }), 0);
    series.observe(event(), MINUTE_MS);
    expect(series.finish(6 * MINUTE_MS + 1)).toEqual([]);
    expect(series.size).toBe(1);
    expect(series.finish(7 * MINUTE_MS + 1)).toMatchObject([{ count: 2, lastAt: MINUTE_MS }]);
    expect(series.size).toBe(0);
    expect(series.observe(event(), 8 * MINUTE_MS)?.action).toBe("create");
  });

  it("that did not repeat have nothing to be refreshed", () => {
    const series = new EventSeries();
    series.observe(event(), 0);
    expect(series.refresh()).toEqual([]);
  });
});
