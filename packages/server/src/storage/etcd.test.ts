import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createWire,
  type EtcdProcess,
  findEtcd,
  freePort,
  startEtcd,
} from "../../test/etcd.fixture.ts";
import { realClock } from "../runtime/clock.ts";
import { systemRandom } from "../runtime/random.ts";
import {
  createCertificateAuthority,
  generateKey,
  issueClientCertificate,
  issueServingCertificate,
} from "../tls/certificate-authority.ts";
import { createEtcdStorage } from "./etcd.ts";
import { EtcdClient } from "./etcd-client.ts";
import { describeStorage, object } from "./storage.suite.ts";
import type { Entry, Storage, StorageError, StorageEvent, WatchSink } from "./storage.ts";

const program = findEtcd();
/** On a machine without etcd these tests are skipped; where everything is installed they fail. */
const isRequired = program !== undefined || process.env.CI === "true";

let etcd: EtcdProcess | undefined;
let roots = 0;
const newRoot = (): string => `/test${roots++}`;
const endpoint = (): string => etcd?.endpoint ?? "";

function open(root: string, endpoints = [endpoint()], callTimeoutMs = 5000): Promise<Storage> {
  return createEtcdStorage({ clock: realClock, endpoints, root, prefix: "", callTimeoutMs });
}

function collector(events: StorageEvent[], errors: StorageError[] = []): WatchSink {
  return {
    events: (batch) => events.push(...batch),
    ended: (error) => errors.push(error),
  };
}

function spec(entry: Entry | undefined): unknown {
  return (JSON.parse(Buffer.from(entry?.bytes ?? []).toString()) as { spec: unknown }).spec;
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries > 400) throw new Error("not within 8 s");
    await sleep(20);
  }
}

