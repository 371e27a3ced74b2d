import { expect, it } from "vitest";
import { renewLastApplied } from "./last-applied.ts";

const ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";

it("what was applied is kept with sorted members, Go's escapes and all digits", () => {
  const object = { metadata: { annotations: { [ANNOTATION]: "{}", other: "x" } } };
  const applied = { spec: { b: [9223372036854775807n, { d: "<", c: null }], a: 1 } };
  const { annotations } = renewLastApplied(object, applied).metadata;
  expect(annotations).toEqual({
    other: "x",
    [ANNOTATION]: '{"spec":{"a":1,"b":[9223372036854775807,{"c":null,"d":"\\u003c"}]}}\n',
  });
});
