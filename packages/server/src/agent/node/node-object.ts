import { isDeepStrictEqual } from "node:util";
import type { Node, NodeAddress, NodeCondition, NodeStatus, Taint } from "../../api/types.ts";
import type { StoredImage } from "../image-store.ts";
import { type EvictionThreshold, reservedBytes } from "./eviction-thresholds.ts";
import type { MachineInfo, MachineUse } from "./machine.ts";
import { type NodeHealth, updateConditions } from "./node-conditions.ts";
import { nodeImages } from "./node-images.ts";
import { bytesQuantity } from "./node-quantity.ts";

/** What a node says of itself, and does not change while its agent runs. */
export interface NodeIdentity {
  readonly name: string;
  readonly hostname: string;
  /** `--node-labels`, on top of those that every node has. */
  readonly labels: Readonly<Record<string, string>>;
  /** `--register-with-taints`. */
  readonly taints: readonly Taint[];
  readonly maxPods: number;
  /** `v1.36.2` */
  readonly version: string;
  /** `process://1` */
  readonly runtimeVersion: string;
  /** Where the agent listens. */
  readonly port: number;
}

/** What it finds each time it looks. */
export interface NodeFindings {
  readonly machine: MachineInfo;
  readonly use: MachineUse;
  readonly thresholds: readonly EvictionThreshold[];
  readonly addresses: readonly NodeAddress[];
  readonly health: NodeHealth;
  readonly images: readonly StoredImage[];
}

const HOSTNAME = "kubernetes.io/hostname";
const OS = "kubernetes.io/os";
const ARCH = "kubernetes.io/arch";
/** Of the times before these labels were stable; kubelets still set them. */
const BETA_OS = "beta.kubernetes.io/os";
const BETA_ARCH = "beta.kubernetes.io/arch";
const ATTACH_DETACH = "volumes.kubernetes.io/controller-managed-attach-detach";
/** What pods may need of a node, in upstream's order. @see component-helpers nodedeclaredfeatures */
const DECLARED_FEATURES = [
  "InPlacePodLevelResourcesVerticalScaling",
  "InPlacePodVerticalScalingInitContainers",
  "RestartAllContainersOnContainerExits",
];

/** Labels that every node has. @see kubernetes pkg/kubelet/kubelet_node_status.go (initialNode) */
export function defaultLabels(
  { hostname }: NodeIdentity,
  { operatingSystem, architecture }: MachineInfo,
): Record<string, string> {
  return {
    [BETA_ARCH]: architecture,
    [BETA_OS]: operatingSystem,
    [ARCH]: architecture,
    [HOSTNAME]: hostname,
    [OS]: operatingSystem,
  };
}

/** The node as it registers itself, and the reasons of events that tell of it. */
export interface InitialNode {
  readonly node: Node;
  readonly events: readonly string[];
}

/** @param now - milliseconds since 1970 */
export function initialNode(
  identity: NodeIdentity,
  findings: NodeFindings,
  now: number,
): InitialNode {
  const { name, labels, taints } = identity;
  const { status, events } = updateNodeStatus({}, identity, findings, now);
  const node: Node = {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: { ...defaultLabels(identity, findings.machine), ...labels },
      annotations: { [ATTACH_DETACH]: "true" },
    },
    spec: taints.length === 0 ? {} : { taints: [...taints] },
    status,
  };
  return { node, events };
}

/** The status of a node with what was found, and the reasons of events that tell of it. */
export interface StatusUpdate {
  readonly status: NodeStatus;
  readonly events: readonly string[];
}

export function updateNodeStatus(
  before: Readonly<NodeStatus>,
  identity: NodeIdentity,
  findings: NodeFindings,
  now: number,
): StatusUpdate {
  const { conditions, events } = updateConditions(before.conditions ?? [], findings.health, now);
  return {
    status: {
      ...before,
      ...resources(before, identity, findings),
      addresses: [...findings.addresses],
      daemonEndpoints: { kubeletEndpoint: { Port: identity.port } },
      nodeInfo: nodeInfo(identity, findings.machine),
      conditions: [...conditions],
      ...nodeImages(before, findings.images),
      declaredFeatures: [...DECLARED_FEATURES],
    },
    events,
  };
}

