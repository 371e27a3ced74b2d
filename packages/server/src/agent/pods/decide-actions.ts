import type { Container, PodSpec } from "../../api/types.ts";
import type { ContainerState, PodSandbox } from "../pod-runtime.ts";
import { decideInitActions } from "./decide-init-actions.ts";
import { latestRun, type ObservedPod, usableSandbox } from "./observed-pod.ts";
import {
  type DecisionInput,
  type Kill,
  type KillReason,
  killUnknown,
  type PodActions,
} from "./pod-actions.ts";
import { mustBeStarted, restartsWhenKilled, ruleFor } from "./restart-policy.ts";

const NOTHING: PodActions = {
  killPod: false,
  createSandbox: undefined,
  sandboxChanged: false,
  kill: [],
  reset: [],
  ephemeral: [],
  init: [],
  ordinary: [],
};

/**
 * Compares what is wanted with what runs. Pure: says nothing about back-off, which the one who
 * starts a container asks for.
 * @see kubernetes pkg/kubelet/kuberuntime/kuberuntime_manager.go (computePodActions)
 */
export function decideActions(input: DecisionInput): PodActions {
  const { pod, observed, restartsAll } = input;
  const spec = pod.spec ?? { containers: [] };
  const sandbox = usableSandbox(observed);
  if (restartsAll) return { ...NOTHING, reset: decideReset(spec, observed) };
  if (sandbox === undefined) return decideNewSandbox(spec, observed);
  const ephemeral = (spec.ephemeralContainers ?? [])
    .map(({ name }) => name)
    // They are never run twice.
    .filter((name) => latestRun(observed, name) === undefined);
  const init = decideInitActions(input);
  const started = { ...NOTHING, ephemeral, init: init.start, kill: init.kill };
  if (init.failed) return { ...started, killPod: true, init: [] };
  if (!init.initialized) return started;
  const ordinary = decideOrdinary(input);
  const done = !ordinary.keep && ordinary.start.length === 0;
  return {
    ...started,
    // Sidecars do not keep a pod alive whose containers are all done.
    killPod: done,
    init: done ? [] : init.start,
    ordinary: ordinary.start,
    kill: [...init.kill, ...ordinary.kill],
  };
}

function decideNewSandbox(spec: PodSpec, observed: ObservedPod): PodActions {
  const [last] = observed.sandboxes;
  const ran = observed.containers.length > 0;
  // Containers without a sandbox are those of one that is forgotten.
  const before = last?.attempt ?? (ran ? 0 : -1);
  const attempt = before + 1;
  const killPod = last !== undefined || runningOf(observed).length > 0;
  const replacing = { ...NOTHING, killPod, sandboxChanged: last !== undefined };
  if (spec.restartPolicy === "Never" && attempt !== 0 && ran) return replacing;
  const ordinary = spec.containers.filter((container) => !isDone(container, spec, observed));
  const begun = spec.containers.some(({ name }) => {
    const state = latestRun(observed, name)?.state;
    return state !== undefined && state !== "unknown";
  });
  if (ordinary.length === 0 && begun) return replacing;
  const [first] = spec.initContainers ?? [];
  return {
    ...replacing,
    createSandbox: attempt,
    init: first === undefined ? [] : [first.name],
    ordinary: first === undefined ? ordinary.map(({ name }) => name) : [],
  };
}

/** It has succeeded, and its policy asks for no more. */
function isDone(container: Container, spec: PodSpec, observed: ObservedPod): boolean {
  const policy = container.restartPolicy ?? spec.restartPolicy;
  const run = latestRun(observed, container.name);
  return policy === "OnFailure" && run?.state === "exited" && run.exitCode === 0;
}

interface OrdinaryActions {
  readonly start: readonly string[];
  readonly kill: readonly Kill[];
  /** Whether one of them runs on as it is. */
  readonly keep: boolean;
}

function decideOrdinary(input: DecisionInput): OrdinaryActions {
  const { pod, observed } = input;
  const spec = pod.spec ?? { containers: [] };
  const start: string[] = [];
  const kill: Kill[] = [];
  let keep = false;
  for (const container of spec.containers) {
    const run = latestRun(observed, container.name);
    if (run?.state !== "running") {
      if (!mustBeStarted(container, pod, observed)) continue;
      start.push(container.name);
      if (run?.state === "unknown") kill.push(killUnknown(run, "Container"));
      continue;
    }
    const verdict = verdictOn(container, run, input);
    if (verdict === undefined) {
      keep = true;
      continue;
    }
    const again = verdict.always || restartsWhenKilled(container, spec);
    if (again) start.push(container.name);
    const message = `Container ${container.name} ${verdict.text}`;
    kill.push({
      container: run,
      message: again && verdict !== RESIZE ? `${message}, will be restarted` : message,
      reason: verdict.reason,
    });
  }
  return { start, kill, keep };
}

interface Verdict {
  readonly text: string;
  readonly reason: KillReason;
  /** Whether it is restarted whatever the policy says. */
  readonly always: boolean;
}

const RESIZE: Verdict = { text: "resize requires restart", reason: "other", always: true };

function verdictOn(
  container: Container,
  run: ContainerState,
  { probes, isOutdated, restartsToResize }: DecisionInput,
): Verdict | undefined {
  if (isOutdated(run)) return { text: "definition changed", reason: "other", always: true };
  if (container.livenessProbe !== undefined && probes.liveness(run.id) === "failure") {
    return { text: "failed liveness probe", reason: "liveness-probe", always: false };
  }
  if (container.startupProbe !== undefined && probes.startup(run.id) === "failure") {
    return { text: "failed startup probe", reason: "startup-probe", always: false };
  }
  return restartsToResize(run) ? RESIZE : undefined;
}

/** All runs of all containers; those whose exit asked for it last, so that it is not forgotten. */
function decideReset(spec: PodSpec, observed: ObservedPod): readonly ContainerState[] {
  const { asking: ofOrdinary, others: ordinary } = runsOf(spec.containers, observed);
  const { asking: ofInit, others: init } = runsOf(spec.initContainers ?? [], observed);
  return [...ordinary, ...init, ...ofOrdinary, ...ofInit];
}

function runsOf(
  containers: readonly Container[],
  observed: ObservedPod,
): { readonly asking: ContainerState[]; readonly others: ContainerState[] } {
  const asking: ContainerState[] = [];
  const others: ContainerState[] = [];
  for (const container of containers) {
    for (const run of observed.containers) {
      if (run.name === container.name) (asksForAll(container, run) ? asking : others).push(run);
    }
  }
  return { asking, others };
}

/** Whether the way a container ended has all containers of the pod restarted. */
export function asksForAll(container: Container, run: ContainerState | undefined): boolean {
  return (
    run?.state === "exited" && ruleFor(container, run.exitCode ?? 0) === "RestartAllContainers"
  );
}

/** What runs, for those who end all of it. */
export function runningOf(observed: ObservedPod): readonly ContainerState[] {
  return observed.containers.filter(({ state }) => state === "running" || state === "unknown");
}

/** Sandboxes that are still to be stopped. */
export function readySandboxes(observed: ObservedPod): readonly PodSandbox[] {
  return observed.sandboxes.filter(({ state }) => state === "ready");
}
