import { describe, expect, it } from "vitest";
import type { ConfigMap, Pod, Secret } from "../api/types.ts";
import { Client } from "../client/client.ts";
import { type ScriptedAnswer, ScriptedTransport } from "../client/scripted-transport.fixture.ts";
import { silentLogger } from "../runtime/logger.ts";
import { systemRandom } from "../runtime/random.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { type NodeOfServer, startNodeOfServer } from "./node-of-server.fixture.ts";
import { ObjectCache } from "./object-cache.ts";

const signal = new AbortController().signal;

function cacheOf(node: NodeOfServer): { cache: ObjectCache; told: string[] } {
  const cache = new ObjectCache({
    client: node.client,
    clock: node.server.clock,
    random: systemRandom,
    logger: silentLogger,
  });
  const told: string[] = [];
  cache.onChange((podUid) => told.push(podUid));
  return { cache, told };
}

function secret(name: string, text: string, more: Partial<Secret> = {}): Secret {
  const data = { key: Buffer.from(text).toString("base64") };
  return { metadata: { name, namespace: "ns" }, data, ...more };
}

function configMap(name: string, text: string): ConfigMap {
  return { metadata: { name, namespace: "ns" }, data: { key: text } };
}

const textOf = (object: Secret | ConfigMap | undefined): string | undefined => object?.data?.key;

describe("objects of pods, with no more rights than a node has", () => {
  it("are read, and followed", async () => {
    await using node = await startNodeOfServer();
    const { secrets, configMaps } = node.server;
    await secrets.create(secret("s", "one"));
    await configMaps.create(configMap("c", "one"));
    const pod = await node.pod("p", {
      volumes: [
        { name: "s", secret: { secretName: "s" } },
        { name: "c", configMap: { name: "c" } },
      ],
    });
    const { cache, told } = cacheOf(node);
    await using _ = cache;
    cache.register(pod);
    expect(textOf(await cache.secret("ns", "s", signal))).toBe("b25l");
    expect(textOf(await cache.configMap("ns", "c", signal))).toBe("one");
    expect(told).toEqual([]);
    const found = await configMaps.get({ namespace: "ns", name: "c" });
    await configMaps.update({ ...found, data: { key: "two" } });
    await node.server.until(async () => told[0]);
    expect(told).toEqual([pod.metadata.uid]);
    expect(textOf(await cache.configMap("ns", "c", signal))).toBe("two");
  });

  it("that are missing are none, until they come, and again when they go", async () => {
    await using node = await startNodeOfServer();
    const pod = await node.pod("p", { volumes: [{ name: "s", secret: { secretName: "s" } }] });
    const { cache, told } = cacheOf(node);
    await using _ = cache;
    cache.register(pod);
    expect(await cache.secret("ns", "s", signal)).toBeUndefined();
    await node.server.secrets.create(secret("s", "one"));
    await node.server.until(async () => told[0]);
    expect(textOf(await cache.secret("ns", "s", signal))).toBe("b25l");
    await node.server.secrets.delete({ namespace: "ns", name: "s" });
    await node.server.until(async () => told[1]);
    expect(await cache.secret("ns", "s", signal)).toBeUndefined();
  });

  it("are refused when no pod of the node refers to them", async () => {
    await using node = await startNodeOfServer();
    await node.server.secrets.create(secret("foreign", "one"));
    const hostile = { ...(await node.pod("p", {})) };
    const spec = { ...hostile.spec, volumes: [{ name: "s", secret: { secretName: "foreign" } }] };
    const { cache } = cacheOf(node);
    await using _ = cache;
    cache.register({ ...hostile, spec } as Pod);
    const refused = expect(cache.secret("ns", "foreign", signal)).rejects.toThrow(
      "failed to sync secrets cache: timed out waiting for the condition",
    );
    await node.server.clock.advance(1_000);
    await refused;
  });

  it("are followed once for all pods, as long as one refers to them", async () => {
    await using node = await startNodeOfServer();
    await node.server.configMaps.create(configMap("c", "one"));
    const volumes = [{ name: "c", configMap: { name: "c" } }];
    const first = await node.pod("p1", { volumes });
    const second = await node.pod("p2", { volumes });
    const { cache, told } = cacheOf(node);
    await using _ = cache;
    cache.register(first);
    const followed = cache.size;
    cache.register(first);
    cache.register(second);
    // Both refer to the authority's certificate as well.
    expect([followed, cache.size]).toEqual([2, 2]);
    await cache.configMap("ns", "c", signal);
    cache.unregister(first.metadata.uid ?? "");
    cache.unregister(first.metadata.uid ?? "");
    const found = await node.server.configMaps.get({ namespace: "ns", name: "c" });
    await node.server.configMaps.update({ ...found, data: { key: "two" } });
    await node.server.until(async () => told[0]);
    expect(told).toEqual([second.metadata.uid]);
    cache.unregister(second.metadata.uid ?? "");
    expect(cache.size).toBe(0);
    await expect(cache.configMap("ns", "c", signal)).rejects.toThrow(
      'object "ns"/"c" not registered',
    );
  });

  it("follow a pod whose references change", async () => {
    await using node = await startNodeOfServer();
    const pod = await node.pod("p", { automountServiceAccountToken: false });
    const { cache } = cacheOf(node);
    await using _ = cache;
    cache.register(pod);
    expect(cache.size).toBe(0);
    const env = [
      { name: "A", valueFrom: { secretKeyRef: { name: "s1", key: "k" } } },
      { name: "B", valueFrom: { configMapKeyRef: { name: "c1", key: "k" } } },
    ];
    const envFrom = [{ secretRef: { name: "s2" } }, { configMapRef: { name: "c2" } }];
    const debug = { name: "d", image: "host", env, envFrom };
    cache.register({ ...pod, spec: { ...pod.spec, ephemeralContainers: [debug] } } as Pod);
    expect(cache.size).toBe(4);
    cache.register(pod);
    expect(cache.size).toBe(0);
  });

  it("that are immutable are followed until they are known, and known from then on", async () => {
    await using node = await startNodeOfServer();
    await node.server.secrets.create(secret("s", "one", { immutable: true }));
    const pod = await node.pod("p", { volumes: [{ name: "s", secret: { secretName: "s" } }] });
    const { cache, told } = cacheOf(node);
    await using _ = cache;
    cache.register(pod);
    expect(textOf(await cache.secret("ns", "s", signal))).toBe("b25l");
    await node.server.secrets.delete({ namespace: "ns", name: "s" });
    await node.server.clock.advance(100);
    expect(textOf(await cache.secret("ns", "s", signal))).toBe("b25l");
    expect(told).toEqual([]);
  });
});

