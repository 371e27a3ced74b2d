import { X509Certificate } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ClientAuthorities } from "../src/agent/node/join/client-authorities.ts";
import { ClientIdentity } from "../src/agent/node/join/client-identity.ts";
import { ServingIdentity } from "../src/agent/node/join/serving-identity.ts";
import type { CertificateSigningRequest } from "../src/api/types.ts";
import { Client } from "../src/client/client.ts";
import { createHttpsTransport } from "../src/client/node/https-transport.ts";
import {
  type ClusterAccess,
  type Credential,
  readKubeconfig,
} from "../src/client/node/kubeconfig.ts";
import { type Clock, realClock } from "../src/runtime/clock.ts";
import { silentLogger } from "../src/runtime/logger.ts";
import { systemRandom } from "../src/runtime/random.ts";
import { FakeClock } from "../src/testing/fake-clock.ts";
import { startTestServer, type TestServer } from "../src/testing/test-server.ts";

const REQUESTS = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
const TOKEN = "abcdef.0123456789abcdef";

let server: TestServer;
let access: ClusterAccess;
let directory: string;
const stop = new AbortController();

beforeAll(async () => {
  server = await startTestServer({ options: { "enable-bootstrap-token-auth": true } });
  access = await readKubeconfig(server.server.kubeconfigPath);
  const made = await server.send("POST", "/api/v1/namespaces/kube-system/secrets", {
    metadata: { name: "bootstrap-token-abcdef" },
    type: "bootstrap.kubernetes.io/token",
    stringData: {
      "token-id": "abcdef",
      "token-secret": "0123456789abcdef",
      "usage-bootstrap-authentication": "true",
    },
  });
  expect(made.status, made.text).toBe(201);
});
afterAll(async () => {
  stop.abort();
  await server[Symbol.asyncDispose]();
});
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "countersign-join-"));
});
afterEach(async () => {
  rmSync(directory, { recursive: true });
  await server.send("DELETE", REQUESTS);
});

function identityOf(nodeName: string, credential: Credential, clock: Clock = realClock) {
  return new ClientIdentity({
    access: { ...access, credential },
    directory: join(directory, "pki"),
    nodeName,
    userAgent: "kubelet/test",
    clock,
    random: { ...systemRandom, fraction: () => 0.5 },
    logger: silentLogger,
  });
}

async function requests(): Promise<readonly CertificateSigningRequest[]> {
  return (await server.send("GET", REQUESTS)).json<{ items: CertificateSigningRequest[] }>().items;
}

async function requestNames(): Promise<readonly string[]> {
  return (await requests()).map(({ metadata }) => metadata.name ?? "");
}

async function approve(name: string, type = "Approved"): Promise<void> {
  const status = { conditions: [{ type, status: "True", reason: "Test", message: "m" }] };
  const headers = { "content-type": "application/merge-patch+json" };
  const answer = await server.send(
    "PATCH",
    `${REQUESTS}/${name}/approval`,
    { status },
    { headers },
  );
  expect(answer.status, answer.text).toBe(200);
}

async function until<T>(check: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (let round = 0; round < 500; round++) {
    const found = await check();
    if (found !== undefined) return found;
    await realClock.sleep(10);
  }
  throw new Error("it never came to be");
}

/** Who the API takes a credential for. */
async function whoIs(credential: Credential): Promise<string> {
  await using transport = createHttpsTransport({
    ...access,
    credential: () => credential,
    clock: realClock,
  });
  const client = new Client(transport.send, { userAgent: "test" });
  const body = { kind: "SelfSubjectReview", apiVersion: "authentication.k8s.io/v1" };
  const url = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
  const text = await (await client.send("POST", url, { body })).text();
  return (JSON.parse(text) as { status: { userInfo: { username: string } } }).status.userInfo
    .username;
}

