import { homedir, userInfo } from "node:os";
import { join } from "node:path";
import type { Node } from "../api/types.ts";
import type { Client } from "../client/client.ts";
import type { EventSink } from "../client/event-recorder.ts";
import { SERVICE_ACCOUNTS } from "../client/resource-type.ts";
import type { Informer } from "../informer/informer.ts";
import { runTogether } from "../runtime/task-group.ts";
import type { ImageCredentials } from "./credential-provider/credential-providers.ts";
import { NodeDockerConfig } from "./credential-provider/node-docker-config.ts";
import { ImageAccess } from "./images/image-access.ts";
import type { ImageKeeper } from "./images/image-keeper.ts";
import { PullRecords } from "./images/pull-records.ts";
import type { ClientAuthorities } from "./node/join/client-authorities.ts";
import type { ServingIdentity } from "./node/join/serving-identity.ts";
import type { NodeAgentConfig, NodeAgentDependencies } from "./node-agent-options.ts";
import { openRuntime } from "./open-runtime.ts";
import type { PodRuntime } from "./pod-runtime.ts";
import { createPodAgent } from "./pods/pod-agent.ts";
import {
  type AgentServer,
  type AgentServerTls,
  createAgentServer,
} from "./streams/agent-server.ts";
import { createNodeVolumes, type NodeVolumes } from "./volumes/node-volumes.ts";
import { type IdMapping, SAME_IDS } from "./volumes/ownership.ts";

export interface NodePodsOptions extends NodeAgentDependencies {
  readonly config: NodeAgentConfig;
  /** In the node's name. */
  readonly client: Client;
  readonly node: Informer<Node>;
  readonly events: EventSink;
  readonly serving: ServingIdentity;
  readonly authorities: ClientAuthorities;
  /** Of the node. */
  readonly addresses: () => readonly string[];
  /** Whether the node is under pressure because of the disk of images. */
  readonly lacksImageSpace: () => boolean;
}

/** The part of an agent that runs pods, and lets them be reached. */
export interface NodePods extends AsyncDisposable {
  readonly runtime: PodRuntime;
  /** Where the agent listens. */
  readonly port: number;
  /** Of a runtime that keeps any. */
  readonly images?: Pick<ImageKeeper, "current" | "directory">;
  run(context: { readonly signal: AbortSignal }): Promise<void>;
}

/**
 * Joins runtime, volumes, pods and the agent's server.
 * @throws RuntimeError when pods cannot run here; Error when there is no place for volumes, and what
 *   the system says of a port. Nothing of it is left behind.
 */
