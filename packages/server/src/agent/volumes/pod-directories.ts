import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmdirSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";

/** Names of volume plugins as parts of paths, as on every node. */
export type PluginName =
  | "kubernetes.io~projected"
  | "kubernetes.io~secret"
  | "kubernetes.io~configmap"
  | "kubernetes.io~downward-api"
  | "kubernetes.io~empty-dir";

const EMPTY_DIR: PluginName = "kubernetes.io~empty-dir";
/** What of a pod's directory holds volumes; the rest is not ours. */
const PARTS = ["volumes", "volume-subpaths", "plugins"];

/**
 * Where volumes lie: `<root>/pods/<uid>/volumes/<plugin>/<volume>`. Of volumes in memory that is a
 * link to `<memory>/<uid>/<plugin>/<volume>`.
 * @see kubernetes pkg/kubelet/kubelet_getters.go
 */
export class PodDirectories {
  readonly #pods: string;
  readonly #memory: string;

  /** @param memory - An existing directory in memory. */
  constructor(root: string, memory: string) {
    mkdirSync(join(root, "pods"), { recursive: true, mode: 0o750 });
    // Without links, as the system names what is mounted.
    this.#pods = realpathSync(join(root, "pods"));
    this.#memory = realpathSync(memory);
  }

  pod(podUid: string): string {
    return join(this.#pods, checkSegment(podUid));
  }

  volume(podUid: string, plugin: PluginName, name: string): string {
    return join(this.pod(podUid), "volumes", plugin, checkSegment(name));
  }

  inMemory(podUid: string, plugin: PluginName, name: string): string {
    return join(this.#memory, checkSegment(podUid), plugin, checkSegment(name));
  }

  /** Where a volume's state is noted. */
  note(podUid: string, plugin: PluginName, name: string): string {
    return join(this.pod(podUid), "plugins", plugin, checkSegment(name));
  }

  /** Where the subpath of one mount of a container is bound. */
  subPath(podUid: string, volume: string, container: string, index: number): string {
    const parts = [volume, container].map(checkSegment);
    return join(this.pod(podUid), "volume-subpaths", ...parts, String(index));
  }

  /** Every directory that volumes of the pod may be in. */
  allOf(podUid: string): readonly string[] {
    return [this.pod(podUid), join(this.#memory, checkSegment(podUid))];
  }

  /** Makes the link under which a volume in memory is found on its usual path. */
  linkToMemory(podUid: string, plugin: PluginName, name: string): void {
    const link = this.volume(podUid, plugin, name);
    const target = this.inMemory(podUid, plugin, name);
    const state = lstatSync(link, { throwIfNoEntry: false });
    if (state?.isSymbolicLink() && readlinkSync(link) === target) return;
    // Of another start, which kept such volumes elsewhere.
    if (state !== undefined) rmSync(link, { recursive: true });
    mkdirSync(join(link, ".."), { recursive: true, mode: 0o750 });
    symlinkSync(target, link);
  }

  /** Uids of pods of which something is left. */
  podUids(): readonly string[] {
    const onDisk = readdirSync(this.#pods).filter((podUid) =>
      PARTS.some((part) => existsSync(join(this.#pods, podUid, part))),
    );
    return [...new Set([...onDisk, ...readdirSync(this.#memory)])].sort();
  }

  /** Removes what a pod has in memory. Nothing may be mounted there any more. */
  forgetMemory(podUid: string): void {
    rmSync(join(this.#memory, checkSegment(podUid)), { recursive: true, force: true });
  }

  /** Removes what volumes of a pod have left. Nothing may be mounted there any more. */
  async remove(podUid: string): Promise<void> {
    const pod = this.pod(podUid);
    const parents = [join(this.#memory, podUid), join(pod, "volumes")];
    for (const parent of parents) {
      // What containers wrote may be much, and takes its time; what the agent wrote is a few files.
      const written = join(parent, EMPTY_DIR);
      if (existsSync(written)) await rm(written, { recursive: true, force: true, maxRetries: 3 });
    }
    for (const path of [...parents, ...PARTS.map((part) => join(pod, part))]) {
      rmSync(path, { recursive: true, force: true });
    }
    try {
      rmdirSync(pod);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "ENOTEMPTY" && code !== "ENOENT") throw error;
    }
  }
}

/** Uids and names come from the API, which checks them; a path is not built on that alone. */
function checkSegment(name: string): string {
  if (name === "" || name === "." || name === ".." || /[/\0]/.test(name)) {
    throw new Error(`${JSON.stringify(name)} cannot be part of a path`);
  }
  return name;
}
