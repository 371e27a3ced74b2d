import { describe, expect, it } from "vitest";
import type { ContainerStatus, Pod } from "../../api/types.ts";
import { formatTime } from "../../runtime/clock.ts";
import { backoffMs, finishedAt, NO_FAILURES, updateBackoff } from "./pod-backoff.ts";

const NOW = Date.UTC(2026, 0, 1);
const at = (second: number): string => formatTime(NOW + second * 1000);

function ended(name: string, second?: number): ContainerStatus {
  const state = second === undefined ? {} : { terminated: { exitCode: 1, finishedAt: at(second) } };
  return { name, state, image: "", imageID: "", ready: false, restartCount: 0 };
}

const pod = (second: number): Pod => ({
  metadata: {},
  status: { containerStatuses: [ended("main", second)] },
});

describe("the end of a pod", () => {
  const conditions = [{ type: "Ready", status: "False", lastTransitionTime: at(5) }];
  it.each<[string, Pod, number]>([
    [
      "is that of its last container",
      { metadata: {}, status: { conditions, containerStatuses: [ended("a", 1), ended("b", 3)] } },
      3,
    ],
    [
      "is that of its last sidecar",
      {
        metadata: {},
        spec: { containers: [], initContainers: [{ name: "s", restartPolicy: "Always" }] },
        status: {
          containerStatuses: [ended("a", 1)],
          initContainerStatuses: [ended("s", 4), ended("init", 9)],
        },
      },
      4,
    ],
    [
      "is when it stopped being ready, where a container has not ended",
      { metadata: {}, status: { conditions, containerStatuses: [ended("a", 1), ended("b")] } },
      5,
    ],
    [
      "is when its deletion was asked for, where nothing else is known",
      { metadata: { deletionTimestamp: at(40), deletionGracePeriodSeconds: 30 } },
      10,
    ],
    [
      "is its beginning, where nothing at all is known",
      { metadata: { creationTimestamp: at(2) } },
      2,
    ],
  ])("%s", (_case, it, second) => {
    expect(finishedAt(it)).toBe(NOW + second * 1000);
  });
});

describe("failures in a row", () => {
  const before = { failures: 2, failedAt: NOW };
  it.each<[string, number[], number[], number, number | undefined]>([
    ["stay what they are when nothing ends", [], [], 2, 0],
    ["grow with each failure", [], [3, 9, 5], 5, 9],
    ["are forgiven by a success", [4], [], 0, undefined],
    ["count from the last success", [1, 4], [2, 6, 8], 2, 8],
    ["are forgiven by a success at the same time", [4], [4], 0, undefined],
  ])("%s", (_case, succeeded, failed, failures, second) => {
    expect(updateBackoff(before, succeeded.map(pod), failed.map(pod))).toEqual({
      failures,
      failedAt: second === undefined ? undefined : NOW + second * 1000,
    });
  });
});

describe("the wait after failures", () => {
  it.each<[number, number]>([
    [1, 10],
    [2, 20],
    [3, 40],
    [6, 320],
    [7, 600],
    [99, 600],
  ])("is, after %i, %i s", (failures, seconds) => {
    const record = { failures, failedAt: NOW };
    expect(backoffMs(record, NOW)).toBe(seconds * 1000);
    expect(backoffMs(record, NOW + 4_000)).toBe(seconds * 1000 - 4_000);
    expect(backoffMs(record, NOW + 1_000_000)).toBe(0);
  });

  it("is none without a failure", () => {
    expect(backoffMs(NO_FAILURES, NOW)).toBe(0);
  });
});
