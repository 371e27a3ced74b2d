import { X509Certificate } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CertificateSigningRequest } from "../../api/types.ts";
import type { ResourceClient } from "../../client/client.ts";
import { CERTIFICATE_SIGNING_REQUESTS } from "../../client/resource-type.ts";
import type { TrustedUser } from "../../http/exchange.ts";
import { generateKey } from "../../tls/certificate-authority.ts";
import { createCertificateRequest } from "../../tls/create-certificate-request.ts";
import {
  type ControlledServer,
  find,
  isGone,
  startControlledServer,
} from "../controlled-server.fixture.ts";

const URL = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const KUBELET_CLIENT = "kubernetes.io/kube-apiserver-client-kubelet";
const BOOTSTRAPPER: TrustedUser = {
  username: "system:bootstrap:abcdef",
  groups: ["system:bootstrappers", "system:authenticated"],
};
const ADMIN: TrustedUser = {
  username: "admin",
  groups: ["system:masters", "system:authenticated"],
};
const NODE_CLIENT = "system:certificates.k8s.io:certificatesigningrequests:nodeclient";
const HOUR_MS = 3_600_000;

let server: ControlledServer;
let requests: ResourceClient<CertificateSigningRequest>;
beforeAll(async () => {
  server = await startControlledServer();
  requests = server.client.resource(CERTIFICATE_SIGNING_REQUESTS);
  await bind("bootstrappers", "system:node-bootstrapper", BOOTSTRAPPER);
});
afterAll(() => server[Symbol.asyncDispose]());

async function bind(name: string, role: string, user: TrustedUser): Promise<void> {
  const group = "rbac.authorization.k8s.io";
  const answer = await server.server.send("POST", `${RBAC}/clusterrolebindings`, {
    metadata: { name },
    roleRef: { apiGroup: group, kind: "ClusterRole", name: role },
    subjects: [{ apiGroup: group, kind: "User", name: user.username }],
  });
  expect(answer.status, answer.text).toBe(201);
}

interface Asked {
  readonly user?: TrustedUser;
  readonly signerName?: string;
  readonly commonName?: string;
  readonly usages?: readonly string[];
  readonly seconds?: number;
}

async function ask(name: string, asked: Asked = {}): Promise<number> {
  const { user = BOOTSTRAPPER, commonName = `system:node:${name}`, seconds } = asked;
  const subject = { commonName, organizations: ["system:nodes"] };
  const pem = createCertificateRequest({ subject, key: generateKey() });
  const body = {
    metadata: { name },
    spec: {
      request: Buffer.from(pem).toString("base64"),
      signerName: asked.signerName ?? KUBELET_CLIENT,
      usages: asked.usages ?? ["digital signature", "client auth"],
      ...(seconds === undefined ? {} : { expirationSeconds: seconds }),
    },
  };
  return (await server.server.send("POST", URL, body, { user })).status;
}

const keyOf = (name: string) => ({ namespace: "", name });

/** The request, once it has an answer. */
function answered(name: string): Promise<CertificateSigningRequest> {
  return server.until(async () => {
    const request = await requests.get(keyOf(name));
    const { certificate, conditions = [] } = request.status ?? {};
    const isOver = certificate !== undefined || conditions.some(({ type }) => type === "Failed");
    return isOver ? request : undefined;
  }, 100);
}

async function decide(name: string, type: "Approved" | "Denied", user = ADMIN): Promise<number> {
  const status = { conditions: [{ type, status: "True", reason: "Test" }] };
  const headers = { "content-type": "application/merge-patch+json" };
  const options = { headers, user };
  return (await server.server.send("PATCH", `${URL}/${name}/approval`, { status }, options)).status;
}

function certificateOf({ status }: CertificateSigningRequest): X509Certificate {
  return new X509Certificate(Buffer.from(status?.certificate ?? "", "base64"));
}

