import { lstatSync, mkdirSync, readFileSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  type ContainerConfig,
  type Mount,
  type PodSandboxConfig,
  RuntimeError,
} from "../pod-runtime.ts";
import { containerMounts, type VolumeMount } from "./container-mounts.ts";
import { type Host, listHostDirectory, readMountTable } from "./host.ts";
import { fstabText, type MountEntry } from "./mount-table.ts";
import { layoutRoot, POD_DIRECTORY, placeOf, type RootLayout } from "./root-layout.ts";
import { templateEntries, templateName, writeTemplate } from "./root-template.ts";

export interface ContainerFilesOptions {
  readonly host: Host;
  /** The runtime's; absolute and without links. */
  readonly stateDirectory: string;
  readonly toolsDirectory: string;
  /** Directories of the host that no container may look into. */
  readonly maskedPaths: readonly string[];
}

export interface ContainerFilesRequest {
  /** Of the container. */
  readonly directory: string;
  /** What becomes its root: `/`, or a directory. */
  readonly root: string;
  readonly config: ContainerConfig;
  readonly pod: PodSandboxConfig;
  readonly cgroupDirectories: readonly string[];
  /** Name for the old root, not to be guessed. */
  readonly secret: string;
}

/** Paths on the host, for the script that makes the container. */
export interface ContainerFiles {
  readonly stage: string;
  readonly template: string;
  readonly own: string;
  /** Below `/.pod`. */
  readonly oldRoot: string;
  /** As the script reads them. */
  readonly steps: string;
}

/** Names at the top of the host's root that containers have of their own. */
const REPLACED_OF_HOST = ["dev", "proc", "sys", "run", "tmp", "lost+found", ".pod"];
const REPLACED_OF_DIRECTORY = ["dev", "proc", "sys", ".pod"];
const OWN_FILES = ["/etc/hostname", "/etc/hosts", "/etc/resolv.conf"];

/** Where other runtimes keep the roots of their containers: hundreds of mounts that nobody looks for. */
const OTHER_RUNTIMES = [
  "/var/lib/containerd",
  "/var/lib/containers",
  "/var/lib/docker",
  "/var/lib/kubelet",
];

/** Prepares what a container's root is made of, on the disk: the temporary file system is filled from it. */
export class ContainerFilesMaker {
  readonly #options: ContainerFilesOptions;
  readonly #templates = new Map<string, Promise<void>>();

  constructor(options: ContainerFilesOptions) {
    this.#options = options;
  }

  get stage(): string {
    return join(this.#options.stateDirectory, "stage");
  }

  /** @throws RuntimeError `start-failed` for a mount where none can be */
  async make(request: ContainerFilesRequest): Promise<ContainerFiles> {
    const { directory, root, config, pod, secret } = request;
    const { host, stateDirectory, toolsDirectory } = this.#options;
    const mounts = readMountTable();
    const layout = this.#layout(root, mounts, config.security.privileged);
    const template = await this.#template(layout);
    const volumes = await resolveVolumes(withHosts(config.mounts, pod));
    const plan = containerMounts({
      layout,
      mounts,
      asRoot: host.asRoot,
      privileged: config.security.privileged,
      readOnly: config.security.readOnlyRootFilesystem,
      toolsDirectory,
      maskedPaths: root === "/" ? this.#visibleMasks(layout) : [],
      cgroupDirectories: request.cgroupDirectories,
      kernelPaths: host.kernelPaths,
      volumes,
    });
    const own = join(directory, "own");
    makeOwn(own, [...plan.files, `${POD_DIRECTORY}/${secret}/`], podFiles(pod, layout));
    const steps: string[] = [];
    for (const step of plan.steps) {
      if ("file" in step) steps.push(`file:${step.file}`);
      else {
        const path = join(directory, `mounts-${steps.length}`);
        writeFileSync(path, fstabText(step.mounts, `${POD_DIRECTORY}/${secret}`), {
          mode: 0o600,
        });
        steps.push(`fstab:${path}`);
      }
    }
    return {
      stage: join(stateDirectory, "stage"),
      template,
      own,
      oldRoot: secret,
      steps: steps.join("\n"),
    };
  }

  #layout(root: string, mounts: readonly MountEntry[], privileged: boolean): RootLayout {
    const replaced = new Set(root === "/" ? REPLACED_OF_HOST : REPLACED_OF_DIRECTORY);
    // The host's own devices are a directory like others.
    if (privileged && root === "/") replaced.delete("dev");
    return layoutRoot({
      root,
      mounts,
      locked: !this.#options.host.asRoot,
      replaced,
      hidden: [...OTHER_RUNTIMES, ...this.#options.maskedPaths],
      ownFiles: new Set(OWN_FILES),
      list: listHostDirectory,
    });
  }

  async #template(layout: RootLayout): Promise<string> {
    const { stateDirectory, host } = this.#options;
    const entries = templateEntries(layout.entries);
    const directory = join(stateDirectory, "templates", templateName(entries));
    let written = this.#templates.get(directory);
    if (written === undefined) {
      written = writeTemplate(directory, entries, host.asRoot);
      this.#templates.set(directory, written);
    }
    await written;
    return directory;
  }