function nodeInfo(
  { version, runtimeVersion }: NodeIdentity,
  machine: MachineInfo,
): NonNullable<NodeStatus["nodeInfo"]> {
  return {
    machineID: machine.machineId,
    systemUUID: machine.systemUuid,
    bootID: machine.bootId,
    kernelVersion: machine.kernelVersion,
    osImage: machine.osImage,
    containerRuntimeVersion: runtimeVersion,
    kubeletVersion: version,
    kubeProxyVersion: "",
    operatingSystem: machine.operatingSystem,
    architecture: machine.architecture,
    ...(machine.swapBytes === 0 ? {} : { swap: { capacity: machine.swapBytes } }),
  };
}

/** Resources of others, extended ones for example, stay as they are. */
function resources(
  before: Readonly<NodeStatus>,
  { maxPods }: NodeIdentity,
  { machine, use, thresholds }: NodeFindings,
): Required<Pick<NodeStatus, "capacity" | "allocatable">> {
  const { cpus, memoryBytes, hugePages } = machine;
  const disk = use.disk.capacityBytes;
  const huge = Object.fromEntries(
    hugePages.map(({ pageBytes, reservedBytes: bytes }) => [
      `hugepages-${bytesQuantity(pageBytes)}`,
      bytesQuantity(bytes),
    ]),
  );
  const reservedHuge = hugePages.reduce((sum, each) => sum + each.reservedBytes, 0);
  const freeMemory = memoryBytes - reservedBytes(thresholds, "memory.available", memoryBytes);
  const freeDisk = disk - reservedBytes(thresholds, "nodefs.available", disk);
  const common = { cpu: String(cpus), ...huge, pods: String(maxPods) };
  return {
    capacity: {
      ...before.capacity,
      ...common,
      "ephemeral-storage": bytesQuantity(disk),
      memory: bytesQuantity(memoryBytes),
    },
    allocatable: {
      ...before.allocatable,
      ...common,
      "ephemeral-storage": bytesQuantity(freeDisk),
      memory: bytesQuantity(freeMemory - reservedHuge),
    },
  };
}

/** Whether anybody would see a difference but in heartbeats. @see kubernetes nodeStatusHasChanged */
export function hasStatusChanged(before: Readonly<NodeStatus>, now: Readonly<NodeStatus>): boolean {
  return !isDeepStrictEqual(withoutHeartbeats(before), withoutHeartbeats(now));
}

function withoutHeartbeats({ conditions = [], ...status }: Readonly<NodeStatus>): object {
  const quiet = (condition: NodeCondition): NodeCondition => {
    const { lastHeartbeatTime: _time, ...rest } = condition;
    return rest;
  };
  return {
    ...status,
    conditions: Object.fromEntries(conditions.map((each) => [each.type, quiet(each)])),
  };
}

/**
 * The strategic merge patch of `status` that makes the one of the other: conditions merge by their
 * type, addresses, of which two may have one type, are replaced.
 * @see kubernetes staging/src/k8s.io/component-helpers/node/util/status.go (preparePatchBytes)
 */
export function nodePatch(
  before: Readonly<Node>,
  status: Readonly<NodeStatus>,
  labels: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const old = before.status ?? {};
  const changed: Record<string, unknown> = {};
  for (const key of Object.keys(status) as (keyof NodeStatus)[]) {
    if (isDeepStrictEqual(status[key], old[key])) continue;
    changed[key] = key === "conditions" ? changedConditions(status, old) : status[key];
  }
  if (changed.addresses !== undefined) {
    changed.addresses = [...(status.addresses ?? []), { $patch: "replace" }];
  }
  const metadata = Object.keys(labels).length === 0 ? {} : { metadata: { labels } };
  return { ...metadata, status: changed };
}

function changedConditions(
  { conditions = [] }: Readonly<NodeStatus>,
  { conditions: old = [] }: Readonly<NodeStatus>,
): readonly NodeCondition[] {
  return conditions.filter((condition) => !old.some((each) => isDeepStrictEqual(each, condition)));
}

/** Those of the labels that every node has which are missing in a node, or wrong. */
export function missingLabels(
  { metadata }: Readonly<Node>,
  identity: NodeIdentity,
  machine: MachineInfo,
): Record<string, string> {
  const { labels = {} } = metadata;
  const wanted = Object.entries(defaultLabels(identity, machine));
  return Object.fromEntries(wanted.filter(([name, value]) => labels[name] !== value));
}
