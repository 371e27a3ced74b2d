import { expect, it } from "vitest";
import { isCriticalPod } from "./critical-pod.ts";

it.each([
  [undefined, false],
  [1_000_000_000, false],
  [1_999_999_999, false],
  [2_000_000_000, true],
  [2_000_001_000, true],
])("a pod of priority %s: %s", (priority, isCritical) => {
  const spec = { containers: [{ name: "c" }], ...(priority === undefined ? {} : { priority }) };
  expect(isCriticalPod({ metadata: { name: "p" }, spec })).toBe(isCritical);
});
