import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Pod, PodSpec } from "../../api/types.ts";
import { type NodeOfServer, startNodeOfServer } from "../node-of-server.fixture.ts";
import { modeOf, visibleFiles } from "../written-volume.fixture.ts";
import type { NodeVolumes, NodeVolumesOptions } from "./node-volumes.ts";
import { volumesOf } from "./pod-volumes.fixture.ts";
import type { MountedVolume } from "./volume.ts";

const signal = new AbortController().signal;

interface Bench extends AsyncDisposable {
  readonly node: NodeOfServer;
  readonly volumes: NodeVolumes & { readonly root: string };
  sync(pod: Pod): Promise<readonly MountedVolume[]>;
  /** Makes a pod and sets its volumes up. */
  start(name: string, spec: Partial<PodSpec>): Promise<Started>;
}

interface Started {
  readonly pod: Pod;
  /** Where each volume is, by its name. */
  readonly paths: Readonly<Record<string, string>>;
}

async function bench(more: Partial<NodeVolumesOptions> = {}): Promise<Bench> {
  const node = await startNodeOfServer();
  const volumes = await volumesOf({ client: node.client, clock: node.server.clock }, more);
  const abort = new AbortController();
  const running = volumes.run({ signal: abort.signal });
  const sync = (pod: Pod): Promise<readonly MountedVolume[]> =>
    volumes.volumes.sync(pod, { signal });
  return {
    node,
    volumes,
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
function accessVolume({ paths }: Started): string {
  const name = Object.keys(paths).find((each) => each.startsWith("kube-api-access-"));
  return paths[name ?? ""] ?? "";
}

describe("the volume that every pod has", () => {
  it("holds a token that the API server accepts, its authority and the namespace", async () => {
    await using at = await bench();
    const started = await at.start("p", {});
    const path = accessVolume(started);
    const files = visibleFiles(path);
    expect(Object.keys(files)).toEqual(["ca.crt", "namespace", "token"]);
    expect(files.namespace).toBe("ns");
    expect(files["ca.crt"]).toContain("BEGIN CERTIFICATE");
    const answer = await at.node.server.client.send(
      "POST",
      "/apis/authentication.k8s.io/v1/tokenreviews",
      {
        body: { spec: { token: files.token } },
      },
    );
    expect(JSON.parse(await answer.text())).toMatchObject({
      status: {
        authenticated: true,
        user: {
          username: "system:serviceaccount:ns:default",
          extra: { "authentication.kubernetes.io/pod-uid": [started.pod.metadata.uid] },
        },
      },
    });
    expect(modeOf(join(path, "..data/token"))).toBe("0644");
  });
});
