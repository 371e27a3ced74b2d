import { describe, expect, it } from "vitest";
import type { JobSpec, JobStatus, Pod } from "../../api/types.ts";
import { formatTime } from "../../runtime/clock.ts";
import { job, NOW, pod, snapshot } from "./job.fixture.ts";
import { decidePods } from "./pods-wanted.ts";

/** `create 2`, `create #0 #3`, `delete a b`, `wait 4000`. */
function decided(
  spec: Partial<JobSpec>,
  pods: readonly Pod[],
  status: JobStatus = {},
  failures = 0,
): string {
  const backoff = { failures, failedAt: NOW - 6_000 };
  const wanted = decidePods(snapshot(job(spec, status), pods, { backoff }), NOW);
  switch (wanted.action) {
    case "none":
      return "none";
    case "wait":
      return `wait ${wanted.ms}`;
    case "delete":
      return ["delete", ...wanted.pods.map(({ metadata }) => metadata.uid)].join(" ");
    case "create": {
      const { indexes } = wanted;
      return indexes[0] === undefined
        ? `create ${indexes.length}`
        : ["create", ...indexes.map((index) => `#${index}`)].join(" ");
    }
  }
}

const INDEXED: Partial<JobSpec> = { completionMode: "Indexed", completions: 4, parallelism: 4 };
const done = pod("done", { phase: "Succeeded" });

describe("pods that a job wants", () => {
  it.each<[string, Partial<JobSpec>, Pod[], JobStatus, string]>([
    ["are as many as may run side by side", { completions: 9, parallelism: 3 }, [], {}, "create 3"],
    [
      "are no more than are left to do",
      { completions: 9, parallelism: 3 },
      [],
      { succeeded: 8 },
      "create 1",
    ],
    ["are none when all is done", { completions: 1 }, [done], {}, "none"],
    [
      "are none when they run",
      { completions: 2, parallelism: 2 },
      [pod("a"), pod("b")],
      {},
      "none",
    ],
    [
      "are fewer than before",
      { completions: 9, parallelism: 1 },
      [pod("a", { ready: true }), pod("b")],
      {},
      "delete b",
    ],
    ["are none when it is suspended", { suspend: true }, [pod("a"), done], {}, "delete a"],
    [
      "are as many as may run, while none has succeeded",
      { parallelism: 3 },
      [pod("a")],
      {},
      "create 2",
    ],
    [
      "are those that run, when one has succeeded",
      { parallelism: 3 },
      [pod("a"), done],
      {},
      "none",
    ],
    [
      "are no more than five hundred at once",
      { completions: 900, parallelism: 900 },
      [],
      {},
      "create 500",
    ],
    [
      "include one for a pod that is going, which counts as failed",
      { completions: 1 },
      [pod("a", { going: true })],
      {},
      "wait 10000",
    ],
    [
      "do not, where its end is waited for",
      { completions: 1, podReplacementPolicy: "Failed" },
      [pod("a", { going: true })],
      {},
      "none",
    ],
    ["are one for each index", INDEXED, [], {}, "create #0 #1 #2 #3"],
    [
      "are one for each index without one",
      INDEXED,
      [pod("a", { index: 1 }), pod("b", { index: 3, phase: "Succeeded" })],
      { completedIndexes: "0" },
      "create #2",
    ],
    [
      "are not two for one index, nor one for none",
      INDEXED,
      [
        pod("a", { index: 1 }),
        pod("b", { index: 1, ready: true }),
        pod("c", { index: 9 }),
        pod("d"),
      ],
      {},
      "delete a c d",
    ],
  ])("%s", (_case, spec, pods, status, expected) => {
    expect(decided(spec, pods, status)).toBe(expected);
  });

  it("wait after failures", () => {
    const failed = pod("a", { phase: "Failed", free: true });
    expect(decided({ completions: 1 }, [failed], { failed: 1 }, 1)).toBe("wait 4000");
    expect(decided({ completions: 1 }, [failed], { failed: 2 }, 2)).toBe("wait 14000");
    expect(decided({ completions: 2, parallelism: 1 }, [pod("b"), failed], {}, 9)).toBe("none");
  });

  it("wait for each index apart, where it has a limit of its own", () => {
    const spec = { ...INDEXED, completions: 2, backoffLimitPerIndex: 3 };
    const failed = (index: number, failuresBefore: number, ago: number) =>
      pod(`f${index}`, {
        phase: "Failed",
        index,
        failuresBefore,
        finishedAt: formatTime(NOW - ago * 1000),
      });
    expect(decided(spec, [failed(0, 0, 2), failed(1, 0, 60)])).toBe("create #1");
    expect(decided(spec, [failed(0, 0, 2), failed(1, 2, 25)])).toBe("wait 8000");
    expect(decided(spec, [failed(0, 3, 2), failed(1, 2, 25)])).toBe("wait 15000");
  });
});
