import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import type { ContainerState, PodSandbox, PodSandboxConfig } from "../pod-runtime.ts";
import { RuntimeError } from "../pod-runtime.ts";
import {
  CONTAINER_ID,
  CONTAINER_STATUS,
  CONTAINERS,
  type ContainerStatus,
  LIST_CONTAINERS,
  type ListedContainer,
} from "./container-messages.ts";
import type { CriClient } from "./cri-client.ts";
import { keptConfig, OWNER_LABEL } from "./cri-config.ts";
import { changedPods, containerState, podSandbox } from "./cri-states.ts";
import {
  LIST_SANDBOXES,
  type ListedSandbox,
  SANDBOX_ID,
  SANDBOX_STATUS,
  SANDBOXES,
} from "./sandbox-messages.ts";

const LIST_PODS = {
  name: "RuntimeService/ListPodSandbox",
  request: LIST_SANDBOXES,
  response: SANDBOXES,
};
const POD_STATUS = {
  name: "RuntimeService/PodSandboxStatus",
  request: SANDBOX_ID,
  response: SANDBOX_STATUS,
};
const LIST = {
  name: "RuntimeService/ListContainers",
  request: LIST_CONTAINERS,
  response: CONTAINERS,
};
const STATUS = {
  name: "RuntimeService/ContainerStatus",
  request: CONTAINER_ID,
  response: CONTAINER_STATUS,
};

/** @see kubernetes pkg/kubelet/kubelet.go (genericPlegRelistPeriod) */
const LOOK_AGAIN_MS = 1000;

export interface CriViewOptions {
  readonly client: CriClient;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly owner: string;
  /** Of the node: what a pod has that has no network of its own. */
  readonly addresses: () => readonly string[];
}

export interface CriContents {
  readonly pods: readonly PodSandbox[];
  readonly containers: readonly ContainerState[];
}

interface KnownPod {
  readonly state: number;
  readonly ips: readonly string[];
  readonly config: PodSandboxConfig;
}

/**
 * What a CRI server has of one agent's. Its lists say what state a container is in, and no more, so
 * that each is asked for once in every state. Servers that tell of changes are rare: it looks every
 * second, as a kubelet does.
 */
export class CriView {
  readonly #options: CriViewOptions;
  readonly #statuses = new Map<string, ContainerStatus>();
  readonly #pods = new Map<string, KnownPod>();
  readonly #listeners = new Set<(podUid: string) => void>();
  #last: readonly ContainerState[] = [];
  #stop: (() => void) | undefined;
  #closed = false;

  constructor(options: CriViewOptions) {
    this.#options = options;
  }

  /** Looks, and tells of what has changed. */
  async look(): Promise<CriContents> {
    const { client, owner } = this.#options;
    const filter = { labelSelector: { [OWNER_LABEL]: owner } };
    const [{ items }, { containers }] = await Promise.all([
      client.call(LIST_PODS, { filter }),
      client.call(LIST, { filter }),
    ]);
    const pods = await Promise.all(items.map((listed) => this.#pod(listed)));
    const states = await Promise.all(containers.map((listed) => this.#container(listed)));
    forget(this.#pods, items);
    forget(this.#statuses, containers);
    const changed = changedPods(this.#last, states);
    this.#last = states;
    for (const uid of changed) for (const listener of this.#listeners) listener(uid);
    return { pods, containers: states };
  }

  async #pod(listed: ListedSandbox): Promise<PodSandbox> {
    const known = this.#pods.get(listed.id);
    if (known?.state === listed.state) return podSandbox(listed, known.ips);
    const { client, addresses } = this.#options;
    const config = keptConfig(listed.annotations);
    const status = await orGone(client.call(POD_STATUS, { podSandboxId: listed.id }));
    const { ip = "", additionalIps = [] } = status?.status?.network ?? {};
    const own = ip === "" ? [] : [ip, ...additionalIps.map((each) => each.ip)];
    const ips = config.hostNetwork ? addresses() : own;
    this.#pods.set(listed.id, { state: listed.state, ips, config });
    return podSandbox(listed, ips);
  }

  async #container(listed: ListedContainer): Promise<ContainerState> {
    let status = this.#statuses.get(listed.id);
    if (status?.state !== listed.state) {
      const answer = await orGone(this.#options.client.call(STATUS, { containerId: listed.id }));
      status = answer?.status;
      if (status !== undefined) this.#statuses.set(listed.id, status);
    }
    return containerState(listed, status);
  }

  /** What a pod was made of, also by an earlier agent. @throws RuntimeError `not-found` */
  async configOf(podId: string): Promise<PodSandboxConfig> {
    if (!this.#pods.has(podId)) await this.look();
    const known = this.#pods.get(podId);
    if (known === undefined)
      throw new RuntimeError("not-found", `pod sandbox "${podId}": not found`);
    return known.config;
  }

  /** Containers that run, as far as was seen last. */
  get running(): readonly ContainerState[] {
    return this.#last.filter(({ state }) => state === "running");
  }

  onChange(listener: (podUid: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Looks again and again, until `close`. */
  watch(): void {
    if (this.#closed) return;
    this.#stop = this.#options.clock.after(LOOK_AGAIN_MS, () => {
      void this.look()
        .catch((error: unknown) => {
          this.#options.logger.debug({ error }, "the container runtime does not answer");
        })
        .finally(() => this.watch());
    });
  }

  close(): void {
    this.#closed = true;
    this.#stop?.();
  }
}

function forget(known: Map<string, unknown>, listed: readonly { readonly id: string }[]): void {
  const ids = new Set(listed.map(({ id }) => id));
  for (const id of known.keys()) if (!ids.has(id)) known.delete(id);
}

/** It may go between two questions. */
async function orGone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof RuntimeError && error.code === "not-found") return undefined;
    throw error;
  }
}
