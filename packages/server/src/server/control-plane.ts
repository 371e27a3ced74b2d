/**
 * The parts behind the socket, joined. This module is loaded while the database's thread starts: it
 * brings nearly all of the code with it, and that thread takes about as long to start.
 */
import type { LastUsedMark } from "../authentication/last-used-marker.ts";
import { createInProcessTransport } from "../client/in-process.ts";
import { ROOT_CA_CONFIG_MAP } from "../controllers/root-ca.ts";
import type { Handler } from "../http/exchange.ts";
import type { HealthCheck } from "../http/health.ts";
import { createIdentityMetrics } from "../http/identity-metrics.ts";
import type { MetricsRegistry } from "../http/metrics-registry.ts";
import type { Storage } from "../storage/storage.ts";
import { createAgentConnection } from "./agent-connection.ts";
import { createApiServer } from "./api-server.ts";
import { bootstrap, SERVER_USER } from "./bootstrap.ts";
import { createCertificateIssuer } from "./certificate-issuer.ts";
import type { Config } from "./config.ts";
import { type ControllerHost, keysExist } from "./controller-host.ts";
import type { ControllerName } from "./controller-names.ts";
import { createControllers } from "./controllers.ts";
import { createIdentity, type Identity } from "./identity.ts";
import { clientCaBundle, type InputFiles } from "./input-files.ts";
import { createLazyBackends } from "./lazy-backends.ts";
import type { Lifecycle } from "./lifecycle.ts";
import type { ServerState } from "./open-state.ts";
import { createPolicy } from "./policy.ts";
import type { ServerDependencies } from "./server.ts";
import { createStores, type Stores } from "./stores.ts";
import { createTokenUseCounter } from "./token-uses.ts";

export interface ControlPlaneOptions {
  readonly config: Config;
  readonly files: InputFiles;
  readonly state: ServerState;
  readonly dependencies: ServerDependencies;
  readonly enabled: ReadonlySet<ControllerName>;
  readonly controllerHost: ControllerHost;
  readonly lifecycle: Lifecycle;
  readonly metrics: MetricsRegistry;
  /** `host:port` that is told to clients. */
  readonly address: string;
  /** Where other machines call; without an address when they cannot. */
  readonly advertised: { readonly address: string; readonly port: number };
  /** Of the API inside the cluster: `10.96.0.1`. */
  readonly serviceIp: string;
}

export interface ControlPlane {
  readonly handler: Handler;
  /** Tells that this server can be called no longer, where others go on. */
  withdraw(): Promise<void>;
}

/**
 * Joins the parts to one handler, makes what every cluster has, and starts the controllers.
 * @returns when a pod can be created in `default`
 */
export async function createControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { config, files, state, enabled, controllerHost, dependencies, serviceIp } = options;
  const { storage, certificates } = state;
  const { clock, random, logger } = dependencies;
  const stores = createStores(dependencies.freezeObjects ?? false);
  const { handler, identity } = joinRequestPath(options, stores);
  await bootstrap(handler, storage, stores, {
    joinsNodes: config.node || config.bootstrapTokens,
    logger,
    serviceRange: config.serviceClusterIpRange,
    apiServiceIp: serviceIp,
    apiPort: options.advertised.port,
    clientCa: clientCaBundle(certificates.clientAuthority.cert, files),
    requestHeader: { ...config.requestHeader, clientCa: files.requestHeaderCa },
  });
  const withdraw = await announce(options, handler, stores);
  const ready = Promise.withResolvers<void>();
  const controllers = createControllers({
    handler,
    enabled,
    signer: identity.signer,
    ca: certificates.authority.cert,
    legacyTokenCleanUpPeriodMs: config.legacyTokenCleanUpPeriodMs,
    certificateIssuer: createCertificateIssuer({ certificates, clock, random }),
    clusterSigningDurationMs: config.clusterSigningDurationMs,
    ready: ready.promise,
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
  setImmediate(ready.resolve);
  return { handler, withdraw };
}

/**
 * Nothing has to be done, as a rule, where nobody but this machine can call. A server that cannot tell
 * where it is serves all the same.
 */
async function announce(
  { config, state, advertised, dependencies }: ControlPlaneOptions,
  handler: Handler,
  stores: Stores,
): Promise<() => Promise<void>> {
  const known = stores.of("discovery.k8s.io", "v1", "endpointslices")?.key("default", "kubernetes");
  const isKnown = known !== undefined && state.storage.get(known) !== undefined;
  if (advertised.address === "" && !isKnown) return async () => {};
  const { announceApi } = await import("./api-endpoints.ts");
  const isShared = config.storage.engine === "etcd";
  const send = createInProcessTransport(handler, SERVER_USER);
  try {
    return await announceApi(send, { ...advertised, isShared });
  } catch (error) {
    dependencies.logger.warn({ error }, "others are not told where the API is");
    return async () => {};
  }
}

function joinRequestPath(
  { config, files, state, dependencies, enabled, lifecycle, metrics, address }: ControlPlaneOptions,
  stores: Stores,
): { readonly handler: Handler; readonly identity: Identity } {
  const { storage, tokenKeys, certificates } = state;
  const { clock, random, logger } = dependencies;
  const connectAgent = createAgentConnection({
    clientCertificate: () => certificates.agentClient,
    certificateAuthority: files.agentCa,
  });
  const policy = createPolicy(storage, stores);
  const identityMetrics = createIdentityMetrics(metrics);
  const identity = createIdentity(config, tokenKeys, {
    storage,
    stores,
    clock,
    logger,
    staticTokens: files.staticTokens,
    markLastUsed: (mark) => markLastUsed(handler, mark),
    countTokenUse: createTokenUseCounter(identityMetrics),
    externalAddress: address,
  });
  const handler = createApiServer({
    config,
    storage,
    stores,
    policy,
    identity,
    clock,
    random,
    logger,
    metrics,
    identityMetrics,
    healthChecks: healthChecks(lifecycle, storage),
    backends: createLazyBackends(config, { connectAgent, clock }),
    components: components(enabled),
    address,
  });
  return { handler, identity };
}

/** Those of the three components that upstream probes that run here. */
function components(enabled: ReadonlySet<ControllerName>): readonly string[] {
  return [...(enabled.has("scheduler") ? ["scheduler"] : []), "controller-manager", "etcd-0"];
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

function healthChecks(lifecycle: Lifecycle, storage: Storage): readonly HealthCheck[] {
  const started = (): string | undefined =>
    lifecycle.phase === "starting" ? "not finished" : undefined;
  const running = (): string | undefined =>
    lifecycle.phase === "stopping" ? "process is shutting down" : undefined;
  const well = (): string | undefined => undefined;
  return [
    { name: "ping", check: well },
    { name: "log", check: well },
    { name: "etcd", check: () => storage.problem },
    { name: "informer-sync", check: started, endpoints: ["readyz"] },
    { name: "poststarthook/rbac/bootstrap-roles", check: started },
    { name: "poststarthook/scheduling/bootstrap-system-priority-classes", check: started },
    { name: "poststarthook/start-system-namespaces-controller", check: started },
    { name: "poststarthook/start-legacy-token-tracking-controller", check: started },
    { name: "shutdown", check: running, endpoints: ["readyz"] },
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
