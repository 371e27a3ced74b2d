import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { LastUsedMark } from "../authentication/last-used-marker.ts";
import { createInProcessTransport } from "../client/in-process.ts";
import { ROOT_CA_CONFIG_MAP } from "../controllers/root-ca.ts";
import type { Handler } from "../http/exchange.ts";
import type { HealthCheck } from "../http/health.ts";
import { createIdentityMetrics } from "../http/identity-metrics.ts";
import { createListener } from "../http/listener.ts";
import { MetricsRegistry } from "../http/metrics-registry.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Logger } from "../runtime/logger.ts";
import type { Random } from "../runtime/random.ts";
import { lockDataDirectory } from "../storage/data-directory-lock.ts";
import { createMemoryStorage } from "../storage/memory.ts";
import { createSqliteStorage } from "../storage/sqlite.ts";
import type { Storage } from "../storage/storage.ts";
import { CertificateStore } from "../tls/certificate-store.ts";
import { servingNames } from "../tls/serving-names.ts";
import { createApiServer } from "./api-server.ts";
import { bootstrap, SERVER_USER } from "./bootstrap.ts";
import type { Config } from "./config.ts";
import { ControllerHost, keysExist } from "./controller-host.ts";
import { type ControllerName, selectControllers } from "./controller-names.ts";
import { createControllers } from "./controllers.ts";
import { createIdentity, openKeyRing } from "./identity.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import { createPolicy } from "./policy.ts";
import { createStores, type Stores } from "./stores.ts";

export interface ServerDependencies {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Freezes shared objects, to find who changes them: for tests. */
  readonly freezeObjects?: boolean;
}

/** A server that is ready to serve. */
export interface RunningServer extends AsyncDisposable {
  /** `https://127.0.0.1:6443` */
  readonly url: string;
  readonly kubeconfigPath: string;
  /** The API without a socket. */
  readonly handler: Handler;
}

const DRAIN_MS = 10_000;

/**
 * Starts a control plane: locks the data directory, opens storage, keys and certificates, makes what
 * every cluster has, and listens. When it resolves, everything promised is there.
 * @throws what went wrong first; nothing of it is left running, and nothing on disk has changed that
 *   was good before
 */
