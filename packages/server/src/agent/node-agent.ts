import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Node } from "../api/types.ts";
import { Client } from "../client/client.ts";
import { EventRecorder } from "../client/event-recorder.ts";
import { createHttpsTransport } from "../client/node/https-transport.ts";
import type { Informer } from "../informer/informer.ts";
import { type Runnable, runTogether } from "../runtime/task-group.ts";
import { ClientAuthorities } from "./node/join/client-authorities.ts";
import { ClientIdentity } from "./node/join/client-identity.ts";
import { ServingIdentity } from "./node/join/serving-identity.ts";
import { NodeInspector } from "./node/node-findings.ts";
import { NodeLease } from "./node/node-lease.ts";
import type { NodeIdentity } from "./node/node-object.ts";
import { NodeReporter } from "./node/node-reporter.ts";
import { followOwnNode } from "./node/own-node.ts";
import { messageOf, runtimeProblems } from "./node/runtime-health.ts";
import type { NodeAgentConfig, NodeAgentDependencies } from "./node-agent-options.ts";
import { type NodePods, openNodePods } from "./node-pods.ts";

export interface NodeAgentOptions extends NodeAgentDependencies {
  readonly config: NodeAgentConfig;
  /** Told once, when the node is one of the cluster's and can run pods. @param port - of the agent */
  readonly onReady?: (port: number) => void;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * The agent of a node: it joins the cluster, registers its node, runs the pods of it, and tells how
 * both are. Whatever goes wrong while it runs, it stays up and says so in the node's status; it ends
 * when it is told to, and with it, in the runtime `process`, its pods.
 * @throws from `run`: Error when this machine has no address that is wanted; what the system says of
 *   the port
 */
export function createNodeAgent(options: NodeAgentOptions): Runnable {
  return {
    async run({ signal }) {
      mkdirSync(options.config.rootDirectory, { recursive: true, mode: 0o700 });
      await new RunningAgent(options).run(signal);
    },
  };
}

class RunningAgent {
  readonly #options: NodeAgentOptions;
  readonly #inspector: NodeInspector;
  #pods: NodePods | undefined;
  /** Why there are no pods yet. */
  #problem = "container runtime status check may not have completed yet";

  constructor(options: NodeAgentOptions) {
    const { config, clock } = options;
    this.#options = options;
    this.#inspector = new NodeInspector({
      ...config,
      root: "/",
      directory: config.rootDirectory,
      thresholds: config.evictionHard,
      imageDirectory: () => this.#pods?.images?.directory,
      clock,
    });
  }

  async run(signal: AbortSignal): Promise<void> {
    const { config, clock } = this.#options;
    const addresses = await this.#inspector.findAddresses();
    const directory = join(config.rootDirectory, "pki");
    const userAgent = `kubelet/${config.version}`;
    const identity = new ClientIdentity({ ...this.#options, ...config, directory, userAgent });
    await identity.join(signal);
    if (signal.aborted) return;
    await using transport = createHttpsTransport({
      ...config.access,
      credential: () => identity.credential,
      clock,
    });
    identity.onRenewed(() => transport.renew());
    const client = new Client(transport.send, { userAgent, exactIntegers: true });
    const isSigned = config.rotateServerCertificates;
    const serving = new ServingIdentity({
      ...this.#options,
      ...{ client, directory, addresses, isSigned, nodeName: config.nodeName },
    });
    const authorities = new ClientAuthorities({ ...this.#options, client, given: config.clientCa });
    if (config.clientCa === "") await authorities.refresh(signal);
    await this.#work(client, { identity, serving, authorities }, signal);
  }

  async #work(
    client: Client,
    parts: {
      readonly identity: ClientIdentity;
      readonly serving: ServingIdentity;
      readonly authorities: ClientAuthorities;
    },
    signal: AbortSignal,
  ): Promise<void> {
    const { nodeName } = this.#options.config;
    const node = followOwnNode(client, nodeName, this.#options);
    const events = new EventRecorder({
      ...this.#options,
      ...{ client, component: "kubelet", host: nodeName },
    });
    const reporter = this.#reporter(client, node, events);
    const lease = new NodeLease({ ...this.#options, client, nodeName, node });
    const pods = this.#podsOf(client, node, events, parts, reporter);
    const { identity, serving, authorities } = parts;
    await runTogether([node, events, identity, serving, authorities, lease, reporter, pods], {
      signal,
    });
  }

  #reporter(client: Client, node: Informer<Node>, events: EventRecorder): NodeReporter {
    const { clock } = this.#options;
    return new NodeReporter({
      ...this.#options,
      client,
      node,
      events,
      identity: () => this.#identity(),
      find: async () => {
        const problems =
          this.#pods === undefined
            ? [this.#problem]
            : await runtimeProblems(this.#pods.runtime, clock.sleep);
        return await this.#inspector.find(problems, this.#pods?.images?.current);
      },
    });
  }

  #identity(): NodeIdentity {
    const { config } = this.#options;
    const { runtime, port = 0 } = this.#pods ?? {};
    const runtimeVersion =
      runtime === undefined
        ? `${config.runtime.kind}://Unknown`
        : `${runtime.name}://${runtime.version}`;
    return { ...config, name: config.nodeName, runtimeVersion, port };
  }

  /** Opens what runs pods, as often as it takes: what is missing on this machine may come. */
  #podsOf(
    client: Client,
    node: Informer<Node>,
    events: EventRecorder,
    parts: { readonly serving: ServingIdentity; readonly authorities: ClientAuthorities },
    reporter: NodeReporter,
  ): Runnable {
    const { config, clock, logger, onReady } = this.#options;
    const addresses = (): readonly string[] =>
      this.#inspector.addresses
        .filter(({ type }) => type === "InternalIP")
        .map((each) => each.address);
    const open = (): Promise<NodePods> =>
      openNodePods({
        ...this.#options,
        ...parts,
        ...{ client, node, events, addresses },
        lacksImageSpace: () => this.#inspector.lacksImageSpace(),
      });
    return {
      run: async ({ signal }) => {
        for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs *= 2) {
          try {
            await using pods = await open();
            this.#pods = pods;
            reporter.poke();
            onReady?.(pods.port);
            await pods.run({ signal });
            return;
          } catch (error) {
            this.#pods = undefined;
            if (isOfListening(error)) throw error;
            this.#problem = `container runtime is down: ${messageOf(error)}`;
            logger.error({ node: config.nodeName, error }, "the node cannot run pods");
            reporter.poke();
          }
          await clock.sleep(Math.min(pauseMs, LONGEST_PAUSE_MS), signal);
        }
      },
    };
  }
}

/** Another process has the port, or there is no such address: nothing that time would heal. */
function isOfListening(error: unknown): boolean {
  return error instanceof Error && "syscall" in error && error.syscall === "listen";
}