describe("an object cache before a server that is away", () => {
  function scripted(answers: readonly ScriptedAnswer[]) {
    const clock = new FakeClock();
    const transport = new ScriptedTransport(answers);
    const cache = new ObjectCache({
      client: new Client(transport.send, { userAgent: "test" }),
      clock,
      random: systemRandom,
      logger: silentLogger,
    });
    const volumes = [{ name: "c", configMap: { name: "c" } }];
    const pod = { metadata: { name: "p", namespace: "ns", uid: "u" }, spec: { volumes } };
    cache.register(pod as unknown as Pod);
    return { clock, transport, cache };
  }

  it("asks for one object by its name, and gives up after a second", async () => {
    const { clock, cache, transport } = scripted([]);
    const failed = expect(cache.configMap("ns", "c", signal)).rejects.toThrow(
      "failed to sync configmaps cache: timed out waiting for the condition",
    );
    await clock.advance(999);
    await clock.advance(1);
    await failed;
    expect(transport.lines[0]).toBe(
      "GET /api/v1/namespaces/ns/configmaps?fieldSelector=metadata.name=c&limit=500",
    );
    await cache[Symbol.asyncDispose]();
    expect(clock.pending()).toBe(0);
  });

  it("gives up when it is told to", async () => {
    const { clock, cache } = scripted([]);
    const abort = new AbortController();
    const failed = expect(cache.configMap("ns", "c", abort.signal)).rejects.toThrow("stop");
    abort.abort(new Error("stop"));
    await failed;
    await cache[Symbol.asyncDispose]();
    expect(clock.pending()).toBe(0);
  });

  it("keeps what it knew while the server is away", async () => {
    const items = [configMap("c", "one")];
    const { clock, cache } = scripted([
      { body: { metadata: { resourceVersion: "5" }, items } },
      { chunks: [], error: new Error("connection lost") },
    ]);
    expect(textOf(await cache.configMap("ns", "c", signal))).toBe("one");
    await clock.advance(60_000);
    expect(textOf(await cache.configMap("ns", "c", signal))).toBe("one");
    await cache[Symbol.asyncDispose]();
    expect(clock.pending()).toBe(0);
  });
});
