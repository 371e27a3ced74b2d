import type { Lease, Node, NodeCondition } from "../../api/types.ts";
import { formatTime } from "../../runtime/clock.ts";
import { instantOf } from "../pod-state.ts";

/** @see kubernetes pkg/controller/nodelifecycle/config/v1alpha1/defaults.go */
const STARTUP_GRACE_MS = 60_000;
const GRACE_MS = 50_000;

/** What is remembered of a node between two looks. */
export interface NodeHealth {
  /** When it gave a sign of life last, by our own clock: nodes' clocks are their own. */
  readonly seenAt: number;
  /** Of its condition `Ready` then; undefined when it had none. */
  readonly heartbeat: string | undefined;
  readonly hadReady: boolean;
  /** Of its lease then. */
  readonly renewTime: string | undefined;
}

export function readyCondition({ status }: Readonly<Node>): NodeCondition | undefined {
  return status?.conditions?.find(({ type }) => type === "Ready");
}

/**
 * Takes note of a node: a heartbeat of its status, or a lease that it renewed, is a sign of life.
 * @see kubernetes pkg/controller/nodelifecycle (tryUpdateNodeHealth)
 */
export function observeNode(
  before: NodeHealth | undefined,
  node: Readonly<Node>,
  lease: Readonly<Lease> | undefined,
  now: number,
): NodeHealth {
  const ready = readyCondition(node);
  const heartbeat = ready?.lastHeartbeatTime;
  const renewTime = lease?.spec?.renewTime;
  const isRenewed =
    renewTime !== undefined &&
    (before?.renewTime === undefined ||
      (instantOf(before.renewTime) ?? 0) < (instantOf(renewTime) ?? 0));
  return {
    heartbeat,
    hadReady: ready !== undefined,
    renewTime: isRenewed ? renewTime : before?.renewTime,
    seenAt: isRenewed ? now : seenAt(before, node, ready, now),
  };
}

function seenAt(
  before: NodeHealth | undefined,
  { metadata }: Readonly<Node>,
  ready: NodeCondition | undefined,
  now: number,
): number {
  if (before === undefined) {
    // One that has never said anything has had time since it was made.
    return ready === undefined ? (instantOf(metadata.creationTimestamp) ?? now) : now;
  }
  if (before.hadReady !== (ready !== undefined)) return now;
  return before.heartbeat === ready?.lastHeartbeatTime ? before.seenAt : now;
}

/** Whether a node has been silent for longer than it may be. */
export function isSilent({ seenAt, hadReady }: NodeHealth, now: number): boolean {
  return now > seenAt + (hadReady ? GRACE_MS : STARTUP_GRACE_MS);
}

/** Conditions that a node tells of itself: nobody knows them when it is silent. */
const OWN = ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"];

/** The conditions of a node that is silent; undefined when they say so already. */
export function unknownConditions(
  { metadata, status }: Readonly<Node>,
  now: number,
): NodeCondition[] | undefined {
  const conditions = status?.conditions ?? [];
  if (conditions.find(({ type }) => type === "Ready")?.status === "Unknown") return undefined;
  const lastTransitionTime = formatTime(now);
  const known = conditions.map(
    (condition): NodeCondition =>
      OWN.includes(condition.type) && condition.status !== "Unknown"
        ? {
            ...condition,
            status: "Unknown",
            reason: "NodeStatusUnknown",
            message: "Kubelet stopped posting node status.",
            lastTransitionTime,
          }
        : condition,
  );
  const missing = OWN.filter((type) => !conditions.some((each) => each.type === type));
  const never = missing.map(
    (type): NodeCondition => ({
      type,
      status: "Unknown",
      reason: "NodeStatusNeverUpdated",
      message: "Kubelet never posted node status.",
      ...(metadata.creationTimestamp === undefined
        ? {}
        : { lastHeartbeatTime: metadata.creationTimestamp }),
      lastTransitionTime,
    }),
  );
  return [...known, ...never];
}
