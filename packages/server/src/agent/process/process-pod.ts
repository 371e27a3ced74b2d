import { type PodSandbox, type PodSandboxConfig, RuntimeError } from "../pod-runtime.ts";
import { Child } from "./child.ts";
import { ENTER_USERS, type Host, toolEnvironment, USER_NAMESPACE } from "./host.ts";
import { POD_SCRIPT } from "./setup-script.ts";

/** A pod: the namespaces that its containers share, and a process that keeps them. */
export class ProcessPod {
  readonly sandbox: PodSandbox;
  readonly config: PodSandboxConfig;
  /** Of the process that keeps the namespaces, as the host numbers it. */
  readonly pid: number;
  readonly ended: Promise<unknown>;
  readonly #child: Child;

  private constructor(sandbox: PodSandbox, config: PodSandboxConfig, pid: number, child: Child) {
    this.sandbox = sandbox;
    this.config = config;
    this.pid = pid;
    this.#child = child;
    this.ended = child.exited;
  }

  /** @throws RuntimeError `sandbox-failed`, `unsupported` */
  static async start(
    host: Host,
    sandbox: PodSandbox,
    config: PodSandboxConfig,
  ): Promise<ProcessPod> {
    checkConfig(host, config);
    const { tools, asRoot } = host;
    const child = new Child({
      file: tools.unshare,
      parameters: [
        ...(asRoot ? [] : USER_NAMESPACE),
        ...["--uts", ...(config.hostIpc ? [] : ["--ipc"]), "--pid", "--fork", "--kill-child"],
        ...[tools.sh, "-c", POD_SCRIPT, "pod"],
      ],
      environment: {
        ...toolEnvironment(tools),
        POD_HOSTNAME: config.hostname,
        HOSTNAME_TOOL: asRoot ? "" : (tools.hostname ?? ""),
      },
      inherited: host.inherited,
      stdin: "pipe",
      stdout: "ignore",
      stderr: "ignore",
    });
    child.process.stdin?.on("error", () => {});
    const { pid, text } = await child.report("pid");
    child.silence();
    if (pid !== undefined) return new ProcessPod(sandbox, config, pid, child);
    child.process.stdin?.end();
    throw new RuntimeError("sandbox-failed", `failed to create pod sandbox: ${text}`);
  }

  /**
   * Options of `nsenter` that lead into the pod's namespaces.
   * @param processesOf - Whose namespace of processes it is instead of the pod's.
   */
  enter(asRoot: boolean, processesOf: number | undefined): readonly string[] {
    return [
      `--target=${this.pid}`,
      ...(asRoot ? [] : ENTER_USERS),
      "--uts",
      ...(this.config.hostIpc ? [] : ["--ipc"]),
      processesOf === undefined ? "--pid" : `--pid=/proc/${processesOf}/ns/pid`,
    ];
  }

  /** Ends the process that keeps the namespaces; the kernel ends all others with it. */
  async stop(): Promise<void> {
    this.#child.process.stdin?.destroy();
    await this.ended;
  }
}

function checkConfig({ asRoot, tools }: Host, config: PodSandboxConfig): void {
  if (config.hostPid) {
    throw new RuntimeError(
      "unsupported",
      "hostPID: containers of the process runtime end with their pod's namespace of processes",
    );
  }
  if (!asRoot && tools.hostname === undefined) {
    throw new RuntimeError(
      "unsupported",
      'hostname: an agent that does not run as root needs the program "hostname" to set it',
    );
  }
}