export async function openNodePods(options: NodePodsOptions): Promise<NodePods> {
  const { config, serving, authorities } = options;
  await using resources = new AsyncDisposableStack();
  const volumes = resources.use(await createNodeVolumes(volumesOptions(options)));
  // Its containers end with the agent: nobody is left to see what is mounted.
  if (config.runtime.kind === "process") resources.defer(() => volumes.volumes.leaveMemory());
  const runtime = resources.use(
    await openRuntime({
      ...options,
      maskedPaths: [config.rootDirectory, volumes.memory, ...config.maskedPaths],
    }),
  );
  const ending = new AbortController();
  resources.defer(() => ending.abort());
  const credentials = await imageCredentials(options, volumes, ending.signal);
  const access = config.runtime.kind === "cri" ? imageAccess(options) : undefined;
  const agent = createPodAgent({
    ...podOptions(options, runtime, volumes),
    ...(credentials === undefined ? {} : { credentials }),
    // The others' images are the host's, and anybody's.
    ...(access === undefined ? {} : { imageAccess: access }),
  });
  const server = resources.use(
    createAgentServer({
      ...options,
      tls: serverTls(options),
      nodeName: config.nodeName,
      pods: agent.pods,
      runtime,
    }),
  );
  const renewTls = (): void => renewServerTls(server, options);
  resources.defer(serving.onRenewed(renewTls));
  resources.defer(authorities.onChange(renewTls));
  const { port } = await server.listen(config.port, config.address);
  const images = await imageKeeper(options, runtime, access);
  const owned = resources.move();
  return {
    runtime,
    port,
    ...(images === undefined ? {} : { images }),
    run: ({ signal }) =>
      runTogether([agent, volumes, ...(images === undefined ? [] : [images])], { signal }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function volumesOptions(options: NodePodsOptions): Parameters<typeof createNodeVolumes>[0] {
  const { config, client, node, clock, random, logger } = options;
  const { uid } = userInfo();
  return {
    client,
    root: config.rootDirectory,
    memoryFallback: join("/dev/shm", `countersign-${uid}`, config.nodeName),
    hostPaths: { allowed: config.allowedHostPaths },
    allocatable: () => node.lister.get("", config.nodeName)?.status?.allocatable ?? {},
    ids: idMapping(config),
    clock,
    random,
    logger,
  };
}

/** Containers of a user who is not root have a root of their own, which is that user. */
function idMapping({ runtime }: NodeAgentConfig): IdMapping {
  const { uid, gid } = userInfo();
  if (runtime.kind !== "process" || uid === 0) return SAME_IDS;
  return {
    user: (id) => (id === 0 ? uid : id),
    group: (id) => (id === 0 ? gid : id),
  };
}

function podOptions(
  options: NodePodsOptions,
  runtime: PodRuntime,
  { volumes, objects }: NodeVolumes,
): Parameters<typeof createPodAgent>[0] {
  const { config, client, node, events, clock, random, logger } = options;
  const { hostname, port } = new URL(config.access.server);
  return {
    client,
    nodeName: config.nodeName,
    node,
    runtime,
    volumes,
    objects,
    events,
    clock,
    random,
    logger,
    directory: config.rootDirectory,
    // Nothing routes to the addresses of services: pods reach the API where the agent does.
    apiEndpoint: { host: hostname.replace(/^\[|\]$/g, ""), port: port === "" ? 443 : Number(port) },
    clusterDomain: config.clusterDomain,
  };
}

function imageAccess({ config, clock, logger }: NodePodsOptions): ImageAccess {
  return new ImageAccess({ records: new PullRecords(config.rootDirectory), clock, logger });
}

async function imageKeeper(
  options: NodePodsOptions,
  { imageStore: images }: PodRuntime,
  access: ImageAccess | undefined,
): Promise<ImageKeeper | undefined> {
  if (access === undefined || images === undefined) return undefined;
  const { config, lacksImageSpace: lacksSpace } = options;
  const { ImageKeeper } = await import("./images/image-keeper.ts");
  return new ImageKeeper({
    ...options,
    ...{ images, access, lacksSpace, nodeName: config.nodeName, policy: config.imageCollection },
  });
}

/** Of the node itself, and of the providers that are configured; undefined where nothing is pulled. */
async function imageCredentials(
  options: NodePodsOptions,
  volumes: NodeVolumes,
  signal: AbortSignal,
): Promise<ImageCredentials | undefined> {
  const { config, clock, logger } = options;
  const { credentialProviders, runtime } = config;
  if (runtime.kind === "process") {
    if (credentialProviders !== undefined) {
      logger.warn(
        { providers: credentialProviders.providers.map(({ name }) => name) },
        "image credential providers are not asked: the runtime process pulls no images",
      );
    }
    return undefined;
  }
  const ofNode = new NodeDockerConfig({
    ...{ root: config.rootDirectory, home: homedir(), clock, logger },
  });
  const ofProviders = await providersOf(options, volumes, signal);
  return async (pod, repository, abort) => [
    ...ofNode.lookup(repository),
    ...((await ofProviders?.(pod, repository, abort)) ?? []),
  ];
}

async function providersOf(
  { config, client, clock, logger }: NodePodsOptions,
  { tokens }: NodeVolumes,
  signal: AbortSignal,
): Promise<ImageCredentials | undefined> {
  const { credentialProviders } = config;
  if (credentialProviders === undefined) return undefined;
  const { createCredentialProviders } = await import(
    "./credential-provider/credential-providers.ts"
  );
  const accounts = client.resource(SERVICE_ACCOUNTS);
  return createCredentialProviders({
    ...credentialProviders,
    accounts: {
      serviceAccount: (namespace, name, abort) =>
        accounts.get({ namespace, name }, { signal: abort }),
      token: (request, abort) => tokens.get(request, abort),
    },
    environment: process.env,
    ...{ signal, clock, logger },
  });
}

/** While nobody is to be believed, the agent's own certificate stands for that: it has issued nothing. */
function serverTls({ serving, authorities }: NodePodsOptions): AgentServerTls {
  const { key, cert } = serving.current;
  return { key, cert, clientCa: authorities.current === "" ? cert : authorities.current };
}

function renewServerTls(server: AgentServer, options: NodePodsOptions): void {
  try {
    server.setTls(serverTls(options));
  } catch (error) {
    options.logger.error({ error }, "the agent keeps its old certificates");
  }
}
