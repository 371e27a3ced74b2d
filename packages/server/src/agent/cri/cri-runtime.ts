import type { Clock } from "../../runtime/clock.ts";
import type { ImageStore } from "../image-store.ts";
import { removeRotatedLogs } from "../log-rotation.ts";
import {
  type AttachRequest,
  type ByteStream,
  type ContainerConfig,
  type ContainerProcess,
  type ContainerResources,
  type ExecRequest,
  type Image,
  type ImageRequest,
  type PodRuntime,
  type PodSandbox,
  type PodSandboxConfig,
  RuntimeError,
  type RuntimeFeature,
} from "../pod-runtime.ts";
import { openCommandUrl, openForwardUrl } from "../streams/stream-client.ts";
import {
  ATTACH,
  CONTAINER_ID,
  CREATE_CONTAINER,
  EXEC,
  NOTHING,
  STOP_CONTAINER,
  STREAM_URL,
  UPDATE_CONTAINER,
} from "./container-messages.ts";
import type { CriClient, CriMethod } from "./cri-client.ts";
import { containerConfig, containerResources, sandboxConfig } from "./cri-config.ts";
import { CriImageStore } from "./cri-image-store.ts";
import { ensureImage } from "./cri-images.ts";
import type { CriView } from "./cri-view.ts";
import { leavable } from "./leavable-process.ts";
import { statusProblems } from "./runtime-status.ts";
import { PORT_FORWARD, RUN_SANDBOX, SANDBOX_ID } from "./sandbox-messages.ts";
import { CONTAINER_STATS } from "./stats-messages.ts";

const RUN_POD = {
  name: "RuntimeService/RunPodSandbox",
  request: RUN_SANDBOX,
  response: SANDBOX_ID,
};
const STOP_POD = { name: "RuntimeService/StopPodSandbox", request: SANDBOX_ID, response: NOTHING };
const REMOVE_POD = {
  name: "RuntimeService/RemovePodSandbox",
  request: SANDBOX_ID,
  response: NOTHING,
};
const CREATE = {
  name: "RuntimeService/CreateContainer",
  request: CREATE_CONTAINER,
  response: CONTAINER_ID,
};
const START = { name: "RuntimeService/StartContainer", request: CONTAINER_ID, response: NOTHING };
const STOP = { name: "RuntimeService/StopContainer", request: STOP_CONTAINER, response: NOTHING };
const REMOVE = { name: "RuntimeService/RemoveContainer", request: CONTAINER_ID, response: NOTHING };
const UPDATE = {
  name: "RuntimeService/UpdateContainerResources",
  request: UPDATE_CONTAINER,
  response: NOTHING,
};
const STATS = {
  name: "RuntimeService/ContainerStats",
  request: CONTAINER_ID,
  response: CONTAINER_STATS,
};
const OPEN_EXEC = { name: "RuntimeService/Exec", request: EXEC, response: STREAM_URL };
const OPEN_ATTACH = { name: "RuntimeService/Attach", request: ATTACH, response: STREAM_URL };
const OPEN_FORWARD = {
  name: "RuntimeService/PortForward",
  request: PORT_FORWARD,
  response: STREAM_URL,
};

/** @see kubernetes staging/src/k8s.io/cri-client/pkg/remote_runtime.go (StopContainer) */
const STOP_EXTRA_MS = 120_000;
/** Go's durations, which servers make of it, reach no further: some would count it as past. */
const LONGEST_STOP_SECONDS = Math.floor(2 ** 63 / 1e9);
const SANDBOX_TIMEOUT_MS = 4 * 60_000;

/** For so long a container whose streams have ended is expected to end as well. */
const END_TRIES = 20;
const END_WAIT_MS = 50;

export interface CriRuntimeParts {
  readonly name: string;
  readonly version: string;
  readonly client: CriClient;
  readonly view: CriView;
  readonly clock: Clock;
  /** Whose pods are this runtime's, among all that the server has. */
  readonly owner: string;
  /** Of profiles that pods name. */
  readonly seccompDirectory: string;
  readonly features: ReadonlySet<RuntimeFeature>;
  readonly close: () => void;
}

/** Pods in a CRI server: containerd, CRI-O. What runs there outlives the agent, and is found again. */
export class CriRuntime implements PodRuntime {
  readonly name: string;
  readonly version: string;
  readonly features: ReadonlySet<RuntimeFeature>;
  readonly imageStore: ImageStore;
  readonly #parts: CriRuntimeParts;

  constructor(parts: CriRuntimeParts) {
    this.#parts = parts;
    this.name = parts.name;
    this.version = parts.version;
    this.features = parts.features;
    this.imageStore = new CriImageStore(parts.client);
  }

