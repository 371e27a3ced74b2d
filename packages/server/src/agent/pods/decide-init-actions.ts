import type { Container } from "../../api/types.ts";
import type { ContainerState } from "../pod-runtime.ts";
import { latestRun } from "./observed-pod.ts";
import { type DecisionInput, type Kill, killUnknown } from "./pod-actions.ts";
import { isSidecar, mustBeStarted } from "./restart-policy.ts";

export interface InitActions {
  /** Whether all init containers are through, and all sidecars have started once. */
  readonly initialized: boolean;
  /** One has failed for good. */
  readonly failed: boolean;
  /** To be started, in the order of the spec. */
  readonly start: readonly string[];
  readonly kill: readonly Kill[];
}

/** What one init container comes to. */
interface Finding {
  /** It is to be started, again or for the first time. */
  readonly start?: boolean;
  /** The one after it may start. */
  readonly through?: boolean;
  readonly failed?: boolean;
  readonly kill?: Kill;
}

const NOTHING_TO_DO: Finding = {};

/**
 * Finds the init container that is next, and keeps sidecars running. The last ones are looked at
 * first: those that have ended long ago may be forgotten by the runtime.
 * @see kubernetes pkg/kubelet/kuberuntime/kuberuntime_container.go (computeInitContainerActions)
 */
export function decideInitActions(input: DecisionInput): InitActions {
  const { pod, observed } = input;
  const { initContainers = [], containers = [] } = pod.spec ?? {};
  if (initContainers.length === 0) {
    return { initialized: true, failed: false, start: [], kill: [] };
  }
  const begun = containers.some(({ name }) => {
    const state = latestRun(observed, name)?.state;
    return state === "created" || state === "running";
  });
  const start: string[] = [];
  const kill: Kill[] = [];
  let initialized = begun;
  // Whether a later one has been found: all before it are through then.
  let passed = begun;
  for (let index = initContainers.length - 1; index >= 0; index--) {
    const container = initContainers[index];
    if (container === undefined) continue;
    const run = latestRun(observed, container.name);
    if (run === undefined) {
      if (passed && isSidecar(container)) start.unshift(container.name);
      continue;
    }
    if (passed && !isSidecar(container)) continue;
    const finding = findingOf(container, run, input);
    if (finding.failed === true) return { initialized: false, failed: true, start: [], kill };
    const next = initContainers[index + 1];
    if (finding.through === true && next === undefined) initialized = true;
    else if (finding.through === true && next !== undefined && !passed) start.unshift(next.name);
    if (finding.kill !== undefined) kill.push(finding.kill);
    if (finding.start === true) start.unshift(container.name);
    passed = true;
  }
  if (!passed && initContainers[0] !== undefined) start.unshift(initContainers[0].name);
  return { initialized, failed: false, start, kill };
}

function findingOf(container: Container, run: ContainerState, input: DecisionInput): Finding {
  switch (run.state) {
    case "created":
      // Made and started in one step: it was made, but could not be started.
      return { start: true };
    case "running":
      return isSidecar(container) ? findingOfSidecar(container, run, input) : NOTHING_TO_DO;
    case "exited":
      return findingOfExit(container, run, input);
    case "unknown":
      return findingOfUnknown(container, run, input);
  }
}

function findingOfSidecar(
  container: Container,
  run: ContainerState,
  { probes, isOutdated, restartsToResize }: DecisionInput,
): Finding {
  const restart = (text: string, reason: Kill["reason"], through: boolean): Finding => ({
    start: true,
    through,
    kill: { container: run, message: `Init container ${container.name} ${text}`, reason },
  });
  if (container.startupProbe !== undefined) {
    const startup = probes.startup(run.id);
    if (startup === "failure") return restart("failed startup probe", "startup-probe", false);
    if (startup !== "success") return NOTHING_TO_DO;
  }
  if (isOutdated(run)) return restart("definition changed", "other", true);
  if (container.livenessProbe !== undefined && probes.liveness(run.id) === "failure") {
    return restart("failed liveness probe", "liveness-probe", true);
  }
  if (restartsToResize(run)) {
    const message = `Container ${container.name} resize requires restart`;
    return { start: true, through: true, kill: { container: run, message, reason: "other" } };
  }
  return { through: true };
}

function findingOfExit(
  container: Container,
  run: ContainerState,
  { pod, observed }: DecisionInput,
): Finding {
  if (isSidecar(container)) return { start: true };
  const succeeded = run.exitCode === 0 && run.reason !== "OOMKilled";
  if (succeeded) return { through: true };
  return mustBeStarted(container, pod, observed) ? { start: true } : { failed: true };
}

function findingOfUnknown(
  container: Container,
  run: ContainerState,
  { pod }: DecisionInput,
): Finding {
  const kill = killUnknown(run, "Init container");
  const policy = container.restartPolicy ?? pod.spec?.restartPolicy;
  return policy === "Never" ? { failed: true } : { start: true, kill };
}
