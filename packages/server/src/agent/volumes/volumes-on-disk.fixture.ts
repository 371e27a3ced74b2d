import { join } from "node:path";
import type { Pod, PodSpec } from "../../api/types.ts";
import { silentLogger } from "../../runtime/logger.ts";
import { systemRandom } from "../../runtime/random.ts";
import { FakeClock } from "../../testing/fake-clock.ts";
import { temporaryDirectory } from "../written-volume.fixture.ts";
import { type MemoryDirectory, prepareMemoryDirectory } from "./memory-directory.ts";
import { createMounter } from "./mounter.ts";
import { createPodVolumes, type OwnedPodVolumes, type PodVolumesOptions } from "./pod-volumes.ts";
import type { StartedPod } from "./pod-volumes-bench.fixture.ts";
import type { MountedVolume } from "./volume.ts";
import { contextOf, type Objects, podOf } from "./volume-source.fixture.ts";

/** Volumes on the disk and in the memory of this machine; tokens and objects are made up. */
export interface VolumesOnDisk extends AsyncDisposable {
  readonly root: string;
  readonly memory: MemoryDirectory;
  readonly volumes: OwnedPodVolumes;
  readonly clock: FakeClock;
  /** Goes into every token: another one makes all tokens other ones. */
  generation: number;
  /** Uids of pods whose tokens have been forgotten. */
  readonly forgotten: string[];
  sync(pod: Pod): Promise<readonly MountedVolume[]>;
  /** Sets up the volumes of a pod that has, unless it says otherwise, the access volume of every pod. */
  start(uid: string, spec: Partial<PodSpec>): Promise<StartedPod>;
}

const ACCESS = {
  name: "kube-api-access-abcde",
  projected: {
    defaultMode: 0o644,
    sources: [
      { serviceAccountToken: { path: "token", expirationSeconds: 3607 } },
      { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
      {
        downwardAPI: {
          items: [{ path: "namespace", fieldRef: { fieldPath: "metadata.namespace" } }],
        },
      },
    ],
  },
};

const OBJECTS: Objects = {
  secrets: { s: { data: {} } },
  configMaps: { "kube-root-ca.crt": { data: { "ca.crt": "pem" } } },
};

export async function startVolumesOnDisk(
  more: Partial<PodVolumesOptions> = {},
  root: string = temporaryDirectory(),
): Promise<VolumesOnDisk> {
  const mounter = more.mounter ?? createMounter();
  const fallback = join("/dev/shm", root.slice(root.lastIndexOf("/") + 1));
  const memory = await prepareMemoryDirectory({ root, mounter, fallback, logger: silentLogger });
  const clock = new FakeClock();
  const forgotten: string[] = [];
  const { signal } = new AbortController();
  const volumes = createPodVolumes({
    root,
    memory,
    mounter,
    tokens: {
      get: ({ pod }) => Promise.resolve(`token of ${pod.uid} ${bench.generation}`),
      deletePodTokens: (podUid) => forgotten.push(podUid),
      onDue: () => () => {},
    },
    objects: {
      ...contextOf(OBJECTS).objects,
      register: () => {},
      unregister: () => {},
      onChange: () => () => {},
    },
    hostPaths: { allowed: ["/"] },
    allocatable: () => ({ cpu: "2", memory: "4Gi" }),
    clock,
    random: systemRandom,
    logger: silentLogger,
    ...more,
  });
  const bench: VolumesOnDisk = {
    root,
    memory,
    volumes,
    clock,
    generation: 1,
    forgotten,
    sync: (pod) => volumes.sync(pod, { signal }),
    start: async (uid, spec) => {
      const own = spec.automountServiceAccountToken === false ? [] : [ACCESS];
      const pod = podOf({ ...spec, volumes: [...(spec.volumes ?? []), ...own] }, { uid });
      const mounted = await bench.sync(pod);
      return { pod, paths: Object.fromEntries(mounted.map((each) => [each.name, each.hostPath])) };
    },
    [Symbol.asyncDispose]: async () => {
      for (const podUid of await volumes.leftovers()) await volumes.tearDown(podUid);
      await memory[Symbol.asyncDispose]();
    },
  };
  return bench;
}
