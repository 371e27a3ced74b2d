import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../src/testing/test-server.ts";
import { type EtcdProcess, findEtcd, startEtcd } from "./etcd.fixture.ts";

const program = findEtcd();
const ACCOUNTS = "/api/v1/namespaces/default/serviceaccounts";
const REVIEWS = "/apis/authentication.k8s.io/v1/tokenreviews";

/** Two servers over one etcd, with one signing key, are one API. */
describe.runIf(program !== undefined || process.env.CI === "true")("replicas over etcd", () => {
  const directory = mkdtempSync(join(tmpdir(), "countersign-replicas-"));
  let etcd: EtcdProcess | undefined;
  const servers: TestServer[] = [];

  beforeAll(async () => {
    if (program === undefined) throw new Error("etcd is not installed (package etcd-server)");
    etcd = await startEtcd(program);
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const key = join(directory, "signing.key");
    writeFileSync(key, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
    const options = {
      storage: `etcd=${etcd.endpoint}`,
      "service-account-signing-key-file": key,
      "service-account-key-file": key,
    };
    for (let i = 0; i < 2; i++) servers.push(await startTestServer({ options }));
  }, 60_000);
  afterAll(async () => {
    for (const server of servers) await server[Symbol.asyncDispose]();
    await etcd?.[Symbol.asyncDispose]();
    rmSync(directory, { recursive: true });
  });

  const pair = (): readonly [TestServer, TestServer] => {
    const [one, two] = servers;
    if (one === undefined || two === undefined) throw new Error("no servers");
    return [one, two];
  };

  it("reads from one what the other has just answered", async () => {
    const [one, two] = pair();
    for (let i = 0; i < 10; i++) {
      const made = await one.send("POST", ACCOUNTS, { metadata: { name: `robot-${i}` } });
      expect(made.status).toBe(201);
      const read = await two.send("GET", `${ACCOUNTS}/robot-${i}`);
      expect(read.json()).toEqual(made.json());
      const list = await two.send("GET", ACCOUNTS);
      expect(list.json<{ items: unknown[] }>().items).toContainEqual(
        expect.objectContaining({ metadata: expect.objectContaining({ name: `robot-${i}` }) }),
      );
    }
  });

  it("lets no update be lost between them", async () => {
    const [one, two] = pair();
    const url = "/api/v1/namespaces/default/configmaps";
    await one.send("POST", url, { metadata: { name: "shared" } });
    const headers = { "content-type": "application/merge-patch+json" };
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        (i % 2 === 0 ? one : two).send(
          "PATCH",
          `${url}/shared`,
          { data: { [`k${i}`]: `${i}` } },
          { headers },
        ),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    const { data } = (await two.send("GET", `${url}/shared`)).json<{ data: object }>();
    expect(Object.keys(data)).toHaveLength(20);
  });

  it("accepts each other's tokens, until the account is deleted at either", async () => {
    const [one, two] = pair();
    await one.send("POST", ACCOUNTS, { metadata: { name: "bearer" } });
    const request = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} };
    const issued = await one.send("POST", `${ACCOUNTS}/bearer/token`, request);
    const { token } = issued.json<{ status: { token: string } }>().status;
    const isAccepted = async (server: TestServer): Promise<boolean> => {
      const review = await server.send("POST", REVIEWS, { spec: { token } });
      return review.json<{ status: { authenticated?: boolean } }>().status.authenticated === true;
    };
    // A read waits until its server has seen all that was answered before; authentication does not.
    await two.send("GET", `${ACCOUNTS}/bearer`);
    expect(await isAccepted(two)).toBe(true);
    await one.send("DELETE", `${ACCOUNTS}/bearer`);
    expect(await isAccepted(one)).toBe(false);
    for (let tries = 0; (await isAccepted(two)) && tries < 100; tries++) await sleep(20);
    expect(await isAccepted(two)).toBe(false);
  });
});
