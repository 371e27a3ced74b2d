import type { Node, ObjectReference } from "../../api/types.ts";
import type { Client, ResourceClient } from "../../client/client.ts";
import { isAlreadyExists } from "../../client/errors.ts";
import type { EventSink } from "../../client/event-recorder.ts";
import { NODES } from "../../client/resource-type.ts";
import type { Informer } from "../../informer/informer.ts";
import type { Clock } from "../../runtime/clock.ts";
import { lastsStill } from "../../runtime/lasts-still.ts";
import type { Logger } from "../../runtime/logger.ts";
import type { Random } from "../../runtime/random.ts";
import type { Runnable } from "../../runtime/task-group.ts";
import {
  hasStatusChanged,
  initialNode,
  missingLabels,
  type NodeFindings,
  type NodeIdentity,
  nodePatch,
  updateNodeStatus,
} from "./node-object.ts";
import { nodeReference } from "./own-node.ts";

export interface NodeReporterOptions {
  readonly client: Client;
  /** Of the agent's own node alone. */
  readonly node: Informer<Node>;
  /** What the node says of itself; some of it is known only when its runtime is there. */
  readonly identity: () => NodeIdentity;
  /** What the machine is like now. */
  readonly find: () => Promise<NodeFindings> | NodeFindings;
  readonly events: EventSink;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** @see kubernetes pkg/kubelet/apis/config/v1beta1/defaults.go (NodeStatusUpdateFrequency) */
const EVERY_MS = 10_000;
/** A status in which nothing has changed is still told so often (NodeStatusReportFrequency). */
const REPORT_EVERY_MS = 5 * 60_000;
const JITTER = 0.04;
const TRIES = 5;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 7_000;

/**
 * Registers the node, and reports how it is: at once what has changed, and now and then what has not.
 * @see kubernetes pkg/kubelet/kubelet_node_status.go
 */
export class NodeReporter implements Runnable {
  readonly #options: NodeReporterOptions;
  readonly #nodes: ResourceClient<Node>;
  readonly #reference: ObjectReference;
  #reportedAt = Number.NEGATIVE_INFINITY;
  /** Added to the interval after a change, so that not all nodes report at once. */
  #delayMs = 0;
  #unschedulable = false;
  #toldReboot = false;
  #wake: () => void = () => {};
  /** Something has changed since the last look began. */
  #isPoked = false;

  constructor(options: NodeReporterOptions) {
    this.#options = options;
    this.#nodes = options.client.resource(NODES);
    const { name } = options.identity();
    this.#reference = nodeReference(name);
  }

  /** Looks again soon: something about the node may have changed. */
  poke(): void {
    this.#isPoked = true;
    this.#wake();
  }

  async run({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    const { clock, random, logger, events } = this.#options;
    events.record(this.#reference, "Normal", "Starting", "Starting kubelet.");
    await this.#register(signal);
    while (!signal.aborted) {
      this.#isPoked = false;
      try {
        await this.#report(signal);
      } catch (error) {
        if (!signal.aborted) logger.warn({ error }, "the node's status was not reported");
      }
      // It has been looked at too early.
      if (this.#isPoked) continue;
      const woken = new AbortController();
      this.#wake = () => woken.abort();
      const waitMs = Math.round(EVERY_MS * (1 + JITTER * random.fraction()));
      await clock.sleep(waitMs, AbortSignal.any([signal, woken.signal]));
    }
  }

  async #register(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#options;
    const { name } = this.#options.identity();
    let pauseMs = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      try {
        await this.#tryRegister(signal);
        logger.info({ node: name }, "the node is registered");
        return;
      } catch (error) {
        if (signal.aborted) return;
        logger.warn({ node: name, error }, "the node cannot be registered yet");
      }
      await clock.sleep(pauseMs, signal);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
  }

  /** A node that is there already, of another life or of another agent, is taken over. */
  async #tryRegister(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const findings = await this.#options.find();
    const identity = this.#options.identity();
    const { node, events } = initialNode(identity, findings, clock.now());
    for (const reason of events) this.#tellStatus(reason);
    try {
      await this.#nodes.create(node, { signal });
      return;
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
    const key = { namespace: "", name: identity.name };
    const existing = await this.#nodes.get(key, { signal });
    const labels = missingLabels(existing, identity, findings.machine);
    if (Object.keys(labels).length === 0) return;
    const patch = { metadata: { labels } };
    await this.#nodes.patch(key, "strategic-merge-patch", patch, { signal });
  }

  async #report(signal: AbortSignal): Promise<void> {
    const { logger } = this.#options;
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        await this.#tryReport(attempt === 1, signal);
        return;
      } catch (error) {
        if (attempt === TRIES || signal.aborted) throw error;
        logger.debug({ error, attempt }, "the node's status was not reported; trying again");
      }
    }
  }

  async #tryReport(mayBeStale: boolean, signal: AbortSignal): Promise<void> {
    const { clock, random, node: informer } = this.#options;
    const { name } = this.#options.identity();
    const key = { namespace: "", name };
    const known = mayBeStale ? informer.lister.get("", name) : undefined;
    const node = known ?? (await this.#nodes.get(key, { signal }));
    const findings = await this.#options.find();
    // Afterwards: a node that is found ready must not be one whose runtime was not there yet.
    const identity = this.#options.identity();
    const before = node.status ?? {};
    const { status, events } = updateNodeStatus(before, identity, findings, clock.now());
    const labels = missingLabels(node, identity, findings.machine);
    this.#tellOfNode(node, findings, events);
    const changed = hasStatusChanged(before, status) || Object.keys(labels).length > 0;
    const isDue = !lastsStill(this.#reportedAt, REPORT_EVERY_MS + this.#delayMs, clock.now());
    if (!changed && !isDue) return;
    const isFirst = this.#reportedAt === Number.NEGATIVE_INFINITY;
    this.#delayMs = changed || isFirst ? REPORT_EVERY_MS * (random.fraction() - 0.5) : 0;
    const patch = nodePatch(node, status, labels);
    await this.#nodes.patch(key, "strategic-merge-patch", patch, { subresource: "status", signal });
    this.#reportedAt = clock.now();
  }

  #tellOfNode(node: Readonly<Node>, { machine }: NodeFindings, events: readonly string[]): void {
    for (const reason of events) this.#tellStatus(reason);
    const unschedulable = node.spec?.unschedulable === true;
    if (unschedulable !== this.#unschedulable) {
      this.#unschedulable = unschedulable;
      this.#tellStatus(unschedulable ? "NodeNotSchedulable" : "NodeSchedulable");
    }
    const bootId = node.status?.nodeInfo?.bootID ?? "";
    if (bootId === "" || bootId === machine.bootId || this.#toldReboot) return;
    this.#toldReboot = true;
    const text = `Node ${node.metadata.name} has been rebooted, boot id: ${machine.bootId}`;
    this.#options.events.record(this.#reference, "Warning", "Rebooted", text);
  }

  #tellStatus(reason: string): void {
    const { events, identity } = this.#options;
    const text = `Node ${identity().name} status is now: ${reason}`;
    events.record(this.#reference, "Normal", reason, text);
  }
}
