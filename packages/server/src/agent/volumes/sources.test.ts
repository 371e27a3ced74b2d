import { describe, expect, it } from "vitest";
import type { KeyToPath, VolumeProjection } from "../../api/types.ts";
import { collectVolume } from "./collect-volume.ts";
import { collectConfigMap } from "./config-map.ts";
import { collectDownwardApi } from "./downward-api.ts";
import { collectProjected } from "./projected.ts";
import { collectSecret } from "./secret.ts";
import { joinErrors } from "./source-error.ts";
import { base64, contextOf, podOf, printPayload } from "./volume-source.fixture.ts";

const ALL = { items: [], defaultMode: 0o644, optional: false };
const ITEMS: KeyToPath[] = [
  { key: "a", path: "x/y" },
  { key: "b", path: "b", mode: 0o400 },
];

describe("a secret", () => {
  const context = contextOf({ secrets: { s: { data: { a: base64("1"), b: base64("\u0000ÿ") } } } });

  it("gives all its keys", async () => {
    expect(printPayload(await collectSecret("s", ALL, context))).toEqual({
      a: "0644 1",
      b: "0644 \u0000ÿ",
    });
  });

  it("gives the keys that are picked, where they are wanted", async () => {
    const selection = { ...ALL, items: ITEMS, defaultMode: 0o440 };
    expect(printPayload(await collectSecret("s", selection, context))).toEqual({
      "x/y": "0440 1",
      b: "0400 \u0000ÿ",
    });
  });

  it.each([
    ["none", ALL, 'secret "none" not found'],
    ["s", { ...ALL, items: [{ key: "c", path: "c" }] }, "references non-existent secret key: c"],
    [
      "s",
      { ...ALL, items: [{ key: "toString", path: "c" }] },
      "references non-existent secret key: toString",
    ],
  ])("%s that is missing, or a key of it, is an error", async (name, selection, message) => {
    await expect(collectSecret(name, selection, context)).rejects.toThrow(message);
  });

  it("is nothing when it is missing and may be, and so is a key", async () => {
    const selection = { ...ALL, optional: true };
    expect(printPayload(await collectSecret("none", selection, context))).toEqual({});
    const picked = { ...selection, items: [...ITEMS, { key: "c", path: "c" }] };
    expect(Object.keys(printPayload(await collectSecret("s", picked, context)))).toEqual([
      "x/y",
      "b",
    ]);
    expect(printPayload(await collectSecret("none", picked, context))).toEqual({});
  });

  it("of another namespace is none", async () => {
    const elsewhere = contextOf(
      { secrets: { s: { data: {} } } },
      { pod: podOf({}, { namespace: "other" }) },
    );
    await expect(collectSecret("s", ALL, elsewhere)).rejects.toThrow("not found");
  });
});

describe("a config map", () => {
  const context = contextOf({
    configMaps: { c: { data: { a: "text\n" }, binaryData: { b: base64("\u0000") } } },
  });

  it("gives text and bytes, as they are", async () => {
    expect(printPayload(await collectConfigMap("c", ALL, context))).toEqual({
      a: "0644 text\n",
      b: "0644 \u0000",
    });
    const picked = { ...ALL, items: ITEMS };
    expect(printPayload(await collectConfigMap("c", picked, context))).toEqual({
      "x/y": "0644 text\n",
      b: "0400 \u0000",
    });
  });

  it("that is missing, or a key of it, is an error, unless it may be", async () => {
    const items = [{ key: "c", path: "c" }];
    await expect(collectConfigMap("none", ALL, context)).rejects.toThrow(
      'configmap "none" not found',
    );
    await expect(collectConfigMap("c", { ...ALL, items }, context)).rejects.toThrow(
      "configmap references non-existent config key: c",
    );
    const optional = { ...ALL, items, optional: true };
    expect(printPayload(await collectConfigMap("none", optional, context))).toEqual({});
    expect(printPayload(await collectConfigMap("c", optional, context))).toEqual({});
  });
});

