import type { Container, Pod } from "../../api/types.ts";
import type { EventSink } from "../../client/event-recorder.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import type { ContainerState, PodRuntime } from "../pod-runtime.ts";
import { findContainer } from "./last-words.ts";
import { runHook } from "./lifecycle-hooks.ts";
import type { KillReason } from "./pod-actions.ts";
import { referenceToContainer } from "./pod-names.ts";
import { isSidecar } from "./restart-policy.ts";

export interface KillerDependencies {
  readonly runtime: PodRuntime;
  readonly events: EventSink;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface KillRequest {
  readonly pod: Pod;
  readonly podIP: string;
  readonly run: ContainerState;
  /** Of the event; empty: that it is being stopped. */
  readonly message: string;
  readonly reason: KillReason;
  /** In place of what the pod says. */
  readonly graceSeconds?: number;
  /** Resolves when others that have to end before it are gone; its grace runs meanwhile. */
  readonly turn?: Promise<unknown>;
  /** There is no time for hooks any more. */
  readonly signal: AbortSignal;
}

/** Nobody is killed without a moment to end. @see kuberuntime_manager.go (minimumGracePeriodInSeconds) */
const SHORTEST_GRACE_SECONDS = 2;

/**
 * How long a container may take to end.
 * @see kubernetes pkg/kubelet/kuberuntime/kuberuntime_container.go (setTerminationGracePeriod)
 */
export function graceOf(pod: Pod, container: Container | undefined, reason: KillReason): number {
  // They may be bigints: longer than anybody lives.
  return Number(graceGiven(pod, container, reason));
}

function graceGiven(pod: Pod, container: Container | undefined, reason: KillReason): number {
  const { deletionGracePeriodSeconds } = pod.metadata;
  if (deletionGracePeriodSeconds !== undefined) return deletionGracePeriodSeconds;
  const ofPod = pod.spec?.terminationGracePeriodSeconds ?? SHORTEST_GRACE_SECONDS;
  const probe =
    reason === "startup-probe"
      ? container?.startupProbe
      : reason === "liveness-probe"
        ? container?.livenessProbe
        : undefined;
  return probe?.terminationGracePeriodSeconds ?? ofPod;
}

/**
 * Ends a container: first its hook, within the grace, then a signal, and at the end of the grace force.
 * @throws RuntimeError
 */
export async function killContainer(
  request: KillRequest,
  dependencies: KillerDependencies,
): Promise<void> {
  const { pod, run, message, reason, turn, signal } = request;
  const { runtime, events, clock } = dependencies;
  const container = findContainer(pod, run.name);
  const about = referenceToContainer(pod, run.name);
  events.record(about, "Normal", "Killing", message || `Stopping container ${run.name}`);
  const grace = request.graceSeconds ?? graceOf(pod, container, reason);
  const until = clock.now() + grace * 1000;
  const preStop = container?.lifecycle?.preStop;
  if (preStop !== undefined && grace > 0) await runPreStop(request, dependencies, until);
  if (turn !== undefined && !signal.aborted) await waitUntil(turn, until, clock, signal);
  // Never more than all of it, though the clock was set back meanwhile.
  const leftSeconds = Math.min(grace, Math.ceil((until - clock.now()) / 1000));
  await runtime.stopContainer(run.id, Math.max(leftSeconds, SHORTEST_GRACE_SECONDS) * 1000);
}

async function runPreStop(
  { pod, podIP, run, signal }: KillRequest,
  dependencies: KillerDependencies,
  until: number,
): Promise<void> {
  const { clock, events, logger } = dependencies;
  const container = findContainer(pod, run.name);
  const handler = container?.lifecycle?.preStop;
  if (container === undefined || handler === undefined) return;
  const outOfTime = new AbortController();
  const giveUp = (): void => outOfTime.abort();
  const cancel = clock.after(until - clock.now(), giveUp);
  signal.addEventListener("abort", giveUp, { once: true });
  if (signal.aborted) giveUp();
  try {
    const target = { pod, container, containerId: run.id, podIP };
    await runHook(handler, target, { ...dependencies, signal: outOfTime.signal });
  } catch (error) {
    logger.debug({ error, container: run.name }, "a preStop hook failed");
    // What it printed may hold secrets: only that it failed is told.
    const about = referenceToContainer(pod, run.name);
    events.record(about, "Warning", "FailedPreStopHook", "PreStopHook failed");
  } finally {
    cancel();
    signal.removeEventListener("abort", giveUp);
  }
}

async function waitUntil(
  turn: Promise<unknown>,
  until: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const stop = (): void => over.abort();
  signal.addEventListener("abort", stop, { once: true });
  try {
    await Promise.race([turn, clock.sleep(until - clock.now(), over.signal)]);
  } finally {
    stop();
    signal.removeEventListener("abort", stop);
  }
}

export interface KillAllRequest {
  readonly pod: Pod;
  readonly podIP: string;
  readonly running: readonly ContainerState[];
  readonly graceSeconds?: number;
  readonly signal: AbortSignal;
}

/**
 * Ends containers together: the ordinary ones first, then sidecars, the last one first.
 * @throws RuntimeError of one that could not be ended, when all have been tried
 * @see kubernetes pkg/kubelet/kuberuntime/kuberuntime_termination_order.go
 */
export async function killContainers(
  request: KillAllRequest,
  dependencies: KillerDependencies,
): Promise<void> {
  const { pod, running } = request;
  const ends = new Map<string, PromiseWithResolvers<void>>();
  for (const { name } of running) ends.set(name, Promise.withResolvers<void>());
  const endsOf = (names: readonly string[]): Promise<unknown> =>
    Promise.all(names.map((name) => ends.get(name)?.promise));
  const results = await Promise.allSettled(
    running.map(async (run) => {
      const before = endBefore(pod, run.name);
      const turn = before.length === 0 ? {} : { turn: endsOf(before) };
      try {
        const kill = { ...request, run, message: "", reason: "other" as const, ...turn };
        await killContainer(kill, dependencies);
      } finally {
        ends.get(run.name)?.resolve();
      }
    }),
  );
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

/** Names of the containers that end before this one. */
export function endBefore({ spec }: Pod, name: string): string[] {
  const { containers = [], initContainers = [] } = spec ?? {};
  const index = initContainers.findIndex((container) => container.name === name);
  const own = initContainers[index];
  if (own === undefined || !isSidecar(own)) return [];
  return [...containers, ...initContainers.slice(index + 1).filter(isSidecar)].map(
    (container) => container.name,
  );
}
