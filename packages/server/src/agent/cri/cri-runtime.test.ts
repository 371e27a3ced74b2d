import { describe } from "vitest";
import { describePodRuntime } from "../pod-runtime.suite.ts";
import { canRunContainerd, criHarness } from "./containerd.fixture.ts";

describe.skipIf(!canRunContainerd)("the CRI runtime", () => {
  describePodRuntime("containerd", () => criHarness());
});
