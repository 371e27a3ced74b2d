import type { Pod, Volume } from "../../api/types.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import type { Random } from "../../runtime/random.ts";
import type { ObjectCache } from "../object-cache.ts";
import type { TokenManager } from "../token-manager.ts";
import { collectVolume } from "./collect-volume.ts";
import { setUpEmptyDir } from "./empty-dir.ts";
import { type HostPathPolicy, setUpHostPath } from "./host-path.ts";
import type { MemoryDirectory } from "./memory-directory.ts";
import type { Mounter } from "./mounter.ts";
import { fileOwnerOf, type IdMapping, SAME_IDS } from "./ownership.ts";
import { PodDirectories } from "./pod-directories.ts";
import { messageOf } from "./source-error.ts";
import { bindSubPath, resolveSubPath } from "./sub-path.ts";
import { type MountedVolume, type PodVolumes, VolumeError } from "./volume.ts";
import type { NodeAllocatable, SourceContext } from "./volume-source.ts";
import { writeVolume } from "./written-volume.ts";

export interface PodVolumesOptions {
  /** The agent's own directory; volumes lie in `pods/<uid>/volumes` below it. */
  readonly root: string;
  /** For tokens and secrets; see `prepareMemoryDirectory`. */
  readonly memory: Pick<MemoryDirectory, "path" | "canMount">;
  readonly mounter: Mounter;
  readonly tokens: Pick<TokenManager, "get" | "deletePodTokens" | "onDue">;
  readonly objects: Pick<
    ObjectCache,
    "secret" | "configMap" | "register" | "unregister" | "onChange"
  >;
  readonly hostPaths: HostPathPolicy;
  /** What the node has for pods: bounds memory, and is the limit of containers without one. */
  readonly allocatable: () => NodeAllocatable;
  /** Ids of containers as ids of the host. @default the same ones */
  readonly ids?: IdMapping;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** One mount of a volume by a path within it. */
export interface SubPathMount {
  readonly podUid: string;
  readonly volume: MountedVolume;
  readonly container: string;
  /** Of the mount, among those of the container. */
  readonly index: number;
  /** Expanded, relative. */
  readonly subPath: string;
}

/** The volumes of a node's pods, and when it is worth to sync them again. */
export interface NodePodVolumes extends PodVolumes {
  /** Calls `listener` with a pod's uid when what its volumes show has changed, or a token is due. */
  onChange(listener: (podUid: string) => void): () => void;
  /**
   * What to bind into a container for a mount with a `subPath`. Undone with the pod's volumes.
   * @throws SubPathError for a path that leads out of the volume
   */
  subPath(mount: SubPathMount): Promise<string>;
}

/** Volumes as their owner sees them. */
export interface OwnedPodVolumes extends NodePodVolumes {
  /**
   * Unmounts everything and forgets what was in memory, when no container is left to see it: what is
   * on the disk stays for a later agent. Volumes in memory are then empty, as after a start of the machine.
   */
  leaveMemory(): Promise<void>;
}

/** @see kubernetes pkg/volume */
export function createPodVolumes(options: PodVolumesOptions): OwnedPodVolumes {
  return new VolumesOfPods(options);
}

class VolumesOfPods implements OwnedPodVolumes {
  readonly #options: PodVolumesOptions;
  readonly #directories: PodDirectories;
  /** What is done about a pod now, and after that. */
  readonly #work = new Map<string, Promise<unknown>>();

  constructor(options: PodVolumesOptions) {
    this.#options = options;
    this.#directories = new PodDirectories(options.root, options.memory.path);
  }

