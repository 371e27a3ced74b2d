import { describe, expect, it } from "vitest";
import { formatLogLine } from "./log-line.ts";

const line = (fields: object): string =>
  JSON.stringify({ level: 30, time: Date.UTC(2026, 0, 1, 12, 30, 5, 7), msg: "it ran", ...fields });

describe("formatLogLine", () => {
  it.each([
    [{}, "12:30:05.007 info  it ran\n"],
    [{ level: 50, path: "/api/v1" }, "12:30:05.007 error it ran path=/api/v1\n"],
    [{ text: "a b", n: 1, list: [1] }, '12:30:05.007 info  it ran text="a b" n=1 list=[1]\n'],
    [{ error: "broken" }, "12:30:05.007 info  it ran error=broken\n"],
    [
      { error: { message: "m", stack: "Error: m\n    at f" } },
      "12:30:05.007 info  it ran\n  Error: m\n      at f\n",
    ],
    [
      {
        error: { message: "m", cause: { message: "c", stack: "Error: c\n  at f" }, errors: ["e"] },
      },
      "12:30:05.007 info  it ran\n  m\n  caused by:\n    Error: c\n      at f\n  caused by: error=e\n",
    ],
  ])("%j", (fields, text) => {
    expect(formatLogLine(line(fields), false)).toBe(text);
  });

  it("marks the level on a terminal", () => {
    expect(formatLogLine(line({ level: 40 }), true)).toContain("\x1b[33mwarn \x1b[0m");
  });
});
