import type { Container, EphemeralContainer, Pod, PodStatus } from "../../api/types.ts";
import {
  type ContainerConfig,
  type ContainerState,
  type Image,
  type PodSandbox,
  RuntimeError,
} from "../pod-runtime.ts";
import type { MountedVolume } from "../volumes/volume.ts";
import { containerConfig } from "./container-config.ts";
import { ContainerConfigError } from "./container-config-error.ts";
import { killContainer } from "./container-killer.ts";
import type { SubPathResolver } from "./container-mounts.ts";
import { makeEnvironment, type Variables } from "./environment.ts";
import { formatSeconds, ImageError, type ImageLook } from "./image-puller.ts";
import { HookError, runHook } from "./lifecycle-hooks.ts";
import { latestRun, type ObservedPod } from "./observed-pod.ts";
import type { PodContext } from "./pod-context.ts";
import { describePod, referenceToContainer } from "./pod-names.ts";
import { refuseContainer } from "./refuse-pod.ts";

/** A container did not start; `reason` is what the status says. */
export class StartError extends Error {
  readonly reason: string;
  /** When it is worth trying again; absent: as with any other trouble. */
  readonly retryAt: number | undefined;

  constructor(reason: string, message: string, retryAt?: number) {
    super(message);
    this.name = "StartError";
    this.reason = reason;
    this.retryAt = retryAt;
  }
}

export interface StartRequest {
  /** Its status holds the addresses that it has by now. */
  readonly pod: Pod;
  readonly container: Container | EphemeralContainer;
  readonly observed: ObservedPod;
  /** What was told of the pod last. */
  readonly told: PodStatus;
  readonly sandbox: PodSandbox;
  readonly volumes: readonly MountedVolume[];
  readonly look: Promise<ImageLook>;
  /** The pod is being ended: hooks are given up. */
  readonly signal: AbortSignal;
}

/**
 * Key of what a back-off is about: a container with another image is another container. Without one:
 * how the keys of all containers of the pod begin.
 */
export function backOffKey({ metadata }: Pod, container?: Container): string {
  if (container === undefined) return `${metadata.uid}/`;
  const { name, image, resources } = container;
  return [metadata.uid, name, image, JSON.stringify(resources ?? {})].join("/");
}

/**
 * Refuses to start a container that ended a short while ago, and counts those that are let through.
 * @throws StartError `CrashLoopBackOff`
 * @see kubernetes pkg/kubelet/kuberuntime/kuberuntime_manager.go (doBackOff)
 */
export function checkBackOff(
  pod: Pod,
  container: Container,
  observed: ObservedPod,
  { restarts, events, clock }: PodContext,
): void {
  const { name } = container;
  const ended = observed.containers.find((run) => run.name === name && run.state === "exited");
  if (ended === undefined) return;
  const key = backOffKey(pod, container);
  const now = clock.now();
  const since = ended.finishedAt ?? ended.createdAt;
  const until = restarts.until(key, since, now);
  if (until === undefined) {
    restarts.next(key, since, now);
    return;
  }
  const about = referenceToContainer(pod, name);
  const message = `Back-off restarting failed container ${name} in pod ${describePod(pod)}`;
  events.record(about, "Warning", "BackOff", message);
  const wait = formatSeconds(restarts.waitOf(key));
  const text = `back-off ${wait} restarting failed container=${name} pod=${describePod(pod)}`;
  throw new StartError("CrashLoopBackOff", text, until);
}

/**
 * Makes a container and starts it, and runs its hook.
 * @returns the runtime's id of it
 * @throws StartError
 * @see kubernetes pkg/kubelet/kuberuntime/kuberuntime_container.go (startContainer)
 */
export async function startContainer(request: StartRequest, context: PodContext): Promise<string> {
  const { pod, container, observed } = request;
  const record = (type: "Normal" | "Warning", reason: string, message: string): void =>
    context.events.record(referenceToContainer(pod, container.name), type, reason, message);
  const fail = (reason: string, error: unknown): StartError => {
    const message = error instanceof Error ? error.message : String(error);
    record("Warning", "Failed", `Error: ${message}`);
    return new StartError(reason, message);
  };
  const attempt = await nextAttempt(request, context);
  const prepared = Promise.all([
    environmentOf(request, context),
    context.files.prepareContainer(pod, container, attempt),
  ]);
  // Looked at below, after the image: it must not count as forgotten until then.
  prepared.catch(() => {});
  const image = await imageOf(request, context).catch((error: unknown) => {
    if (!(error instanceof ImageError)) throw error;
    record("Warning", "Failed", `Error: ${error.reason}`);
    throw new StartError(error.reason, error.message, error.retryAt);
  });
  const config = await prepared
    .then(([variables]) => configOf(request, attempt, image, variables, context))
    .catch((error: unknown) => {
      throw fail("CreateContainerConfigError", error);
    });
  return await context.starts.run(async () => {
    const id = await context.runtime.createContainer(request.sandbox.id, config).catch((error) => {
      throw fail("CreateContainerError", withoutIds(error, observed, container.name));
    });
    record("Normal", "Created", "Container created");
    await context.runtime.startContainer(id).catch((error: unknown) => {
      throw fail("RunContainerError", withoutId(error, id, container.name));
    });
    record("Normal", "Started", "Container started");
    return id;
  });
}

