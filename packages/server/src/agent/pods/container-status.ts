import type {
  Container,
  ContainerStateTerminated,
  ContainerStatus,
  EphemeralContainer,
  Pod,
  ContainerState as ReportedState,
  VolumeMount,
  VolumeMountStatus,
} from "../../api/types.ts";
import { formatTime } from "../../runtime/clock.ts";
import type { ContainerState } from "../pod-runtime.ts";
import { latestRun, type ObservedPod } from "./observed-pod.ts";
import { type Amounts, withAmounts } from "./resize/allocation.ts";
import { isSidecar, mustBeStarted } from "./restart-policy.ts";

/** Why a container could not be started at the last try. */
export interface StartFailure {
  /** `CrashLoopBackOff`, `ErrImagePull`, `CreateContainerConfigError` … */
  readonly reason: string;
  readonly message: string;
}

export interface ContainerStatusInput {
  readonly pod: Pod;
  readonly observed: ObservedPod;
  /** By the container's name. */
  readonly failures: ReadonlyMap<string, StartFailure>;
  /** Before `://` in container ids. */
  readonly runtimeName: string;
  /** What a container that runs was given; undefined where that is not known. */
  readonly applied: (name: string) => Amounts | undefined;
  /** Whether everything is being taken down in order to be started anew. */
  readonly restartingAll: boolean;
}

export type ContainerKind = "init" | "ordinary" | "ephemeral";

type AnyContainer = Container | EphemeralContainer;

/** @see kubernetes pkg/kubelet/kubelet_pods.go (ContainerCreating, PodInitializing), container/runtime.go */
const UNKNOWN = "ContainerStatusUnknown";
const RESTARTING_ALL = "RestartingAllContainers";
const RESTARTING_ALL_MESSAGE = "The container is removed because RestartAllContainers in place";
const KILLED = 137;

/**
 * What the API is told of the containers of one kind, in the order in which a kubelet lists them:
 * init containers as in the spec, others by name.
 * @param previous - What was told before.
 * @see kubernetes pkg/kubelet/kubelet_pods.go (convertToAPIContainerStatuses)
 */
export function containerStatuses(
  kind: ContainerKind,
  previous: readonly ContainerStatus[],
  input: ContainerStatusInput,
): ContainerStatus[] {
  const statuses = containersOf(kind, input.pod).map((container) => {
    const old = previous.find(({ name }) => name === container.name);
    const run = latestRun(input.observed, container.name);
    const status =
      run === undefined
        ? statusWithoutRun(container, old, input)
        : statusOfRun(container, run, old, input);
    return withStartFailure(kind, container, status, input);
  });
  if (kind !== "init") statuses.sort((left, right) => (left.name < right.name ? -1 : 1));
  return statuses;
}

function containersOf(kind: ContainerKind, { spec }: Pod): readonly AnyContainer[] {
  switch (kind) {
    case "init":
      return spec?.initContainers ?? [];
    case "ordinary":
      return spec?.containers ?? [];
    case "ephemeral":
      return spec?.ephemeralContainers ?? [];
  }
}

function statusWithoutRun(
  container: AnyContainer,
  old: ContainerStatus | undefined,
  input: ContainerStatusInput,
): ContainerStatus {
  const initializing = (input.pod.spec?.initContainers ?? []).length > 0;
  const fresh: ContainerStatus = {
    name: container.name,
    image: container.image ?? "",
    imageID: "",
    ready: false,
    started: false,
    restartCount: old?.restartCount ?? 0,
    state: { waiting: { reason: initializing ? "PodInitializing" : "ContainerCreating" } },
    lastState: old?.lastState ?? {},
    ...mountsOf(container),
  };
  if (old === undefined) return fresh;
  if (input.restartingAll && old.state?.waiting === undefined) {
    return {
      ...fresh,
      restartCount: old.restartCount + 1,
      state: { waiting: { reason: RESTARTING_ALL, message: RESTARTING_ALL_MESSAGE } },
      lastState: { terminated: gone(RESTARTING_ALL, RESTARTING_ALL_MESSAGE) },
    };
  }
  return old.state?.terminated === undefined ? fresh : { ...old };
}

function gone(reason: string, message: string): ContainerStateTerminated {
  return { reason, message, exitCode: KILLED };
}

function statusOfRun(
  container: AnyContainer,
  run: ContainerState,
  old: ContainerStatus | undefined,
  input: ContainerStatusInput,
): ContainerStatus {
  const { runtimeName, observed } = input;
  const containerID = idOf(run, runtimeName);
  const [, before] = observed.containers.filter(({ name }) => name === run.name);
  const unknown = run.state === "unknown" && old?.state?.running !== undefined;
  const restarted = run.state === "running" && old?.state?.terminated !== undefined;
  const counted = Math.max(run.attempt, old?.restartCount ?? 0);
  const again = unknown || (restarted && (old?.restartCount ?? 0) >= run.attempt);
  return {
    name: run.name,
    image: run.image,
    imageID: run.imageId,
    containerID,
    ready: false,
    restartCount: again ? (old?.restartCount ?? 0) + 1 : counted,
    state: unknown ? lostState(input.restartingAll) : stateOf(run, containerID),
    lastState: before === undefined ? keptLastState(old, containerID) : lastState(before, input),
    ...mountsOf(container),
    ...resourcesOf(container, run, input),
  };
}

