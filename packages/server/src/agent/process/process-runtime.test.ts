import { describe } from "vitest";
import { describePodRuntime } from "../pod-runtime.suite.ts";
import { canRunPods, processHarness } from "./process-runtime.fixture.ts";

describe.skipIf(!canRunPods)("the process runtime", () => {
  describePodRuntime("root", () => processHarness());
  describePodRuntime("an ordinary user", () => processHarness({ userNamespace: true }));
});
