import { describe, expect, it } from "vitest";
import type { Event } from "../api/types.ts";
import { EventCorrelator } from "./event-correlator.ts";

const MINUTE_MS = 60_000;

function event(message: string, more: Partial<Event> = {}): Event {
  return {
    metadata: { name: `web.${message}`, namespace: "n" },
    involvedObject: { kind: "ReplicaSet", namespace: "n", name: "web", uid: "u" },
    reason: "SuccessfulCreate",
    type: "Normal",
    source: { component: "replicaset-controller" },
    message,
    count: 1,
    firstTimestamp: `first ${message}`,
    lastTimestamp: `last ${message}`,
    ...more,
  };
}

/** Short: what is done, about which name, with which count and message. */
function told(correlator: EventCorrelator, each: Event, now: number): string {
  const correlation = correlator.correlate(each, now, () => "combined");
  if (correlation.action === "skip") return "skip";
  const { metadata, count, message } = correlation.event;
  return `${correlation.action} ${metadata.name} ${count} ${message}`;
}

describe("events that are like others", () => {
  it("counts what repeats on the object that was made first", () => {
    const correlator = new EventCorrelator();
    expect(told(correlator, event("a"), 0)).toBe("create web.a 1 a");
    const again = correlator.correlate(event("a", { lastTimestamp: "t" }), 0, () => "");
    expect(again).toEqual({
      action: "count",
      event: expect.objectContaining({
        metadata: { name: "web.a", namespace: "n" },
        count: 2,
        firstTimestamp: "first a",
      }),
      patch: { count: 2, lastTimestamp: "t", message: "a" },
    });
    expect(told(correlator, event("a", { reason: "Other" }), 0)).toBe("create web.a 1 a");
  });

  it("tells the tenth message of one reason, and those after it, in one event", () => {
    const correlator = new EventCorrelator();
    const lines = Array.from({ length: 12 }, (_, index) =>
      told(correlator, event(String(index)), index),
    );
    expect(lines.slice(8)).toEqual([
      "create web.8 1 8",
      "create combined 1 (combined from similar events): 9",
      "count combined 2 (combined from similar events): 10",
      "count combined 3 (combined from similar events): 11",
    ]);
  });

  it("forgets similar events after ten quiet minutes", () => {
    const correlator = new EventCorrelator();
    for (let index = 0; index < 9; index++) told(correlator, event(String(index)), 0);
    expect(told(correlator, event("x"), 10 * MINUTE_MS + 1)).toBe("create web.x 1 x");
  });

  it("lets 25 events through at once, and then one in five minutes", () => {
    const correlator = new EventCorrelator();
    const at = (now: number): string => told(correlator, event("a"), now).split(" ")[0] ?? "";
    const lines = Array.from({ length: 26 }, () => at(0));
    expect(lines.filter((line) => line !== "skip")).toHaveLength(25);
    expect(at(5 * MINUTE_MS - 1)).toBe("skip");
    expect(at(5 * MINUTE_MS)).toBe("count");
    expect(at(5 * MINUTE_MS)).toBe("skip");
    const other = event("a", { involvedObject: { kind: "Pod", name: "other" } });
    expect(told(correlator, other, 0)).toBe("create web.a 1 a");
  });
});
