import { describe } from "vitest";
import type { RuntimeHarness } from "./pod-runtime.fixture.ts";
import { describeAttach, describeTerminals } from "./pod-runtime-suite/attach.suite.ts";
import { benchFor } from "./pod-runtime-suite/bench.fixture.ts";
import { describeContainers } from "./pod-runtime-suite/containers.suite.ts";
import { describeEnds } from "./pod-runtime-suite/ends.suite.ts";
import { describeExec } from "./pod-runtime-suite/exec.suite.ts";
import {
  describeConnections,
  describeMistakes,
  describeRestarts,
} from "./pod-runtime-suite/mistakes.suite.ts";
import { describeMounts } from "./pod-runtime-suite/mounts.suite.ts";
import { describeSecurity } from "./pod-runtime-suite/security.suite.ts";

/**
 * What every pod runtime has to do, with real processes.
 * @param make - A runtime with nothing in it.
 */
export function describePodRuntime(name: string, make: () => Promise<RuntimeHarness>): void {
  describe(`${name}: pods and containers`, () => {
    const bench = benchFor(make);
    describeContainers(bench);
    describeMounts(bench);
    describeSecurity(bench);
  });
  describe(`${name}: ends of containers`, () => describeEnds(benchFor(make)));
  describe(`${name}: streams`, () => {
    const bench = benchFor(make);
    describeExec(bench);
    describeAttach(bench);
    describeTerminals(bench);
    describeConnections(bench);
  });
  describe(`${name}: images and mistakes`, () => describeMistakes(benchFor(make)));
  describe(`${name}: restarts`, () => describeRestarts(benchFor(make)));
}
