import { parseInteger } from "../../api/label-requirement.ts";
import type { Node, NodeSelectorRequirement, NodeSelectorTerm, PodSpec } from "../../api/types.ts";

/**
 * Whether a node has the labels that a pod asks for, by its selector and by the required part of its
 * affinity.
 * @see kubernetes component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go
 */
export function matchesNode(spec: PodSpec, { metadata }: Node): boolean {
  const labels = metadata.labels ?? {};
  const selected = Object.entries(spec.nodeSelector ?? {}).every(
    ([key, value]) => labels[key] === value,
  );
  if (!selected) return false;
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (required === undefined) return true;
  return required.nodeSelectorTerms.some((term) => matchesTerm(term, metadata.name ?? "", labels));
}

function matchesTerm(
  { matchExpressions = [], matchFields = [] }: NodeSelectorTerm,
  name: string,
  labels: Readonly<Record<string, string>>,
): boolean {
  // A term that asks for nothing matches nothing.
  if (matchExpressions.length === 0 && matchFields.length === 0) return false;
  const fields: Readonly<Record<string, string>> = { "metadata.name": name };
  return (
    matchExpressions.every((each) => matches(each, labels[each.key])) &&
    matchFields.every((each) => matches(each, fields[each.key]))
  );
}

function matches(
  { operator, values = [] }: NodeSelectorRequirement,
  value: string | undefined,
): boolean {
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "Gt":
    case "Lt":
      return compares(operator, parseInteger(value), parseInteger(values[0]));
    default:
      return false;
  }
}

function compares(
  operator: "Gt" | "Lt",
  left: bigint | undefined,
  right: bigint | undefined,
): boolean {
  if (left === undefined || right === undefined) return false;
  return operator === "Gt" ? left > right : left < right;
}