describe("a request for the certificate of a node", () => {
  it("waits until its sender may have it, and is then approved and signed", async () => {
    expect(await ask("waiting")).toBe(201);
    await server.clock.advance(2_000);
    expect((await requests.get(keyOf("waiting"))).status?.conditions).toBeUndefined();
    await bind("node-clients", NODE_CLIENT, BOOTSTRAPPER);
    const request = await answered("waiting");
    expect(request.status?.conditions).toMatchObject([
      {
        type: "Approved",
        status: "True",
        reason: "AutoApproved",
        message: "Auto approving kubelet client certificate after SubjectAccessReview.",
      },
    ]);
    const certificate = certificateOf(request);
    expect(certificate.subject).toBe("O=system:nodes\nCN=system:node:waiting");
    expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
    expect(server.complaints).toEqual([]);
  });

  it("is as short as it was asked to be", async () => {
    await ask("short", { seconds: 3_600 });
    const certificate = certificateOf(await answered("short"));
    expect(certificate.validToDate.getTime() - server.clock.now()).toBeLessThanOrEqual(HOUR_MS);
    expect(certificate.validToDate.getTime() - server.clock.now()).toBeGreaterThan(
      HOUR_MS - 60_000,
    );
  });

  it("is not approved by itself when it is for something else", async () => {
    await ask("serving", { usages: ["server auth"] });
    await server.clock.advance(60_000);
    expect((await requests.get(keyOf("serving"))).status?.conditions).toBeUndefined();
  });

  it("that somebody approved all the same fails, and says why", async () => {
    await ask("wrong", { usages: ["client auth"] });
    await decide("wrong", "Approved");
    const { status } = await answered("wrong");
    expect(status?.certificate).toBeUndefined();
    expect(status?.conditions).toMatchObject([
      { type: "Approved" },
      {
        type: "Failed",
        status: "True",
        reason: "SignerValidationFailure",
        message: "usages did not match [client auth digital signature key encipherment]",
      },
    ]);
  });

  it("that was denied is not signed", async () => {
    await ask("denied", { usages: ["client auth"] });
    await decide("denied", "Denied");
    await server.clock.advance(60_000);
    expect((await requests.get(keyOf("denied"))).status?.certificate).toBeUndefined();
  });

  it("of another signer is left to it", async () => {
    await ask("foreign", { signerName: "example.com/none" });
    await decide("foreign", "Approved");
    await server.clock.advance(60_000);
    expect((await requests.get(keyOf("foreign"))).status?.certificate).toBeUndefined();
  });
});

describe("who may answer a request", () => {
  const APPROVER: TrustedUser = { username: "approver", groups: ["system:authenticated"] };
  const patch = (name: string, subresource: string, status: object) =>
    server.server.send(
      "PATCH",
      `${URL}/${name}/${subresource}`,
      { status },
      {
        headers: { "content-type": "application/merge-patch+json" },
        user: APPROVER,
      },
    );
  const role = (name: string, rules: readonly object[]) =>
    server.server.send("POST", `${RBAC}/clusterroles`, { metadata: { name }, rules });

  it("is who may update it and act for its signer", async () => {
    const apiGroups = ["certificates.k8s.io"];
    const resources = ["certificatesigningrequests/approval", "certificatesigningrequests/status"];
    await role("updater", [{ apiGroups, resources, verbs: ["patch"] }]);
    await bind("updater", "updater", APPROVER);
    await ask("guarded", { signerName: "example.com/guarded" });
    const conditions = [{ type: "Approved", status: "True", reason: "Test" }];
    const refused = await patch("guarded", "approval", { conditions });
    expect([refused.status, refused.json().message]).toEqual([
      403,
      'certificatesigningrequests.certificates.k8s.io "guarded" is forbidden: user not permitted to approve requests with signerName "example.com/guarded"',
    ]);
    const failed = [{ type: "Failed", status: "True", reason: "Test" }];
    const unsigned = await patch("guarded", "status", { conditions: failed });
    expect([unsigned.status, unsigned.json().message]).toEqual([
      403,
      'certificatesigningrequests.certificates.k8s.io "guarded" is forbidden: user not permitted to sign requests with signerName "example.com/guarded"',
    ]);
    const resourceNames = ["example.com/*"];
    await role("domain", [
      { apiGroups, resources: ["signers"], resourceNames, verbs: ["approve", "sign"] },
    ]);
    await bind("domain", "domain", APPROVER);
    expect((await patch("guarded", "approval", { conditions })).status).toBe(200);
    expect(
      (await patch("guarded", "status", { conditions: [...conditions, ...failed] })).status,
    ).toBe(200);
  });

  it("cannot make masters", async () => {
    const subject = { commonName: "eve", organizations: ["system:masters"] };
    const pem = createCertificateRequest({ subject, key: generateKey() });
    const answer = await server.server.send("POST", URL, {
      metadata: { name: "masters" },
      spec: {
        request: Buffer.from(pem).toString("base64"),
        signerName: "kubernetes.io/kube-apiserver-client",
        usages: ["client auth"],
      },
    });
    expect([answer.status, answer.json().message]).toEqual([
      403,
      'certificatesigningrequests.certificates.k8s.io "masters" is forbidden: use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed',
    ]);
  });
});

describe("old requests", () => {
  it("go an hour after their answer, or a day after they came", async () => {
    await ask("answered");
    await answered("answered");
    await ask("pending", { usages: ["server auth"] });
    await ask("unsigned", { signerName: "example.com/none" });
    await decide("unsigned", "Approved");
    await server.clock.advance(HOUR_MS / 2);
    expect(await find(requests, keyOf("answered"))).toBeDefined();
    await server.clock.advance(2 * HOUR_MS);
    await server.until(() => isGone(requests, keyOf("answered")));
    expect(await find(requests, keyOf("pending"))).toBeDefined();
    await server.clock.advance(24 * HOUR_MS);
    await server.until(() => isGone(requests, keyOf("pending")));
    await server.until(() => isGone(requests, keyOf("unsigned")));
  });
});
