import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { realClock } from "../../runtime/clock.ts";
import { silentLogger } from "../../runtime/logger.ts";
import type { RuntimeHarness } from "../pod-runtime.fixture.ts";
import type { PodRuntime } from "../pod-runtime.ts";
import { type CriRuntimeOptions, createCriRuntime } from "./create-cri-runtime.ts";

export const IMAGE = "localhost/busybox:test";

const PROGRAMS = ["containerd", "ctr", "runc", "containerd-shim-runc-v2", "busybox"];
const PATHS = ["/usr/local/bin", "/usr/bin", "/usr/sbin", "/bin", "/sbin"];

function find(name: string): string | undefined {
  return PATHS.map((directory) => join(directory, name)).find((path) => existsSync(path));
}

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
  (process.geteuid?.() === 0 && PROGRAMS.every((name) => find(name) !== undefined));

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

  static async start(): Promise<Containerd> {
    const directory = mkdtempSync(join(tmpdir(), "containerd-"));
    writeFileSync(join(directory, "config.toml"), configuration(directory));
    mkdirSync(join(directory, "cni"));
    writeFileSync(join(directory, "cni/10-test.conflist"), JSON.stringify(NETWORK));
    const log = openSync(join(directory, "log"), "w");
    const child = spawn(find("containerd") ?? "", ["--config", join(directory, "config.toml")], {
      stdio: ["ignore", log, log],
      env: { PATH: PATHS.join(":") },
    });
    const containerd = new Containerd(directory, child);
    await containerd.#untilReady();
    containerd.ctr("images", "import", buildImage(directory));
    return containerd;
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
    return execFileSync(find("ctr") ?? "", ["-a", address, "-n", "k8s.io", ...parameters], {
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

/** An image of a static busybox and nothing else, as an archive that every runtime can load. */
function buildImage(directory: string): string {
  const build = join(directory, "image");
  const root = join(build, "root");
  for (const name of ["bin", "etc", "tmp", "usr/bin"]) {
    mkdirSync(join(root, name), { recursive: true });
  }
  execFileSync("chmod", ["1777", join(root, "tmp")]);
  const busybox = find("busybox") ?? "";
  copyFileSync(busybox, join(root, "bin/busybox"));
  const commands = execFileSync(busybox, ["--list"], { encoding: "utf8" }).trim().split("\n");
  for (const name of commands.filter((each) => each !== "busybox")) {
    symlinkSync("/bin/busybox", join(root, "bin", name));
  }
  writeFileSync(join(root, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n");
  writeFileSync(join(root, "etc/group"), "root:x:0:\n");
  execFileSync("tar", ["-C", root, "-cf", join(build, "layer.tar"), "."]);
  const layer = createHash("sha256")
    .update(readFileSync(join(build, "layer.tar")))
    .digest("hex");
  const config = JSON.stringify({
    architecture: process.arch === "x64" ? "amd64" : process.arch,
    os: "linux",
    // The pause container has the image's own command.
    config: { Env: ["PATH=/bin:/usr/bin"], Cmd: ["sleep", "1000000"] },
    rootfs: { type: "layers", diff_ids: [`sha256:${layer}`] },
  });
  const name = `${createHash("sha256").update(config).digest("hex")}.json`;
  writeFileSync(join(build, name), config);
  const manifest = [{ Config: name, RepoTags: [IMAGE], Layers: ["layer.tar"] }];
  writeFileSync(join(build, "manifest.json"), JSON.stringify(manifest));
  const archive = join(directory, "image.tar");
  execFileSync("tar", ["-C", build, "-cf", archive, "manifest.json", name, "layer.tar"]);
  return archive;
}

/** A runtime in front of a containerd of its own. */
export async function criHarness(
  overrides: Partial<CriRuntimeOptions> = {},
): Promise<RuntimeHarness & { readonly containerd: Containerd }> {
  const containerd = await Containerd.start();
  const open = (): Promise<PodRuntime> =>
    createCriRuntime({
      endpoint: containerd.endpoint,
      clock: realClock,
      logger: silentLogger,
      owner: "node",
      addresses: () => ["127.0.0.1"],
      ...overrides,
    });
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
