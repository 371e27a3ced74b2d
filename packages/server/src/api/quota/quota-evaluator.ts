import type { KubeObject } from "../object.ts";
import type { ResourceQuota, ScopedResourceSelectorRequirement } from "../types.ts";
import type { Amounts } from "./amounts.ts";

/** A write as far as quotas look at it. */
export interface QuotaWrite {
  readonly operation: string;
  readonly subresource: string;
  readonly object: Readonly<KubeObject> | undefined;
  readonly oldObject: Readonly<KubeObject> | undefined;
}

/**
 * Knows what objects of one resource use. Pure: what it is asked about is never changed.
 * @see apiserver pkg/quota/v1/interfaces.go
 */
export interface QuotaEvaluator {
  readonly group: string;
  readonly resource: string;
  /** Whether the write may change what is used. */
  handles(write: QuotaWrite): boolean;
  /** Those of the names in a quota that objects of this kind use. */
  matchingResources(names: readonly string[]): readonly string[];
  matchesScope(
    requirement: ScopedResourceSelectorRequirement,
    object: Readonly<KubeObject>,
  ): boolean;
  /** What an object has to say, if a quota bounds these, and does not: `must specify …`. */
  complaint?(bounded: readonly string[], object: Readonly<KubeObject>): string | undefined;
  /** @param now - milliseconds since 1970 */
  usage(object: Readonly<KubeObject>, now: number): Amounts;
}

/** Scopes are requirements that something holds. */
export function scopeRequirements({
  spec,
}: Readonly<ResourceQuota>): readonly ScopedResourceSelectorRequirement[] {
  const scopes = (spec?.scopes ?? []).map((scopeName) => ({
    scopeName,
    operator: "Exists" as const,
  }));
  return [...scopes, ...(spec?.scopeSelector?.matchExpressions ?? [])];
}

/** Whether all scopes of the quota hold of the object. */
export function matchesScopes(
  evaluator: QuotaEvaluator,
  quota: Readonly<ResourceQuota>,
  object: Readonly<KubeObject>,
): boolean {
  return scopeRequirements(quota).every((each) => evaluator.matchesScope(each, object));
}

/** Whether a quota, as its status says, bounds what the object uses. */
export function matchesQuota(
  evaluator: QuotaEvaluator,
  quota: Readonly<ResourceQuota>,
  object: Readonly<KubeObject>,
): boolean {
  const names = Object.keys(quota.status?.hard ?? {});
  return evaluator.matchingResources(names).length > 0 && matchesScopes(evaluator, quota, object);
}

/** Whether one of the values fulfils the requirement; none at all is a question of its own. */
export function selects(
  { operator, values = [] }: ScopedResourceSelectorRequirement,
  present: readonly string[],
): boolean {
  const among = (value: string): boolean => values.includes(value);
  switch (operator) {
    case "In":
      return present.some(among);
    case "NotIn":
      return present.length === 0 || !present.every(among);
    case "Exists":
      return present.length > 0;
    case "DoesNotExist":
      return present.length === 0;
    default:
      return false;
  }
}

/** Name under which a quota counts objects: `count/deployments.apps`. */
export function objectCountName(group: string, resource: string): string {
  return group === "" ? `count/${resource}` : `count/${resource}.${group}`;
}
