import { join } from "node:path";
import { removeRotatedLogs } from "../log-rotation.ts";
import {
  type AttachRequest,
  type ByteStream,
  type ContainerConfig,
  type ContainerProcess,
  type ContainerResources,
  type ContainerState,
  type ExecRequest,
  type Image,
  type ImageRequest,
  type PodRuntime,
  type PodSandbox,
  type PodSandboxConfig,
  RuntimeError,
} from "../pod-runtime.ts";
import type { ContainerCgroups } from "./cgroups.ts";
import { connectToHost } from "./connect-to-host.ts";
import { execInContainer } from "./container-exec.ts";
import type { ContainerFiles } from "./container-plan.ts";
import { containerSpec, withRootOf } from "./container-spec.ts";
import { startContainer } from "./container-start.ts";
import { ProcessContainer } from "./process-container.ts";
import { ProcessPod } from "./process-pod.ts";
import type { ProcessRuntimeParts } from "./runtime-parts.ts";

/** A pod; one of an earlier runtime does not run. */
interface KnownPod {
  sandbox: PodSandbox;
  readonly running?: ProcessPod;
}

/** A container; of one of an earlier runtime nothing is left but its state. */
interface KnownContainer {
  readonly podId: string;
  readonly state: ContainerState;
  readonly prepared?: PreparedContainer;
}

interface PreparedContainer {
  readonly container: ProcessContainer;
  readonly files: ContainerFiles;
  readonly cgroups: ContainerCgroups;
}

/** How a container ended whose runtime was killed: the kernel ended it. */
const KILLED_WITH_AGENT = {
  state: "exited",
  exitCode: 137,
  reason: "Error",
  message: "The node agent ended, and the container with it",
} as const;

/** Pods as processes of the host. @see docs/adr/0012-agent.md */
export class ProcessRuntime implements PodRuntime {
  readonly name = "process";
  readonly version: string;
  readonly #parts: ProcessRuntimeParts;
  readonly #pods = new Map<string, KnownPod>();
  readonly #containers = new Map<string, KnownContainer>();
  readonly #listeners = new Set<(podUid: string) => void>();
  #closed = false;

  constructor(parts: ProcessRuntimeParts) {
    this.#parts = parts;
    this.version = parts.host.version;
  }

  /** Learns what an earlier runtime left: all of it has ended. */
  async recover(): Promise<void> {
    const { store, clock } = this.#parts;
    for (const pod of await store.pods()) {
      this.#pods.set(pod.id, { sandbox: { ...pod, state: "not-ready" } });
    }
    for (const found of await store.containers()) {
      const ended = found.state === "exited";
      const state = ended ? found : { ...found, ...KILLED_WITH_AGENT, finishedAt: clock.now() };
      if (!ended) await store.saveContainer(state);
      this.#containers.set(state.id, { podId: state.podId, state });
    }
  }

  async ensureImage(request: ImageRequest): Promise<Image> {
    return this.#parts.images.ensure(request);
  }

  async runPod(config: PodSandboxConfig): Promise<PodSandbox> {
    this.#checkOpen();
    const { host, store, clock } = this.#parts;
    const { namespace, name, uid, attempt } = config;
    const sandbox: PodSandbox = {
      id: this.#newId(),
      ...{ namespace, name, uid, attempt },
      state: "ready",
      createdAt: clock.now(),
      ips: this.#parts.addresses(),
    };
    await store.savePod(sandbox);
    try {
      const running = await ProcessPod.start(host, sandbox, config);
      const known: KnownPod = { sandbox, running };
      this.#pods.set(sandbox.id, known);
      void running.ended.then(() => {
        known.sandbox = { ...sandbox, state: "not-ready" };
        this.#tell(uid);
      });
    } catch (error) {
      await store.removePod(sandbox.id);
      throw error;
    }
    return sandbox;
  }

  async stopPod(podId: string): Promise<void> {
    const pod = this.#pods.get(podId);
    if (pod?.running === undefined) return;
    await pod.running.stop();
    // Those that never ran have nothing to wait for.
    const started = this.#containersOf(podId).filter(({ state }) => state.state !== "created");
    await Promise.all(started.map(({ prepared }) => prepared?.container.finished));
  }

