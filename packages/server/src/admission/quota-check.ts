/**
 * Whether quotas have room for a write. Pure functions.
 * @see apiserver pkg/admission/plugin/resourcequota/controller.go (CheckRequest)
 */

import type { KubeObject } from "../api/object.ts";
import {
  type Amounts,
  addAmounts,
  describeAmounts,
  equalAmounts,
  exceededBy,
  growthOf,
  maskAmounts,
  parseAmounts,
  withoutZeros,
} from "../api/quota/amounts.ts";
import { matchesQuota, matchesScopes, type QuotaEvaluator } from "../api/quota/quota-evaluator.ts";
import type { ResourceQuota } from "../api/types.ts";
import { admissionForbidden } from "./admission-forbidden.ts";
import type { AdmissionAttributes } from "./admission-plugin.ts";

/** A quota, and what of it is used once the writes that have been let through are carried out. */
export interface QuotaState {
  readonly quota: Readonly<ResourceQuota>;
  readonly hard: Amounts;
  readonly used: Amounts;
}

export function quotaState(quota: Readonly<ResourceQuota>): QuotaState {
  return {
    quota,
    hard: parseAmounts(quota.status?.hard),
    used: parseAmounts(quota.status?.used),
  };
}

/** Whether there is something to be written down about it. */
export function hasChanged({ used }: QuotaState, before: QuotaState): boolean {
  return !equalAmounts(used, before.used);
}

/**
 * What quotas come to with one more write.
 * @returns the same states, in the same order, where nothing is used that was not used before
 * @throws StatusError 403 when one of them has no room
 */
export function reserve(
  states: readonly QuotaState[],
  evaluator: QuotaEvaluator,
  attributes: AdmissionAttributes,
  now: number,
): readonly QuotaState[] {
  const { object, oldObject, operation } = attributes;
  if (object === undefined) return states;
  for (const state of states) checkMatch(state, evaluator, attributes, object);
  const usage = evaluator.usage(object, now);
  const isChange = operation === "UPDATE" && oldObject !== undefined;
  const growth = isChange ? growthOf(usage, evaluator.usage(oldObject, now)) : usage;
  return states.map((state) => {
    if (!matchesQuota(evaluator, state.quota, object)) return state;
    // A scope that did not hold before: all of the object is new to the quota.
    const wasCounted = isChange && matchesScopes(evaluator, state.quota, oldObject);
    return addTo(state, withoutZeros(wasCounted ? growth : usage), attributes);
  });
}

/** What a quota asks of an object whatever it has left. */
function checkMatch(
  { quota, hard, used }: QuotaState,
  evaluator: QuotaEvaluator,
  attributes: AdmissionAttributes,
  object: Readonly<KubeObject>,
): void {
  if (!matchesQuota(evaluator, quota, object)) return;
  const name = quota.metadata?.name ?? "";
  const bounded = evaluator.matchingResources([...hard.keys()]);
  const complaint = evaluator.complaint?.(bounded, object);
  if (complaint !== undefined) {
    throw admissionForbidden(attributes, `failed quota: ${name}: ${complaint}`);
  }
  if (bounded.every((each) => used.has(each))) return;
  const names = [...bounded].sort().join(",");
  throw admissionForbidden(attributes, `status unknown for quota: ${name}, resources: ${names}`);
}

function addTo(state: QuotaState, growth: Amounts, attributes: AdmissionAttributes): QuotaState {
  const { quota, hard, used } = state;
  const requested = maskAmounts(growth, hard);
  if (requested.size === 0) return state;
  const sum = addAmounts(used, requested);
  // What a status says has happened already.
  const exceeded =
    attributes.subresource === "status"
      ? new Set<string>()
      : exceededBy(maskAmounts(sum, requested), hard);
  if (exceeded.size === 0) return { quota, hard, used: sum };
  const among = (amounts: Amounts): string => describeAmounts(maskAmounts(amounts, exceeded));
  throw admissionForbidden(
    attributes,
    `exceeded quota: ${quota.metadata?.name ?? ""}, requested: ${among(requested)}, ` +
      `used: ${among(used)}, limited: ${among(hard)}`,
  );
}
