import type { Node, NodeCondition } from "../../api/types.ts";
import { isConflict, isNotFound } from "../../client/errors.ts";
import {
  isSilent,
  type NodeHealth,
  observeNode,
  readyCondition,
  unknownConditions,
} from "./node-health.ts";
import type { NodeLifecycleOptions } from "./node-lifecycle.ts";
import { hasNoExecute, noExecuteTaints } from "./node-taints.ts";
import type { NodeWriter } from "./node-writer.ts";
import { paceMs, type ZoneState, zoneOf, zoneState } from "./zones.ts";

const LEASES = "kube-node-lease";
const EXCLUDED = "node.kubernetes.io/exclude-disruption";

/** A node as one look has found it. */
interface Finding {
  readonly node: Readonly<Node>;
  /** As it is now, perhaps because this look has changed it. */
  readonly ready: NodeCondition | undefined;
  readonly wasReady: boolean;
}

interface Zone {
  readonly state: ZoneState;
  readonly nodeCount: number;
}

/** Looks at all nodes from time to time. @see kubernetes nodelifecycle (monitorNodeHealth) */
export class NodeMonitor {
  readonly #options: NodeLifecycleOptions;
  readonly #writer: NodeWriter;
  readonly #known = new Map<string, Readonly<Node>>();
  readonly #healths = new Map<string, NodeHealth>();
  /** Nodes whose pods have not all been told that they are not ready. */
  readonly #unfinished = new Set<string>();
  /** By zone: when a node lost its pods last. */
  readonly #evictedAt = new Map<string, number>();
  /** No node anywhere is ready: then nobody is evicted. */
  #isDark = false;

  constructor(options: NodeLifecycleOptions, writer: NodeWriter) {
    this.#options = options;
    this.#writer = writer;
  }