function lastState(run: ContainerState, { runtimeName }: ContainerStatusInput): ReportedState {
  return stateOf(run, idOf(run, runtimeName));
}

/** The runtime has forgotten the run before; what was told of it still holds. */
function keptLastState(old: ContainerStatus | undefined, containerID: string): ReportedState {
  if (old === undefined) return {};
  if (old.containerID !== containerID && old.state?.terminated !== undefined) {
    return { terminated: old.state.terminated };
  }
  return old.lastState ?? {};
}

function lostState(restartingAll: boolean): ReportedState {
  const message = "The container could not be located when the pod was terminated";
  return { terminated: gone(restartingAll ? RESTARTING_ALL : UNKNOWN, message) };
}

/** `runtime://id`, as the API names a container. */
export function idOf({ id }: { readonly id: string }, runtimeName: string): string {
  return `${runtimeName}://${id}`;
}

function stateOf(run: ContainerState, containerID: string): ReportedState {
  const { startedAt, finishedAt, exitCode, signal, reason, message } = run;
  switch (run.state) {
    case "running":
      return { running: { startedAt: formatTime(startedAt ?? run.createdAt) } };
    case "exited":
      return {
        terminated: {
          exitCode: exitCode ?? 0,
          ...(signal === undefined ? {} : { signal }),
          ...(reason === undefined || reason === "" ? {} : { reason }),
          ...(message === undefined || message === "" ? {} : { message }),
          // One that could not be started has, by upstream's reckoning, at the beginning of time.
          startedAt: formatTime(startedAt ?? 0),
          ...(finishedAt === undefined ? {} : { finishedAt: formatTime(finishedAt) }),
          containerID,
        },
      };
    case "created":
    case "unknown":
      return { waiting: {} };
  }
}

function withStartFailure(
  kind: ContainerKind,
  container: AnyContainer,
  status: ContainerStatus,
  { pod, observed, failures }: ContainerStatusInput,
): ContainerStatus {
  const run = latestRun(observed, container.name);
  if (kind === "init") {
    if (run?.state === "exited" && run.exitCode === 0) return status;
    if (run === undefined && wasPassed(container, status, pod, observed)) {
      return { ...status, state: { terminated: PASSED } };
    }
  }
  const failure = failures.get(container.name);
  if (failure === undefined || !mustBeStarted(container, pod, observed)) return status;
  const { terminated } = status.state ?? {};
  return {
    ...status,
    ...(terminated === undefined ? {} : { lastState: { terminated } }),
    state: { waiting: { reason: failure.reason, message: failure.message } },
  };
}

const PASSED: ContainerStateTerminated = {
  reason: "Completed",
  message:
    "Unable to get init container status from container runtime and pod has been initialized, treat it as exited normally",
  exitCode: 0,
};

/** Nothing is known of an init container any more, but ordinary ones have been made after it. */
function wasPassed(
  container: AnyContainer,
  status: ContainerStatus,
  pod: Pod,
  observed: ObservedPod,
): boolean {
  if (isSidecar(container) || status.state?.waiting === undefined) return false;
  return (pod.spec?.containers ?? []).some(({ name }) => {
    const state = latestRun(observed, name)?.state;
    return state !== undefined && state !== "unknown";
  });
}

function mountsOf({ volumeMounts = [] }: AnyContainer): { volumeMounts?: VolumeMountStatus[] } {
  return volumeMounts.length === 0 ? {} : { volumeMounts: volumeMounts.map(mountStatus) };
}

/** No runtime here makes what is mounted below a read-only mount read-only too. */
function mountStatus({ name, mountPath, readOnly }: VolumeMount): VolumeMountStatus {
  return readOnly === true
    ? { name, mountPath, readOnly, recursiveReadOnly: "Disabled" }
    : { name, mountPath };
}

/**
 * What is in force, and what is set aside: the two differ while a change of resources is under way.
 * @see kubernetes pkg/kubelet/kubelet_pods.go (convertToAPIContainerStatuses)
 */
function resourcesOf(
  { name, resources = {} }: AnyContainer,
  run: ContainerState,
  { applied }: ContainerStatusInput,
): Pick<ContainerStatus, "resources" | "allocatedResources"> {
  const { requests } = resources;
  const inForce = run.state === "running" ? applied(name) : undefined;
  return {
    resources: inForce === undefined ? resources : withAmounts(resources, inForce),
    ...(requests === undefined ? {} : { allocatedResources: requests }),
  };
}
