import { lstatSync, readFileSync, statfsSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Pod, PodSpec } from "../../api/types.ts";
import { isNotFound } from "../../client/errors.ts";
import { modeOf, visibleFiles } from "../written-volume.fixture.ts";
import { accessVolume, onlyVolume, startVolumesBench } from "./pod-volumes-bench.fixture.ts";
import { VolumeError } from "./volume.ts";
import { base64 } from "./volume-source.fixture.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const TMPFS = 0x01021994;

interface Review {
  readonly status: { readonly authenticated?: boolean; readonly audiences?: readonly string[] };
}

type Bench = Awaited<ReturnType<typeof startVolumesBench>>;

async function review(
  at: Bench,
  token: string,
  audiences: readonly string[] = [],
): Promise<Review> {
  const answer = await at.node.server.client.send(
    "POST",
    "/apis/authentication.k8s.io/v1/tokenreviews",
    { body: { spec: { token, audiences } } },
  );
  return JSON.parse(await answer.text()) as Review;
}

function tokenSource(more: object = {}): object {
  return { serviceAccountToken: { path: "token", expirationSeconds: 600, ...more } };
}

describe("the volume that every pod has", () => {
  it("holds a token that the API server accepts, its authority and the namespace", async () => {
    await using at = await startVolumesBench();
    const started = await at.start("p", {});
    const path = accessVolume(started);
    const files = visibleFiles(path);
    expect(Object.keys(files)).toEqual(["ca.crt", "namespace", "token"]);
    expect(files.namespace).toBe("ns");
    expect(files["ca.crt"]).toMatch(/^-----BEGIN CERTIFICATE-----\n/);
    expect(files.token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(await review(at, files.token ?? "")).toMatchObject({
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

  it("lies in memory, on the path where a kubelet has it", async () => {
    await using at = await startVolumesBench();
    const started = await at.start("p", {});
    const path = accessVolume(started);
    expect(statfsSync(path).type).toBe(TMPFS);
    expect(modeOf(path)).toBe("1777");
    const name = Object.keys(started.paths)[0] ?? "";
    const usual = join(
      at.volumes.root,
      `pods/${started.pod.metadata.uid}/volumes/kubernetes.io~projected/${name}`,
    );
    expect(visibleFiles(usual)).toEqual(visibleFiles(path));
  });

  it("waits for the authority of a namespace that is just made, and then is there", async () => {
    await using at = await startVolumesBench();
    const { configMaps, clock } = at.node.server;
    const pod = await at.node.pod("p", {
      volumes: [{ name: "ca", configMap: { name: "kube-root-ca.crt-of-later" } }],
    });
    await expect(at.sync(pod)).rejects.toThrow(
      'MountVolume.SetUp failed for volume "ca" : configmap "kube-root-ca.crt-of-later" not found',
    );
    await configMaps.create({
      metadata: { namespace: "ns", name: "kube-root-ca.crt-of-later" },
      data: { "ca.crt": "pem" },
    });
    await at.node.server.until(async () => at.told[0]);
    expect(at.told).toEqual([pod.metadata.uid]);
    await clock.advance(0);
    expect(await at.sync(pod)).toHaveLength(2);
  });
});

describe("tokens of a pod", () => {
  it("are renewed in their files, all files at once, and say when", async () => {
    await using at = await startVolumesBench();
    const { clock } = at.node.server;
    const started = await at.start("p", onlyVolume({ projected: { sources: [tokenSource()] } }));
    const { v = "" } = started.paths;
    const before = readFileSync(join(v, "token"), "utf8");
    const inode = statSync(join(v, "token")).ino;
    await clock.advance(7 * MINUTE);
    await at.sync(started.pod);
    expect(statSync(join(v, "token")).ino).toBe(inode);
    expect(at.told).toEqual([]);
    await clock.advance(MINUTE + SECOND);
    expect(at.told).toEqual([started.pod.metadata.uid]);
    await at.sync(started.pod);
    const after = readFileSync(join(v, "token"), "utf8");
    expect(after).not.toBe(before);
    expect((await review(at, after)).status.authenticated).toBe(true);
    expect((await review(at, before)).status.authenticated).toBe(true);
  });

  it("of different audiences, and of nested paths, are different ones", async () => {
    await using at = await startVolumesBench();
    const sources = [
      tokenSource({ path: "a/b/token", audience: "vault" }),
      tokenSource({ path: "cloud", audience: "cloud" }),
    ];
    const { paths } = await at.start("p", onlyVolume({ projected: { sources } }));
    const files = visibleFiles(paths.v ?? "");
    expect(Object.keys(files)).toEqual(["a/b/token", "cloud"]);
    const vault = await review(at, files["a/b/token"] ?? "", ["vault"]);
    expect(vault.status).toMatchObject({ authenticated: true, audiences: ["vault"] });
    expect((await review(at, files.cloud ?? "", ["vault"])).status.authenticated).not.toBe(true);
  });

  it("with equal parameters are one, in two volumes", async () => {
    await using at = await startVolumesBench();
    const projected = { sources: [tokenSource()] };
    const volumes = [
      { name: "v", projected },
      { name: "w", projected },
    ];
    const { paths } = await at.start("p", { automountServiceAccountToken: false, volumes });
    expect(visibleFiles(paths.v ?? "")).toEqual(visibleFiles(paths.w ?? ""));
    expect(at.volumes.tokens.size).toBe(1);
  });

  it("stay as they are while the API server is away, and in their files even after their end", async () => {
    await using at = await startVolumesBench();
    const { clock } = at.node.server;
    const started = await at.start("p", onlyVolume({ projected: { sources: [tokenSource()] } }));
    const path = join(started.paths.v ?? "", "token");
    const old = readFileSync(path, "utf8");
    const { ino, mtimeMs } = statSync(path);
    const unchanged = () => {
      const now = statSync(path);
      return now.ino === ino && now.mtimeMs === mtimeMs && readFileSync(path, "utf8") === old;
    };
    at.node.isCutOff = true;
    for (let second = 0; second < 595; second += 5) {
      await clock.advance(5 * SECOND);
      await at.sync(started.pod);
    }
    expect([at.told.length > 3, unchanged()]).toEqual([true, true]);
    await clock.advance(10 * SECOND);
    await expect(at.sync(started.pod)).rejects.toThrow(
      /^MountVolume.SetUp failed for volume "v" : token "default"\/"ns"\/.* expired and refresh failed: connect ECONNREFUSED$/,
    );
    expect(unchanged()).toBe(true);
    at.node.isCutOff = false;
    await at.sync(started.pod);
    expect((await review(at, readFileSync(path, "utf8"))).status.authenticated).toBe(true);
  });

  it("are another pod's, for a pod made anew under its name", async () => {
    await using at = await startVolumesBench();
    const spec = onlyVolume({ projected: { sources: [tokenSource()] } });
    const first = await at.start("p", spec);
    const old = readFileSync(join(first.paths.v ?? "", "token"), "utf8");
    await at.node.deletePod("p");
    const second = await at.start("p", spec);
    const token = readFileSync(join(second.paths.v ?? "", "token"), "utf8");
    expect(token).not.toBe(old);
    expect((await review(at, old)).status.authenticated).not.toBe(true);
    expect((await review(at, token)).status.authenticated).toBe(true);
  });

  it("are replaced within a minute when their account was made anew", async () => {
    await using at = await startVolumesBench();
    const { server } = at.node;
    const account = { namespace: "ns", name: "builder" };
    await server.accounts.create({ metadata: account });
    const started = await at.start("p", {
      ...onlyVolume({ projected: { sources: [tokenSource({ expirationSeconds: 86_400 })] } }),
      serviceAccountName: "builder",
    });
    const path = join(started.paths.v ?? "", "token");
    const old = readFileSync(path, "utf8");
    await server.accounts.delete(account);
    await server.until(async () => {
      await server.accounts.get(account).catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
      });
      return true;
    });
    await server.accounts.create({ metadata: account });
    expect((await review(at, old)).status.authenticated).not.toBe(true);
    await server.clock.advance(MINUTE);
    await server.until(async () => at.told[0]);
    expect(at.told).toEqual([started.pod.metadata.uid]);
    await at.sync(started.pod);
    expect((await review(at, readFileSync(path, "utf8"))).status.authenticated).toBe(true);
  });

  it("are replaced within a minute when the API server refuses them", async () => {
    await using at = await startVolumesBench();
    const started = await at.start("p", {});
    const path = join(accessVolume(started), "token");
    const old = readFileSync(path, "utf8");
    // The node alone sees them refused: whatever the reason, it is the server's word that counts.
    at.node.refusesTokens = true;
    await at.node.server.clock.advance(MINUTE);
    await at.node.server.until(async () => at.told[0]);
    at.node.refusesTokens = false;
    expect(at.told).toEqual([started.pod.metadata.uid]);
    await at.sync(started.pod);
    const token = readFileSync(path, "utf8");
    expect(token).not.toBe(old);
    await at.node.server.clock.advance(5 * MINUTE);
    expect(at.told).toHaveLength(1);
  });

  it("are replaced at once when the API server has refused one", async () => {
    await using at = await startVolumesBench();
    const started = await at.start("p", {});
    const path = join(accessVolume(started), "token");
    const old = readFileSync(path, "utf8");
    at.volumes.tokens.reject(old);
    expect(at.told).toEqual([started.pod.metadata.uid]);
    await at.sync(started.pod);
    expect(readFileSync(path, "utf8")).not.toBe(old);
  });
});

describe("volumes of objects", () => {
  it("follow their object, soon", async () => {
    await using at = await startVolumesBench();
    const { configMaps } = at.node.server;
    const key = { namespace: "ns", name: "c" };
    const made = await configMaps.create({ metadata: key, data: { a: "1", b: "1" } });
    const started = await at.start("p", onlyVolume({ configMap: { name: "c" } }));
    const { v = "" } = started.paths;
    expect(visibleFiles(v)).toEqual({ a: "1", b: "1" });
    expect(v).toBe(
      join(at.volumes.root, `pods/${started.pod.metadata.uid}/volumes/kubernetes.io~configmap/v`),
    );
    await configMaps.update({ ...made, data: { a: "2", c: "2" } });
    await at.node.server.until(async () => at.told[0]);
    await at.sync(started.pod);
    expect(visibleFiles(v)).toEqual({ a: "2", c: "2" });
  });

  it("keep their files when the object goes, and say so at every sync", async () => {
    await using at = await startVolumesBench();
    const key = { namespace: "ns", name: "s" };
    await at.node.server.secrets.create({ metadata: key, data: { a: base64("1") } });
    const started = await at.start("p", onlyVolume({ secret: { secretName: "s" } }));
    await at.node.server.secrets.delete(key);
    await at.node.server.until(async () => at.told[0]);
    for (let round = 0; round < 2; round++) {
      const failed = at.sync(started.pod);
      await expect(failed).rejects.toBeInstanceOf(VolumeError);
      await expect(failed).rejects.toThrow(
        'MountVolume.SetUp failed for volume "v" : secret "s" not found',
      );
    }
    expect(visibleFiles(started.paths.v ?? "")).toEqual({ a: "1" });
  });

  it("that may be missing are empty, and filled when the object comes", async () => {
    await using at = await startVolumesBench();
    const started = await at.start("p", onlyVolume({ configMap: { name: "c", optional: true } }));
    const { v = "" } = started.paths;
    expect(visibleFiles(v)).toEqual({});
    const key = { namespace: "ns", name: "c" };
    await at.node.server.configMaps.create({ metadata: key, data: { a: "1" } });
    await at.node.server.until(async () => at.told[0]);
    await at.sync(started.pod);
    expect(visibleFiles(v)).toEqual({ a: "1" });
  });

  it("show labels as they become", async () => {
    await using at = await startVolumesBench();
    const items = [{ path: "labels", fieldRef: { fieldPath: "metadata.labels" } }];
    const started = await at.start("p", onlyVolume({ downwardAPI: { items } }));
    const { v = "" } = started.paths;
    expect(visibleFiles(v)).toEqual({ labels: "" });
    const labels = { app: "web" };
    await at.sync({ ...started.pod, metadata: { ...started.pod.metadata, labels } });
    expect(visibleFiles(v)).toEqual({ labels: 'app="web"' });
  });

  it("have directories for what is mounted within them", async () => {
    await using at = await startVolumesBench();
    const started = await at.start("p", {
      ...onlyVolume({ projected: { sources: [tokenSource()] } }),
      volumes: [
        { name: "v", projected: { sources: [tokenSource()] } },
        { name: "w", emptyDir: {} },
      ],
      containers: [
        {
          name: "c",
          image: "host",
          volumeMounts: [
            { name: "v", mountPath: "/in" },
            { name: "w", mountPath: "/in/ner" },
          ],
        },
      ],
    } as Partial<PodSpec>);
    expect(lstatSync(join(started.paths.v ?? "", "ner")).isDirectory()).toBe(true);
  });
});

describe("what a pod may not have", () => {
  it.each<[string, object, string]>([
    ["a claim", { persistentVolumeClaim: { claimName: "c" } }, "no volume plugin matched"],
    [
      "a path that leads out of the volume",
      { secret: { secretName: "s", items: [{ key: "a", path: "../../escape" }] } },
      "invalid path: must not contain '..': ../../escape",
    ],
    [
      "an absolute path",
      { secret: { secretName: "s", items: [{ key: "a", path: "/etc/escape" }] } },
      "invalid path: must be relative path: /etc/escape",
    ],
    [
      "the writer's own names",
      { secret: { secretName: "s", items: [{ key: "a", path: "..data" }] } },
      "invalid path: must not start with '..': ..data",
    ],
    ["a path of the host that is not allowed", { hostPath: { path: "/etc" } }, "not allowed"],
    [
      "a medium that there is not",
      { emptyDir: { medium: "Tape" } },
      'unknown storage medium "Tape"',
    ],
    ["huge pages", { emptyDir: { medium: "HugePages" } }, 'unknown storage medium "HugePages"'],
  ])("%s is refused, and the rest is there", async (_what, volume, message) => {
    await using at = await startVolumesBench({ hostPaths: { allowed: ["/srv"] } });
    const key = { namespace: "ns", name: "s" };
    await at.node.server.secrets.create({ metadata: key, data: { a: base64("1") } });
    // Admission would refuse most of these: the agent does not rest on that.
    const pod = await at.node.pod("p", { volumes: [{ name: "s", secret: { secretName: "s" } }] });
    const volumes = [
      { name: "bad", ...volume },
      { name: "good", emptyDir: {} },
    ];
    const failed = at.sync({ ...pod, spec: { ...pod.spec, volumes } } as Pod);
    await expect(failed).rejects.toThrow('MountVolume.SetUp failed for volume "bad" : ');
    await expect(failed).rejects.toThrow(message);
    const root = join(at.volumes.root, `pods/${pod.metadata.uid}/volumes`);
    expect(lstatSync(join(root, "kubernetes.io~empty-dir/good")).isDirectory()).toBe(true);
  });

  it("is a name that is a path", async () => {
    await using at = await startVolumesBench();
    const pod = await at.node.pod("p", {});
    const volumes = [{ name: "../../escape", emptyDir: {} }];
    await expect(at.sync({ ...pod, spec: { ...pod.spec, volumes } } as Pod)).rejects.toThrow(
      '"../../escape" cannot be part of a path',
    );
    await expect(at.volumes.volumes.tearDown("..")).rejects.toThrow("cannot be part of a path");
  });
});
