import type { NamespaceCondition } from "../api/types.ts";

/** What one attempt to empty a namespace came to. */
export interface Findings {
  readonly discoveryErrors: readonly unknown[];
  readonly contentErrors: readonly unknown[];
  /** Kinds of which something is left, `configmaps.` for those of the core group. */
  readonly remaining: ReadonlyMap<string, number>;
  readonly finalizers: ReadonlyMap<string, number>;
}

interface Verdict {
  readonly reason: string;
  readonly message: string;
}

interface ConditionRow {
  readonly type: string;
  readonly ok: Verdict;
  /** Undefined when all is well. */
  readonly failing: (findings: Findings) => Verdict | undefined;
}

/**
 * The conditions of a namespace that is going, in their order. Types, reasons and messages are those
 * of Kubernetes; people and tools read them.
 * @see kubernetes pkg/controller/namespace/deletion/status_condition_utils.go
 */
const CONDITIONS: readonly ConditionRow[] = [
  {
    type: "NamespaceDeletionDiscoveryFailure",
    ok: { reason: "ResourcesDiscovered", message: "All resources successfully discovered" },
    failing: ({ discoveryErrors }) =>
      discoveryErrors.length === 0
        ? undefined
        : { reason: "DiscoveryFailed", message: messagesOf(discoveryErrors).join(", ") },
  },
  {
    type: "NamespaceDeletionGroupVersionParsingFailure",
    ok: { reason: "ParsedGroupVersions", message: "All legacy kube types successfully parsed" },
    failing: () => undefined,
  },
  {
    type: "NamespaceDeletionContentFailure",
    ok: {
      reason: "ContentDeleted",
      message: "All content successfully deleted, may be waiting on finalization",
    },
    failing: ({ contentErrors }) =>
      contentErrors.length === 0
        ? undefined
        : {
            reason: "ContentDeletionFailed",
            message: `Failed to delete all resource types, ${contentErrors.length} remaining: ${messagesOf(contentErrors).join(", ")}`,
          },
  },
  {
    type: "NamespaceContentRemaining",
    ok: { reason: "ContentRemoved", message: "All content successfully removed" },
    failing: ({ remaining }) =>
      remaining.size === 0
        ? undefined
        : {
            reason: "SomeResourcesRemain",
            message: `Some resources are remaining: ${countsOf(remaining, "has")}`,
          },
  },
  {
    type: "NamespaceFinalizersRemaining",
    ok: {
      reason: "ContentHasNoFinalizers",
      message: "All content-preserving finalizers finished",
    },
    failing: ({ finalizers }) =>
      finalizers.size === 0
        ? undefined
        : {
            reason: "SomeFinalizersRemain",
            message: `Some content in the namespace has finalizers remaining: ${countsOf(finalizers, "in")}`,
          },
  },
];

/**
 * The conditions after an attempt, or undefined when they are what they were.
 * @param time - RFC 3339, for conditions whose status changes.
 */
export function updateConditions(
  conditions: readonly NamespaceCondition[],
  findings: Findings,
  time: string,
): NamespaceCondition[] | undefined {
  const updated = [...conditions];
  let changed = false;
  for (const { type, ok, failing } of CONDITIONS) {
    const verdict = failing(findings);
    const status = verdict === undefined ? "False" : "True";
    const { reason, message } = verdict ?? ok;
    const position = updated.findIndex((each) => each.type === type);
    const before = updated[position];
    if (before?.status === status && before.reason === reason && before.message === message) {
      continue;
    }
    const lastTransitionTime =
      before?.status === status && before.lastTransitionTime !== undefined
        ? before.lastTransitionTime
        : time;
    const condition = { type, status, lastTransitionTime, reason, message };
    if (position < 0) updated.push(condition);
    else updated[position] = condition;
    changed = true;
  }
  return changed ? updated : undefined;
}

function messagesOf(errors: readonly unknown[]): string[] {
  return errors.map((error) => (error instanceof Error ? error.message : String(error))).sort();
}

function countsOf(counts: ReadonlyMap<string, number>, word: string): string {
  return [...counts]
    .map(([name, count]) => `${name} ${word} ${count} resource instances`)
    .sort()
    .join(", ");
}
