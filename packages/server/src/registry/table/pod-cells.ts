/**
 * What a row says about a pod's containers: how many are ready, how often they restarted, and the
 * one word for the pod's state.
 * @see kubernetes pkg/printers/internalversion/printers.go (printPod)
 */
import type { ContainerStatus, Pod, PodCondition } from "../../api/types.ts";
import { ageOf } from "./human-duration.ts";

export interface PodCells {
  readonly ready: string;
  readonly status: string;
  readonly restarts: string;
}

interface Tally {
  reason: string;
  ready: number;
  restarts: number;
  /** When the last restarted container had ended, RFC 3339; empty when unknown. */
  lastEnd: string;
}

/** Restarts of sidecars count on their own, since those of finished init containers are forgotten. */
interface InitTally extends Tally {
  initializing: boolean;
  sidecarRestarts: number;
  sidecarLastEnd: string;
}

function hasCondition(conditions: readonly PodCondition[] | undefined, type: string): boolean {
  return conditions?.find((condition) => condition.type === type)?.status === "True";
}

function later(left: string, right: string | null | undefined): string {
  if (right === undefined || right === null) return left;
  return left === "" || Date.parse(left) < Date.parse(right) ? right : left;
}

function lastEndOf({ lastState }: ContainerStatus): string | null | undefined {
  return lastState?.terminated?.finishedAt;
}

/** `Error`, `Signal:9` or `ExitCode:3`. */
function endReason(end: { reason?: string; signal?: number; exitCode?: number }): string {
  if (end.reason) return end.reason;
  return end.signal ? `Signal:${end.signal}` : `ExitCode:${end.exitCode ?? 0}`;
}

/** Why an init container keeps the pod from starting; undefined when it does not. */
function initReason(status: ContainerStatus, place: string, started: boolean): string | undefined {
  const { terminated, waiting } = status.state ?? {};
  if (terminated && (terminated.exitCode ?? 0) === 0) return undefined;
  if (started) return undefined;
  if (terminated) return `Init:${endReason(terminated)}`;
  if (waiting?.reason && waiting.reason !== "PodInitializing") return `Init:${waiting.reason}`;
  return `Init:${place}`;
}

function tallyInit(pod: Readonly<Pod>, sidecars: ReadonlySet<string>, reason: string): InitTally {
  const tally: InitTally = {
    reason,
    ready: 0,
    restarts: 0,
    lastEnd: "",
    initializing: false,
    sidecarRestarts: 0,
    sidecarLastEnd: "",
  };
  const total = pod.spec?.initContainers?.length ?? 0;
  for (const [index, status] of (pod.status?.initContainerStatuses ?? []).entries()) {
    const isSidecar = sidecars.has(status.name);
    tally.restarts += status.restartCount;
    tally.lastEnd = later(tally.lastEnd, lastEndOf(status));
    if (isSidecar) {
      tally.sidecarRestarts += status.restartCount;
      tally.sidecarLastEnd = later(tally.sidecarLastEnd, lastEndOf(status));
    }
    const started = isSidecar && status.started === true;
    const blocking = initReason(status, `${index}/${total}`, started);
    if (blocking !== undefined) return { ...tally, reason: blocking, initializing: true };
    const ended = status.state?.terminated;
    if (started && status.ready && !(ended && (ended.exitCode ?? 0) === 0)) tally.ready++;
  }
  return tally;
}

/** The containers proper, from last to first, so that the first one's reason wins. */
function tallyContainers(pod: Readonly<Pod>, tally: Tally): void {
  let running = false;
  let failure = "";
  for (const status of (pod.status?.containerStatuses ?? []).toReversed()) {
    const { waiting, terminated, running: runs } = status.state ?? {};
    tally.restarts += status.restartCount;
    tally.lastEnd = later(tally.lastEnd, lastEndOf(status));
    if (waiting?.reason) tally.reason = waiting.reason;
    else if (terminated) {
      tally.reason = endReason(terminated);
      if (terminated.exitCode) failure = tally.reason;
    } else if (status.ready && runs) {
      running = true;
      tally.ready++;
    }
  }
  if (tally.reason !== "Completed") return;
  if (running && hasCondition(pod.status?.conditions, "Ready")) tally.reason = "Running";
  else if (failure !== "") tally.reason = failure;
  else if (running) tally.reason = "NotReady";
}

function phaseReason(pod: Readonly<Pod>): string {
  const { phase = "", reason = "", conditions } = pod.status ?? {};
  const gated = conditions?.some(
    (condition) => condition.type === "PodScheduled" && condition.reason === "SchedulingGated",
  );
  return gated === true ? "SchedulingGated" : reason || phase;
}

function deletionReason(pod: Readonly<Pod>): string | undefined {
  if (pod.metadata.deletionTimestamp === undefined) return undefined;
  const { phase, reason } = pod.status ?? {};
  if (reason === "NodeLost") return "Unknown";
  return phase === "Succeeded" || phase === "Failed" ? undefined : "Terminating";
}

/** @param now - milliseconds since 1970 */
export function podCells(pod: Readonly<Pod>, now: number): PodCells {
  const sidecars = new Set<string>();
  for (const { name, restartPolicy } of pod.spec?.initContainers ?? []) {
    if (restartPolicy === "Always") sidecars.add(name);
  }
  const tally = tallyInit(pod, sidecars, phaseReason(pod));
  if (!tally.initializing || hasCondition(pod.status?.conditions, "Initialized")) {
    tally.restarts = tally.sidecarRestarts;
    tally.lastEnd = tally.sidecarLastEnd;
    tallyContainers(pod, tally);
  }
  const { restarts, lastEnd } = tally;
  const total = (pod.spec?.containers?.length ?? 0) + sidecars.size;
  return {
    ready: `${tally.ready}/${total}`,
    status: deletionReason(pod) ?? tally.reason,
    restarts:
      restarts === 0 || lastEnd === "" ? `${restarts}` : `${restarts} (${ageOf(lastEnd, now)} ago)`,
  };
}
