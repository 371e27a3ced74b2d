import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Event, Pod, PodSpec } from "../../api/types.ts";
import { readKubeconfig } from "../../client/node/kubeconfig.ts";
import { realClock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import { systemRandom } from "../../runtime/random.ts";
import { startTestServer, type TestServer } from "../../testing/test-server.ts";
import { readCredentialProviders } from "../credential-provider/credential-providers.ts";
import { DEFAULT_IMAGE_COLLECTION } from "../images/image-collection-policy.ts";
import { createNodeAgent } from "../node-agent.ts";
import { buildBusyboxImage } from "./busybox-image.fixture.ts";
import { Containerd, canRunContainerd, criRuntimeOf } from "./containerd.fixture.ts";
import { ImageRegistry, type RegistryLogin } from "./image-registry.fixture.ts";

const ANNA: RegistryLogin = { username: "anna", password: "of anna" };
const AUDIENCE = "registry.example.com";
const NS = "/api/v1/namespaces/default";

/** What the registry lets in: by a password, or by a token of the account `app`. */
function allows(repository: string, login: RegistryLogin | undefined): boolean {
  if (repository.startsWith("public/")) return true;
  if (login === undefined) return false;
  if (repository.startsWith("account/")) return isTokenOfApp(login.password);
  return login.username === ANNA.username && login.password === ANNA.password;
}

/** The node's server has made it: here is looked at what it is made for. */
function isTokenOfApp(token: string): boolean {
  const [, claims = ""] = token.split(".");
  const {
    sub,
    aud,
    "kubernetes.io": bound,
  } = JSON.parse(Buffer.from(claims, "base64url").toString() || "{}") as {
    sub?: string;
    aud?: readonly string[];
    "kubernetes.io"?: { pod?: { name?: string } };
  };
  return (
    sub === "system:serviceaccount:default:app" &&
    aud?.join() === AUDIENCE &&
    bound?.pod?.name?.startsWith("account") === true
  );
}

/** A block of a language in the page that explains all this. */
function documented(language: string, number = 1): string {
  const page = readFileSync(
    new URL("../../../../../docs/image-credentials.md", import.meta.url),
    "utf8",
  );
  return page.split(`\`\`\`${language}\n`)[number]?.split("```")[0] ?? "";
}

describe.skipIf(!canRunContainerd)("images of a registry, in a containerd", () => {
  let directory: string;
  let registry: ImageRegistry;
  let containerd: Containerd;
  let server: TestServer;
  const log: string[] = [];
  const ends: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "image-pulls-"));
    registry = await ImageRegistry.start({
      image: buildBusyboxImage(join(directory, "image")),
      allows,
      wantsToken: (repository) => repository.startsWith("bearer/"),
    });
    containerd = await Containerd.start();
    server = await startTestServer();
    await startAgent();
    await make("serviceaccounts", { metadata: { name: "app" } });
    await make("secrets", pullSecret("good", ANNA));
    await make("secrets", pullSecret("bad", { ...ANNA, password: "of nobody" }));
    await make("serviceaccounts", {
      metadata: { name: "puller" },
      imagePullSecrets: [{ name: "good" }],
    });
  }, 60_000);

  afterAll(async () => {
    await server?.send("DELETE", `${NS}/pods?gracePeriodSeconds=0`);
    for (const end of ends) await end();
    if (containerd !== undefined) await removeAll();
    await containerd?.stop();
    await server?.[Symbol.asyncDispose]();
    await registry?.[Symbol.asyncDispose]();
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
  }, 60_000);

  async function startAgent(): Promise<void> {
    const providers = readCredentialProviders(...writeProviders());
    if (providers === undefined) throw new Error("no providers");
    const note = (fields: object, message: string): void => {
      log.push(`${message} ${"error" in fields ? String(fields.error) : ""}`);
    };
    const logger: Logger = { debug() {}, info() {}, warn: note, error: note };
    const abort = new AbortController();
    let ready = (): void => {};
    const started = new Promise<void>((resolve) => {
      ready = resolve;
    });
    const running = createNodeAgent({
      config: {
        access: await readKubeconfig(server.server.kubeconfigPath),
        ...{ nodeName: "node-1", hostname: "node-1", nodeIp: "127.0.0.1", address: "127.0.0.1" },
        ...{ port: 0, rootDirectory: join(directory, "node"), clusterDomain: "cluster.local" },
        runtime: { kind: "cri", endpoint: containerd.endpoint },
        credentialProviders: providers,
        ...{
          labels: {},
          taints: [],
          maxPods: 110,
          evictionHard: [],
          imageCollection: DEFAULT_IMAGE_COLLECTION,
          clientCa: "",
        },
        ...{ rotateServerCertificates: false, allowedHostPaths: [], maskedPaths: [] },
        version: "v1.36.2",
      },
      ...{ clock: realClock, random: systemRandom, logger, onReady: () => ready() },
    }).run({ signal: abort.signal });
    ends.push(async () => {
      abort.abort();
      await running;
    });
    await started;
  }

  /** One of this test, which goes by names, and the one of the documentation, which goes by accounts. */
  function writeProviders(): readonly [string, string] {
    const bin = join(directory, "bin");
    const configs = join(directory, "providers");
    for (const each of [bin, configs]) mkdirSync(each);
    const body = {
      apiVersion: "credentialprovider.kubelet.k8s.io/v1",
      kind: "CredentialProviderResponse",
      cacheKeyType: "Registry",
      auth: { [registry.host]: ANNA },
    };
    const program = `#!/bin/sh\necho '${JSON.stringify(body)}'\n`;
    writeFileSync(join(bin, "by-name"), program, { mode: 0o755 });
    writeFileSync(join(bin, "with-pod-identity"), documented("js"), { mode: 0o755 });
    const config = {
      apiVersion: "kubelet.config.k8s.io/v1",
      kind: "CredentialProviderConfig",
      providers: [
        {
          name: "by-name",
          apiVersion: "credentialprovider.kubelet.k8s.io/v1",
          matchImages: [`${registry.host}/named`],
          defaultCacheDuration: "1h",
        },
      ],
    };
    writeFileSync(join(configs, "1.json"), JSON.stringify(config));
    const ofPods = documented("yaml").replace(`${AUDIENCE}/team`, `${registry.host}/account`);
    writeFileSync(join(configs, "2.yaml"), ofPods);
    return [configs, bin];
  }

  function pullSecret(name: string, login: RegistryLogin): object {
    const config = JSON.stringify({ auths: { [registry.host]: login } });
    return {
      metadata: { name },
      type: "kubernetes.io/dockerconfigjson",
      stringData: { ".dockerconfigjson": config },
    };
  }

  async function make(resource: string, body: object): Promise<void> {
    const answer = await server.send("POST", `${NS}/${resource}`, body);
    expect(answer.status, answer.text).toBe(201);
  }

  /** A pod of one container; its name is the first part of its image's. */
  async function run(
    name: string,
    repository: string,
    imagePullPolicy: "Always" | "IfNotPresent" | "Never",
    spec: Partial<PodSpec> = {},
  ): Promise<void> {
    await make("pods", {
      metadata: { name },
      spec: {
        nodeName: "node-1",
        hostNetwork: true,
        terminationGracePeriodSeconds: 0,
        automountServiceAccountToken: false,
        containers: [{ name: "c", image: `${registry.host}/${repository}:1`, imagePullPolicy }],
        ...spec,
      },
    });
  }

  async function until(name: string, check: (pod: Pod) => boolean): Promise<Pod> {
    for (let round = 0; round < 400; round++) {
      const pod = (await server.send("GET", `${NS}/pods/${name}`)).json<Pod>();
      if (check(pod)) return pod;
      await realClock.sleep(25);
    }
    const pod = await server.send("GET", `${NS}/pods/${name}`);
    throw new Error(`${name} never came to be so: ${pod.text} ${log.join("\n")}`);
  }

  const isRunning = ({ status }: Pod): boolean => status?.phase === "Running";
  const waiting = ({ status }: Pod) => status?.containerStatuses?.[0]?.state?.waiting;
  const waitsFor = (name: string, reason: string): Promise<Pod> =>
    until(name, (pod) => waiting(pod)?.reason === reason);

  /** `type reason message` of all events about a pod but its scheduling, with times made equal. */
  async function events(name: string): Promise<readonly string[]> {
    const query = `fieldSelector=involvedObject.name%3D${name}`;
    const { items } = (await server.send("GET", `${NS}/events?${query}`)).json<{
      readonly items: readonly Event[];
    }>();
    return items
      .map(({ type, reason, message = "" }) => `${type} ${reason} ${message}`)
      .map((text) => text.replace(/in [\d.]+m?s \([\d.]+m?s including/, "in T (T including"))
      .map((text) => text.replace(/size: \d+ bytes/, "size: N bytes"));
  }

  async function hasEvents(name: string, ...wanted: readonly string[]): Promise<void> {
    await expect
      .poll(() => events(name), { timeout: 10_000 })
      .toEqual(expect.arrayContaining([...wanted]));
  }

  /** What the agent has left behind when it ended: its pods live on. */
  async function removeAll(): Promise<void> {
    await using runtime = await criRuntimeOf(containerd, { owner: "node-1" });
    for (const { id } of (await runtime.list()).pods) await runtime.removePod(id);
  }

  test("IfNotPresent: one pull for all pods", async () => {
    const image = `${registry.host}/public/app:1`;
    await run("first", "public/app", "IfNotPresent");
    const pod = await until("first", isRunning);
    expect(pod.status?.containerStatuses?.[0]).toMatchObject({
      image,
      imageID: expect.stringMatching(`^${registry.host}/public/app@sha256:[0-9a-f]{64}$`),
    });
    await hasEvents(
      "first",
      `Normal Pulling Pulling image "${image}"`,
      `Normal Pulled Successfully pulled image "${image}" in T (T including waiting). Image size: N bytes.`,
    );
    const asked = registry.of("public/app").length;
    expect(asked).toBeGreaterThan(0);
    await run("second", "public/app", "IfNotPresent");
    await until("second", isRunning);
    await hasEvents(
      "second",
      `Normal Pulled Container image "${image}" already present on machine and can be accessed by the pod`,
    );
    expect(registry.of("public/app")).toHaveLength(asked);
  });

  test("Always: the registry is asked for each container", async () => {
    await run("always-1", "public/always", "Always");
    await until("always-1", isRunning);
    const asked = registry.of("public/always").length;
    await run("always-2", "public/always", "Always");
    await until("always-2", isRunning);
    expect(registry.of("public/always").length).toBeGreaterThan(asked);
  });

  test("Never: what is not there does not come", async () => {
    const image = `${registry.host}/public/never:1`;
    await run("never", "public/never", "Never");
    const text = `Container image "${image}" is not present with pull policy of Never`;
    const pod = await waitsFor("never", "ErrImageNeverPull");
    expect(waiting(pod)?.message).toBe(text);
    await hasEvents(
      "never",
      `Warning ErrImageNeverPull ${text}`,
      "Warning Failed Error: ErrImageNeverPull",
    );
    expect(registry.of("public/never")).toEqual([]);
  });

  test("without credentials a private image is refused, and not asked for all the time", async () => {
    const image = `${registry.host}/private/none:1`;
    await run("none", "private/none", "IfNotPresent");
    const pod = await waitsFor("none", "ImagePullBackOff");
    const why = `failed to pull and unpack image "${image}": failed to resolve reference "${image}"`;
    const text = waiting(pod)?.message ?? "";
    expect(text).toContain(`Back-off pulling image "${image}": ErrImagePull: rpc error: code = `);
    expect(text).toContain(why);
    expect(text).toMatch(/401 Unauthorized|authorization failed/);
    await hasEvents(
      "none",
      `Normal Pulling Pulling image "${image}"`,
      `Warning Failed Failed to pull image "${image}": ${text.slice(text.indexOf("rpc error"))}`,
      "Warning Failed Error: ErrImagePull",
      `Normal BackOff Back-off pulling image "${image}"`,
      "Warning Failed Error: ImagePullBackOff",
    );
  });

  test.each([
    ["its secret", "private/secret", { imagePullSecrets: [{ name: "good" }] }],
    ["a secret of its account", "private/account", { serviceAccountName: "puller" }],
    ["the second of two", "private/two", { imagePullSecrets: [{ name: "bad" }, { name: "good" }] }],
    ["a token for its secret", "bearer/app", { imagePullSecrets: [{ name: "good" }] }],
    ["a provider", "named/app", {}],
  ])("a pod gets a private image with %s", async (_what, repository, spec) => {
    const name = repository.replace("/", "-");
    await run(name, repository, "Always", spec);
    await until(name, isRunning);
    expect(registry.of(repository).at(-1)).toMatch(/ anna$/);
  });

  test("an image that one pod has had pulled is no other's who may not have it", async () => {
    await run("owner", "private/kept", "IfNotPresent", { imagePullSecrets: [{ name: "good" }] });
    await until("owner", isRunning);
    const asked = registry.of("private/kept").length;
    // Whose secret says the same.
    await run("friend", "private/kept", "IfNotPresent", { serviceAccountName: "puller" });
    await until("friend", isRunning);
    expect(registry.of("private/kept")).toHaveLength(asked);
    await run("stranger", "private/kept", "IfNotPresent");
    await waitsFor("stranger", "ErrImagePull");
    expect(registry.of("private/kept").at(-1)).toMatch(/ nobody 401$/);
    await run("quiet", "private/kept", "Never");
    const pod = await waitsFor("quiet", "ErrImageNeverPull");
    expect(waiting(pod)?.message).toMatch(/is not present with pull policy of Never$/);
  });

  test("wrong and missing secrets are told of", async () => {
    const image = `${registry.host}/private/wrong:1`;
    const imagePullSecrets = [{ name: "bad" }, { name: "missing" }];
    await run("wrong", "private/wrong", "IfNotPresent", { imagePullSecrets });
    const pod = await waitsFor("wrong", "ImagePullBackOff");
    expect(waiting(pod)?.message).toContain(`Back-off pulling image "${image}": ErrImagePull: `);
    expect(waiting(pod)?.message).not.toContain("of nobody");
    await hasEvents(
      "wrong",
      "Warning FailedToRetrieveImagePullSecret Unable to retrieve some image pull secrets (missing); attempting to pull the image may not succeed.",
      "Warning Failed Error: ImagePullBackOff",
    );
  });

  test("a provider is shown a token of the pod, once the node may ask for its audience", async () => {
    const serviceAccountName = "app";
    await run("account-early", "account/early", "IfNotPresent", { serviceAccountName });
    await waitsFor("account-early", "ErrImagePull");
    await expect
      .poll(() => log.join("\n"))
      .toContain(
        `failed to get service account token: failed to fetch token: serviceaccounts "app" is forbidden: audience "${AUDIENCE}" not found in pod spec volume, system:node:node-1 is not authorized to request tokens for this audience`,
      );
    const rbac = "/apis/rbac.authorization.k8s.io/v1";
    const headers = { "content-type": "application/yaml" };
    const [role, binding] = documented("yaml", 2).split("---\n");
    await server.send("POST", `${rbac}/clusterroles`, role, { headers });
    await server.send("POST", `${rbac}/clusterrolebindings`, binding, { headers });
    await run("account-app", "account/app", "Always", { serviceAccountName });
    await until("account-app", isRunning);
    expect(registry.of("account/app").at(-1)).toMatch(/ pod$/);
    const asked = registry.of("account/app").length;
    await run("account-again", "account/app", "IfNotPresent", { serviceAccountName });
    await until("account-again", isRunning);
    expect(registry.of("account/app")).toHaveLength(asked);
    // Another account's token is another's.
    await run("account-other", "account/other", "Always", { serviceAccountName: "default" });
    await waitsFor("account-other", "ErrImagePull");
    expect(registry.of("account/other").every((line) => line.endsWith(" 401"))).toBe(true);
  });
});
