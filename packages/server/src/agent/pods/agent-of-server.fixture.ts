import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import type { Event, Pod, PodSpec } from "../../api/types.ts";
import { Client, type ResourceClient } from "../../client/client.ts";
import { EventRecorder } from "../../client/event-recorder.ts";
import { connectInProcess } from "../../client/in-process.ts";
import { EVENTS, PODS } from "../../client/resource-type.ts";
import type { Transport } from "../../client/transport.ts";
import { find } from "../../controllers/controlled-server.fixture.ts";
import { type Clock, realClock } from "../../runtime/clock.ts";
import { systemRandom } from "../../runtime/random.ts";
import { runTogether } from "../../runtime/task-group.ts";
import { followOwnNode } from "../node/own-node.ts";
import { type NodeOfServer, startNodeOfServer } from "../node-of-server.fixture.ts";
import { ObjectCache } from "../object-cache.ts";
import type { NodePodVolumes } from "../volumes/pod-volumes.ts";
import type { MountedVolume, VolumeError } from "../volumes/volume.ts";
import { createPodAgent, type PodAgent, type PodAgentOptions } from "./pod-agent.ts";
import { ScriptedRuntime, type ScriptedRuntimeOptions } from "./scripted-runtime.fixture.ts";

/** Volumes without files: they are there, or fail as a test says. */
export class ScriptedVolumes implements NodePodVolumes {
  readonly calls: string[] = [];
  readonly objects: ObjectCache;
  readonly left: Set<string> = new Set();
  failure: VolumeError | undefined;
  readonly #listeners = new Set<(podUid: string) => void>();

  constructor(objects: ObjectCache) {
    this.objects = objects;
  }

  async sync(pod: Pod): Promise<readonly MountedVolume[]> {
    this.calls.push(`sync ${pod.metadata.name}`);
    this.objects.register(pod);
    if (this.failure !== undefined) throw this.failure;
    this.left.add(pod.metadata.uid ?? "");
    return (pod.spec?.volumes ?? []).map(({ name }) => ({
      name,
      hostPath: `/volumes/${name}`,
      readOnly: false,
    }));
  }

  async tearDown(podUid: string): Promise<void> {
    this.calls.push("tear-down");
    this.objects.unregister(podUid);
    this.left.delete(podUid);
  }

  async leftovers(): Promise<readonly string[]> {
    return [...this.left];
  }

  onChange(listener: (podUid: string) => void): () => void {
    this.#listeners.add(listener);
    const leave = this.objects.onChange(listener);
    return () => {
      leave();
      this.#listeners.delete(listener);
    };
  }

  async subPath({ volume, subPath }: { volume: MountedVolume; subPath: string }): Promise<string> {
    return `${volume.hostPath}/${subPath}`;
  }

