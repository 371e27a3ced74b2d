import { hostname } from "node:os";
import { hostAddress } from "../agent/node/machine-addresses.ts";
import type { Handler } from "../http/exchange.ts";
import { createListener, type Listener, type ListenerTls } from "../http/listener.ts";
import { MetricsRegistry } from "../http/metrics-registry.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Logger } from "../runtime/logger.ts";
import type { Random } from "../runtime/random.ts";
import { lockDataDirectory } from "../storage/data-directory-lock.ts";
import type { CertificateStore } from "../tls/certificate-store.ts";
import { servingNames } from "../tls/serving-names.ts";
import type { Config } from "./config.ts";
import { checkAdvertiseAddress, lifetimeWarnings } from "./config-checks.ts";
import { ControllerHost } from "./controller-host.ts";
import { type ControllerName, selectControllers } from "./controller-names.ts";
import { clientCaBundle, type InputFiles, readInputFiles } from "./input-files.ts";
import { writeJoinKubeconfig } from "./join-kubeconfig.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import { type Lifecycle, logShutdown, type OnShutdownPhase } from "./lifecycle.ts";
import { openState } from "./open-state.ts";

export interface ServerDependencies {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Freezes shared objects, to find who changes them: for tests. */
  readonly freezeObjects?: boolean;
}

/** A server that is ready to serve. Disposing of it drains it first; see `SHUTDOWN_PHASES`. */
export interface RunningServer extends AsyncDisposable {
  /** `https://127.0.0.1:6443` */
  readonly url: string;
  readonly kubeconfigPath: string;
  /** The API without a socket. */
  readonly handler: Handler;
  /** Writes a kubeconfig with which a node may join, within an hour. @throws what the file system says */
  writeJoinKubeconfig(path: string): void;
}

/** How long requests may take to end when the server stops. */
const DRAIN_MS = 10_000;

/**
 * Starts a control plane. Options and the files they name are checked first, then the port is taken,
 * the data directory locked, its contents read; only then anything is written. When it resolves,
 * everything promised is there.
 * @throws OptionsError, DataDirectoryLockedError, what `openState` throws, and errors of the system.
 *   Nothing of it is left running, and nothing on disk has changed.
 */
