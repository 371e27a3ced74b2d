import type { Node, NodeSpec, Pod, PodSpec } from "../../api/types.ts";
import { NodeInfo, placedPod } from "./node-info.ts";

export interface PodFacts extends Partial<PodSpec> {
  readonly name?: string;
  readonly requests?: Record<string, string>;
  readonly hostPort?: number;
  readonly controller?: string;
}

/** A pod with one container; its name is its uid. */
export function pod({ name = "pod", requests, hostPort, controller, ...spec }: PodFacts = {}): Pod {
  const owner = { apiVersion: "apps/v1", kind: "ReplicaSet", name: "rs", controller: true };
  return {
    metadata: {
      ...{ name, uid: name, namespace: "default" },
      ...(controller === undefined ? {} : { ownerReferences: [{ ...owner, uid: controller }] }),
    },
    spec: {
      containers: [
        {
          ...{ name: "c", image: "i" },
          ...(requests === undefined ? {} : { resources: { requests } }),
          ...(hostPort === undefined ? {} : { ports: [{ containerPort: 1, hostPort }] }),
        },
      ],
      ...spec,
    },
  };
}

export interface NodeFacts extends Partial<NodeSpec> {
  readonly labels?: Record<string, string>;
  readonly allocatable?: Record<string, string>;
  readonly declaredFeatures?: string[];
  readonly pods?: readonly Pod[];
}

/** A node with two cores, 4 GiB and room for ten pods. */
export function node(
  name: string,
  { labels, allocatable, declaredFeatures, pods: _pods, ...spec }: NodeFacts = {},
): Node {
  return {
    metadata: { name, ...(labels === undefined ? {} : { labels }) },
    spec,
    status: {
      allocatable: { cpu: "2", memory: "4Gi", pods: "10", ...allocatable },
      ...(declaredFeatures === undefined ? {} : { declaredFeatures }),
    },
  };
}

export function nodeInfo(name: string, facts: NodeFacts = {}): NodeInfo {
  const info = new NodeInfo(name);
  info.node = node(name, facts);
  for (const each of facts.pods ?? []) info.put(placedPod(each));
  return info;
}
