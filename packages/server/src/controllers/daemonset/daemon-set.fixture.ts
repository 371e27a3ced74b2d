import type {
  DaemonSet,
  DaemonSetUpdateStrategy,
  Node,
  NodeSpec,
  Pod,
  PodPhase,
  PodSpec,
} from "../../api/types.ts";
import { REVISION_HASH_LABEL } from "./daemon-pod.ts";

export const NOW: number = Date.UTC(2026, 0, 1, 12);
export const HASH = "new";

export interface SetFacts {
  readonly template?: Partial<PodSpec>;
  readonly strategy?: DaemonSetUpdateStrategy;
  readonly minReadySeconds?: number;
  readonly annotations?: Record<string, string>;
}

export function daemonSet(facts: SetFacts = {}): DaemonSet {
  const { template, strategy, minReadySeconds, annotations } = facts;
  const labels = { app: "agent" };
  return {
    metadata: {
      ...{ name: "agent", namespace: "default", uid: "set", generation: 1 },
      ...(annotations === undefined ? {} : { annotations }),
    },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: "main", image: "image" }], ...template },
      },
      updateStrategy: strategy ?? { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } },
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
    },
  };
}

export function node(name: string, spec: NodeSpec = {}, labels: Record<string, string> = {}): Node {
  return { metadata: { name, labels }, spec };
}

export interface DaemonPodFacts {
  /** Of an older template. */
  readonly old?: boolean;
  readonly phase?: PodPhase;
  readonly isReady?: boolean;
  /** How long ago it got ready. */
  readonly readySeconds?: number;
  readonly isGoing?: boolean;
  readonly nodeName?: string;
  /** How long ago it was made. */
  readonly ageSeconds?: number;
}

export function daemonPod(name: string, facts: DaemonPodFacts = {}): Pod {
  const { old, phase = "Running", isReady = true, readySeconds = 60, ageSeconds = 60 } = facts;
  const at = (seconds: number): string => new Date(NOW - seconds * 1000).toISOString();
  return {
    metadata: {
      ...{ name, namespace: "default", uid: name, creationTimestamp: at(ageSeconds) },
      labels: { app: "agent", [REVISION_HASH_LABEL]: old === true ? "old" : HASH },
      ...(facts.isGoing === true ? { deletionTimestamp: at(0) } : {}),
    },
    spec: { containers: [], nodeName: facts.nodeName ?? "n1" },
    status: {
      phase,
      conditions: [
        {
          type: "Ready",
          status: isReady ? "True" : "False",
          lastTransitionTime: at(readySeconds),
        },
      ],
    },
  };
}

export const namesOf = (pods: readonly Readonly<Pod>[]): readonly (string | undefined)[] =>
  pods.map(({ metadata }) => metadata.name);