  ensureImage(request: ImageRequest): Promise<Image> {
    return ensureImage(this.#parts.client, request);
  }

  problems(): Promise<readonly string[]> {
    return statusProblems(this.#parts.client);
  }

  async runPod(config: PodSandboxConfig): Promise<PodSandbox> {
    const { client, view, owner } = this.#parts;
    const { runtimeHandler = "" } = config;
    const { podSandboxId } = await client.call(
      RUN_POD,
      { config: sandboxConfig(config, owner), runtimeHandler },
      { timeoutMs: SANDBOX_TIMEOUT_MS, otherwise: "sandbox-failed" },
    );
    const { pods } = await view.look();
    const sandbox = pods.find(({ id }) => id === podSandboxId);
    if (sandbox !== undefined) return sandbox;
    throw new RuntimeError("sandbox-failed", `pod sandbox "${podSandboxId}" is gone already`);
  }

  async stopPod(podId: string): Promise<void> {
    await this.#unlessGone(STOP_POD, { podSandboxId: podId });
    await this.#parts.view.look();
  }

  async removePod(podId: string): Promise<void> {
    await this.#unlessGone(STOP_POD, { podSandboxId: podId });
    const { containers } = await this.#parts.view.look();
    for (const { id } of containers.filter((each) => each.podId === podId)) {
      await this.removeContainer(id);
    }
    await this.#unlessGone(REMOVE_POD, { podSandboxId: podId });
    await this.#parts.view.look();
  }

  async createContainer(podId: string, config: ContainerConfig): Promise<string> {
    const { client, view, owner } = this.#parts;
    const pod = await view.configOf(podId);
    const { containerId } = await client.call(
      CREATE,
      {
        podSandboxId: podId,
        config: containerConfig(config, pod, this.#parts),
        sandboxConfig: sandboxConfig(pod, owner),
      },
      { otherwise: "start-failed" },
    );
    return containerId;
  }

  async startContainer(containerId: string): Promise<void> {
    const { client, view } = this.#parts;
    try {
      await client.call(START, { containerId }, { otherwise: "start-failed" });
    } finally {
      await view.look();
    }
  }

  async stopContainer(containerId: string, graceMs: number): Promise<void> {
    const timeout = Math.min(Math.ceil(graceMs / 1000), LONGEST_STOP_SECONDS);
    await this.#unlessGone(STOP, { containerId, timeout }, graceMs + STOP_EXTRA_MS);
    await this.#parts.view.look();
  }

  async removeContainer(containerId: string): Promise<void> {
    const { containers } = await this.#parts.view.look();
    const state = containers.find(({ id }) => id === containerId);
    if (state?.state === "running") await this.stopContainer(containerId, 0);
    await this.#unlessGone(REMOVE, { containerId });
    if (state !== undefined) await removeRotatedLogs(state.logPath);
  }

  async updateContainer(containerId: string, resources: ContainerResources): Promise<void> {
    const linux = containerResources(resources);
    await this.#parts.client.call(UPDATE, { containerId, linux }, { otherwise: "update-failed" });
  }

  async memoryUsage(containerId: string): Promise<number | undefined> {
    const { stats } = await this.#parts.client.call(STATS, { containerId });
    const { usageBytes, workingSetBytes } = stats?.memory ?? {};
    return (usageBytes ?? workingSetBytes)?.value;
  }

  async writtenBytes(containerId: string): Promise<number | undefined> {
    const { stats } = await this.#parts.client.call(STATS, { containerId });
    return stats?.writableLayer?.usedBytes?.value;
  }

  list(): ReturnType<PodRuntime["list"]> {
    return this.#parts.view.look();
  }

  onChange(listener: (podUid: string) => void): () => void {
    return this.#parts.view.onChange(listener);
  }

  async exec(containerId: string, { command, stdin, tty }: ExecRequest): Promise<ContainerProcess> {
    const { client, clock } = this.#parts;
    const streams = { stdin, tty, stdout: true, stderr: !tty };
    const { url } = await client.call(OPEN_EXEC, { containerId, cmd: command, ...streams });
    const process = await openCommandUrl({ kind: "exec", url, stdin, tty }, { clock });
    return leavable(process, process.ended.catch(startFailure));
  }

  async attach(containerId: string, { stdin, tty }: AttachRequest): Promise<ContainerProcess> {
    const { client, clock } = this.#parts;
    const streams = { stdin, tty, stdout: true, stderr: !tty };
    const { url } = await client.call(OPEN_ATTACH, { containerId, ...streams });
    const process = await openCommandUrl({ kind: "attach", url, stdin, tty }, { clock });
    return leavable(
      process,
      process.ended.then(() => this.#endOf(containerId)),
    );
  }

  /** Of an attach: its streams end just before it is known that the container has. */
  async #endOf(containerId: string): Promise<{ readonly exitCode: number }> {
    const { view, clock } = this.#parts;
    for (let tries = 0; tries < END_TRIES; tries++) {
      const { containers } = await view.look();
      const state = containers.find(({ id }) => id === containerId);
      if (state === undefined || state.exitCode !== undefined) {
        return { exitCode: state?.exitCode ?? 0 };
      }
      await clock.sleep(END_WAIT_MS);
    }
    return { exitCode: 0 };
  }

  async connect(podId: string, port: number): Promise<ByteStream> {
    const { client, clock } = this.#parts;
    const { url } = await client.call(OPEN_FORWARD, { podSandboxId: podId, port: [port] });
    return openForwardUrl(url, port, { clock });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#parts.close();
  }

  /** What is gone already is no error. */
  async #unlessGone<Request extends object>(
    method: CriMethod<Request, object>,
    request: Partial<Request>,
    timeoutMs?: number,
  ): Promise<void> {
    try {
      await this.#parts.client.call(method, request, timeoutMs === undefined ? {} : { timeoutMs });
    } catch (error) {
      if (!(error instanceof RuntimeError) || error.code !== "not-found") throw error;
    }
  }
}

/** A server tells after the streams are open that there is no such program. */
function startFailure(cause: unknown): never {
  if (cause instanceof RuntimeError || !(cause instanceof Error)) throw cause;
  throw new RuntimeError("start-failed", cause.message, { cause });
}