describe("a node joins", () => {
  test.each<[string, () => Credential]>([
    ["a bootstrap token", () => ({ token: TOKEN })],
    ["the rights of an admin", () => access.credential],
  ])("with %s, once", async (_what, credential) => {
    const first = identityOf("n1", credential());
    expect(first.credential).toEqual({});
    await first.join(stop.signal);
    expect(await whoIs(first.credential)).toBe("system:node:n1");
    expect(statSync(join(directory, "pki")).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(directory, "pki"))).toEqual(["kubelet-client-current.pem"]);
    expect(statSync(join(directory, "pki", "kubelet-client-current.pem")).mode & 0o777).toBe(0o600);
    const again = identityOf("n1", {});
    await again.join(stop.signal);
    expect(again.credential).toEqual(first.credential);
    expect(await requestNames()).toHaveLength(1);
  });

  test("with its own certificate in the kubeconfig, without asking", async () => {
    const first = identityOf("n2", { token: TOKEN });
    await first.join(stop.signal);
    rmSync(join(directory, "pki"), { recursive: true });
    const second = identityOf("n2", first.credential);
    await second.join(stop.signal);
    expect(second.credential).toEqual(first.credential);
  });

  test("anew when its certificate is another node's, damaged, or nobody knows it", async () => {
    const path = join(directory, "pki", "kubelet-client-current.pem");
    await identityOf("other", { token: TOKEN }).join(stop.signal);
    const third = identityOf("n3", { token: TOKEN });
    await third.join(stop.signal);
    expect(await whoIs(third.credential)).toBe("system:node:n3");
    writeFileSync(path, "-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n");
    const again = identityOf("n3", { token: TOKEN });
    await again.join(stop.signal);
    expect(await whoIs(again.credential)).toBe("system:node:n3");
    await using elsewhere = await startTestServer();
    const there = await readKubeconfig(elsewhere.server.kubeconfigPath);
    const moved = new ClientIdentity({
      access: there,
      directory: join(directory, "pki"),
      nodeName: "n3",
      userAgent: "kubelet/test",
      clock: realClock,
      random: systemRandom,
      logger: silentLogger,
    });
    await moved.join(stop.signal);
    expect(moved.credential.cert).not.toBe(again.credential.cert);
  });

  test("with a request that waits to be approved, over its own restarts", async () => {
    const ask = "system:certificates.k8s.io:certificatesigningrequests:nodeclient";
    const url =
      "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/auto-approve-csrs-for-group";
    const binding = (await server.send("GET", url)).json();
    expect(binding).toMatchObject({ roleRef: { name: ask } });
    await server.send("DELETE", url);
    try {
      const first = new AbortController();
      const joining = identityOf("n4", { token: TOKEN }).join(first.signal);
      const [name = ""] = await until(async () => {
        const names = await requestNames();
        return names.length > 0 ? names : undefined;
      });
      expect(name).toMatch(/^node-csr-[\w-]{43}$/);
      first.abort();
      await joining;
      const again = identityOf("n4", { token: TOKEN });
      const waiting = again.join(stop.signal);
      await approve(name);
      await waiting;
      expect(await requestNames()).toEqual([name]);
      expect(await whoIs(again.credential)).toBe("system:node:n4");
    } finally {
      const { metadata: _metadata, ...rest } = binding;
      const metadata = { name: "auto-approve-csrs-for-group" };
      await server.send("POST", url.slice(0, url.lastIndexOf("/")), { ...rest, metadata });
    }
  });

  test("and renews its certificate before it ends, in its own name", async () => {
    const clock = new FakeClock(Date.now());
    const identity = identityOf("n5", { token: TOKEN }, clock);
    await identity.join(stop.signal);
    const first = identity.credential;
    let renewals = 0;
    identity.onRenewed(() => renewals++);
    const ending = new AbortController();
    const running = identity.run({ signal: ending.signal });
    const { validFromDate, validToDate } = new X509Certificate(first.cert ?? "");
    const lifeMs = validToDate.getTime() - validFromDate.getTime();
    await clock.advance(validFromDate.getTime() + 0.8 * lifeMs - clock.now() - 1);
    expect(renewals).toBe(0);
    await clock.advance(1);
    await until(() => (renewals > 0 ? true : undefined));
    expect(identity.credential.cert).not.toBe(first.cert);
    const messages = (await requests())
      .filter(({ spec }) => spec?.username === "system:node:n5")
      .map(({ status }) => status?.conditions?.[0]?.message);
    // The server's clock has not gone on: by the node's, the new certificate is to be renewed at once.
    expect([...new Set(messages)]).toEqual([
      "Auto approving self kubelet client certificate after SubjectAccessReview.",
    ]);
    ending.abort();
    await running;
  });
});

describe("a node is called", () => {
  const addresses = [
    { type: "InternalIP", address: "192.0.2.7" },
    { type: "Hostname", address: "n6" },
  ];

  /** Runs `use` with a client of the node. */
  async function withNode(use: (client: Client) => Promise<void>): Promise<void> {
    const identity = identityOf("n6", { token: TOKEN });
    await identity.join(stop.signal);
    const credential = (): Credential => identity.credential;
    await using transport = createHttpsTransport({ ...access, credential, clock: realClock });
    await use(new Client(transport.send, { userAgent: "kubelet/test" }));
  }

  const servingOf = (client: Client, isSigned: boolean): ServingIdentity =>
    new ServingIdentity({
      client,
      directory: join(directory, "pki"),
      nodeName: "n6",
      addresses,
      isSigned,
      clock: realClock,
      random: systemRandom,
      logger: silentLogger,
    });

  test("and shows a certificate of its own, which it keeps", async () => {
    await withNode(async (client) => {
      const first = servingOf(client, false);
      const certificate = new X509Certificate(first.current.cert);
      expect(certificate.checkIP("192.0.2.7")).toBe("192.0.2.7");
      expect(certificate.checkHost("n6")).toBe("n6");
      expect(servingOf(client, false).current).toEqual(first.current);
    });
  });

  test("and shows one of the cluster, once somebody has approved it", async () => {
    await withNode(async (client) => {
      const serving = servingOf(client, true);
      const own = serving.current;
      const ending = new AbortController();
      const running = serving.run({ signal: ending.signal });
      const request = await until(async () =>
        (await requests()).find(({ spec }) => spec?.signerName === "kubernetes.io/kubelet-serving"),
      );
      expect(serving.current).toEqual(own);
      await approve(request.metadata.name ?? "");
      await until(() => (serving.current.cert === own.cert ? undefined : true));
      const certificate = new X509Certificate(serving.current.cert);
      expect(certificate.subject).toBe("O=system:nodes\nCN=system:node:n6");
      expect(certificate.checkIssued(new X509Certificate(access.ca ?? ""))).toBe(true);
      expect(certificate.checkIP("192.0.2.7")).toBe("192.0.2.7");
      ending.abort();
      await running;
      expect(servingOf(client, true).current).toEqual(serving.current);
    });
  });

  test("by those whose certificates the cluster believes", async () => {
    await withNode(async (client) => {
      const dependencies = { client, clock: realClock, logger: silentLogger };
      const authorities = new ClientAuthorities({ ...dependencies, given: "" });
      expect(authorities.current).toBe("");
      expect(await authorities.refresh(stop.signal)).toBe(true);
      const admin = new X509Certificate(access.credential.cert ?? "");
      expect(admin.checkIssued(new X509Certificate(authorities.current))).toBe(true);
      expect(new ClientAuthorities({ ...dependencies, given: "PEM" }).current).toBe("PEM");
    });
  });
});
