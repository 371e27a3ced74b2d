import { expect, it } from "vitest";
import { describeError } from "./log-error.ts";

it("tells of an error what people need, and of its causes", () => {
  const cause = Object.assign(new TypeError("inner"), { code: "ECONNRESET" });
  expect(describeError(new Error("outer", { cause }))).toEqual({
    type: "Error",
    message: "outer",
    stack: expect.stringContaining("Error: outer\n"),
    cause: {
      type: "TypeError",
      message: "inner",
      stack: expect.stringContaining("TypeError: inner\n"),
      code: "ECONNRESET",
    },
  });
});

it("keeps to itself what a peer has sent", () => {
  const error = Object.assign(new Error("Parse Error"), {
    code: "HPE_INVALID_METHOD",
    rawPacket: Buffer.from("Authorization: Bearer secret"),
    response: { headers: { authorization: "secret" } },
  });
  expect(describeError(error)).toEqual({
    type: "Error",
    message: "Parse Error",
    stack: expect.any(String),
    code: "HPE_INVALID_METHOD",
  });
});

it("tells of the first of several that one error stands for", () => {
  const errors = Array.from({ length: 9 }, (_, index) => new Error(`reason ${index}`));
  const logged = describeError(new AggregateError(errors, "not empty"));
  expect(logged).toMatchObject({
    message: "not empty",
    errors: [{ message: "reason 0" }, {}, {}, {}, {}],
  });
});

it("ends where causes go round in a circle", () => {
  const error = new Error("round");
  error.cause = error;
  expect(JSON.stringify(describeError(error)).match(/"message":"round"/g)).toHaveLength(6);
});

it.each(["text", 1, null, undefined])("leaves %j as it is", (value) => {
  expect(describeError(value)).toBe(value);
});
