import { deepStrictEqual, ok, strictEqual } from "node:assert";
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { findProgram } from "../programs.ts";
import { check, type Report } from "../report.ts";
import { requireProgram } from "../required.ts";

export interface RestResponse {
  readonly status: number;
  readonly body: string;
}

export interface RestSession {
  /** `curl --cacert CA -H 'Authorization: Bearer TOKEN' SERVER/PATH`, with further arguments. */
  get(path: string, ...args: readonly string[]): Promise<RestResponse>;
  /** The same without a token. */
  getAnonymously(path: string): Promise<RestResponse>;
  readonly namespace: string;
}

interface RestScenario {
  readonly name: string;
  run(session: RestSession): Promise<void>;
}

const parse = ({ body }: RestResponse): Record<string, unknown> =>
  JSON.parse(body) as Record<string, unknown>;

/** Paths that people call by hand, and what they answer to a service account's token. */
export const REST_SCENARIOS: readonly RestScenario[] = [
  {
    name: "/version",
    async run({ get }) {
      strictEqual(parse(await get("/version")).major, "1");
    },
  },
  ...["/healthz", "/livez", "/readyz"].map((path) => ({
    name: path,
    async run({ getAnonymously }: RestSession): Promise<void> {
      deepStrictEqual(await getAnonymously(path), { status: 200, body: "ok" });
    },
  })),
  {
    name: "/readyz?verbose",
    async run({ getAnonymously }) {
      const { body } = await getAnonymously("/readyz?verbose");
      ok(/^\[\+\]ping ok$/m.test(body) && /readyz check passed\n$/.test(body), body);
    },
  },
  {
    name: "/api",
    async run({ get }) {
      const { kind, versions } = parse(await get("/api"));
      deepStrictEqual({ kind, versions }, { kind: "APIVersions", versions: ["v1"] });
    },
  },
  {
    name: "/apis",
    async run({ get }) {
      const { kind, groups } = parse(await get("/apis"));
      strictEqual(kind, "APIGroupList");
      const names = (groups as { name: string }[]).map(({ name }) => name);
      ok(names.includes("rbac.authorization.k8s.io") && names.includes("authentication.k8s.io"));
    },
  },
  {
    name: "/.well-known/openid-configuration and /openid/v1/jwks",
    async run({ get }) {
      const configuration = parse(await get("/.well-known/openid-configuration"));
      ok(String(configuration.jwks_uri).endsWith("/openid/v1/jwks"));
      deepStrictEqual(configuration.response_types_supported, ["id_token"]);
      const { keys } = parse(await get("/openid/v1/jwks")) as { keys: Record<string, unknown>[] };
      ok(keys.length > 0 && keys.every(({ use, kid, d }) => use === "sig" && kid && !d));
    },
  },
  {
    name: "401 with a token that is none",
    async run({ get }) {
      const response = await get("/api", "-H", "Authorization: Bearer nothing");
      strictEqual(response.status, 401);
      strictEqual(parse(response).message, "Unauthorized");
    },
  },
  {
    name: "403 without a token names system:anonymous",
    async run({ getAnonymously, namespace }) {
      const response = await getAnonymously(`/api/v1/namespaces/${namespace}/pods`);
      strictEqual(response.status, 403);
      strictEqual(
        parse(response).message,
        `pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" in the namespace "${namespace}"`,
      );
    },
  },
  {
    name: "403 with a service account's token",
    async run({ get, namespace }) {
      const response = await get(`/api/v1/namespaces/${namespace}/secrets`);
      strictEqual(response.status, 403);
      strictEqual(
        parse(response).message,
        `secrets is forbidden: User "system:serviceaccount:${namespace}:curl" cannot list resource "secrets" in API group "" in the namespace "${namespace}"`,
      );
    },
  },
  {
    name: "a SelfSubjectReview by POST, as YAML",
    async run({ get, namespace }) {
      const { status, body } = await get(
        "/apis/authentication.k8s.io/v1/selfsubjectreviews",
        ...["-H", "Content-Type: application/json", "-H", "Accept: application/yaml"],
        ...["-d", '{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}'],
      );
      strictEqual(status, 201);
      ok(body.includes(`username: system:serviceaccount:${namespace}:curl`), body);
    },
  },
];

const run = promisify(execFile);

/** Runs the paths with curl, as the service account `curl` of a namespace made for it. */
export async function runRestScenarios(options: {
  readonly scenarios: readonly RestScenario[];
  readonly kubeconfig: string;
  readonly directory: string;
  readonly run: string;
  readonly report: Report;
}): Promise<void> {
  if (options.scenarios.length === 0) return;
  const curl = findProgram("curl");
  const namespace = `conf-${options.run}-rest`;
  const config = new KubeConfig();
  config.loadFromFile(options.kubeconfig);
  const core = config.makeApiClient(CoreV1Api);
  await core.createNamespace({ body: { metadata: { name: namespace } } });
  await core.createNamespacedServiceAccount({ namespace, body: { metadata: { name: "curl" } } });
  const token = await core.createNamespacedServiceAccountToken({
    ...{ name: "curl", namespace },
    body: { spec: { audiences: [], expirationSeconds: 3600 } },
  });
  const cluster = config.getCurrentCluster();
  const ca = join(options.directory, "ca.crt");
  writeFileSync(ca, Buffer.from(cluster?.caData ?? "", "base64"));
  const call = async (path: string, args: readonly string[]): Promise<RestResponse> => {
    if (curl === undefined) return requireProgram("curl");
    const form = "\n%{http_code}";
    const url = `${cluster?.server ?? ""}${path}`;
    const { stdout } = await run(curl, ["-sS", "--cacert", ca, "-w", form, ...args, url]);
    const end = stdout.lastIndexOf("\n");
    return { status: Number(stdout.slice(end + 1)), body: stdout.slice(0, end) };
  };
  const bearer = ["-H", `Authorization: Bearer ${token.status?.token ?? ""}`];
  const session: RestSession = {
    get: (path, ...args) =>
      call(
        path,
        args.some((each) => each.startsWith("Authorization")) ? args : [...bearer, ...args],
      ),
    getAnonymously: (path) => call(path, []),
    namespace,
  };
  for (const scenario of options.scenarios) {
    await check(options.report, `curl ${scenario.name}`, () => scenario.run(session));
  }
  await core.deleteNamespace({ name: namespace });
}
