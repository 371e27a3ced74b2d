import type { ContainerStatus, Pod, PodCondition, PodPhase } from "../../api/types.ts";
import { formatTime } from "../../runtime/clock.ts";
import { isSidecar } from "./restart-policy.ts";

/** Conditions that the agent owns; all others it leaves alone. */
export const AGENT_CONDITIONS = [
  "PodReadyToStartContainers",
  "Initialized",
  "Ready",
  "ContainersReady",
  "PodScheduled",
  "AllContainersRestarting",
  "PodResizePending",
  "PodResizeInProgress",
] as const;

export interface ConditionsInput {
  readonly pod: Pod;
  /** Conditions as they were told last, and those of others. */
  readonly previous: readonly PodCondition[];
  readonly phase: PodPhase;
  readonly init: readonly ContainerStatus[];
  readonly ordinary: readonly ContainerStatus[];
  /** Whether there is a sandbox in which containers can be started. */
  readonly hasSandbox: boolean;
  /** Of changes of resources, while there are any. */
  readonly resizes: readonly PodCondition[];
  /** Absent: no container can ask for it. */
  readonly restartingAll?: boolean;
  readonly now: number;
}

/** The part of a condition that is found out. */
interface Finding {
  readonly status: "True" | "False";
  readonly reason?: string;
  readonly message?: string;
}

const TRUE: Finding = { status: "True" };

/**
 * The conditions of a pod that its agent owns. Times change only where the status does.
 * @see kubernetes pkg/kubelet/status/generate.go
 */
export function podConditions(input: ConditionsInput): PodCondition[] {
  const containersReady = findContainersReady(input);
  const conditions: [string, Finding][] = [
    ["PodReadyToStartContainers", { status: input.hasSandbox ? "True" : "False" }],
    ["Initialized", findInitialized(input)],
    ["Ready", findReady(containersReady, input)],
    ["ContainersReady", containersReady],
    ["PodScheduled", TRUE],
  ];
  if (input.restartingAll !== undefined) {
    conditions.push(["AllContainersRestarting", findRestarting(input.restartingAll, input.phase)]);
  }
  const resizes = input.phase === "Succeeded" || input.phase === "Failed" ? [] : input.resizes;
  return [...conditions.map(([type, finding]) => condition(type, finding, input)), ...resizes];
}

function condition(type: string, finding: Finding, input: ConditionsInput): PodCondition {
  const { pod, previous, now } = input;
  const old = previous.find((each) => each.type === type);
  const since = old?.status === finding.status ? old.lastTransitionTime : undefined;
  const { generation } = pod.metadata;
  return {
    type,
    ...finding,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    lastTransitionTime: since ?? formatTime(now),
  };
}

function findContainersReady({ pod, phase, init, ordinary }: ConditionsInput): Finding {
  const { initContainers = [], containers = [] } = pod.spec ?? {};
  const unknown: string[] = [];
  const unready: string[] = [];
  const look = (name: string, statuses: readonly ContainerStatus[]): void => {
    const status = statuses.find((each) => each.name === name);
    if (status === undefined) unknown.push(name);
    else if (!status.ready) unready.push(name);
  };
  for (const container of initContainers) if (isSidecar(container)) look(container.name, init);
  for (const { name } of containers) look(name, ordinary);
  if (phase === "Succeeded" && unknown.length === 0) {
    return { status: "False", reason: "PodCompleted" };
  }
  if (phase === "Failed") return { status: "False", reason: "PodFailed" };
  const message = joinLists("unready", unknown, unready);
  return message === "" ? TRUE : { status: "False", reason: "ContainersNotReady", message };
}

function joinLists(what: string, unknown: readonly string[], others: readonly string[]): string {
  return [
    ...(unknown.length === 0 ? [] : [`containers with unknown status: [${unknown.join(" ")}]`]),
    ...(others.length === 0 ? [] : [`containers with ${what} status: [${others.join(" ")}]`]),
  ].join(", ");
}

function findReady(containersReady: Finding, { pod, previous }: ConditionsInput): Finding {
  if (containersReady.status === "False") return containersReady;
  const complaints = (pod.spec?.readinessGates ?? []).flatMap(({ conditionType }) => {
    const gate = previous.find(({ type }) => type === conditionType);
    const quoted = JSON.stringify(conditionType);
    if (gate === undefined) {
      return `corresponding condition of pod readiness gate ${quoted} does not exist.`;
    }
    if (gate.status === "True") return [];
    return `the status of pod readiness gate ${quoted} is not "True", but ${gate.status}`;
  });
  return complaints.length === 0
    ? TRUE
    : { status: "False", reason: "ReadinessGatesNotReady", message: complaints.join(", ") };
}

function findInitialized({ pod, phase, previous, init, ordinary }: ConditionsInput): Finding {
  const unknown: string[] = [];
  const incomplete: string[] = [];
  for (const container of pod.spec?.initContainers ?? []) {
    const status = init.find(({ name }) => name === container.name);
    if (status === undefined) unknown.push(container.name);
    else if (isSidecar(container) ? status.started !== true : !status.ready) {
      incomplete.push(container.name);
    }
  }
  if (phase === "Succeeded" && unknown.length === 0) {
    return { status: "True", reason: "PodCompleted" };
  }
  const begun = ordinary.some(({ state }) => (state?.running ?? state?.terminated) !== undefined);
  const message = joinLists("incomplete", unknown, incomplete);
  if (begun || message === "") return TRUE;
  // Once initialized it stays so, while its containers are made anew.
  const was = previous.some(({ type, status }) => type === "Initialized" && status === "True");
  return was ? TRUE : { status: "False", reason: "ContainersNotInitialized", message };
}

function findRestarting(restarting: boolean, phase: PodPhase): Finding {
  if (phase === "Succeeded") return { status: "False", reason: "PodCompleted" };
  if (phase === "Failed") return { status: "False", reason: "PodFailed" };
  if (!restarting) return { status: "False" };
  return {
    status: "True",
    reason: "RestartAllContainersStarted",
    message: "container exited with restart policy rule",
  };
}