export async function startServer(
  config: Config,
  dependencies: ServerDependencies,
): Promise<RunningServer> {
  const enabled = selectControllers(config.controllers);
  await using resources = new AsyncDisposableStack();
  const { clock, random, logger } = dependencies;
  resources.use(lockDataDirectory(config.dataDir));
  const [storage, ring] = await Promise.all([
    openStorage(config, dependencies),
    openKeyRing(config, clock),
  ]);
  resources.use(storage);
  const controllerHost = resources.use(new ControllerHost(logger));
  const certificates = new CertificateStore({
    directory: join(config.dataDir, "pki"),
    names: servingNames({
      bindAddress: config.bindAddress,
      hostname: config.externalHostname,
      serviceAddress: firstAddress(config.serviceClusterIpRange),
      extra: [],
    }),
    clock,
    random,
  });
  const stores = createStores(dependencies.freezeObjects ?? false);
  const policy = createPolicy(storage, stores);
  const metrics = new MetricsRegistry();
  const identityMetrics = createIdentityMetrics(metrics);
  void identityMetrics;
  let handler: Handler = () => {
    throw new Error("not started");
  };
  const listener = createListener({
    tls: {
      key: certificates.serving.key,
      cert: certificates.serving.cert,
      clientCa: clientAuthorities(config, certificates),
    },
    handler: (request) => handler(request),
    clock,
    logger,
  });
  const { port } = await listener.listen(config.securePort, config.bindAddress);
  resources.defer(() => listener.close({ graceMs: DRAIN_MS }));
  const host =
    config.externalHostname === "" ? urlHost(config.bindAddress) : config.externalHostname;
  const address = `${host}:${port}`;
  const identity = createIdentity(config, ring, {
    storage,
    stores,
    clock,
    logger,
    markLastUsed: (mark) => markLastUsed(handler, mark),
    countTokenUse: () => {},
    externalAddress: address,
  });
  const readiness = { ready: false };
  handler = createApiServer({
    config,
    storage,
    stores,
    policy,
    identity,
    clock,
    random,
    logger,
    metrics,
    healthChecks: healthChecks(readiness),
    address,
  });
  await bootstrap(handler, storage, stores, {
    apiServiceIp: firstAddress(config.serviceClusterIpRange),
    clientCa: certificates.clientAuthority.cert,
    requestHeader: {
      ...config.requestHeader,
      clientCa:
        config.requestHeader.clientCaFile === ""
          ? ""
          : readFileSync(config.requestHeader.clientCaFile, "utf8"),
    },
  });
  const controllers = createControllers({
    handler,
    enabled,
    signer: identity.signer,
    ca: certificates.authority.cert,
    legacyTokenCleanUpPeriodMs: config.legacyTokenCleanUpPeriodMs,
    clock,
    random,
    logger,
  });
  const needed = podPrerequisites(stores, enabled);
  if (needed.every((key) => storage.get(key) !== undefined)) {
    // A cluster that was there before can take pods at once; its controllers need not be waited for.
    setImmediate(() => controllerHost.start(controllers));
  } else {
    controllerHost.start(controllers);
    if (!(await keysExist(storage, needed, clock))) {
      logger.warn({ needed }, "the controllers have not made what pods need");
    }
  }
  readiness.ready = true;
  const url = `https://${address}`;
  writeKubeconfig(
    config.kubeconfigPath,
    {
      server: url,
      caCertificate: certificates.authority.cert,
      clientCertificate: certificates.admin.cert,
      clientKey: certificates.admin.key,
    },
    random,
  );
  const owned = resources.move();
  return {
    url,
    kubeconfigPath: config.kubeconfigPath,
    handler,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Keys of what a pod in `default` needs and enabled controllers make. */
function podPrerequisites(stores: Stores, enabled: ReadonlySet<ControllerName>): string[] {
  const keys: string[] = [];
  const add = (controller: ControllerName, resource: string, name: string): void => {
    const key = stores.of("", "v1", resource)?.key("default", name);
    if (enabled.has(controller) && key !== undefined) keys.push(key);
  };
  add("serviceaccount-controller", "serviceaccounts", "default");
  add("root-ca-certificate-publisher-controller", "configmaps", ROOT_CA_CONFIG_MAP);
  return keys;
}

async function openStorage(
  config: Config,
  { clock, logger }: ServerDependencies,
): Promise<Storage> {
  switch (config.storage.engine) {
    case "memory":
      return createMemoryStorage({ clock, logger });
    case "sqlite":
      return await createSqliteStorage({ clock, logger, file: join(config.dataDir, "state.db") });
    case "etcd":
      throw new Error("--storage etcd=… is not supported yet");
  }
}

function clientAuthorities(config: Config, certificates: CertificateStore): string {
  const own = certificates.clientAuthority.cert;
  return config.clientCaFile === "" ? own : `${own}\n${readFileSync(config.clientCaFile, "utf8")}`;
}

/** An address that everybody listens on is no address to call. */
function urlHost(bindAddress: string): string {
  if (bindAddress === "0.0.0.0" || bindAddress === "::") return "127.0.0.1";
  return bindAddress.includes(":") ? `[${bindAddress}]` : bindAddress;
}

/** `10.96.0.0/16` → `10.96.0.1`. */
function firstAddress(range: string): string {
  const parts = (range.split("/")[0] ?? "").split(".").map(Number);
  return [...parts.slice(0, 3), (parts[3] ?? 0) + 1].join(".");
}

function healthChecks(readiness: { readonly ready: boolean }): readonly HealthCheck[] {
  const started = (): string | undefined => (readiness.ready ? undefined : "not finished");
  const well = (): string | undefined => undefined;
  return [
    { name: "ping", check: well },
    { name: "log", check: well },
    { name: "etcd", check: well },
    { name: "informer-sync", check: started, endpoints: ["readyz"] },
    { name: "poststarthook/rbac/bootstrap-roles", check: started },
    { name: "poststarthook/scheduling/bootstrap-system-priority-classes", check: started },
    { name: "poststarthook/start-system-namespaces-controller", check: started },
    { name: "poststarthook/start-legacy-token-tracking-controller", check: started },
    { name: "shutdown", check: well, endpoints: ["readyz"] },
  ];
}

/** @see kubernetes pkg/serviceaccount/legacy.go */
async function markLastUsed(handler: Handler, mark: LastUsedMark): Promise<void> {
  const send = createInProcessTransport(handler, SERVER_USER);
  const response = await send({
    method: "PATCH",
    url: `/api/v1/namespaces/${mark.namespace}/secrets/${mark.name}`,
    headers: { "content-type": "application/merge-patch+json", "user-agent": "kube-apiserver" },
    body: Buffer.from(
      JSON.stringify({
        metadata: { uid: mark.uid, labels: { "kubernetes.io/legacy-token-last-used": mark.day } },
      }),
    ),
  });
  if (response.status !== 200) throw new Error(`label not written: ${response.status}`);
}