/**
 * The run whose processes an ephemeral container shares; undefined where it names none.
 * @throws ContainerConfigError
 */
function targetOf(
  container: Container | EphemeralContainer,
  observed: ObservedPod,
): string | undefined {
  const name = "targetContainerName" in container ? container.targetContainerName : undefined;
  if (name === undefined || name === "") return undefined;
  const run = latestRun(observed, name);
  if (run !== undefined) return run.id;
  throw new ContainerConfigError(`unable to find target container ${name}`);
}

/** An id in a message would make every event a different one. */
function withoutId(error: unknown, id: string, name: string): unknown {
  if (!(error instanceof Error) || id === "") return error;
  return new RuntimeError("start-failed", error.message.replaceAll(id, name), { cause: error });
}

function withoutIds(error: unknown, { containers }: ObservedPod, name: string): unknown {
  return containers.reduce<unknown>((rest, { id }) => withoutId(rest, id, name), error);
}

async function nextAttempt(
  { pod, container, observed, told }: StartRequest,
  { files }: PodContext,
): Promise<number> {
  const run = latestRun(observed, container.name);
  if (run !== undefined) return run.attempt + 1;
  const before = [
    ...(told.initContainerStatuses ?? []),
    ...(told.containerStatuses ?? []),
    ...(told.ephemeralContainerStatuses ?? []),
  ].find(({ name }) => name === container.name);
  const ran = before !== undefined && (before.restartCount > 0 || before.lastState?.terminated);
  return ran ? Math.max(before.restartCount, await files.countRuns(pod, container.name)) : 0;
}

async function imageOf(
  { pod, container, look, signal }: StartRequest,
  { images, credentials }: PodContext,
): Promise<Image> {
  const ask = (): ReturnType<typeof credentials> => credentials(pod, container.image ?? "");
  return await images.ensure({ pod, container, credentials: ask, signal }, await look);
}

function environmentOf(
  { pod, container, volumes, signal }: StartRequest,
  { objects, node, serviceVariables }: PodContext,
): Promise<Variables> {
  return makeEnvironment(pod, container, {
    objects,
    services: serviceVariables(pod),
    allocatable: node.current()?.status?.allocatable ?? {},
    volumes,
    signal,
  });
}

async function configOf(
  { pod, container, observed, volumes }: StartRequest,
  attempt: number,
  image: Image,
  variables: Variables,
  { files, volumes: podVolumes, runtime }: PodContext,
): Promise<ContainerConfig> {
  const refusal = refuseContainer(pod, container, runtime.features ?? new Set());
  if (refusal !== undefined) throw new ContainerConfigError(refusal);
  const { uid: podUid = "" } = pod.metadata;
  const resolveSubPath: SubPathResolver = (volume, subPath, index) =>
    podVolumes.subPath({ podUid, volume, container: container.name, index, subPath });
  return await containerConfig({
    pod,
    container,
    attempt,
    image,
    variables,
    volumes,
    files,
    resolveSubPath,
    targetContainerId: targetOf(container, observed),
  });
}

/**
 * Runs the hook of a container that has just started, and ends the container if the hook fails.
 * @throws StartError `PostStartHookError`
 */
export async function runPostStart(
  { pod, container, sandbox, signal }: StartRequest,
  id: string,
  context: PodContext,
): Promise<void> {
  const handler = container.lifecycle?.postStart;
  if (handler === undefined) return;
  const podIP = pod.status?.podIP ?? sandbox.ips[0] ?? "";
  try {
    const target = { pod, container, containerId: id, podIP };
    await runHook(handler, target, { ...context, signal });
  } catch (error) {
    if (!(error instanceof HookError)) throw error;
    const about = referenceToContainer(pod, container.name);
    context.events.record(about, "Warning", "FailedPostStartHook", "PostStartHook failed");
    const run = await findRun(pod, id, context);
    if (run !== undefined) {
      const reason = "post-start-hook";
      const message = "FailedPostStartHook";
      await killContainer({ pod, podIP, run, message, reason, signal }, context);
    }
    throw new StartError("PostStartHookError", error.message);
  }
}

async function findRun(
  { metadata }: Pod,
  id: string,
  { cache }: PodContext,
): Promise<ContainerState | undefined> {
  const { containers } = await cache.observe(metadata.uid ?? "");
  return containers.find((run) => run.id === id);
}
