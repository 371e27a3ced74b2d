import type { Container, EphemeralContainer, Pod, PodStatus } from "../../api/types.ts";
import type { PodSandbox } from "../pod-runtime.ts";
import type { MountedVolume } from "../volumes/volume.ts";
import {
  checkBackOff,
  runPostStart,
  StartError,
  type StartRequest,
  startContainer,
} from "./container-starter.ts";
import type { StartFailure } from "./container-status.ts";
import { findContainer } from "./last-words.ts";
import { type ObservedPod, usableSandbox } from "./observed-pod.ts";
import type { PodActions } from "./pod-actions.ts";
import type { PodContext } from "./pod-context.ts";
import { referenceToPod } from "./pod-names.ts";
import { makeSandbox } from "./pod-sandbox.ts";
import { sortByFamily } from "./pod-status.ts";
import { isSidecar } from "./restart-policy.ts";

export interface BringUpRequest {
  readonly pod: Pod;
  readonly actions: PodActions;
  readonly observed: ObservedPod;
  readonly told: PodStatus;
  /** By the container's name; brought up to date. */
  readonly failures: Map<string, StartFailure>;
  /** Called when there are volumes and a sandbox, before containers are made. */
  readonly mounted: (volumes: readonly MountedVolume[]) => void;
  /** Called with what a container was started from, before its hook runs. */
  readonly started: (id: string, container: Container | EphemeralContainer) => void;
  /** Called when the hook of a container is through, whatever came of it. */
  readonly hooked: (id: string) => void;
  /** The pod is being ended. */
  readonly signal: AbortSignal;
}

/** What is left to be done later; empty when all is as it should be. */
export interface Trouble {
  /** When it is worth trying again; absent: after the usual wait. */
  readonly retryAt?: number;
  readonly kind: "volumes" | "sandbox" | "container" | "runtime";
  readonly message: string;
}

/**
 * Sets up volumes, sandbox and images side by side, for none needs another, and then starts the
 * containers that are due, one after the other.
 * @returns what went wrong
 */
export async function bringUp(
  request: BringUpRequest,
  context: PodContext,
): Promise<readonly Trouble[]> {
  const { pod, failures, signal } = request;
  const due = dueContainers(request, context);
  const looks = new Map(
    due.containers.map((container) => [container.name, context.images.look(container, signal)]),
  );
  const [volumes, sandbox] = await setUp(request, context);
  if (volumes.status === "rejected") return [volumeTrouble(request, volumes.reason, context)];
  if (sandbox.status === "rejected") return [troubleOf("sandbox", sandbox.reason)];
  if (sandbox.value === undefined) return due.troubles;
  request.mounted(volumes.value);
  const troubles = [...due.troubles];
  for (const container of due.containers) {
    if (signal.aborted) break;
    const look = looks.get(container.name);
    if (look === undefined) continue;
    const start = {
      ...request,
      pod: withAddresses(pod, sandbox.value, context),
      container,
      sandbox: sandbox.value,
      volumes: volumes.value,
      look,
    };
    const trouble = await startOne(start, request, context);
    if (trouble === undefined) failures.delete(container.name);
    else troubles.push(trouble);
    if (trouble !== undefined && blocksOthers(pod, container)) break;
  }
  return troubles;
}

/** Volumes and sandbox; of pods that come all at once, a few after the other are set up. */
async function setUp(
  { pod, actions, observed, signal }: BringUpRequest,
  context: PodContext,
): Promise<
  [PromiseSettledResult<readonly MountedVolume[]>, PromiseSettledResult<PodSandbox | undefined>]
> {
  const { volumes, setUps } = context;
  const mount = (): Promise<readonly MountedVolume[]> => volumes.sync(pod, { signal });
  const attempt = actions.createSandbox;
  if (attempt === undefined) {
    return await Promise.allSettled([mount(), Promise.resolve(usableSandbox(observed))]);
  }
  return await setUps.run(() => Promise.allSettled([mount(), makeSandbox(pod, attempt, context)]));
}

interface Due {
  readonly containers: readonly (Container | EphemeralContainer)[];
  readonly troubles: readonly Trouble[];
}

/** Those that may be started now; of the others, why not. */
function dueContainers(request: BringUpRequest, context: PodContext): Due {
  const { pod, actions, observed } = request;
  const containers: (Container | EphemeralContainer)[] = [];
  const troubles: Trouble[] = [];
  for (const name of [...actions.ephemeral, ...actions.init, ...actions.ordinary]) {
    const container = findContainer(pod, name);
    if (container === undefined) continue;
    try {
      checkBackOff(pod, container, observed, context);
      containers.push(container);
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      troubles.push(noteFailure(request, container, error));
      if (blocksOthers(pod, container)) break;
    }
  }
  return { containers, troubles };
}

/** An init container that does not start keeps all that come after it from starting. */
function blocksOthers({ spec }: Pod, { name }: { readonly name: string }): boolean {
  return (spec?.initContainers ?? []).some(
    (container) => container.name === name && !isSidecar(container),
  );
}

function volumeTrouble(
  { pod, signal }: BringUpRequest,
  error: unknown,
  { events }: PodContext,
): Trouble {
  const trouble = troubleOf("volumes", error);
  if (!signal.aborted)
    events.record(referenceToPod(pod), "Warning", "FailedMount", trouble.message);
  return trouble;
}

function troubleOf(kind: Trouble["kind"], error: unknown): Trouble {
  return { kind, message: error instanceof Error ? error.message : String(error) };
}

/** With the addresses that its containers are told of. */
function withAddresses(pod: Pod, sandbox: PodSandbox, { node }: PodContext): Pod {
  const hostIPs = node.ips();
  const [hostIP = ""] = hostIPs;
  const own = pod.spec?.hostNetwork === true ? hostIPs : sortByFamily(sandbox.ips, hostIP);
  const [podIP = ""] = own;
  const status = {
    ...pod.status,
    hostIP,
    hostIPs: hostIPs.map((ip) => ({ ip })),
    podIP,
    podIPs: own.map((ip) => ({ ip })),
  };
  return { ...pod, status };
}

async function startOne(
  start: StartRequest,
  request: BringUpRequest,
  context: PodContext,
): Promise<Trouble | undefined> {
  try {
    const id = await startContainer(start, context);
    request.started(id, start.container);
    await runPostStart(start, id, context).finally(() => request.hooked(id));
    return undefined;
  } catch (error) {
    if (error instanceof StartError) return noteFailure(request, start.container, error);
    if (request.signal.aborted) return troubleOf("container", error);
    context.logger.warn({ error, container: start.container.name }, "a container was not started");
    return troubleOf("runtime", error);
  }
}

function noteFailure(
  { failures }: BringUpRequest,
  { name }: { readonly name: string },
  { reason, message, retryAt }: StartError,
): Trouble {
  failures.set(name, { reason, message });
  return { kind: "container", message, ...(retryAt === undefined ? {} : { retryAt }) };
}
