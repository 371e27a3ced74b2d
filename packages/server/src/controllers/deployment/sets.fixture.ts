import type { Deployment, ReplicaSet } from "../../api/types.ts";
import type { ReplicaSets } from "./replica-sets.ts";

export interface SetFacts {
  readonly name: string;
  readonly replicas: number;
  /** As many as `replicas` when not given. */
  readonly available?: number;
  readonly actual?: number;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Image of its template. */
  readonly image?: string;
  /** Seconds after the first of January 2026. */
  readonly createdAt?: number;
}

export function replicaSet(facts: SetFacts): ReplicaSet {
  const { name, replicas, available = replicas, actual = replicas, annotations } = facts;
  const { image = name, createdAt = 0 } = facts;
  const second = String(createdAt).padStart(2, "0");
  return {
    metadata: {
      name,
      uid: name,
      namespace: "n",
      creationTimestamp: `2026-01-01T00:00:${second}Z`,
      generation: 1,
      ...(annotations === undefined ? {} : { annotations }),
    },
    spec: {
      replicas,
      selector: { matchLabels: { app: "web" } },
      template: {
        metadata: { labels: { app: "web", "pod-template-hash": name } },
        spec: { containers: [{ name: "c", image }] },
      },
    },
    status: {
      replicas: actual,
      readyReplicas: available,
      availableReplicas: available,
      terminatingReplicas: 0,
      observedGeneration: 1,
    },
  };
}

export interface DeploymentFacts {
  readonly replicas: number;
  readonly maxSurge?: number | string;
  readonly maxUnavailable?: number | string;
  readonly image?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly status?: Deployment["status"];
  /** `Recreate` instead of a rolling update. */
  readonly recreate?: boolean;
}

export function deployment(facts: DeploymentFacts): Deployment {
  const { replicas, maxSurge = 0, maxUnavailable = 0, image = "new", annotations, status } = facts;
  return {
    metadata: {
      name: "web",
      namespace: "n",
      uid: "d",
      generation: 1,
      ...(annotations === undefined ? {} : { annotations }),
    },
    spec: {
      replicas,
      selector: { matchLabels: { app: "web" } },
      progressDeadlineSeconds: 600,
      strategy:
        facts.recreate === true
          ? { type: "Recreate" }
          : { type: "RollingUpdate", rollingUpdate: { maxSurge, maxUnavailable } },
      template: {
        metadata: { labels: { app: "web" } },
        spec: { containers: [{ name: "c", image }] },
      },
    },
    ...(status === undefined ? {} : { status }),
  };
}

/** Old sets and, unless it is undefined, the newest. */
export function sets(old: readonly SetFacts[], newest?: Omit<SetFacts, "name">): ReplicaSets {
  return {
    old: old.map(replicaSet),
    newest:
      newest === undefined ? undefined : replicaSet({ name: "new", createdAt: 59, ...newest }),
  };
}