export async function startServer(
  config: Config,
  dependencies: ServerDependencies,
): Promise<RunningServer> {
  const { clock, random, logger } = dependencies;
  const enabled = enabledControllers(config, logger);
  const files = readInputFiles(config, logger);
  if (config.signingEndpoint === "") {
    for (const warning of lifetimeWarnings(config)) logger.warn({}, warning);
  }
  const lifecycle: Lifecycle = { phase: "starting" };
  const onPhase = logShutdown(logger);
  await using resources = new AsyncDisposableStack();
  let handler: Handler | undefined;
  const listener = createListener({
    handler: (request) => {
      if (handler === undefined) throw new Error("a connection was let in before the start");
      return handler(request);
    },
    clock,
    logger,
  });
  resources.defer(() => listener.close({ graceMs: 0 }));
  const { port } = await listener.listen(config.securePort, config.bindAddress);
  resources.use(lockDataDirectory(config.dataDir));
  const metrics = new MetricsRegistry();
  const serviceIp = firstAddress(config.serviceClusterIpRange);
  const names = servingNames({
    bindAddress: config.bindAddress,
    hostname: config.externalHostname,
    serviceAddress: serviceIp,
    extra: ownNames(config),
  });
  const [state, { createControlPlane }] = await Promise.all([
    openState(config, files, names, { ...dependencies, metrics }),
    import("./control-plane.ts"),
  ]);
  const { storage, certificates, tokenKeys } = state;
  resources.use(tokenKeys);
  resources.defer(async () => {
    await storage[Symbol.asyncDispose]();
    onPhase("storage-flushed");
  });
  const controllerHost = new ControllerHost(logger);
  resources.defer(async () => {
    await controllerHost[Symbol.asyncDispose]();
    onPhase("controllers-stopped");
  });
  const address = `${urlHost(config)}:${port}`;
  const controlPlane = await createControlPlane({
    config,
    files,
    state,
    dependencies,
    enabled,
    controllerHost,
    lifecycle,
    metrics,
    address,
    advertised: { address: advertisedAddress(config), port },
    serviceIp,
  });
  ({ handler } = controlPlane);
  listener.setTls(listenerTls(certificates, files));
  lifecycle.phase = "ready";
  const url = `https://${address}`;
  const saveKubeconfig = (): void => saveAdminKubeconfig(config, url, certificates, random);
  saveKubeconfig();
  resources.use(
    startRenewal(certificates, logger, (renewed) => {
      if (renewed.serving) listener.setTls(listenerTls(certificates, files));
      if (renewed.admin) saveKubeconfig();
    }),
  );
  resources.defer(() => drain(config, lifecycle, listener, clock, onPhase));
  resources.defer(async () => {
    await controlPlane.withdraw().catch((error: unknown) => {
      logger.warn({ error }, "this server's address stays among those of the API");
    });
  });
  const owned = resources.move();
  return {
    url,
    kubeconfigPath: config.kubeconfigPath,
    handler,
    writeJoinKubeconfig: (path) =>
      writeJoinKubeconfig(path, { ...dependencies, url, certificates }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Tokens in Secrets are signed here or not at all: external signers sign none that never end. */
function enabledControllers(config: Config, logger: Logger): ReadonlySet<ControllerName> {
  const enabled = new Set(selectControllers(config.controllers));
  if (config.signingEndpoint !== "" && enabled.delete("serviceaccount-token-controller")) {
    logger.info({}, "no controller for tokens in Secrets, because there is no private key");
  }
  return enabled;
}

async function drain(
  { shutdownDelayMs }: Config,
  lifecycle: Lifecycle,
  listener: Listener,
  clock: Clock,
  onPhase: OnShutdownPhase,
): Promise<void> {
  lifecycle.phase = "stopping";
  onPhase("not-ready");
  if (shutdownDelayMs > 0) await clock.sleep(shutdownDelayMs);
  await listener.close({ graceMs: DRAIN_MS, onPhase });
}

/** Renews certificates while the server runs. */
function startRenewal(
  certificates: CertificateStore,
  logger: Logger,
  onRenewed: (renewed: ReturnType<CertificateStore["renew"]>) => void,
): AsyncDisposable {
  const stop = new AbortController();
  const running = certificates
    .run({ signal: stop.signal, onRenewed })
    .catch((error: unknown) => logger.error({ error }, "certificates are not renewed any more"));
  return {
    [Symbol.asyncDispose]: () => {
      stop.abort();
      return running;
    },
  };
}

function listenerTls(certificates: CertificateStore, files: InputFiles): ListenerTls {
  const { key, cert } = certificates.serving;
  const clientCa = clientCaBundle(certificates.clientAuthority.cert, files);
  return { key, cert, clientCa, requestHeaderCa: files.requestHeaderCa };
}

function saveAdminKubeconfig(
  { kubeconfigPath }: Config,
  server: string,
  { authority, admin }: CertificateStore,
  random: Random,
): void {
  writeKubeconfig(
    kubeconfigPath,
    {
      server,
      user: "admin",
      caCertificate: authority.cert,
      clientCertificate: admin.cert,
      clientKey: admin.key,
    },
    random,
  );
}

/** Names of this machine, where other machines are let in; others, nodes for instance, use them. */
function ownNames({ bindAddress, advertiseAddress }: Config): readonly string[] {
  const own = isUnspecified(bindAddress) ? [hostname(), hostAddress("/")] : [];
  return advertiseAddress === "" ? own : [...own, advertiseAddress];
}

/**
 * Where others can call this server: empty when only this machine can. kube-apiserver then names an
 * address that it does not listen on.
 * @see apiserver pkg/server/options/serving.go (DefaultExternalAddress)
 */
function advertisedAddress({ bindAddress, advertiseAddress }: Config): string {
  if (advertiseAddress !== "") return advertiseAddress;
  const address = isUnspecified(bindAddress) ? hostAddress("/") : bindAddress;
  return checkAdvertiseAddress(address).length > 0 ? "" : address;
}

function isUnspecified(address: string): boolean {
  return address === "0.0.0.0" || address === "::";
}

/** An address that everybody listens on is no address to call. */
function urlHost({ externalHostname, bindAddress }: Config): string {
  if (externalHostname !== "") return externalHostname;
  if (isUnspecified(bindAddress)) return "127.0.0.1";
  return bindAddress.includes(":") ? `[${bindAddress}]` : bindAddress;
}

/** `10.96.0.0/16` → `10.96.0.1`. */
function firstAddress(range: string): string {
  const parts = (range.split("/")[0] ?? "").split(".").map(Number);
  return [...parts.slice(0, 3), (parts[3] ?? 0) + 1].join(".");
}
