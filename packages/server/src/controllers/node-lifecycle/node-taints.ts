import type { Node, NodeCondition, Taint } from "../../api/types.ts";

const PREFIX = "node.kubernetes.io";
export const NOT_READY: string = `${PREFIX}/not-ready`;
export const UNREACHABLE: string = `${PREFIX}/unreachable`;
const UNSCHEDULABLE = `${PREFIX}/unschedulable`;

/** Which taint says that a condition has a status. @see nodelifecycle (nodeConditionToTaintKeyStatusMap) */
const TAINT_OF: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ready: { False: NOT_READY, Unknown: UNREACHABLE },
  MemoryPressure: { True: `${PREFIX}/memory-pressure` },
  DiskPressure: { True: `${PREFIX}/disk-pressure` },
  NetworkUnavailable: { True: `${PREFIX}/network-unavailable` },
  PIDPressure: { True: `${PREFIX}/pid-pressure` },
};

/** Of the effect NoSchedule these are set and taken away here, and only here. */
const OURS: ReadonlySet<string> = new Set([
  ...Object.values(TAINT_OF).flatMap((taints) => Object.values(taints)),
  UNSCHEDULABLE,
]);

export type TaintChange = {
  readonly add: readonly Pick<Taint, "key" | "effect">[];
  readonly remove: readonly Pick<Taint, "key" | "effect">[];
};

/** Brings the taints that keep new pods away in line with the conditions of a node. */
export function noScheduleChange({ spec, status }: Readonly<Node>): TaintChange {
  const wanted = new Set<string>();
  for (const condition of status?.conditions ?? []) {
    const key = TAINT_OF[condition.type]?.[condition.status];
    if (key !== undefined) wanted.add(key);
  }
  if (spec?.unschedulable === true) wanted.add(UNSCHEDULABLE);
  const present = new Set(
    (spec?.taints ?? [])
      .filter(({ key, effect }) => effect === "NoSchedule" && OURS.has(key))
      .map(({ key }) => key),
  );
  const effect = "NoSchedule" as const;
  return {
    add: [...wanted].filter((key) => !present.has(key)).map((key) => ({ key, effect })),
    remove: [...present].filter((key) => !wanted.has(key)).map((key) => ({ key, effect })),
  };
}

/** The taint that drives pods away from a node that is not ready, and the one that must not be beside it. */
export function noExecuteTaints(ready: NodeCondition): {
  readonly add?: string;
  readonly remove: readonly string[];
} {
  switch (ready.status) {
    case "False":
      return { add: NOT_READY, remove: [UNREACHABLE] };
    case "Unknown":
      return { add: UNREACHABLE, remove: [NOT_READY] };
    default:
      return { remove: [UNREACHABLE, NOT_READY] };
  }
}

export function hasNoExecute({ spec }: Readonly<Node>, key: string): boolean {
  return (spec?.taints ?? []).some((taint) => taint.key === key && taint.effect === "NoExecute");
}

/** The taints of a node after a change; undefined when it changes nothing. */
export function changedTaints(
  taints: readonly Taint[],
  { add, remove }: TaintChange,
  timeAdded: string,
): Taint[] | undefined {
  const is = (taint: Taint, other: Pick<Taint, "key" | "effect">): boolean =>
    taint.key === other.key && taint.effect === other.effect;
  const kept = taints.filter((taint) => !remove.some((other) => is(taint, other)));
  const missing = add.filter((other) => !kept.some((taint) => is(taint, other)));
  if (missing.length === 0 && kept.length === taints.length) return undefined;
  return [...kept, ...missing.map((taint) => ({ ...taint, timeAdded }))];
}
