import { sortedKeys, writeAnyJson } from "../../api/encode-json-text.ts";
import { parseValidJson } from "../../api/json-long-integers.ts";
import type { ControllerRevision, Pod, StatefulSet } from "../../api/types.ts";
import { semanticEqual } from "../../api/validation/equality.ts";
import { newControllerRef } from "../controller-ref.ts";
import { fnv1, safeEncode } from "../hash.ts";
import { instantOf } from "../pod-state.ts";
import { revisionOf, STATEFUL_SET } from "./stateful-pods.ts";

/**
 * Templates that a StatefulSet has had. A revision keeps a strategic merge patch that brings its
 * template back, and is named by a hash of it.
 * @see kubernetes pkg/controller/statefulset/stateful_set_utils.go, pkg/controller/history/controller_history.go
 */

const HASH_LABEL = "controller.kubernetes.io/hash";
const MAX_PREFIX_LENGTH = 223;

type Revision = Readonly<ControllerRevision>;

/** The patch as Go writes it: keys in order. */
export function revisionText({ spec }: Readonly<StatefulSet>): string {
  return canonical({ spec: { template: { ...spec?.template, $patch: "replace" } } });
}

function canonical(value: unknown): string {
  return writeAnyJson(sorted(value));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const members = value as Readonly<Record<string, unknown>>;
  return Object.fromEntries(sortedKeys(members).map((key) => [key, sorted(members[key])]));
}

/** @param collisionCount - Other templates that had the same hash: it makes another one. */
export function newRevision(
  set: Readonly<StatefulSet>,
  revision: number,
  collisionCount: number,
): ControllerRevision {
  const { name = "", namespace = "", annotations } = set.metadata;
  const text = revisionText(set);
  const bytes = new TextEncoder().encode(text + String(collisionCount));
  const hash = safeEncode(String(fnv1(bytes)));
  return {
    metadata: {
      name: `${name.slice(0, MAX_PREFIX_LENGTH)}-${hash}`,
      namespace,
      labels: { ...set.spec?.template.metadata?.labels, [HASH_LABEL]: hash },
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: [newControllerRef(STATEFUL_SET, set)],
    },
    data: parseValidJson(text),
    revision,
  };
}

export function isSameData(left: Revision, right: Revision): boolean {
  return canonical(left.data) === canonical(right.data);
}

/** The set with the template of a revision. */
export function atRevision(set: Readonly<StatefulSet>, { data }: Revision): Readonly<StatefulSet> {
  const { spec } = set;
  const kept = (data as { spec?: { template?: Record<string, unknown> } } | undefined)?.spec;
  if (spec === undefined || kept?.template === undefined) return set;
  const { $patch: _patch, ...template } = kept.template;
  return { ...set, spec: { ...spec, template } };
}

/** Whether the set has the template of the revision, however that is written down. */
function hasTemplateOf(set: Readonly<StatefulSet>, revision: Revision): boolean {
  return semanticEqual(set.spec?.template, atRevision(set, revision).spec?.template);
}

/** Which revision the template is, and what has to be done for it to be the newest. */
export type UpdateRevision =
  | { readonly action: "none"; readonly revision: Revision }
  /** It was there before: it becomes the newest again. */
  | { readonly action: "raise"; readonly revision: Revision; readonly to: number }
  | { readonly action: "create"; readonly revision: ControllerRevision };

/** @param revisions - From old to new. */
export function decideUpdateRevision(
  set: Readonly<StatefulSet>,
  revisions: readonly Revision[],
): UpdateRevision {
  const newest = revisions.at(-1);
  const next = Number(newest?.revision ?? 0) + 1;
  const wanted = newRevision(set, next, set.status?.collisionCount ?? 0);
  const equal = revisions.findLast((each) => isSameData(each, wanted));
  if (newest !== undefined && (equal === newest || isSameAs(newest, equal))) {
    return { action: "none", revision: newest };
  }
  if (equal !== undefined) return { action: "raise", revision: equal, to: next };
  if (newest !== undefined && hasTemplateOf(set, newest)) {
    return { action: "none", revision: newest };
  }
  return { action: "create", revision: wanted };
}

function isSameAs(newest: Revision, equal: Revision | undefined): boolean {
  return equal !== undefined && isSameData(newest, equal);
}

/** From old to new. */
export function byRevision(left: Revision, right: Revision): number {
  const createdAt = ({ metadata }: Revision): number => instantOf(metadata.creationTimestamp) ?? 0;
  const [a = "", b = ""] = [left.metadata.name, right.metadata.name];
  return (
    Number(left.revision) - Number(right.revision) ||
    createdAt(left) - createdAt(right) ||
    (a < b ? -1 : 1)
  );
}

/**
 * The oldest of the revisions that nobody uses, beyond those that are kept to go back to.
 * @param revisions - From old to new.
 */
export function revisionsToDelete(
  set: Readonly<StatefulSet>,
  revisions: readonly Revision[],
  inUse: readonly Revision[],
  pods: readonly Readonly<Pod>[],
): readonly Revision[] {
  const live = new Set([...inUse.map(({ metadata }) => metadata.name), ...pods.map(revisionOf)]);
  const old = revisions.filter(({ metadata }) => !live.has(metadata.name));
  const limit = set.spec?.revisionHistoryLimit ?? 0;
  return limit < 0 ? [] : old.slice(0, Math.max(0, old.length - limit));
}