  /** Masked directories that a container on the host's root would see. */
  #visibleMasks({ mounts }: RootLayout): readonly string[] {
    return this.#options.maskedPaths.filter((path) =>
      mounts.some(({ target }) => path === target || path.startsWith(`${target}/`)),
    );
  }
}

function withHosts(mounts: readonly Mount[], { hostsFile }: PodSandboxConfig): readonly Mount[] {
  if (
    hostsFile === undefined ||
    mounts.some(({ containerPath }) => containerPath === "/etc/hosts")
  ) {
    return mounts;
  }
  const mount = { containerPath: "/etc/hosts", readOnly: false, propagation: "None" as const };
  return [...mounts, { ...mount, hostPath: hostsFile }];
}

/** @see containerd internal/cri/opts/spec_linux_opts.go (withMounts): a source that is missing is made */
async function resolveVolumes(mounts: readonly Mount[]): Promise<readonly VolumeMount[]> {
  return Promise.all(
    mounts.map(async (mount) => {
      if (mount.propagation === "Bidirectional") {
        throw new RuntimeError(
          "unsupported",
          `mount propagation Bidirectional of "${mount.containerPath}"`,
        );
      }
      try {
        if (lstatSync(mount.hostPath, { throwIfNoEntry: false }) === undefined) {
          mkdirSync(mount.hostPath, { recursive: true, mode: 0o755 });
        }
        // Links are followed here, where they mean what the agent means by them.
        const hostPath = realpathSync(mount.hostPath);
        return { ...mount, hostPath, isDirectory: statSync(hostPath).isDirectory() };
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new RuntimeError(
          "start-failed",
          `failed to prepare mount "${mount.hostPath}": ${reason}`,
          { cause },
        );
      }
    }),
  );
}

/** Files of the pod in the container's `/etc`, by where they have to be for it to see them there. */
function podFiles(
  pod: PodSandboxConfig,
  layout: RootLayout,
): readonly (readonly [string, string])[] {
  const contents: readonly (readonly [string, string])[] = [
    ["/etc/hostname", `${pod.hostname}\n`],
    ["/etc/hosts", readText("/etc/hosts")],
    ["/etc/resolv.conf", resolverText(pod)],
  ];
  return contents.flatMap(([path, text]) => {
    const place = placeOf(layout, path);
    return place === undefined ? [] : [[place, text] as const];
  });
}

/** @see containerd internal/cri/server/podsandbox/sandbox_run_linux.go (parseDNSOptions) */
export function resolverText({ dns }: Pick<PodSandboxConfig, "dns">): string {
  const { servers, searches, options } = dns;
  if (servers.length + searches.length + options.length === 0) return readText("/etc/resolv.conf");
  return [
    ...(searches.length === 0 ? [] : [`search ${searches.join(" ")}`]),
    ...servers.map((server) => `nameserver ${server}`),
    ...(options.length === 0 ? [] : [`options ${options.join(" ")}`]),
    "",
  ].join("\n");
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/**
 * Directories end with a slash; what is above an entry has to be in the template. A dozen small files
 * on the way of every start: to wait for each would take longer than to write it.
 */
function makeOwn(
  own: string,
  empty: readonly string[],
  files: readonly (readonly [place: string, text: string])[],
): void {
  mkdirSync(own, { recursive: true, mode: 0o755 });
  for (const place of empty) {
    if (place.endsWith("/")) mkdirSync(join(own, place), { recursive: true, mode: 0o700 });
  }
  const texts = new Map([
    ...empty.filter((place) => !place.endsWith("/")).map((place) => [place, ""] as const),
    ...files,
  ]);
  for (const [place, text] of texts) {
    const path = join(own, place);
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    writeFileSync(path, text, { mode: 0o644 });
  }
}
