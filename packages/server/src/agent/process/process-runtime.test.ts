import { describePodRuntime } from "../pod-runtime.suite.ts";
import { processHarness } from "./process-runtime.fixture.ts";

describePodRuntime("process", () => processHarness());
describePodRuntime("process, as an ordinary user", () => processHarness({ userNamespace: true }));