describe.runIf(isRequired)("etcd", () => {
  beforeAll(async () => {
    if (program === undefined) throw new Error("etcd is not installed (package etcd-server)");
    etcd = await startEtcd(program);
  }, 30_000);
  afterAll(async () => {
    await etcd?.[Symbol.asyncDispose]();
  });

  describeStorage("etcd", () => open(newRoot()), { runs: 15 });

  it("shows one replica's answered writes to another behind its barrier", async () => {
    const root = newRoot();
    await using one = await open(root);
    await using two = await open(root);
    const events: StorageEvent[] = [];
    two.watch("/a/", {}, collector(events));
    for (let i = 0; i < 20; i++) {
      const entry = await one.put(`/a/${i}`, 0, object(i));
      await two.barrier();
      expect(two.get(entry.key)).toMatchObject({
        modRevision: entry.modRevision,
        bytes: entry.bytes,
      });
    }
    expect(events.map(({ revision }) => revision)).toEqual(
      one
        .list("/a/")
        .entries.map((entry) => entry.modRevision)
        .sort((a, b) => a - b),
    );
  });

  it("lets one of two replicas win a compare-and-swap, and shows it to the other", async () => {
    const root = newRoot();
    await using one = await open(root);
    await using two = await open(root);
    const { modRevision } = await one.put("/a", 0, object(0));
    await two.barrier();
    const results = await Promise.allSettled([
      one.put("/a", modRevision, object("one")),
      two.put("/a", modRevision, object("two")),
    ]);
    const [winner] = results.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    const [loser] = results.flatMap((each) => (each.status === "rejected" ? [each.reason] : []));
    expect(loser).toMatchObject({ code: "conflict" });
    expect(one.get("/a")?.modRevision).toBe(winner?.modRevision);
    expect(two.get("/a")?.modRevision).toBe(winner?.modRevision);
  });

  it("passes a barrier while only others write to the same etcd", async () => {
    await using ours = await open(newRoot());
    await using other = await open(newRoot());
    const { revision } = ours;
    await other.put("/a", 0, object(1));
    await ours.barrier();
    expect(ours.revision).toBe(revision);
    expect(ours.get("/a")).toBeUndefined();
  });

  it("reads back what was written before it started, in pages, under its revisions", async () => {
    const root = newRoot();
    const written = new Map<string, number>();
    {
      await using before = await open(root);
      const keys = Array.from({ length: 1200 }, (_, i) => `/p/${i}`);
      const entries = await Promise.all(keys.map((key) => before.put(key, 0, object(key))));
      for (const { key, modRevision } of entries) written.set(key, modRevision);
    }
    await using after = await open(root);
    const { entries } = after.list("/p/");
    expect(new Map(entries.map((each) => [each.key, each.modRevision]))).toEqual(written);
    for (const entry of entries) {
      const { metadata } = JSON.parse(Buffer.from(entry.bytes).toString());
      expect(metadata.resourceVersion).toBe(`${entry.modRevision}`);
    }
    expect(after.compactedRevision).toBe(after.revision);
  });

  it("delivers what happened while the connection was lost, without a gap", async () => {
    await using wire = await createWire(etcd?.port ?? 0);
    const root = newRoot();
    await using near = await open(root, [wire.endpoint]);
    await using far = await open(root);
    const events: StorageEvent[] = [];
    const errors: StorageError[] = [];
    near.watch("", {}, collector(events, errors));
    const first = await near.put("/a", 0, object(1));
    await wire.cut();
    await expect(near.put("/b", 0, object(1))).rejects.toMatchObject({ code: "unavailable" });
    await expect(near.barrier()).rejects.toMatchObject({ code: "unavailable" });
    expect(near.problem).toBeTypeOf("string");
    const second = await far.put("/a", first.modRevision, object(2));
    await far.delete("/a", second.modRevision);
    expect(spec(near.get("/a"))).toBe(1);
    await wire.mend();
    await until(() => events.length === 3);
    expect(events.map(({ type, entry }) => [type, spec(entry)])).toEqual([
      ["put", 1],
      ["put", 2],
      ["delete", 2],
    ]);
    expect(errors).toEqual([]);
    expect(near.problem).toBeUndefined();
    expect(spec(await near.put("/b", 0, object(3)))).toBe(3);
  });

  it("begins anew, and ends its watches, when etcd has compacted what was missed", async () => {
    await using wire = await createWire(etcd?.port ?? 0);
    const root = newRoot();
    await using near = await open(root, [wire.endpoint]);
    await using far = await open(root);
    const errors: StorageError[] = [];
    near.watch("", {}, collector([], errors));
    const { modRevision } = await near.put("/gone", 0, object(1));
    await wire.cut();
    await far.delete("/gone", modRevision);
    const { modRevision: kept } = await far.put("/kept", 0, object(2));
    const client = new EtcdClient({ endpoints: [endpoint()] });
    await client.compact(kept);
    client.close();
    await wire.mend();
    await until(() => errors.length > 0);
    expect(errors).toMatchObject([{ code: "compacted" }]);
    expect(near.get("/gone")).toBeUndefined();
    expect(spec(near.get("/kept"))).toBe(2);
    expect(near.compactedRevision).toBeGreaterThanOrEqual(kept);
    const events: StorageEvent[] = [];
    near.watch("", {}, collector(events));
    await near.put("/next", 0, object(3));
    expect(events.map(({ key }) => key)).toEqual(["/next"]);
  });

  it("uses another endpoint when the first does not answer", async () => {
    const dead = `http://127.0.0.1:${await freePort()}`;
    await using storage = await open(newRoot(), [dead, endpoint()]);
    expect(spec(await storage.put("/a", 0, object(1)))).toBe(1);
  });

  it("says which etcd it cannot reach", async () => {
    const dead = `http://127.0.0.1:${await freePort()}`;
    await expect(open(newRoot(), [dead])).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining(`etcd at ${dead} cannot be used`),
    });
  });

  it("refuses to start on somebody else's objects, and leaves out those that come later", async () => {
    const root = newRoot();
    const client = new EtcdClient({ endpoints: [endpoint()] });
    const value = Buffer.from("k8s\0protobuf");
    {
      await using storage = await open(root);
      await client.write({ key: Buffer.from(`${root}/alien`), expectedRevision: 0, value });
      await storage.put("/a", 0, object(1));
      expect(storage.list("").entries.map(({ key }) => key)).toEqual(["/a"]);
    }
    await expect(open(root)).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("was not written by Countersign"),
    });
    client.close();
  });

  it("tells an object that etcd finds too large from other failures", async () => {
    const endpoints = [endpoint()];
    const options = { clock: realClock, endpoints, root: newRoot(), prefix: "" };
    await using storage = await createEtcdStorage({ ...options, maxObjectBytes: 10_000_000 });
    const large = object("x".repeat(2_000_000));
    await expect(storage.put("/a", 0, large)).rejects.toMatchObject({ code: "too-large" });
    await using strict = await createEtcdStorage(options);
    await expect(strict.put("/a", 0, large)).rejects.toMatchObject({ code: "too-large" });
  });

  it("and its client prove themselves to each other", async () => {
    const directory = mkdtempSync(join(tmpdir(), "countersign-etcd-tls-"));
    try {
      const context = { now: realClock.now(), random: systemRandom };
      const authority = createCertificateAuthority(context, generateKey(), "etcd-ca");
      const names = { dnsNames: ["etcd.example"], ipAddresses: ["127.0.0.1"] };
      const serving = issueServingCertificate(context, authority, generateKey(), names);
      const client = issueClientCertificate(context, authority, generateKey(), {
        commonName: "a",
        organizations: [],
      });
      const write = (name: string, text: string): string => {
        const path = join(directory, name);
        writeFileSync(path, text);
        return path;
      };
      const files = {
        ca: write("ca.pem", authority.cert),
        cert: write("cert.pem", serving.cert),
        key: write("key.pem", serving.key),
      };
      await using secure = await startEtcd(program ?? "", files);
      const options = { clock: realClock, endpoints: [secure.endpoint], callTimeoutMs: 1000 };
      const tls = { ca: authority.cert, cert: client.cert, key: client.key };
      await using storage = await createEtcdStorage({ ...options, tls });
      await storage.put("/registry/a", 0, object(1));
      expect(spec(storage.get("/registry/a"))).toBe(1);
      const stranger = createEtcdStorage({ ...options, tls: { ...tls, cert: "", key: "" } });
      await expect(stranger).rejects.toMatchObject({ code: "unavailable" });
      const endpoints = [secure.endpoint.replace("127.0.0.1", "localhost")];
      const misnamed = createEtcdStorage({ ...options, endpoints, tls });
      await expect(misnamed).rejects.toMatchObject({ code: "unavailable" });
      const distrusted = createEtcdStorage({ ...options, tls: { ...tls, ca: "" } });
      await expect(distrusted).rejects.toMatchObject({ code: "unavailable" });
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
