import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { realClock } from "../../runtime/clock.ts";
import { silentLogger } from "../../runtime/logger.ts";
import type { RuntimeHarness } from "../pod-runtime.fixture.ts";
import type { PodRuntime } from "../pod-runtime.ts";
import { busyboxArchive, findProgram, IMAGE, PROGRAM_PATH } from "./busybox-image.fixture.ts";
import { type CriRuntimeOptions, createCriRuntime } from "./create-cri-runtime.ts";

export { IMAGE } from "./busybox-image.fixture.ts";

const PROGRAMS = ["containerd", "ctr", "runc", "containerd-shim-runc-v2", "busybox"];

/** Of Debian's `containernetworking-plugins`. */
const CNI_PLUGINS = "/usr/lib/cni";

/** Whether pods can have a network of their own: a cable from each to the host. */
export const canMakeNetworks: boolean = process.env.CI === "true" || existsSync(CNI_PLUGINS);

const NETWORK = {
  cniVersion: "0.4.0",
  name: "test",
  plugins: [
    {
      type: "ptp",
      ipam: { type: "host-local", ranges: [[{ subnet: "10.213.0.0/24" }]] },
    },
  ],
};

/** Whether containerd can be started here; on one of our machines that is taken for granted. */
export const canRunContainerd: boolean =
  process.env.CI === "true" ||
  (process.geteuid?.() === 0 && PROGRAMS.every((name) => findProgram(name) !== undefined));

/** A containerd of its own, with one image. */
export class Containerd {
  readonly directory: string;
  readonly #process: ChildProcess;

  private constructor(directory: string, process: ChildProcess) {
    this.directory = directory;
    this.#process = process;
  }

  get endpoint(): string {
    return `unix://${join(this.directory, "containerd.sock")}`;
  }

  static async start(
    { hasNetwork }: { readonly hasNetwork: boolean } = { hasNetwork: true },
  ): Promise<Containerd> {
    const directory = mkdtempSync(join(tmpdir(), "containerd-"));
    writeFileSync(join(directory, "config.toml"), configuration(directory));
    mkdirSync(join(directory, "cni"));
    if (hasNetwork) writeNetwork(directory);
    const log = openSync(join(directory, "log"), "w");
    const child = spawn(
      findProgram("containerd") ?? "",
      ["--config", join(directory, "config.toml")],
      {
        stdio: ["ignore", log, log],
        env: { PATH: PROGRAM_PATH },
      },
    );
    const containerd = new Containerd(directory, child);
    await containerd.#untilReady();
    containerd.ctr("images", "import", busyboxArchive(directory));
    return containerd;
  }

  addNetwork(): void {
    writeNetwork(this.directory);
  }

  async #untilReady(): Promise<void> {
    for (let tries = 0; tries < 600; tries++) {
      if (this.#process.exitCode !== null) break;
      try {
        this.ctr("version");
        return;
      } catch {
        await realClock.sleep(50);
      }
    }
    throw new Error(readFileSync(join(this.directory, "log"), "utf8"));
  }

  /** Its own client, in the namespace of the CRI. */
  ctr(...parameters: readonly string[]): string {
    const address = join(this.directory, "containerd.sock");
    return execFileSync(findProgram("ctr") ?? "", ["-a", address, "-n", "k8s.io", ...parameters], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.kill("SIGTERM");
    await ended;
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function writeNetwork(directory: string): void {
  writeFileSync(join(directory, "cni/10-test.conflist"), JSON.stringify(NETWORK));
}

/** In a sandbox the agent may not lower what the kernel thinks of its processes. */
function configuration(directory: string): string {
  return `
version = 2
root = "${directory}/root"
state = "${directory}/state"
[grpc]
  address = "${directory}/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  restrict_oom_score_adj = true
  disable_apparmor = true
  sandbox_image = "${IMAGE}"
[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "${CNI_PLUGINS}"
  conf_dir = "${directory}/cni"
`;
}

export function criRuntimeOf(
  { endpoint }: Containerd,
  overrides: Partial<CriRuntimeOptions> = {},
): Promise<PodRuntime> {
  return createCriRuntime({
    endpoint,
    clock: realClock,
    logger: silentLogger,
    owner: "node",
    seccompDirectory: "/no/seccomp",
    addresses: () => ["127.0.0.1"],
    ...overrides,
  });
}

/** A runtime in front of a containerd of its own. */
export async function criHarness(
  overrides: Partial<CriRuntimeOptions> = {},
): Promise<RuntimeHarness & { readonly containerd: Containerd }> {
  const containerd = await Containerd.start();
  const open = (): Promise<PodRuntime> => criRuntimeOf(containerd, overrides);
  const harness = {
    containerd,
    runtime: await open(),
    image: IMAGE,
    directory: mkdtempSync(join(tmpdir(), "cri-runtime-")),
    containersSurvive: true,
    ownHostname: false,
    killsCommands: false,
    otherUsers: true,
    async restart() {
      await harness.runtime[Symbol.asyncDispose]();
      harness.runtime = await open();
    },
    async close() {
      const { pods } = await harness.runtime.list();
      for (const { id } of pods) await harness.runtime.removePod(id);
      await harness.runtime[Symbol.asyncDispose]();
      await containerd.stop();
      rmSync(harness.directory, { recursive: true, force: true });
    },
  };
  return harness;
}
