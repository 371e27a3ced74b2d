import { quoteGoList } from "../api/go-quote.ts";
import type { PolicyRule } from "./policy-rule.ts";
import { urlCovers } from "./rule-match.ts";

/**
 * Whether one set of rules is worth at least as much as another. A star is worth a star only: the
 * union of everything there is today does not cover it.
 * @see component-helpers auth/rbac/validation/policy_comparator.go
 */

const NONE: readonly string[] = Object.freeze([]);

function atom(parts: Partial<PolicyRule>): PolicyRule {
  return {
    verbs: NONE,
    apiGroups: NONE,
    resources: NONE,
    resourceNames: NONE,
    nonResourceURLs: NONE,
    ...parts,
  };
}

/** One rule as rules of one verb on one resource (and one name), or on one URL. */
export function breakDown(rule: PolicyRule): readonly PolicyRule[] {
  const atoms: PolicyRule[] = [];
  const names = rule.resourceNames.length === 0 ? [NONE] : rule.resourceNames.map((name) => [name]);
  for (const group of rule.apiGroups) {
    for (const resource of rule.resources) {
      for (const verb of rule.verbs) {
        for (const resourceNames of names) {
          const parts = { verbs: [verb], apiGroups: [group], resources: [resource] };
          atoms.push(atom({ ...parts, resourceNames }));
        }
      }
    }
  }
  for (const url of rule.nonResourceURLs) {
    for (const verb of rule.verbs) atoms.push(atom({ verbs: [verb], nonResourceURLs: [url] }));
  }
  return atoms;
}

function hasAll(held: readonly string[], wanted: readonly string[]): boolean {
  return held.includes("*") || wanted.every((one) => held.includes(one));
}

function resourcesCover(held: readonly string[], wanted: readonly string[]): boolean {
  if (hasAll(held, wanted)) return true;
  return wanted.every((resource) => {
    if (held.includes(resource)) return true;
    const slash = resource.indexOf("/");
    return slash !== -1 && held.includes(`*${resource.slice(slash)}`);
  });
}

function namesCover(held: readonly string[], wanted: readonly string[]): boolean {
  if (held.length === 0) return true;
  return wanted.length > 0 && wanted.every((name) => held.includes(name));
}

function covers(held: PolicyRule, wanted: PolicyRule): boolean {
  return (
    hasAll(held.verbs, wanted.verbs) &&
    hasAll(held.apiGroups, wanted.apiGroups) &&
    resourcesCover(held.resources, wanted.resources) &&
    namesCover(held.resourceNames, wanted.resourceNames) &&
    wanted.nonResourceURLs.every((url) =>
      held.nonResourceURLs.some((pattern) => urlCovers(pattern, url)),
    )
  );
}

/** What of `wanted` is not in `held`, broken down; empty when everything is covered. */
export function uncoveredRules(
  held: readonly PolicyRule[],
  wanted: readonly PolicyRule[],
): readonly PolicyRule[] {
  const isHeld = (one: PolicyRule): boolean => held.some((rule) => covers(rule, one));
  // Nearly always a rule is covered as a whole by its like, and need not be taken apart.
  return wanted
    .filter((rule) => !isHeld(rule))
    .flatMap(breakDown)
    .filter((one) => !isHeld(one));
}

/** Puts verbs of the same resource (and name) together again. @see pkg/registry/rbac/validation/policy_compact.go */
export function compactRules(atoms: readonly PolicyRule[]): readonly PolicyRule[] {
  const byResource = new Map<string, PolicyRule>();
  const others: PolicyRule[] = [];
  for (const one of atoms) {
    if (one.nonResourceURLs.length > 0) {
      others.push(one);
      continue;
    }
    const key = JSON.stringify([one.apiGroups, one.resources, one.resourceNames]);
    const known = byResource.get(key);
    const verbs = known === undefined ? one.verbs : [...known.verbs, ...one.verbs];
    byResource.set(key, { ...one, verbs });
  }
  return [...others, ...byResource.values()];
}

/** `{APIGroups:["apps"], Resources:["deployments"], Verbs:["get" "list"]}` */
export function describeRule(rule: PolicyRule): string {
  const parts: readonly (readonly [string, readonly string[]])[] = [
    ["APIGroups", rule.apiGroups],
    ["Resources", rule.resources],
    ["NonResourceURLs", rule.nonResourceURLs],
    ["ResourceNames", rule.resourceNames],
    ["Verbs", rule.verbs],
  ];
  const shown = parts.flatMap(([name, list]) =>
    list.length === 0 ? [] : [`${name}:${quoteGoList(list)}`],
  );
  return `{${shown.join(", ")}}`;
}