  async removePod(podId: string): Promise<void> {
    await this.stopPod(podId);
    for (const { state } of this.#containersOf(podId)) await this.removeContainer(state.id);
    this.#parts.cgroups.remove(podId);
    this.#pods.delete(podId);
    await this.#parts.store.removePod(podId);
  }

  async createContainer(podId: string, config: ContainerConfig): Promise<string> {
    const { host, images, maskedPaths, cgroups, store, clock, logger } = this.#parts;
    const pod = this.#runningPod(podId);
    const image = withRootOf(images.resolve(config.image.reference), pod.config, maskedPaths);
    const spec = containerSpec(config, image, pod.config, host);
    const id = this.#newId();
    const state: ContainerState = {
      ...{ id, podId, podUid: pod.config.uid, name: config.name, attempt: config.attempt },
      ...{ image: config.image.reference, imageId: config.image.id },
      state: "created",
      createdAt: clock.now(),
      logPath: join(pod.config.logDirectory, config.logPath),
    };
    await store.saveContainer(state);
    const groups = cgroups.add(podId, id, config.resources);
    try {
      const files = await this.#parts.files.make({
        directory: store.containerDirectory(id),
        ...{ root: image.root, config, pod: pod.config },
        cgroupDirectories: groups.directories,
        secret: this.#newId(),
      });
      const onChange = (): Promise<void> => this.#changed(container);
      const tools = host.tools;
      const container = new ProcessContainer(spec, state, { clock, logger, tools, onChange });
      this.#containers.set(id, {
        podId,
        prepared: { container, files, cgroups: groups },
        get state() {
          return container.state;
        },
      });
    } catch (error) {
      cgroups.remove(podId, id);
      await store.removeContainer(id);
      throw error;
    }
    return id;
  }

  async startContainer(containerId: string): Promise<void> {
    const prepared = this.#prepared(containerId);
    const { state } = prepared.container.state;
    if (state !== "created") {
      throw new RuntimeError("start-failed", `container "${containerId}" is ${state} already`);
    }
    const { targetContainerId } = prepared.container.spec.config;
    const target =
      targetContainerId === undefined ? undefined : this.#prepared(targetContainerId).container;
    await startContainer({
      ...this.#parts,
      ...prepared,
      target,
      pod: this.#runningPod(prepared.podId),
    });
  }

  async stopContainer(containerId: string, graceMs: number): Promise<void> {
    await this.#containers.get(containerId)?.prepared?.container.stop(graceMs);
  }

  async removeContainer(containerId: string): Promise<void> {
    const known = this.#containers.get(containerId);
    if (known === undefined) return;
    await known.prepared?.container.stop(0);
    // It may have ended just now of itself.
    if (known.state.state === "exited") await known.prepared?.container.finished;
    this.#parts.cgroups.remove(known.podId, containerId);
    this.#containers.delete(containerId);
    await removeRotatedLogs(known.state.logPath);
    await this.#parts.store.removeContainer(containerId);
  }

  async updateContainer(containerId: string, resources: ContainerResources): Promise<void> {
    const { container, cgroups } = this.#prepared(containerId);
    if (container.state.state !== "running") throw notFound("running container", containerId);
    cgroups.update(resources);
  }

  async memoryUsage(containerId: string): Promise<number | undefined> {
    return this.#prepared(containerId).cgroups.memoryUsage();
  }

  /** What is written beside volumes is kept in memory. */
  async writtenBytes(): Promise<undefined> {
    return undefined;
  }

  list(): ReturnType<PodRuntime["list"]> {
    return Promise.resolve({
      pods: [...this.#pods.values()].map(({ sandbox }) => sandbox),
      containers: [...this.#containers.values()].map(({ state }) => state),
    });
  }

  onChange(listener: (podUid: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async exec(containerId: string, request: ExecRequest): Promise<ContainerProcess> {
    return execInContainer(this.#prepared(containerId).container, request, this.#parts);
  }

  async attach(containerId: string, request: AttachRequest): Promise<ContainerProcess> {
    return this.#prepared(containerId).container.attach(request);
  }

  async connect(podId: string, port: number): Promise<ByteStream> {
    this.#runningPod(podId);
    return connectToHost(port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.all([...this.#pods.keys()].map((id) => this.stopPod(id)));
    this.#parts.cgroups.close();
    await this.#parts.pipes.close();
    await this.#parts.cleanUp();
  }

  /** A container has started or ended: first it is known, also to a later runtime, then told. */
  async #changed({ state }: ProcessContainer): Promise<void> {
    const { store, cgroups, logger } = this.#parts;
    if (state.state === "exited") cgroups.remove(state.podId, state.id);
    try {
      if (this.#containers.has(state.id)) await store.saveContainer(state);
    } catch (error) {
      logger.warn({ error, containerId: state.id }, "cannot write down a container's state");
    }
    this.#tell(state.podUid);
  }

  #tell(podUid: string): void {
    for (const listener of this.#listeners) listener(podUid);
  }

  #checkOpen(): void {
    if (this.#closed) throw new RuntimeError("unavailable", "the runtime is closed");
  }

  #newId(): string {
    return Buffer.from(this.#parts.random.bytes(32)).toString("hex");
  }

  #runningPod(podId: string): ProcessPod {
    const pod = this.#pods.get(podId);
    if (pod?.running === undefined || pod.sandbox.state !== "ready") {
      throw notFound("pod sandbox", podId);
    }
    return pod.running;
  }

  #prepared(containerId: string): PreparedContainer & { readonly podId: string } {
    const known = this.#containers.get(containerId);
    if (known?.prepared === undefined) throw notFound("container", containerId);
    return { ...known.prepared, podId: known.podId };
  }

  #containersOf(podId: string): readonly KnownContainer[] {
    return [...this.#containers.values()].filter((each) => each.podId === podId);
  }
}

function notFound(what: string, id: string): RuntimeError {
  return new RuntimeError("not-found", `${what} "${id}": not found`);
}