  changed(podUid: string): void {
    for (const listener of this.#listeners) listener(podUid);
  }
}

/** A pod agent with a scripted runtime against a whole server, all under one clock. */
export interface AgentOfServer extends AsyncDisposable {
  readonly node: NodeOfServer;
  readonly runtime: ScriptedRuntime;
  readonly volumes: ScriptedVolumes;
  readonly agent: PodAgent;
  readonly pods: ResourceClient<Pod>;
  readonly directory: string;
  create(name: string, spec?: Partial<PodSpec>): Promise<Pod>;
  get(name: string): Promise<Pod>;
  /** Waits until a pod is as the check says; time stands still but for what `stepMs` says. */
  until(name: string, check: (pod: Pod) => boolean, stepMs?: number): Promise<Pod>;
  untilGone(name: string, stepMs?: number): Promise<void>;
  /** The same of anything; files take real time, in which the clock stands still. */
  eventually<T>(check: () => T | Promise<T>, stepMs?: number): Promise<T>;
  /** `type reason message` of the events about a pod, the oldest first. */
  events(name: string): Promise<string[]>;
  /** How often events of a reason have happened to a pod. */
  counts(name: string): Promise<Record<string, number>>;
  /** Waits until there are all these events about a pod. */
  untilEvents(name: string, ...events: readonly string[]): Promise<void>;
  advance(ms: number): Promise<void>;
  /** While it is true no request of the agent gets through, and what it reads breaks off. */
  away: boolean;
  /** Ends the agent, and begins another one over the same runtime and directory. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Of what an agent can be made besides. */
export interface AgentParts {
  readonly client: Client;
  readonly directory: string;
  /** Of the server. */
  readonly clock: Clock;
}

const NODE = "node-1";
/** Of a millisecond and more. */
const ROUNDS = 3_000;

export async function startAgentOfServer(
  script: Partial<ScriptedRuntimeOptions> = {},
  more: Partial<PodAgentOptions> | ((of: AgentParts) => Promise<Partial<PodAgentOptions>>) = {},
): Promise<AgentOfServer> {
  const node = await startNodeOfServer();
  const { server } = node;
  const { clock } = server;
  const outage = { away: false };
  const transport = connectInProcess(server.server.server.handler, NODE_USER);
  const client = new Client(withOutage(transport, outage), {
    userAgent: "kubelet",
    exactIntegers: true,
  });
  await server.client.send("PATCH", `/api/v1/nodes/${NODE}/status`, {
    headers: { "content-type": "application/merge-patch+json" },
    body: {
      status: {
        allocatable: { cpu: "2", memory: "4Gi", pods: "110" },
        addresses: [{ type: "InternalIP", address: "192.0.2.1" }],
      },
    },
  });
  const directory = mkdtempSync(join(tmpdir(), "pod-agent-"));
  const runtime = new ScriptedRuntime({ clock, ...script });
  const dependencies = { clock, random: systemRandom, logger: quiet };
  const objects = new ObjectCache({ client, ...dependencies });
  const volumes = new ScriptedVolumes(objects);
  const options = typeof more === "function" ? await more({ client, directory, clock }) : more;
  const begin = (): { agent: PodAgent; stop: () => Promise<void> } => {
    const recorder = new EventRecorder({
      client,
      component: "kubelet",
      host: NODE,
      ...dependencies,
    });
    const ownNode = followOwnNode(client, NODE, dependencies);
    const agent = createPodAgent({
      ...{ client, nodeName: NODE, node: ownNode, runtime, volumes, objects, directory },
      events: recorder,
      ...dependencies,
      ...options,
    });
    const abort = new AbortController();
    const running = runTogether([agent, recorder, ownNode], { signal: abort.signal });
    return {
      agent,
      stop: async () => {
        abort.abort();
        await running;
      },
    };
  };
  let current = begin();
  const pods = server.client.resource(PODS);
  const key = (name: string) => ({ namespace: "ns", name });
  const eventually: AgentOfServer["eventually"] = async (check, stepMs = 0) => {
    for (let round = 0; round < ROUNDS; round++) {
      const found = await check();
      if (found) return found;
      await clock.advance(stepMs);
      await realClock.sleep(1);
    }
    throw new Error(`it never came to be: ${String(check)}`);
  };
  const eventsAbout = async (name: string): Promise<readonly Event[]> => {
    const fieldSelector = `involvedObject.name=${name}`;
    const { items } = await server.client.resource(EVENTS).list({ namespace: "ns", fieldSelector });
    return [...items].sort(byName);
  };
  const events = async (name: string): Promise<string[]> =>
    (await eventsAbout(name)).map(({ type, reason, message }) => `${type} ${reason} ${message}`);
  return {
    node,
    runtime,
    volumes,
    get agent() {
      return current.agent;
    },
    pods,
    directory,
    create: (name, spec = {}) => node.pod(name, spec),
    get: (name) => pods.get(key(name)),
    until: async (name, check, stepMs) => {
      let pod = await pods.get(key(name));
      await eventually(async () => {
        pod = await pods.get(key(name));
        return check(pod);
      }, stepMs);
      return pod;
    },
    untilGone: async (name, stepMs) => {
      await eventually(async () => (await find(pods, key(name))) === undefined, stepMs);
    },
    eventually,
    events,
    counts: async (name) => {
      const counts: Record<string, number> = {};
      for (const { reason = "", count = 1 } of await eventsAbout(name)) {
        counts[reason] = (counts[reason] ?? 0) + count;
      }
      return counts;
    },
    untilEvents: async (name, ...wanted) => {
      let found: readonly string[] = [];
      try {
        await eventually(async () => {
          found = await events(name);
          return wanted.every((event) => found.includes(event));
        });
      } catch {
        expect(found).toEqual(expect.arrayContaining([...wanted]));
      }
    },
    advance: (ms) => clock.advance(ms),
    get away() {
      return outage.away;
    },
    set away(away) {
      outage.away = away;
    },
    restart: async () => {
      await current.stop();
      current = begin();
    },
    stop: () => current.stop(),
    [Symbol.asyncDispose]: async () => {
      await current.stop();
      await objects[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true });
      await node[Symbol.asyncDispose]();
      expect(server.clock.pending(), "timers that nobody cancelled").toBe(0);
    },
  };
}

const NODE_USER = {
  username: `system:node:${NODE}`,
  groups: ["system:nodes", "system:authenticated"],
};

/** A network that can be taken away. */
function withOutage(transport: Transport, outage: { readonly away: boolean }): Transport {
  const check = (): void => {
    if (outage.away) throw new Error("connect ECONNREFUSED");
  };
  return async (request) => {
    check();
    const response = await transport(request);
    return {
      status: response.status,
      header: (name) => response.header(name),
      text: () => response.text(),
      chunks: async function* () {
        for await (const chunk of response.chunks()) {
          check();
          yield chunk;
        }
      },
    };
  };
}

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

function byName(left: Event, right: Event): number {
  return (left.metadata.name ?? "") < (right.metadata.name ?? "") ? -1 : 1;
}
