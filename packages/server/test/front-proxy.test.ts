import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemRandom } from "../src/runtime/random.ts";
import { startTestServer, type TestServer } from "../src/testing/test-server.ts";
import {
  type CertificateAuthority,
  createCertificateAuthority,
  generateKey,
  issueClientCertificate,
  type KeyedCertificate,
} from "../src/tls/certificate-authority.ts";
import { HttpsClient } from "./https-client.fixture.ts";

const context = { now: Date.now(), random: systemRandom };
const REVIEWS = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
const REVIEW = { kind: "SelfSubjectReview", apiVersion: "authentication.k8s.io/v1" };
const JANE = {
  "x-remote-user": "jane",
  "x-remote-group": "dev",
  "x-remote-extra-scopes%2fof": "all",
};

let directory: string;
let server: TestServer;
let clients: CertificateAuthority;
let proxies: CertificateAuthority;

function certificateOf(authority: CertificateAuthority, commonName: string): KeyedCertificate {
  const subject = { commonName, organizations: ["crew"] };
  return issueClientCertificate(context, authority, generateKey(), subject);
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "countersign-proxy-"));
  clients = createCertificateAuthority(context, generateKey(), "clients");
  proxies = createCertificateAuthority(context, generateKey(), "proxies");
  writeFileSync(join(directory, "clients.crt"), clients.cert);
  writeFileSync(join(directory, "proxies.crt"), proxies.cert);
  server = await startTestServer({
    options: {
      "client-ca-file": join(directory, "clients.crt"),
      "requestheader-client-ca-file": join(directory, "proxies.crt"),
      "requestheader-allowed-names": "front-proxy",
    },
  });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

/** Who the server takes somebody for. */
async function whoIs(
  credential: KeyedCertificate | undefined,
  headers: Readonly<Record<string, string>> = {},
): Promise<readonly [status: number, user: unknown]> {
  const answer = await new HttpsClient(server, credential ?? {}).send(
    "POST",
    REVIEWS,
    REVIEW,
    headers,
  );
  const { status = {} } = JSON.parse(answer.text) as { status?: { userInfo?: unknown } };
  return [answer.status, typeof status === "object" ? status.userInfo : undefined];
}

describe("a front proxy", () => {
  test("says who its user is", async () => {
    expect(await whoIs(certificateOf(proxies, "front-proxy"), JANE)).toEqual([
      201,
      {
        username: "jane",
        groups: ["dev", "system:authenticated"],
        extra: { "scopes/of": ["all"] },
      },
    ]);
  });

  test.each<[string, () => KeyedCertificate | undefined]>([
    ["of another name", () => certificateOf(proxies, "other")],
    ["that is a client", () => certificateOf(clients, "front-proxy")],
    ["without a certificate", () => undefined],
  ])("%s is not believed", async (_what, credential) => {
    const [status, user] = await whoIs(credential(), JANE);
    expect(user).not.toMatchObject({ username: "jane" });
    expect(status).not.toBe(500);
  });

  test("is nobody without a user, for it is no client", async () => {
    expect((await whoIs(certificateOf(proxies, "front-proxy")))[0]).toBe(401);
  });

  test("leaves clients who they are", async () => {
    expect(await whoIs(certificateOf(clients, "joe"))).toMatchObject([
      201,
      { username: "joe", groups: ["crew", "system:authenticated"] },
    ]);
  });
});

describe("what others are told of whom to believe", () => {
  const url = "/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication";
  const toldBy = async (each: TestServer): Promise<Readonly<Record<string, string>>> =>
    (await each.send("GET", url)).json<{ data: Record<string, string> }>().data;

  test("are the authorities of clients and of front proxies", async () => {
    const data = await toldBy(server);
    expect(data["client-ca-file"]).toContain(clients.cert.trim());
    expect(data["requestheader-client-ca-file"]).toContain(proxies.cert.trim());
    expect(data["requestheader-allowed-names"]).toBe('["front-proxy"]');
  });

  test("is right again when they have changed between two starts", async () => {
    const dataDir = join(directory, "state");
    const options = { "data-dir": dataDir, storage: "sqlite" };
    const first = await startTestServer({ options });
    const before = await toldBy(first);
    expect(before["client-ca-file"]).not.toContain(clients.cert.trim());
    await first[Symbol.asyncDispose]();
    const caFile = join(directory, "clients.crt");
    await using second = await startTestServer({
      options: { ...options, "client-ca-file": caFile },
    });
    expect((await toldBy(second))["client-ca-file"]).toContain(clients.cert.trim());
  });
});
