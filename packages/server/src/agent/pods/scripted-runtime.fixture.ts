import { writeFileSync } from "node:fs";
import type { Clock } from "../../runtime/clock.ts";
import {
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

/** What a container does after it has started; resolves with its exit code, or runs for ever. */
export type Behaviour = (run: ScriptedRun) => void;

/** A container of the scripted runtime, for a test to play with. */
export interface ScriptedRun {
  readonly config: ContainerConfig;
  readonly state: ContainerState;
  exit(code: number, more?: { reason?: string; message?: string }): void;
  /** Writes its last words where they are looked for. */
  say(lastWords: string): void;
}

export interface ScriptedRuntimeOptions {
  readonly clock: Clock;
  /** By the container's name; what is not named runs until it is stopped, and then exits with 0. */
  readonly behaviours?: Record<string, Behaviour>;
  /** Images that are there; all are if not given. */
  readonly images?: Set<string>;
  readonly ips?: readonly string[];
}

/** Answer of a command: its exit code and what it prints. */
export interface Answer {
  readonly exitCode: number;
  readonly output?: string;
}

type State = { -readonly [K in keyof ContainerState]: ContainerState[K] };

/**
 * A runtime without processes: containers are records that a script moves on. What was asked of it is
 * kept as lines such as `start c/0`.
 */
export class ScriptedRuntime implements PodRuntime {
  readonly name = "scripted";
  readonly version = "1.0.0";
  readonly calls: string[] = [];
  readonly sandboxes: Map<string, PodSandbox & { config: PodSandboxConfig }> = new Map();
  readonly runs: Map<string, { state: State; config: ContainerConfig }> = new Map();
  /** Fails the next call of a method with this. */
  readonly failures: Map<string, RuntimeError> = new Map();
  /** Containers that do not end on SIGTERM. */
  readonly stubborn: Set<string> = new Set();
  behaviours: Record<string, Behaviour>;
  images: Set<string> | undefined;
  /** Bytes of each container. */
  usedMemory: number | undefined = 1024;
  written: number | undefined = 0;
  /** Answers commands; by default all succeed. */
  answer: (containerName: string, command: readonly string[]) => Answer | Promise<Answer> = () => ({
    exitCode: 0,
  });
  /** What it says of itself. */
  problems: () => Promise<readonly string[]> = async () => [];
  readonly #clock: Clock;
  readonly #ips: readonly string[];
  readonly #listeners = new Set<(podUid: string) => void>();
  readonly #ends = new Map<string, PromiseWithResolvers<void>>();
  #ids = 0;

  constructor({ clock, behaviours = {}, images, ips = ["10.1.0.7"] }: ScriptedRuntimeOptions) {
    this.#clock = clock;
    this.behaviours = behaviours;
    this.images = images;
    this.#ips = ips;
  }

  /** The newest run of a container. */
  run(name: string): ScriptedRun {
    const run = [...this.runs.values()].findLast(({ config }) => config.name === name);
    if (run === undefined) throw new Error(`no container ${name}`);
    return this.#scripted(run.state.id);
  }

  async ensureImage({ image, policy }: ImageRequest): Promise<Image> {
    this.#fail("ensureImage");
    if (image.includes("!"))
      throw new RuntimeError("invalid-image-name", `couldn't parse ${image}`);
    const present = this.images?.has(image) ?? true;
    if (policy === "Never" && !present) throw new RuntimeError("image-never-pull", "not there");
    this.calls.push(`${policy === "Never" ? "look" : "pull"} ${image}`);
    if (!present) throw new RuntimeError("image-not-found", `${image}: not found`);
    return { id: `id-of-${image}`, reference: image, pulled: policy !== "Never", sizeBytes: 1024 };
  }

  async runPod(config: PodSandboxConfig): Promise<PodSandbox> {
    this.#fail("runPod");
    this.calls.push(`run-pod ${config.name}/${config.attempt}`);
    const { namespace, name, uid, attempt } = config;
    const sandbox: PodSandbox = {
      id: `sandbox-${++this.#ids}`,
      namespace,
      name,
      uid,
      attempt,
      state: "ready",
      createdAt: this.#clock.now(),
      ips: this.#ips,
    };
    this.sandboxes.set(sandbox.id, { ...sandbox, config });
    return sandbox;
  }

  async stopPod(podId: string): Promise<void> {
    this.#fail("stopPod");
    const sandbox = this.sandboxes.get(podId);
    if (sandbox === undefined || sandbox.state === "not-ready") return;
    this.calls.push(`stop-pod ${sandbox.name}`);
    for (const { state } of this.runs.values()) {
      if (state.podId === podId && state.state !== "exited") this.#exit(state, 137);
    }
    this.sandboxes.set(podId, { ...sandbox, state: "not-ready", ips: [] });
  }

  async removePod(podId: string): Promise<void> {
    const sandbox = this.sandboxes.get(podId);
    if (sandbox === undefined) return;
    await this.stopPod(podId);
    this.calls.push(`remove-pod ${sandbox.name}`);
    for (const [id, { state }] of this.runs) if (state.podId === podId) this.runs.delete(id);
    this.sandboxes.delete(podId);
  }

  async createContainer(podId: string, config: ContainerConfig): Promise<string> {
    this.#fail("createContainer");
    const sandbox = this.sandboxes.get(podId);
    if (sandbox?.state !== "ready") throw new RuntimeError("not-found", `no sandbox ${podId}`);
    this.calls.push(`create ${config.name}/${config.attempt}`);
    const id = `container-${++this.#ids}`;
    const state: State = {
      id,
      podId,
      podUid: sandbox.uid,
      name: config.name,
      attempt: config.attempt,
      image: config.image.reference,
      imageId: config.image.id,
      state: "created",
      createdAt: this.#clock.now(),
      logPath: config.logPath,
    };
    this.runs.set(id, { state, config });
    this.#ends.set(id, Promise.withResolvers());
    return id;
  }

  async startContainer(containerId: string): Promise<void> {
    this.#fail("startContainer");
    const { state, config } = this.#find(containerId);
    this.calls.push(`start ${config.name}/${config.attempt}`);
    state.state = "running";
    state.startedAt = this.#clock.now();
    this.#changed(state.podUid);
    this.behaviours[config.name]?.(this.#scripted(containerId));
  }

  async stopContainer(containerId: string, graceMs: number): Promise<void> {
    this.#fail("stopContainer");
    const { state, config } = this.#find(containerId);
    this.calls.push(`stop ${config.name}/${config.attempt} ${graceMs}`);
    if (state.state === "exited") return;
    if (!this.stubborn.has(config.name)) this.#exit(state, 0);
    else {
      const cancel = this.#clock.after(graceMs, () => this.#exit(state, 137));
      await this.#ends.get(containerId)?.promise;
      cancel();
    }
  }

  async updateContainer(containerId: string, resources: ContainerResources): Promise<void> {
    this.#fail("updateContainer");
    const run = this.runs.get(containerId);
    if (run === undefined) throw new RuntimeError("not-found", `no container ${containerId}`);
    const { memoryBytes, cpuMillis, cpuRequestMillis } = resources;
    this.calls.push(
      `update ${run.config.name}/${run.config.attempt} ${memoryBytes} ${cpuMillis} ${cpuRequestMillis}`,
    );
  }

  async writtenBytes(): Promise<number | undefined> {
    return this.written;
  }

  async memoryUsage(): Promise<number | undefined> {
    return this.usedMemory;
  }

  async removeContainer(containerId: string): Promise<void> {
    const run = this.runs.get(containerId);
    if (run === undefined) return;
    this.calls.push(`remove ${run.config.name}/${run.config.attempt}`);
    this.runs.delete(containerId);
  }

  async list(): Promise<{ pods: readonly PodSandbox[]; containers: readonly ContainerState[] }> {
    this.#fail("list");
    return {
      pods: [...this.sandboxes.values()],
      containers: [...this.runs.values()].map(({ state }) => ({ ...state })),
    };
  }

  onChange(listener: (podUid: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async exec(containerId: string, { command }: ExecRequest): Promise<ContainerProcess> {
    this.#fail("exec");
    const { config } = this.#find(containerId);
    this.calls.push(`exec ${config.name} ${command.join(" ")}`);
    const { promise: killed, resolve: kill } = Promise.withResolvers<Answer>();
    const answered = Promise.race([this.answer(config.name, command), killed]);
    const output = answered.then(({ output: text = "" }) => text);
    return {
      stdin: { write: async () => {}, end: () => {} },
      stdout: (async function* () {
        const text = await output;
        if (text !== "") yield Buffer.from(text);
      })(),
      stderr: (async function* () {})(),
      resize: () => {},
      ended: answered.then(({ exitCode }) => ({ exitCode })),
      kill: () => kill({ exitCode: 137 }),
    };
  }

  attach(): Promise<ContainerProcess> {
    throw new Error("not scripted");
  }

  connect(): Promise<ByteStream> {
    throw new Error("not scripted");
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #find(containerId: string): { state: State; config: ContainerConfig } {
    const run = this.runs.get(containerId);
    if (run === undefined) throw new RuntimeError("not-found", `no container ${containerId}`);
    return run;
  }

  #fail(method: string): void {
    const failure = this.failures.get(method);
    if (failure === undefined) return;
    this.failures.delete(method);
    throw failure;
  }

  #scripted(id: string): ScriptedRun {
    const { state, config } = this.#find(id);
    return {
      config,
      state,
      exit: (code, more) => this.#exit(state, code, more),
      say: (lastWords) => {
        const mount = config.mounts.find(
          ({ containerPath }) => containerPath === "/dev/termination-log",
        );
        if (mount !== undefined) writeFileSync(mount.hostPath, lastWords);
      },
    };
  }

  #exit(state: State, exitCode: number, more: { reason?: string; message?: string } = {}): void {
    if (state.state === "exited") return;
    Object.assign(state, {
      state: "exited",
      exitCode,
      finishedAt: this.#clock.now(),
      reason: exitCode === 0 ? "Completed" : "Error",
      ...more,
    });
    this.#ends.get(state.id)?.resolve();
    this.#changed(state.podUid);
  }

  #changed(podUid: string): void {
    for (const listener of this.#listeners) listener(podUid);
  }
}
