import type { Pod, PodSpec } from "../../api/types.ts";
import { type NodeOfServer, startNodeOfServer } from "../node-of-server.fixture.ts";
import type { NodeVolumes, NodeVolumesOptions } from "./node-volumes.ts";
import { volumesOf } from "./pod-volumes.fixture.ts";
import type { MountedVolume } from "./volume.ts";

/** A pod whose volumes are set up. */
export interface StartedPod {
  readonly pod: Pod;
  /** Where each volume is, by its name. */
  readonly paths: Readonly<Record<string, string>>;
}

/** Volumes on a node of a real server, which does all that a node does but running containers. */
export interface VolumesBench extends AsyncDisposable {
  readonly node: NodeOfServer;
  readonly volumes: NodeVolumes & { readonly root: string };
  /** Uids of pods whose volumes are worth a sync, in the order in which that was told. */
  readonly told: string[];
  sync(pod: Pod): Promise<readonly MountedVolume[]>;
  /** Makes a pod and sets its volumes up. */
  start(name: string, spec: Partial<PodSpec>): Promise<StartedPod>;
}

export async function startVolumesBench(
  more: Partial<NodeVolumesOptions> = {},
): Promise<VolumesBench> {
  const node = await startNodeOfServer();
  const volumes = await volumesOf({ client: node.client, clock: node.server.clock }, more);
  const told: string[] = [];
  volumes.volumes.onChange((podUid) => told.push(podUid));
  const abort = new AbortController();
  const running = volumes.run({ signal: abort.signal });
  const sync = (pod: Pod): Promise<readonly MountedVolume[]> =>
    volumes.volumes.sync(pod, { signal: abort.signal });
  return {
    node,
    volumes,
    told,
    sync,
    start: async (name, spec) => {
      const pod = await node.pod(name, spec);
      const mounted = await sync(pod);
      const paths = Object.fromEntries(mounted.map((each) => [each.name, each.hostPath]));
      return { pod, paths };
    },
    [Symbol.asyncDispose]: async () => {
      for (const podUid of await volumes.volumes.leftovers()) {
        await volumes.volumes.tearDown(podUid);
      }
      abort.abort();
      await running;
      await volumes[Symbol.asyncDispose]();
      await node[Symbol.asyncDispose]();
    },
  };
}

/** The volume that admission gives every pod. */
export function accessVolume({ paths }: StartedPod): string {
  const name = Object.keys(paths).find((each) => each.startsWith("kube-api-access-"));
  return paths[name ?? ""] ?? "";
}

/** A pod that mounts nothing by itself, and one volume named `v`. */
export function onlyVolume(volume: object): Partial<PodSpec> {
  return { automountServiceAccountToken: false, volumes: [{ name: "v", ...volume }] };
}
