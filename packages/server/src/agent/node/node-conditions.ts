import type { NodeCondition } from "../../api/types.ts";
import { formatTime } from "../../runtime/clock.ts";
import type { Pressure } from "./eviction-thresholds.ts";

export interface NodeHealth {
  readonly pressure: Pressure;
  /** Why the node cannot run pods; empty when it can. */
  readonly problems: readonly string[];
}

/** What the conditions are now, and the reasons of the events that tell of changes. */
export interface ConditionsUpdate {
  readonly conditions: readonly NodeCondition[];
  readonly events: readonly string[];
}

interface Wording {
  readonly status: "True" | "False";
  readonly reason: string;
  readonly message: string;
  readonly event: string;
}

/** Of each kind of pressure: under it, and not. @see kubernetes pkg/kubelet/nodestatus/setters.go */
const PRESSURE: readonly (readonly [
  type: string,
  what: keyof Pressure,
  under: Omit<Wording, "status">,
  without: Omit<Wording, "status">,
])[] = [
  [
    "MemoryPressure",
    "memory",
    {
      reason: "KubeletHasInsufficientMemory",
      message: "kubelet has insufficient memory available",
      event: "NodeHasInsufficientMemory",
    },
    {
      reason: "KubeletHasSufficientMemory",
      message: "kubelet has sufficient memory available",
      event: "NodeHasSufficientMemory",
    },
  ],
  [
    "DiskPressure",
    "disk",
    {
      reason: "KubeletHasDiskPressure",
      message: "kubelet has disk pressure",
      event: "NodeHasDiskPressure",
    },
    {
      reason: "KubeletHasNoDiskPressure",
      message: "kubelet has no disk pressure",
      event: "NodeHasNoDiskPressure",
    },
  ],
  [
    "PIDPressure",
    "pid",
    {
      reason: "KubeletHasInsufficientPID",
      message: "kubelet has insufficient PID available",
      event: "NodeHasInsufficientPID",
    },
    {
      reason: "KubeletHasSufficientPID",
      message: "kubelet has sufficient PID available",
      event: "NodeHasSufficientPID",
    },
  ],
];

const READY = "Ready";

/**
 * The kubelet's four conditions, put where they were among those of others.
 * @param before - of the node as it is stored
 * @param now - milliseconds since 1970
 */
export function updateConditions(
  before: readonly NodeCondition[],
  { pressure, problems }: NodeHealth,
  now: number,
): ConditionsUpdate {
  const conditions = [...before];
  const events: string[] = [];
  const put = (type: string, wording: Wording, told: boolean): void => {
    const at = conditions.findIndex((each) => each.type === type);
    const old = conditions[at];
    const condition =
      type === READY ? readyCondition(old, wording, now) : kept(old, type, wording, now);
    if (at < 0) conditions.push(condition);
    else conditions[at] = condition;
    if (told && old?.status !== wording.status) events.push(wording.event);
  };
  for (const [type, what, under, without] of PRESSURE) {
    const wording: Wording = pressure[what]
      ? { status: "True", ...under }
      : { status: "False", ...without };
    put(type, wording, true);
  }
  // Of a node that is new nobody is told that it is ready, or is not yet.
  put(
    READY,
    readiness(problems),
    before.some(({ type }) => type === READY),
  );
  return { conditions, events };
}

function readiness(problems: readonly string[]): Wording {
  if (problems.length === 0) {
    const message = "kubelet is posting ready status";
    return { status: "True", reason: "KubeletReady", message, event: "NodeReady" };
  }
  const texts = [...new Set(problems)];
  const message = texts.length === 1 ? (texts[0] ?? "") : `[${texts.join(", ")}]`;
  return { status: "False", reason: "KubeletNotReady", message, event: "NodeNotReady" };
}

/** Its reason and message are always the newest. */
function readyCondition(
  old: NodeCondition | undefined,
  { status, reason, message }: Wording,
  now: number,
): NodeCondition {
  const time = formatTime(now);
  const since = old?.status === status ? old.lastTransitionTime : undefined;
  return {
    type: READY,
    status,
    lastHeartbeatTime: time,
    lastTransitionTime: since ?? time,
    reason,
    message,
  };
}

/** Of the others, reason and message stay as long as the status does. */
function kept(
  old: NodeCondition | undefined,
  type: string,
  { status, reason, message }: Wording,
  now: number,
): NodeCondition {
  const time = formatTime(now);
  if (old?.status === status) return { ...old, lastHeartbeatTime: time };
  return { type, status, lastHeartbeatTime: time, lastTransitionTime: time, reason, message };
}
