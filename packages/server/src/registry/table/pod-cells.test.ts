import { describe, expect, test } from "vitest";
import type { ContainerStatus, Pod } from "../../api/types.ts";
import { podCells } from "./pod-cells.ts";

const NOW = Date.parse("2026-05-01T00:00:00Z");
const ENDED = "2026-04-30T00:00:00Z";

function status(name: string, fields: Partial<ContainerStatus>): ContainerStatus {
  return {
    name,
    image: "",
    imageID: "",
    ready: false,
    restartCount: 0,
    state: {},
    lastState: {},
    ...fields,
  };
}

interface Case {
  readonly init?: readonly string[];
  readonly sidecars?: readonly string[];
  readonly initStatuses?: ContainerStatus[];
  readonly statuses?: ContainerStatus[];
  readonly conditions?: readonly [type: string, status: string][];
  readonly phase?: string;
  readonly reason?: string;
  readonly deleted?: boolean;
}

function podOf({ init = [], sidecars = [], initStatuses, statuses, ...rest }: Case): Pod {
  return {
    metadata: rest.deleted === true ? { deletionTimestamp: ENDED } : {},
    spec: {
      initContainers: [
        ...sidecars.map((name) => ({ name, restartPolicy: "Always" })),
        ...init.map((name) => ({ name })),
      ],
      containers: [{ name: "a" }, { name: "b" }],
    },
    status: {
      phase: rest.phase ?? "Pending",
      ...(rest.reason === undefined ? {} : { reason: rest.reason }),
      conditions: (rest.conditions ?? []).map(([type, value]) => ({ type, status: value })),
      initContainerStatuses: initStatuses ?? [],
      containerStatuses: statuses ?? [],
    },
  } as unknown as Pod;
}

const running = { running: { startedAt: ENDED } };
const done = { terminated: { exitCode: 0, reason: "Completed" } };
const lastEnd = { terminated: { exitCode: 1, finishedAt: ENDED } };

const cases: readonly [string, Case, readonly [ready: string, state: string, restarts: string]][] =
  [
    ["nothing reported", {}, ["0/2", "Pending", "0"]],
    ["a reason of its own", { phase: "Failed", reason: "Evicted" }, ["0/2", "Evicted", "0"]],
    [
      "second init container runs",
      {
        init: ["i", "j"],
        initStatuses: [status("i", { state: done }), status("j", { state: running })],
      },
      ["0/2", "Init:1/2", "0"],
    ],
    [
      "init container waits",
      {
        init: ["i"],
        initStatuses: [status("i", { state: { waiting: { reason: "ImagePullBackOff" } } })],
      },
      ["0/2", "Init:ImagePullBackOff", "0"],
    ],
    [
      "init container waits for its turn",
      {
        init: ["i"],
        initStatuses: [status("i", { state: { waiting: { reason: "PodInitializing" } } })],
      },
      ["0/2", "Init:0/1", "0"],
    ],
    [
      "init container failed with a reason, after restarts",
      {
        init: ["i"],
        initStatuses: [
          status("i", {
            state: { terminated: { exitCode: 1, reason: "Error" } },
            restartCount: 4,
            lastState: lastEnd,
          }),
        ],
      },
      ["0/2", "Init:Error", "4 (24h ago)"],
    ],
    [
      "init container killed",
      {
        init: ["i"],
        initStatuses: [status("i", { state: { terminated: { exitCode: 137, signal: 9 } } })],
      },
      ["0/2", "Init:Signal:9", "0"],
    ],
    [
      "init container ended badly",
      { init: ["i"], initStatuses: [status("i", { state: { terminated: { exitCode: 3 } } })] },
      ["0/2", "Init:ExitCode:3", "0"],
    ],
    [
      "started sidecar is counted, restarts of init containers are forgotten",
      {
        phase: "Running",
        sidecars: ["s"],
        init: ["i"],
        initStatuses: [
          status("s", { state: running, started: true, ready: true, restartCount: 2 }),
          status("i", { state: done, restartCount: 7 }),
        ],
        statuses: [
          status("a", { state: running, ready: true, restartCount: 1 }),
          status("b", { state: running }),
        ],
      },
      ["2/3", "Running", "3"],
    ],
    [
      "sidecar not started",
      { sidecars: ["s"], init: ["i"], initStatuses: [status("s", { state: running })] },
      ["0/3", "Init:0/2", "0"],
    ],
    [
      "initialized after all",
      {
        init: ["i"],
        conditions: [["Initialized", "True"]],
        initStatuses: [status("i", { state: running, restartCount: 5 })],
        statuses: [status("a", { state: running, ready: true }), status("b", { restartCount: 1 })],
      },
      ["1/2", "Init:0/1", "1"],
    ],
    [
      "one completed, one running and the pod ready",
      {
        phase: "Running",
        conditions: [["Ready", "True"]],
        statuses: [status("a", { state: done }), status("b", { state: running, ready: true })],
      },
      ["1/2", "Running", "0"],
    ],
    [
      "one completed, one running and the pod not ready",
      {
        phase: "Running",
        statuses: [status("a", { state: done }), status("b", { state: running, ready: true })],
      },
      ["1/2", "NotReady", "0"],
    ],
    [
      "one completed, one failed",
      {
        phase: "Running",
        statuses: [
          status("a", { state: done }),
          status("b", { state: { terminated: { exitCode: 2, reason: "Error" } } }),
        ],
      },
      ["0/2", "Error", "0"],
    ],
    [
      "the first container's reason wins",
      {
        statuses: [
          status("a", { state: { waiting: { reason: "ErrImagePull" } } }),
          status("b", { state: { waiting: { reason: "CrashLoopBackOff" } }, restartCount: 2 }),
        ],
      },
      ["0/2", "ErrImagePull", "2"],
    ],
    ["going", { phase: "Running", deleted: true }, ["0/2", "Terminating", "0"]],
    ["finished and going", { phase: "Succeeded", deleted: true }, ["0/2", "Succeeded", "0"]],
    [
      "lost and going",
      { phase: "Running", reason: "NodeLost", deleted: true },
      ["0/2", "Unknown", "0"],
    ],
  ];

describe("podCells", () => {
  test.each(cases)("%s", (_name, input, [ready, state, restarts]) => {
    expect(podCells(podOf(input), NOW)).toEqual({ ready, status: state, restarts });
  });
});