describe("fields of a pod", () => {
  const pod = podOf(
    {
      containers: [
        {
          name: "main",
          resources: {
            limits: { cpu: "1500m", memory: "100Mi", "hugepages-2Mi": "4Mi" },
            requests: { cpu: "1", memory: "64Mi" },
          },
        },
        { name: "free" },
      ],
      initContainers: [{ name: "init", resources: { limits: { cpu: "1m" } } }],
    },
    {
      labels: { b: "2", a: 'say "hi"\n', "example.com/x": "slash" },
      annotations: { "example.com/note": "tab\tü" },
    },
  );

  it.each([
    ["metadata.name", "pod"],
    ["metadata.namespace", "ns"],
    ["metadata.uid", "u-1"],
    ["metadata.labels", 'a="say \\"hi\\"\\n"\nb="2"\nexample.com/x="slash"'],
    ["metadata.annotations", 'example.com/note="tab\\tü"'],
    ["metadata.labels['b']", "2"],
    ["metadata.labels['example.com/x']", "slash"],
    ["metadata.labels['none']", ""],
    ["metadata.annotations['example.com/note']", "tab\tü"],
  ])("%s", (fieldPath, wanted) => {
    const items = [{ path: "f", fieldRef: { fieldPath } }];
    const payload = collectDownwardApi(items, 0o644, { pod, allocatable: {} });
    expect(printPayload(payload)).toEqual({ f: `0644 ${wanted}` });
  });

  it.each([
    ["main", "limits.cpu", undefined, "2"],
    ["main", "limits.cpu", "1m", "1500"],
    ["main", "requests.cpu", undefined, "1"],
    ["main", "limits.memory", undefined, "104857600"],
    ["main", "limits.memory", "1Mi", "100"],
    ["main", "requests.memory", "1Gi", "1"],
    ["main", "limits.hugepages-2Mi", "1Mi", "4"],
    ["main", "requests.ephemeral-storage", undefined, "0"],
    // What the node has, where a container sets no limit.
    ["free", "limits.cpu", undefined, "2"],
    ["free", "limits.memory", "1Gi", "4"],
    ["free", "limits.ephemeral-storage", "1Gi", "10"],
    ["free", "requests.cpu", "1m", "0"],
    ["init", "limits.cpu", undefined, "1"],
    ["init", "limits.cpu", "1m", "1"],
  ])("%s: %s in units of %s", (containerName, resource, divisor, wanted) => {
    const resourceFieldRef = {
      containerName,
      resource,
      ...(divisor === undefined ? {} : { divisor }),
    };
    const { allocatable } = contextOf();
    const payload = collectDownwardApi([{ path: "f", resourceFieldRef }], 0o644, {
      pod,
      allocatable,
    });
    expect(printPayload(payload)).toEqual({ f: `0644 ${wanted}` });
  });

  it("are written with their own modes", () => {
    const fieldRef = { fieldPath: "metadata.name" };
    const items = [
      { path: "a", fieldRef },
      { path: "./b/c", fieldRef, mode: 0o400 },
    ];
    const payload = collectDownwardApi(items, 0o440, { pod, allocatable: {} });
    expect(printPayload(payload)).toEqual({ a: "0440 pod", "b/c": "0400 pod" });
  });

  it("that cannot be had are all named", () => {
    const items = [
      { path: "a", fieldRef: { fieldPath: "spec.secrets" } },
      { path: "b", resourceFieldRef: { containerName: "none", resource: "limits.cpu" } },
      { path: "c", resourceFieldRef: { containerName: "main", resource: "limits.gpu" } },
      { path: "d", fieldRef: { fieldPath: "metadata.name" } },
    ];
    expect(() => collectDownwardApi(items, 0o644, { pod, allocatable: {} })).toThrow(
      "[unsupported fieldPath: spec.secrets, container none not found, unsupported container resource : limits.gpu]",
    );
  });
});

