import type { Node, Pod, RuntimeClass, Service } from "../../api/types.ts";
import type { Client } from "../../client/client.ts";
import { isNotFound } from "../../client/errors.ts";
import type { EventSink } from "../../client/event-recorder.ts";
import { PODS, type ResourceType } from "../../client/resource-type.ts";
import { createInformer, type Informer } from "../../informer/informer.ts";
import { withoutFieldOwners } from "../../informer/without-field-owners.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import { orAborted } from "../../runtime/or-aborted.ts";
import type { Random } from "../../runtime/random.ts";
import { type Runnable, runTogether } from "../../runtime/task-group.ts";
import type { ImageCredentials } from "../credential-provider/credential-providers.ts";
import { parseImageReference } from "../image-reference.ts";
import type { ImageAccess } from "../images/image-access.ts";
import type { ObjectSource } from "../object-source.ts";
import type { PodRuntime } from "../pod-runtime.ts";
import type { RegistryCredential } from "../registry-credential.ts";
import type { NodePodVolumes } from "../volumes/pod-volumes.ts";
import { admitPod } from "./admit-pod.ts";
import { admitUnderPressure } from "./admit-under-pressure.ts";
import { BackOff, RESTART_BACK_OFF } from "./back-off.ts";
import { removeOrphans } from "./housekeeping.ts";
import { ImagePuller } from "./image-puller.ts";
import { Limiter } from "./limiter.ts";
import type { NodeView, PodContext } from "./pod-context.ts";
import { PodFiles } from "./pod-files.ts";
import { sortByFamily } from "./pod-status.ts";
import { PodWorkers } from "./pod-workers.ts";
import { pullCredentials } from "./pull-secrets.ts";
import { refusePod } from "./refuse-pod.ts";
import type { RunningPods } from "./running-pods.ts";
import { RuntimeCache } from "./runtime-cache.ts";
import {
  type ApiEndpoint,
  type ObservedService,
  observeService,
  serviceVariables,
} from "./service-environment.ts";
import { monitorStorage, type StoringPod } from "./storage/storage-monitor.ts";

export interface PodAgentOptions {
  /** Speaks as `system:node:NAME`. */
  readonly client: Client;
  readonly nodeName: string;
  /** Follows the own node, and is run by others. */
  readonly node: Informer<Node>;
  readonly runtime: PodRuntime;
  readonly volumes: NodePodVolumes;
  readonly objects: ObjectSource;
  /** Of the component `kubelet` on this node. */
  readonly events: EventSink;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Holds `pods/` and `logs/`; absolute. */
  readonly directory: string;
  /** Credentials for images besides pull secrets. */
  readonly credentials?: ImageCredentials;
  /** Who may use images that were pulled before; absent: everybody. */
  readonly imageAccess?: ImageAccess;
  /** Where pods reach the API server; by default at the address of its service. */
  readonly apiEndpoint?: ApiEndpoint;
  /** @default "cluster.local" */
  readonly clusterDomain?: string;
  /** The host's own. @default "/etc/hosts" */
  readonly hostsFile?: string;
  /** The host's own. @default "/etc/resolv.conf" */
  readonly resolverFile?: string;
}

/** Runs the pods of a node. */
export interface PodAgent extends Runnable {
  readonly pods: RunningPods;
}

const SERVICES: ResourceType<Service> = {
  group: "",
  version: "v1",
  resource: "services",
  namespaced: true,
};
const RUNTIME_CLASSES: ResourceType<RuntimeClass> = {
  group: "node.k8s.io",
  version: "v1",
  resource: "runtimeclasses",
  namespaced: false,
};

const HOUSEKEEPING_MS = 60_000;
/** More at once would only have each of them wait longer. */
const SET_UPS_AT_ONCE = 8;
const STARTS_AT_ONCE = 8;
const WRITES_AT_ONCE = 8;

/**
 * What a kubelet does with pods: it follows those of its node, brings each to what its spec wants
 * through the runtime, and tells the API of it. It does nothing before it knows its pods, so that an
 * API server that is away ends nothing.
 * @see kubernetes pkg/kubelet/kubelet.go
 */
export function createPodAgent(options: PodAgentOptions): PodAgent {
  return new NodePods(options);
}

