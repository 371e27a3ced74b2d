import { describe, expect, it } from "vitest";
import type { ContainerStatus, Pod, PodSpec } from "../../api/types.ts";
import {
  type ContainerKind,
  type ContainerStatusInput,
  containerStatuses,
  type StartFailure,
} from "./container-status.ts";
import { observed } from "./observed.fixture.ts";
import type { ObservedPod } from "./observed-pod.ts";
import type { Amounts } from "./resize/allocation.ts";

function podWith(spec: Partial<PodSpec> = {}): Pod {
  return { metadata: { name: "p" }, spec: { containers: [{ name: "c", image: "app" }], ...spec } };
}

interface Facts {
  readonly kind?: ContainerKind;
  readonly spec?: Partial<PodSpec>;
  readonly old?: Partial<ContainerStatus>;
  readonly failure?: StartFailure;
  readonly restartingAll?: boolean;
  readonly applied?: Amounts;
  readonly deleted?: boolean;
}

function statusOf(seen: ObservedPod, facts: Facts = {}): ContainerStatus | undefined {
  const pod = podWith(facts.spec);
  if (facts.deleted === true) pod.metadata.deletionTimestamp = "2026-01-01T00:00:00Z";
  const name = facts.kind === "init" ? "i" : "c";
  const input: ContainerStatusInput = {
    pod,
    observed: seen,
    failures: new Map(facts.failure === undefined ? [] : [[name, facts.failure]]),
    runtimeName: "test",
    applied: () => facts.applied,
    restartingAll: facts.restartingAll ?? false,
  };
  const old = { name, image: "app", imageID: "", ready: false, restartCount: 0, ...facts.old };
  const previous = facts.old === undefined ? [] : [old];
  return containerStatuses(facts.kind ?? "ordinary", previous, input)[0];
}

const INIT = { initContainers: [{ name: "i" }] };
const ENDED = { terminated: { exitCode: 1, containerID: "test://id-of-c" } };

describe("what is told of a container", () => {
  it.each<[string, ObservedPod, Facts, object]>([
    [
      "that is not there yet",
      observed("ready"),
      {},
      { state: { waiting: { reason: "ContainerCreating" } }, image: "app", restartCount: 0 },
    ],
    [
      "that waits for init containers",
      observed("ready"),
      { spec: INIT },
      { state: { waiting: { reason: "PodInitializing" } } },
    ],
    [
      "that runs",
      observed("ready", "c running"),
      {},
      {
        state: { running: { startedAt: "1970-01-01T00:00:01Z" } },
        lastState: {},
        containerID: "test://id-of-c",
        image: "image",
        imageID: "image-id",
      },
    ],
    [
      "that was made but not started",
      observed("ready", "c created"),
      {},
      { state: { waiting: {} } },
    ],
    [
      "that has ended",
      observed("ready", "c exited 3 Error"),
      {},
      {
        state: {
          terminated: {
            exitCode: 3,
            reason: "Error",
            startedAt: "1970-01-01T00:00:01Z",
            finishedAt: "1970-01-01T00:00:02Z",
            containerID: "test://id-of-c",
          },
        },
      },
    ],
    [
      "that runs again",
      observed("ready", "c exited 3", "c/1 running"),
      {},
      { restartCount: 1, lastState: { terminated: { exitCode: 3 } } },
    ],
    [
      "that runs again, though its last run is forgotten",
      observed("ready", "c/1 running"),
      { old: { containerID: "test://id-of-c", state: ENDED } },
      { restartCount: 1, lastState: ENDED },
    ],
    [
      "whose last but one run is forgotten",
      observed("ready", "c/1 running"),
      { old: { containerID: "test://id-of-c/1", lastState: ENDED, restartCount: 1 } },
      { lastState: ENDED },
    ],
    [
      "of which only the API remembers that it has ended",
      observed("ready"),
      { old: { state: ENDED, restartCount: 4 } },
      { state: ENDED, restartCount: 4 },
    ],
    [
      "that is tried again",
      observed("ready", "c exited 3"),
      { failure: { reason: "CrashLoopBackOff", message: "back-off" } },
      {
        state: { waiting: { reason: "CrashLoopBackOff", message: "back-off" } },
        lastState: { terminated: { exitCode: 3 } },
      },
    ],
    [
      "that is not tried again",
      observed("ready", "c exited 3"),
      {
        failure: { reason: "CrashLoopBackOff", message: "back-off" },
        spec: { restartPolicy: "Never" },
      },
      { state: { terminated: { exitCode: 3 } } },
    ],
    [
      "that is not tried again, as its pod is being deleted",
      observed("ready"),
      { failure: { reason: "ErrImagePull", message: "no" }, deleted: true },
      { state: { waiting: { reason: "ContainerCreating" } } },
    ],
    [
      "of which nothing is known any more, though it ran",
      observed("ready", "c unknown"),
      { old: { state: { running: {} } } },
      {
        restartCount: 1,
        state: { terminated: { exitCode: 137, reason: "ContainerStatusUnknown" } },
      },
    ],
    [
      "that was removed in order to be made anew",
      observed("ready"),
      { old: { state: { running: {} }, restartCount: 1 }, restartingAll: true },
      {
        restartCount: 2,
        state: { waiting: { reason: "RestartingAllContainers" } },
        lastState: { terminated: { exitCode: 137, reason: "RestartingAllContainers" } },
      },
    ],
    [
      "that initializes and is done",
      observed("ready", "i exited 0"),
      { kind: "init", spec: INIT, failure: { reason: "x", message: "" } },
      { state: { terminated: { exitCode: 0 } } },
    ],
    [
      "that initialized long ago",
      observed("ready", "c running"),
      { kind: "init", spec: INIT },
      { state: { terminated: { exitCode: 0, reason: "Completed" } } },
    ],
  ])("%s", (_what, seen, facts, status) => {
    expect(statusOf(seen, facts)).toMatchObject(status);
  });

  it("that runs: what is set aside, and what it was given", () => {
    const limits = { cpu: "2" };
    const requests = { cpu: "1" };
    const spec = { containers: [{ name: "c", resources: { limits, requests } }] };
    const applied = { limits: { cpu: "1" }, requests: { cpu: "500m" } };
    expect(statusOf(observed("ready", "c running"), { spec, applied })).toMatchObject({
      resources: applied,
      allocatedResources: requests,
    });
    expect(statusOf(observed("ready", "c exited 0"), { spec, applied })).toMatchObject({
      resources: { limits, requests },
      allocatedResources: requests,
    });
  });

  it("names its mounts", () => {
    const volumeMounts = [
      { name: "a", mountPath: "/a" },
      { name: "b", mountPath: "/b", readOnly: true },
    ];
    const spec = { containers: [{ name: "c", volumeMounts }] };
    expect(statusOf(observed("ready"), { spec })?.volumeMounts).toEqual([
      { name: "a", mountPath: "/a" },
      { name: "b", mountPath: "/b", readOnly: true, recursiveReadOnly: "Disabled" },
    ]);
  });
});

describe("the order of containers", () => {
  const spec = {
    containers: [{ name: "z" }, { name: "a" }],
    initContainers: [{ name: "y" }, { name: "b" }],
  };
  const names = (kind: ContainerKind): string[] =>
    containerStatuses(kind, [], {
      pod: podWith(spec),
      observed: observed("ready"),
      failures: new Map(),
      runtimeName: "test",
      applied: () => undefined,
      restartingAll: false,
    }).map(({ name }) => name);

  it("is by name, but for init containers", () => {
    expect(names("ordinary")).toEqual(["a", "z"]);
    expect(names("init")).toEqual(["y", "b"]);
  });
});