describe("a projected volume", () => {
  const objects = {
    secrets: { s: { data: { key: base64("secret") } } },
    configMaps: { c: { data: { key: "config", other: "o" } } },
  };
  const collect = async (sources: VolumeProjection[], context = contextOf(objects)) =>
    printPayload(await collectProjected({ sources, defaultMode: 0o644 }, context));

  it("joins its sources; the later one wins a path", async () => {
    const files = await collect([
      { serviceAccountToken: { path: "token", expirationSeconds: 3607 } },
      { secret: { name: "s" } },
      { configMap: { name: "c" } },
      { downwardAPI: { items: [{ path: "ns", fieldRef: { fieldPath: "metadata.namespace" } }] } },
    ]);
    expect(files).toEqual({
      token: "0644 token-1",
      key: "0644 config",
      other: "0644 o",
      ns: "0644 ns",
    });
  });

  it("asks for tokens as its sources say", async () => {
    const context = contextOf(objects);
    await collect(
      [
        { serviceAccountToken: { path: "a", expirationSeconds: 3607 } },
        { serviceAccountToken: { path: "b/token", audience: "vault", expirationSeconds: 600 } },
        { serviceAccountToken: { path: "c" } },
      ],
      context,
    );
    const request = { namespace: "ns", name: "builder", pod: { name: "pod", uid: "u-1" } };
    expect(context.asked).toEqual([
      { ...request, audiences: [], expirationSeconds: 3607 },
      { ...request, audiences: ["vault"], expirationSeconds: 600 },
      { ...request, audiences: [] },
    ]);
  });

  it.each([
    ["neither", {}, "0444 token-1"],
    ["a common user", { uid: 1000 }, "0600 1000 token-1"],
    ["a group", { gid: 10000 }, "0600 token-1"],
    ["both", { uid: 1000, gid: 10000 }, "0600 1000 token-1"],
  ])("gives a token of a pod with %s its mode", async (_what, owner, wanted) => {
    const sources = [{ serviceAccountToken: { path: "token" } }, { configMap: { name: "c" } }];
    const payload = await collectProjected(
      { sources, defaultMode: 0o444 },
      contextOf(objects, { owner }),
    );
    expect(printPayload(payload)).toEqual({
      token: wanted,
      key: "0444 config",
      other: "0444 o",
    });
  });

  it("names all that is missing", async () => {
    const failing = contextOf(objects, {
      tokens: { get: () => Promise.reject(new Error("failed to fetch token: away")) },
    });
    const sources = [
      { configMap: { name: "none" } },
      { secret: { name: "none", optional: true } },
      { secret: { name: "s", items: [{ key: "no", path: "no" }] } },
      { serviceAccountToken: { path: "token" } },
      { configMap: { name: "none" } },
    ];
    await expect(collectProjected({ sources }, failing)).rejects.toThrow(
      '[configmap "none" not found, references non-existent secret key: no, failed to fetch token: away]',
    );
    await expect(
      collectProjected({ sources: [{ configMap: { name: "none" } }] }, failing),
    ).rejects.toThrow(/^configmap "none" not found$/);
  });

  it.each<[string, VolumeProjection]>([
    ["ClusterTrustBundle", { clusterTrustBundle: { path: "ca", name: "bundle" } }],
    ["PodCertificate", { podCertificate: { keyType: "ED25519", signerName: "a/b" } }],
  ])("refuses a %s", async (kind, source) => {
    await expect(collect([source])).rejects.toThrow(
      `${kind} projection is not supported by this agent`,
    );
  });

  it("without sources is empty", async () => {
    expect(await collect([])).toEqual({});
    expect(printPayload(await collectProjected({ sources: null }, contextOf()))).toEqual({});
  });
});

describe("a volume of another kind", () => {
  it.each([
    [{ name: "v", persistentVolumeClaim: { claimName: "c" } }, "persistentVolumeClaim"],
    [{ name: "v", nfs: { server: "s", path: "/" } }, "nfs"],
    [{ name: "v", image: { reference: "busybox" } }, "image"],
  ])("is refused", async (volume, kind) => {
    await expect(collectVolume(volume, contextOf())).rejects.toThrow(
      `no volume plugin matched: ${kind}`,
    );
  });

  it("goes where volumes of its kind go", async () => {
    const context = contextOf({
      secrets: { s: { data: {} } },
      configMaps: { c: { data: {} } },
    });
    const collected = await Promise.all(
      [
        { name: "v", projected: { sources: [] } },
        { name: "v", secret: { secretName: "s" } },
        { name: "v", configMap: { name: "c" } },
        { name: "v", downwardAPI: {} },
      ].map((volume) => collectVolume(volume, context)),
    );
    expect(collected.map(({ plugin, inMemory }) => [plugin, inMemory])).toEqual([
      ["kubernetes.io~projected", true],
      ["kubernetes.io~secret", true],
      ["kubernetes.io~configmap", false],
      ["kubernetes.io~downward-api", true],
    ]);
  });
});

describe("several errors", () => {
  it.each([
    [["a"], "a"],
    [["a", "a"], "a"],
    [["a", "b", "a"], "[a, b]"],
  ])("%j are printed as Go does", (messages, wanted) => {
    expect(joinErrors(messages.map((message) => new Error(message))).message).toBe(wanted);
  });
});
