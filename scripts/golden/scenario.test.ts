import { describe, expect, it } from "vitest";
import { withoutProse, withShortWaits } from "./scenario.ts";

const columns = [{ name: "Name", description: "Name must be unique", type: "string" }];
const bare = [{ name: "Name", type: "string" }];

describe("withoutProse", () => {
  it("leaves out column descriptions on both sides, and nothing else", () => {
    const body = { kind: "Table", columnDefinitions: columns, description: "kept" };
    const [step] = withoutProse({
      name: "s",
      steps: [{ path: "/x", ignore: ["rows"], expect: { status: 200, body } }],
    }).steps;
    expect(step).toEqual({
      path: "/x",
      ignore: ["rows", "columnDefinitions.*.description"],
      expect: { status: 200, body: { ...body, columnDefinitions: bare } },
    });
  });

  it("leaves them out of collected events", () => {
    const event = { type: "ADDED", object: { columnDefinitions: columns } };
    const [step] = withoutProse({
      name: "s",
      steps: [{ collect: "w", expect: { events: [event, { type: "BOOKMARK" }] } }],
    }).steps;
    expect(step?.ignore).toEqual(["events.*.object.columnDefinitions.*.description"]);
    expect(step?.expect).toEqual({
      events: [{ type: "ADDED", object: { columnDefinitions: bare } }, { type: "BOOKMARK" }],
    });
  });

  it.each([
    ["text", "columnDefinitions: description"],
    ["a list", [{ description: "kept" }]],
    ["an object that is no table", { properties: { description: "kept" } }],
  ])("keeps %s as it is", (_, body) => {
    const [step] = withoutProse({ name: "s", steps: [{ expect: { body } }] }).steps;
    expect(step?.expect).toEqual({ body });
  });

  it("keeps a pause as it is", () => {
    expect(withoutProse({ name: "s", steps: [{ sleep: 1 }] }).steps).toEqual([{ sleep: 1 }]);
  });
});

describe("withShortWaits", () => {
  it("shortens only waits of steps that are expected to differ", () => {
    const steps = [{ until: {}, seconds: 30 }, { until: {} }, { collect: "w" }, { path: "/x" }];
    expect(withShortWaits({ name: "s", steps }, new Set([0])).steps).toEqual([
      steps[0],
      { until: {}, seconds: 0.5 },
      { collect: "w", seconds: 0.5 },
      steps[3],
    ]);
  });
});
