import type { Pod } from "../../api/types.ts";
import type { ContainerState } from "../pod-runtime.ts";
import { killContainer, killContainers } from "./container-killer.ts";
import { backOffKey } from "./container-starter.ts";
import { readySandboxes, runningOf } from "./decide-actions.ts";
import type { ObservedPod } from "./observed-pod.ts";
import type { Kill, PodActions } from "./pod-actions.ts";
import type { PodContext } from "./pod-context.ts";
import { referenceToPod } from "./pod-names.ts";

export interface EndRequest {
  readonly pod: Pod;
  readonly podIP: string;
  readonly observed: ObservedPod;
  /** In place of what the pod says. */
  readonly graceSeconds?: number;
  /** The grace has been cut short, and is over. */
  readonly hurry: AbortSignal;
}

/**
 * Ends all containers of a pod, with the grace that it has, and what they share.
 * @throws RuntimeError
 */
export async function endPod(request: EndRequest, context: PodContext): Promise<void> {
  const { observed, hurry } = request;
  const stopSandboxes = async (): Promise<void> => {
    for (const { id } of readySandboxes(observed)) await context.runtime.stopPod(id);
  };
  let forced: Promise<void> | undefined;
  const force = (): void => {
    forced = stopSandboxes();
    // Tried again below.
    forced.catch(() => {});
  };
  hurry.addEventListener("abort", force, { once: true });
  if (hurry.aborted) force();
  try {
    await killContainers({ ...request, running: runningOf(observed), signal: hurry }, context);
  } finally {
    hurry.removeEventListener("abort", force);
    await forced?.catch(() => {});
  }
  await stopSandboxes();
}

/** Ends what is not to run on: some containers, or all of the pod. @throws RuntimeError */
export async function takeDown(
  request: EndRequest,
  { killPod, createSandbox, sandboxChanged, kill }: PodActions,
  context: PodContext,
): Promise<void> {
  if (!killPod) {
    await killSome(request, kill, context);
    return;
  }
  if (createSandbox !== undefined && sandboxChanged) {
    const message = "Pod sandbox changed, it will be killed and re-created.";
    const about = referenceToPod(request.pod);
    context.events.record(about, "Normal", "SandboxChanged", message);
  }
  await endPod(request, context);
}

/** Ends containers that are not to run on as they are. @throws RuntimeError */
async function killSome(
  { pod, podIP, hurry }: Omit<EndRequest, "observed">,
  kills: readonly Kill[],
  context: PodContext,
): Promise<void> {
  await Promise.all(
    kills.map(({ container, message, reason }) =>
      killContainer({ pod, podIP, run: container, message, reason, signal: hurry }, context),
    ),
  );
}

/** Ends and forgets containers, one after the other. @throws RuntimeError */
export async function resetContainers(
  { pod, podIP, hurry }: Omit<EndRequest, "observed">,
  runs: readonly ContainerState[],
  context: PodContext,
): Promise<void> {
  for (const run of runs) {
    if (run.state !== "exited") {
      const kill = { message: "killing", reason: "restart-all", graceSeconds: 0 } as const;
      await killContainer({ pod, podIP, run, signal: hurry, ...kill }, context);
    }
    await context.runtime.removeContainer(run.id);
  }
}

/** Of each container so many runs are kept: the one that runs or ran last, and the one before. */
const KEPT_RUNS = 2;

/** Forgets runs and sandboxes that nobody asks for any more. @throws RuntimeError */
export async function forgetOldRuns(
  pod: Pod,
  { sandboxes, containers }: ObservedPod,
  { runtime, files }: PodContext,
): Promise<void> {
  const counts = new Map<string, number>();
  const kept = new Set<string>();
  for (const run of containers) {
    const count = (counts.get(run.name) ?? 0) + 1;
    counts.set(run.name, count);
    if (count <= KEPT_RUNS || run.state === "running") kept.add(run.podId);
    // Known to the API only: there is nothing to forget.
    else if (run.podId !== "") {
      await runtime.removeContainer(run.id);
      await files.removeRun(pod, run.name, run.attempt);
    }
  }
  for (const { id, state } of sandboxes.slice(1)) {
    if (state !== "ready" && !kept.has(id)) await runtime.removePod(id);
  }
}

/** Removes all that is left of a pod that has ended. @throws RuntimeError, VolumeError … */
export async function cleanUp(
  pod: Pod,
  { sandboxes, containers }: ObservedPod,
  context: PodContext,
): Promise<void> {
  const { runtime, volumes, files, images, restarts } = context;
  const known = new Set(sandboxes.map(({ id }) => id));
  for (const id of known) await runtime.removePod(id);
  for (const { id, podId } of containers) {
    if (podId !== "" && !known.has(podId)) await runtime.removeContainer(id);
  }
  await volumes.tearDown(pod.metadata.uid ?? "");
  await files.removePod(pod);
  images.forget(pod);
  restarts.forget(backOffKey(pod));
}