  sync(pod: Pod, { signal }: { readonly signal: AbortSignal }): Promise<readonly MountedVolume[]> {
    return this.#inTurn(pod.metadata.uid ?? "", async () => {
      signal.throwIfAborted();
      const { objects, tokens, allocatable, ids = SAME_IDS } = this.#options;
      objects.register(pod);
      const context: SourceContext = {
        pod,
        owner: fileOwnerOf(pod, ids),
        objects,
        tokens,
        allocatable: allocatable(),
        signal,
      };
      // Side by side: what takes time is asking the server.
      const volumes = pod.spec?.volumes ?? [];
      const results = await Promise.allSettled(volumes.map((each) => this.#setUp(each, context)));
      signal.throwIfAborted();
      return results.map((result, index) => {
        if (result.status === "fulfilled") return result.value;
        const cause: unknown = result.reason;
        throw new VolumeError(volumes[index]?.name ?? "", messageOf(cause), { cause });
      });
    });
  }

  tearDown(podUid: string): Promise<void> {
    return this.#inTurn(podUid, async () => {
      const { tokens, objects } = this.#options;
      objects.unregister(podUid);
      tokens.deletePodTokens(podUid);
      await this.#unmountBelow(this.#directories.allOf(podUid));
      await this.#directories.remove(podUid);
    });
  }

  async leftovers(): Promise<readonly string[]> {
    return this.#directories.podUids();
  }

  onChange(listener: (podUid: string) => void): () => void {
    const { objects, tokens } = this.#options;
    const leave = [objects.onChange(listener), tokens.onDue(listener)];
    return () => {
      for (const each of leave) each();
    };
  }

  async subPath({ podUid, volume, container, index, subPath }: SubPathMount): Promise<string> {
    const { memory, mounter } = this.#options;
    if (!memory.canMount) return resolveSubPath(volume.hostPath, subPath);
    const target = this.#directories.subPath(podUid, volume.name, container, index);
    return await bindSubPath({ volumeHostPath: volume.hostPath, subPath, target }, mounter);
  }

  async leaveMemory(): Promise<void> {
    for (const podUid of this.#directories.podUids()) {
      await this.#inTurn(podUid, async () => {
        await this.#unmountBelow(this.#directories.allOf(podUid));
        this.#directories.forgetMemory(podUid);
      });
    }
  }

  async #unmountBelow(directories: readonly string[]): Promise<void> {
    const { mounter } = this.#options;
    const points = await mounter.mountPointsBelow(...directories);
    if (points.length === 0) return;
    for (const point of points) await mounter.unmount(point);
    // Removing what lies behind a mount would remove what is not the pod's.
    const [left] = await mounter.mountPointsBelow(...directories);
    if (left !== undefined) throw new Error(`${left} is still mounted`);
  }

  async #setUp(volume: Volume, context: SourceContext): Promise<MountedVolume> {
    const { name, emptyDir, hostPath } = volume;
    if (hostPath !== undefined) {
      const path = setUpHostPath(hostPath, this.#options.hostPaths);
      return { name, hostPath: path, readOnly: false };
    }
    if (emptyDir !== undefined) {
      const { pod, owner, allocatable } = context;
      const { mounter, memory } = this.#options;
      const path = await setUpEmptyDir(pod, name, emptyDir, owner, {
        directories: this.#directories,
        mounter,
        canMount: memory.canMount,
        allocatable,
      });
      return { name, hostPath: path, readOnly: false };
    }
    const { pod, owner } = context;
    const { clock, random } = this.#options;
    const path = writeVolume(
      { pod, name, owner, ...(await collectVolume(volume, context)) },
      { directories: this.#directories, now: clock.now(), random },
    );
    return { name, hostPath: path, readOnly: true };
  }

  /** One thing after another for each pod. */
  #inTurn<T>(podUid: string, work: () => Promise<T>): Promise<T> {
    const before = this.#work.get(podUid) ?? Promise.resolve();
    const done = before.then(work, work);
    const entry = done
      .catch(() => {})
      .finally(() => {
        if (this.#work.get(podUid) === entry) this.#work.delete(podUid);
      });
    this.#work.set(podUid, entry);
    return done;
  }
}
