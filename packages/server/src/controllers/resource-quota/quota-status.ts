/**
 * What the status of a quota should say. Pure functions.
 * @see kubernetes pkg/controller/resourcequota (syncResourceQuota), apiserver pkg/quota/v1 (CalculateUsage)
 */
import { addQuantities, type Quantity } from "../../api/quantity.ts";
import {
  type Amounts,
  countOf,
  equalAmounts,
  exceededBy,
  maskAmounts,
  parseAmounts,
  printAmounts,
} from "../../api/quota/amounts.ts";
import { matchesScopes, type QuotaEvaluator } from "../../api/quota/quota-evaluator.ts";
import type { ResourceQuota, ResourceQuotaStatus } from "../../api/types.ts";
import type { ApiObject } from "../../client/resource-type.ts";

/** Objects of one kind in the quota's namespace. */
export interface CountedKind {
  readonly evaluator: QuotaEvaluator;
  readonly objects: Iterable<Readonly<ApiObject>>;
  readonly usageOf: (object: Readonly<ApiObject>) => Amounts;
}

/** What is used of what the quota bounds, as far as these kinds go. */
export function countUsage(quota: Readonly<ResourceQuota>, kinds: readonly CountedKind[]): Amounts {
  const names = Object.keys(quota.spec?.hard ?? {});
  const used = new Map<string, Quantity>();
  for (const { evaluator, objects, usageOf } of kinds) {
    const bounded = evaluator.matchingResources(names);
    for (const name of bounded) if (!used.has(name)) used.set(name, countOf(0));
    for (const object of objects) {
      if (!matchesScopes(evaluator, quota, object)) continue;
      const usage = usageOf(object);
      for (const name of bounded) {
        const amount = usage.get(name);
        if (amount !== undefined) used.set(name, addQuantities(used.get(name) ?? amount, amount));
      }
    }
  }
  return used;
}

/** The status to be written; undefined when what is there says the same. */
export function changedStatus(
  { spec, status }: Readonly<ResourceQuota>,
  counted: Amounts,
): ResourceQuotaStatus | undefined {
  const hard = parseAmounts(spec?.hard);
  const before = parseAmounts(status?.used);
  const used = maskAmounts(new Map([...before, ...counted]), hard);
  const isComplete = status?.hard !== undefined && status.used !== undefined;
  if (isComplete && equalAmounts(hard, parseAmounts(status.hard)) && equalAmounts(used, before)) {
    return undefined;
  }
  return { hard: { ...spec?.hard }, used: printAmounts(used) };
}

/** Whether the status lacks something, so that it has to be written before others are looked at. */
export function isUrgent({ spec, status }: Readonly<ResourceQuota>): boolean {
  if (!equalAmounts(parseAmounts(spec?.hard), parseAmounts(status?.hard))) return true;
  return Object.keys(status?.hard ?? {}).some((name) => status?.used?.[name] === undefined);
}

/** Whether a status makes room that there was not before. */
export function usesLess(
  status: Readonly<ResourceQuotaStatus>,
  before: Readonly<ResourceQuotaStatus> | undefined,
): boolean {
  return exceededBy(parseAmounts(before?.used), parseAmounts(status.used)).size > 0;
}
