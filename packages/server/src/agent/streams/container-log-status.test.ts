import { expect, test } from "vitest";
import type { Pod } from "../../api/types.ts";
import { decideLoggedContainer } from "./container-log-status.ts";

const running = { running: {} };
const terminated = (containerID?: string) => ({ terminated: { exitCode: 0, containerID } });
const waiting = (reason?: string) => ({ waiting: reason === undefined ? {} : { reason } });
const WHERE = 'container "c" in pod "p"';

test.each<readonly [string, object, boolean, object]>([
  ["runs", { state: running, containerID: "x://1" }, false, { containerId: "x://1" }],
  [
    "has ended",
    { state: terminated("x://1"), containerID: "x://1" },
    false,
    { containerId: "x://1" },
  ],
  [
    "could not be started again",
    { state: terminated(), lastState: terminated("x://0") },
    false,
    { containerId: "x://0" },
  ],
  [
    "never ran, and has ended",
    { state: terminated() },
    false,
    { problem: `${WHERE} is terminated` },
  ],
  [
    "waits to be started again",
    { state: waiting("CrashLoopBackOff"), lastState: terminated("x://0") },
    false,
    { containerId: "x://0" },
  ],
  [
    "waits, and nobody knows what ran before",
    { state: waiting("CrashLoopBackOff"), lastState: terminated() },
    false,
    { problem: `${WHERE} is terminated` },
  ],
  [
    "waits",
    { state: waiting("ContainerCreating") },
    false,
    { problem: `${WHERE} is waiting to start: ContainerCreating` },
  ],
  [
    "has no image",
    { state: waiting("ErrImagePull") },
    false,
    { problem: `${WHERE} is waiting to start: image can't be pulled` },
  ],
  [
    "still has none",
    { state: waiting("ImagePullBackOff") },
    false,
    { problem: `${WHERE} is waiting to start: trying and failing to pull image` },
  ],
  ["says nothing", { state: {} }, false, { problem: `${WHERE} is waiting to start - no logs yet` }],
  [
    "ran before",
    { state: running, containerID: "x://1", lastState: terminated("x://0") },
    true,
    { containerId: "x://0" },
  ],
  [
    "did not run before",
    { state: running, containerID: "x://1" },
    true,
    { problem: `previous terminated ${WHERE} not found` },
  ],
])("a container that %s", (_name, status, previous, decided) => {
  for (const kind of ["containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"]) {
    const pod = { metadata: { name: "p" }, status: { [kind]: [{ name: "c", ...status }] } };
    expect(decideLoggedContainer(pod as unknown as Pod, "c", previous)).toEqual(decided);
  }
});

test("a container that has no status yet", () => {
  const pod = { metadata: { name: "p" }, status: {} } as Pod;
  expect(decideLoggedContainer(pod, "c", false)).toEqual({ problem: `${WHERE} is not available` });
});
