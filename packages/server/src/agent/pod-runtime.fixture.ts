import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { realClock } from "../runtime/clock.ts";
import type {
  ContainerConfig,
  ContainerProcess,
  ContainerState,
  ExecRequest,
  Image,
  PodRuntime,
  PodSandbox,
  PodSandboxConfig,
} from "./pod-runtime.ts";

/** A runtime under test, and what its suite has to know of it. */
export interface RuntimeHarness {
  runtime: PodRuntime;
  /** Name of an image with a shell and the usual small programs. */
  readonly image: string;
  /** Empty; for logs and volumes. */
  readonly directory: string;
  /** Ends the runtime as a crash would, and opens another over the same state. */
  restart(): Promise<void>;
  readonly containersSurvive: boolean;
  /** Whether processes can be given other users and groups. */
  readonly otherUsers: boolean;
  /** Whether pods have a name of their own; else they share the host's with its network. */
  readonly ownHostname: boolean;
  /** Whether a command that nobody wants any more is ended, not only left. */
  readonly killsCommands: boolean;
  close(): Promise<void>;
}

export type ContainerOverrides = Partial<ContainerConfig>;

const NO_SECURITY: ContainerConfig["security"] = {
  supplementalGroups: [],
  privileged: false,
  readOnlyRootFilesystem: false,
  noNewPrivileges: false,
  addCapabilities: [],
  dropCapabilities: [],
};

/** Pods and containers of a test, named and numbered. */
export class RuntimeWorkbench {
  readonly harness: RuntimeHarness;
  #pods = 0;
  #containers = 0;

  constructor(harness: RuntimeHarness) {
    this.harness = harness;
  }

  get runtime(): PodRuntime {
    return this.harness.runtime;
  }

  image(): Promise<Image> {
    return this.runtime.ensureImage({
      image: this.harness.image,
      policy: "IfNotPresent",
      credentials: [],
      signal: new AbortController().signal,
    });
  }

  pod(overrides: Partial<PodSandboxConfig> = {}): Promise<PodSandbox> {
    const uid = `uid-${this.#pods++}`;
    const logDirectory = join(this.harness.directory, "logs", uid);
    mkdirSync(logDirectory, { recursive: true });
    return this.runtime.runPod({
      namespace: "default",
      name: `pod-${uid}`,
      uid,
      attempt: 0,
      hostname: `host-${uid}`,
      annotations: {},
      labels: {},
      logDirectory,
      hostNetwork: true,
      hostPid: false,
      hostIpc: false,
      shareProcessNamespace: false,
      dns: { servers: [], searches: [], options: [] },
      ...overrides,
    });
  }

  async create(pod: PodSandbox, overrides: ContainerOverrides = {}): Promise<string> {
    const name = overrides.name ?? `c-${this.#containers++}`;
    mkdirSync(join(this.harness.directory, "logs", pod.uid, name), { recursive: true });
    return this.runtime.createContainer(pod.id, {
      attempt: 0,
      image: await this.image(),
      command: [],
      args: [],
      workingDir: "",
      env: [],
      mounts: [],
      logPath: `${name}/0.log`,
      stdin: false,
      stdinOnce: false,
      tty: false,
      security: NO_SECURITY,
      resources: {},
      annotations: {},
      ...overrides,
      name,
    });
  }

  async start(pod: PodSandbox, overrides: ContainerOverrides): Promise<string> {
    const id = await this.create(pod, overrides);
    await this.runtime.startContainer(id);
    return id;
  }

  /** Runs a script to its end in a pod of its own. */
  async run(script: string, overrides: ContainerOverrides = {}): Promise<Finished> {
    const pod = await this.pod();
    const id = await this.start(pod, { command: ["sh", "-c", script], ...overrides });
    const state = await this.ended(id);
    const log = readLog(state.logPath);
    return { state, log, stdout: textOf(log, "stdout"), stderr: textOf(log, "stderr") };
  }

  security(overrides: Partial<ContainerConfig["security"]>): ContainerOverrides {
    return { security: { ...NO_SECURITY, ...overrides } };
  }

  async state(id: string): Promise<ContainerState | undefined> {
    const { containers } = await this.runtime.list();
    return containers.find((each) => each.id === id);
  }

  async ended(id: string): Promise<ContainerState> {
    return this.until(async () => {
      const state = await this.state(id);
      return state?.state === "exited" ? state : undefined;
    });
  }

  /** What has come to the log of a container that runs. */
  async logged(id: string, text: string): Promise<void> {
    const path = (await this.state(id))?.logPath ?? "";
    await this.until(async () => existsSync(path) && readFileSync(path, "utf8").includes(text));
  }

  /** What runs in a container, as it sees it. */
  async commands(id: string): Promise<string> {
    const script = "cat /proc/[0-9]*/cmdline | tr '\\0' ' '";
    return (await this.exec(id, ["sh", "-c", script])).stdout;
  }

  /** Sends a text to a port where everything comes back, and reads as much. */
  async echo(podId: string, port: number, text: string): Promise<string> {
    await using stream = await this.runtime.connect(podId, port);
    await stream.write(Buffer.from(text));
    let answer = "";
    for await (const chunk of stream.readable) {
      answer += Buffer.from(chunk).toString();
      if (answer.length >= text.length) break;
    }
    return answer;
  }

  async until<T>(look: () => Promise<T | undefined | false>): Promise<T> {
    for (let tries = 0; tries < 1500; tries++) {
      const found = await look();
      if (found !== undefined && found !== false) return found;
      await realClock.sleep(10);
    }
    throw new Error("it did not come to that in time");
  }

  /** Runs a command in a container to its end. */
  async exec(id: string, command: readonly string[], input?: string): Promise<ExecResult> {
    const request: ExecRequest = { command, stdin: input !== undefined, tty: false };
    const process = await this.runtime.exec(id, request);
    if (input !== undefined) {
      await process.stdin.write(Buffer.from(input));
      process.stdin.end();
    }
    return collect(process);
  }
}

export interface ExecResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

export async function collect(process: ContainerProcess): Promise<ExecResult> {
  const [stdout, stderr, { exitCode }] = await Promise.all([
    textFrom(process.stdout),
    textFrom(process.stderr),
    process.ended,
  ]);
  return { stdout, stderr, exitCode };
}

export async function textFrom(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Reads a stream in the background, so that a test can wait for what it says. */
export class StreamText {
  text = "";
  readonly ended: Promise<void>;

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.ended = this.#read(stream);
  }

  async #read(stream: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const chunk of stream) this.text += Buffer.from(chunk).toString();
  }
}

export interface LogEntry {
  readonly stream: string;
  readonly tag: string;
  readonly text: string;
}

export interface Finished {
  readonly state: ContainerState;
  readonly log: readonly LogEntry[];
  readonly stdout: string;
  readonly stderr: string;
}

/** @see kubernetes pkg/kubelet/kuberuntime/logs/logs.go (parseCRILog) */
export function readLog(path: string): readonly LogEntry[] {
  return readFileSync(path, "latin1")
    .split("\n")
    .slice(0, -1)
    .map((line) => {
      const [, stream = "", tag = "", text = ""] =
        /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d) (stdout|stderr) ([FP]) (.*)$/s.exec(
          line,
        ) ?? [];
      if (stream === "") throw new Error(`not a line of a log: ${line}`);
      return { stream, tag, text };
    });
}

export function textOf(log: readonly LogEntry[], stream: string): string {
  return log
    .filter((entry) => entry.stream === stream)
    .map(({ tag, text }) => (tag === "F" ? `${text}\n` : text))
    .join("");
}