  async look(signal: AbortSignal): Promise<void> {
    const { nodes } = this.#options;
    const all = [...nodes.lister.all()];
    this.#greet(all);
    const findings: Finding[] = [];
    for (const node of all) {
      const finding = await this.#try(node, signal, () => this.#examine(node, signal));
      if (finding !== undefined) findings.push(finding);
    }
    const zones = zonesOf(findings);
    this.#noteDisruption(findings, zones);
    for (const finding of findings) {
      await this.#try(finding.node, signal, async () => {
        await this.#taint(finding, zones, signal);
        await this.#tellPods(finding, signal);
      });
    }
  }

  /** What goes wrong with one node is no reason to leave the others alone; the next look comes soon. */
  async #try<T>(
    { metadata }: Readonly<Node>,
    signal: AbortSignal,
    act: () => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await act();
    } catch (error) {
      if (signal.aborted || isNotFound(error)) return undefined;
      const { logger } = this.#options;
      const fields = { node: metadata.name, error };
      if (isConflict(error)) logger.debug(fields, "a node has changed meanwhile");
      else logger.warn(fields, "the state of a node was not updated");
      return undefined;
    }
  }

  #greet(all: readonly Readonly<Node>[]): void {
    const names = new Set(all.map(({ metadata }) => metadata.name ?? ""));
    for (const node of all) {
      const { name = "" } = node.metadata;
      if (!this.#known.has(name)) {
        const message = `Node ${name} event: Registered Node ${name} in Controller`;
        this.#writer.tell(node, "RegisteredNode", message);
      }
      this.#known.set(name, node);
    }
    for (const [name, node] of this.#known) {
      if (names.has(name)) continue;
      const message = `Node ${name} event: Removing Node ${name} from Controller`;
      this.#writer.tell(node, "RemovingNode", message);
      this.#known.delete(name);
      this.#healths.delete(name);
      this.#unfinished.delete(name);
    }
  }

  async #examine(node: Readonly<Node>, signal: AbortSignal): Promise<Finding> {
    const { name = "" } = node.metadata;
    const now = this.#options.clock.now();
    const lease = this.#options.leases.lister.get(LEASES, name);
    const health = observeNode(this.#healths.get(name), node, lease, now);
    this.#healths.set(name, health);
    const ready = readyCondition(node);
    const wasReady = ready?.status === "True";
    const conditions = isSilent(health, now) ? unknownConditions(node, now) : undefined;
    if (conditions === undefined) return { node, ready, wasReady };
    const updated = await this.#writer.setConditions(node, conditions, signal);
    this.#healths.set(name, observeWritten(health, updated));
    if (wasReady) {
      this.#writer.tell(node, "NodeNotReady", `Node ${name} status is now: NodeNotReady`);
    }
    return { node: updated, ready: readyCondition(updated), wasReady };
  }

  /** When the light comes back all nodes get their time anew: they may only have lost us. */
  #noteDisruption(findings: readonly Finding[], zones: ReadonlyMap<string, Zone>): void {
    const isDark =
      findings.length > 0 && [...zones.values()].every(({ state }) => state === "full");
    if (this.#isDark && !isDark) {
      const seenAt = this.#options.clock.now();
      for (const [name, health] of this.#healths) this.#healths.set(name, { ...health, seenAt });
    }
    this.#isDark = isDark;
  }

  async #taint(
    { node, ready }: Finding,
    zones: ReadonlyMap<string, Zone>,
    signal: AbortSignal,
  ): Promise<void> {
    if (ready === undefined) return;
    const effect = "NoExecute" as const;
    const { add, remove } = noExecuteTaints(ready);
    if (this.#isDark || add === undefined) {
      const all = add === undefined ? remove : [...remove, add];
      const change = { add: [], remove: all.map((key) => ({ key, effect })) };
      await this.#writer.changeTaints(node, change, signal);
      return;
    }
    if (hasNoExecute(node, add)) return;
    // One taint for the other drives nobody away who is not going anyway.
    const isSwap = remove.some((key) => hasNoExecute(node, key));
    if (!isSwap && !this.#mayEvict(zoneOf(node), zones)) return;
    const change = {
      add: [{ key: add, effect }],
      remove: remove.map((key) => ({ key, effect })),
    };
    await this.#writer.changeTaints(node, change, signal);
  }

  #mayEvict(name: string, zones: ReadonlyMap<string, Zone>): boolean {
    const zone = zones.get(name) ?? { state: "normal", nodeCount: 1 };
    const now = this.#options.clock.now();
    const lastAt = this.#evictedAt.get(name) ?? Number.NEGATIVE_INFINITY;
    const pace = paceMs(zone.state, zone.nodeCount);
    if (pace === Number.POSITIVE_INFINITY || now - lastAt < pace) return false;
    this.#evictedAt.set(name, now);
    return true;
  }

  async #tellPods({ node, ready, wasReady }: Finding, signal: AbortSignal): Promise<void> {
    const { name = "" } = node.metadata;
    if (ready === undefined || ready.status === "True") {
      this.#unfinished.delete(name);
      return;
    }
    if (!wasReady && !this.#unfinished.has(name)) return;
    this.#unfinished.add(name);
    for (const pod of this.#options.pods.lister.all()) {
      if (pod.spec?.nodeName === name) await this.#writer.markNotReady(pod, signal);
    }
    this.#unfinished.delete(name);
  }
}

/** What we wrote ourselves is no sign of life. */
function observeWritten(health: NodeHealth, node: Readonly<Node>): NodeHealth {
  const ready = readyCondition(node);
  return { ...health, heartbeat: ready?.lastHeartbeatTime, hadReady: ready !== undefined };
}

function zonesOf(findings: readonly Finding[]): ReadonlyMap<string, Zone> {
  const conditions = new Map<string, (NodeCondition | undefined)[]>();
  for (const { node, ready } of findings) {
    if (node.metadata.labels?.[EXCLUDED] !== undefined) continue;
    const zone = zoneOf(node);
    conditions.set(zone, [...(conditions.get(zone) ?? []), ready]);
  }
  return new Map(
    [...conditions].map(([zone, ready]) => [
      zone,
      { state: zoneState(ready), nodeCount: ready.length },
    ]),
  );
}