class NodePods implements PodAgent {
  readonly #options: PodAgentOptions;
  readonly #informers: {
    readonly pods: Informer<Pod>;
    readonly services: Informer<ObservedService>;
  };
  readonly #cache: RuntimeCache;
  readonly #files: PodFiles;
  readonly #workers: PodWorkers;

  constructor(options: PodAgentOptions) {
    this.#options = options;
    this.#informers = createInformers(options);
    this.#cache = new RuntimeCache(options.runtime);
    const { directory, hostsFile = "/etc/hosts" } = options;
    this.#files = new PodFiles({ root: directory, hostsFile });
    this.#workers = new PodWorkers(this.#cache, this.#files);
  }

  get pods(): RunningPods {
    return this.#workers;
  }

  async run({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    const { pods, services } = this.#informers;
    const work = { run: () => this.#work(signal) };
    await runTogether([pods, services, work], { signal });
  }

  async #work(signal: AbortSignal): Promise<void> {
    const { runtime, volumes, node } = this.#options;
    const { pods, services } = this.#informers;
    const known = Promise.all([pods, services, node].map(({ synced }) => synced));
    await orAborted(known, signal);
    if (signal.aborted) return;
    // What runs is known before anything is decided: a pod that runs is not started again.
    await this.#readRuntime(signal);
    if (signal.aborted) return;
    const wake = (uid: string): void => this.#workers.wake(uid);
    const leave = [runtime.onChange(wake), volumes.onChange(wake)];
    try {
      this.#workers.start(this.#context(signal), pods);
      await Promise.all([this.#keepHouse(signal), this.#monitorStorage(signal)]);
    } finally {
      for (const each of leave) each();
      await this.#workers.stopped();
    }
  }

  async #readRuntime(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#options;
    for (let pauseMs = 500; !signal.aborted; pauseMs = Math.min(pauseMs * 2, 30_000)) {
      try {
        await this.#cache.refresh();
        return;
      } catch (error) {
        logger.warn({ error }, "the runtime does not say what runs; asking again");
        await clock.sleep(pauseMs, signal);
      }
    }
  }

  async #keepHouse(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#options;
    const dependencies = { ...this.#options, cache: this.#cache, files: this.#files };
    while (!signal.aborted) {
      try {
        await removeOrphans((uid) => this.#workers.has(uid), dependencies);
      } catch (error) {
        if (!signal.aborted) logger.warn({ error }, "what is left of pods could not be looked for");
      }
      await clock.sleep(HOUSEKEEPING_MS, signal);
    }
  }

  #monitorStorage(signal: AbortSignal): Promise<void> {
    const pods = (): Iterable<StoringPod> => this.#workers.storing();
    return monitorStorage({ ...this.#options, files: this.#files, pods }, signal);
  }

  #context(signal: AbortSignal): PodContext {
    const { client, runtime, apiEndpoint } = this.#options;
    const { services } = this.#informers;
    const node = this.#nodeView();
    return {
      ...this.#options,
      pods: client.resource(PODS),
      cache: this.#cache,
      files: this.#files,
      images: new ImagePuller({
        ...this.#options,
        ...(this.#options.imageAccess === undefined ? {} : { access: this.#options.imageAccess }),
      }),
      restarts: new BackOff(RESTART_BACK_OFF),
      setUps: new Limiter(SET_UPS_AT_ONCE),
      starts: new Limiter(STARTS_AT_ONCE),
      writes: new Limiter(WRITES_AT_ONCE),
      node,
      clusterDomain: this.#options.clusterDomain ?? "cluster.local",
      resolverFile: this.#options.resolverFile ?? "/etc/resolv.conf",
      agentStartedAt: this.#options.clock.now(),
      signal,
      runtime,
      admit: (pod) => {
        const refusal = refusePod(pod, runtime.features ?? new Set());
        const current = node.current();
        if (refusal !== undefined || current === undefined) return refusal;
        return (
          admitUnderPressure(pod, current) ??
          admitPod(pod, current, this.#workers.activeBeside(pod))
        );
      },
      freed: () => this.#workers.retryResizes(),
      runtimeHandler: (className) => findHandler(client, className),
      serviceVariables: ({ metadata, spec }) => {
        const links = spec?.enableServiceLinks ?? true;
        const { namespace = "" } = metadata;
        return serviceVariables(services.lister.all(), namespace, links, apiEndpoint);
      },
      credentials: (pod, image) => this.#credentials(pod, image, signal),
    };
  }

  async #credentials(
    pod: Pod,
    image: string,
    signal: AbortSignal,
  ): Promise<readonly RegistryCredential[]> {
    const { objects, events, credentials } = this.#options;
    const reference = parseImageReference(image);
    // The runtime says what is wrong with the name.
    if ("problem" in reference) return [];
    const { repository } = reference;
    return [
      ...(await pullCredentials(pod, repository, { objects, events, signal })),
      ...((await credentials?.(pod, repository, signal)) ?? []),
    ];
  }

  #nodeView(): NodeView {
    const { nodeName, node } = this.#options;
    const current = (): Readonly<Node> | undefined => node.lister.get("", nodeName);
    return {
      name: nodeName,
      current,
      ips: () => {
        const addresses = current()?.status?.addresses ?? [];
        const internal = addresses
          .filter(({ type }) => type === "InternalIP")
          .map(({ address }) => address);
        return sortByFamily(internal, internal[0]);
      },
    };
  }
}

/** Classes do not change: each pod that names one asks anew, which few do. */
async function findHandler(client: Client, name: string): Promise<string | undefined> {
  try {
    const { handler } = await client.resource(RUNTIME_CLASSES).get({ namespace: "", name });
    return handler;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function createInformers(options: PodAgentOptions): {
  pods: Informer<Pod>;
  services: Informer<ObservedService>;
} {
  const { client, nodeName } = options;
  return {
    pods: createInformer({
      ...options,
      client: client.resource(PODS),
      selection: { fieldSelector: `spec.nodeName=${nodeName}` },
      transform: withoutFieldOwners,
    }),
    services: createInformer({
      ...options,
      client: client.resource(SERVICES),
      transform: observeService,
    }),
  };
}
