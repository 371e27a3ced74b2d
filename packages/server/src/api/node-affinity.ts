import { type LabelRequirement, labelRequirementComplaints } from "./label-requirement.ts";
import { type LabelOperator, type LabelSelector, matchesLabels } from "./selectors.ts";
import type { NodeSelectorRequirement, NodeSelectorTerm, ObjectMeta, PodSpec } from "./types.ts";

/** What is read of a node. */
export interface NodeIdentity {
  readonly metadata: Pick<ObjectMeta, "name" | "labels">;
}

export type NodeMatcher = (node: NodeIdentity) => boolean;

/**
 * Which nodes a pod may be on, by its node selector and the required part of its affinity. Made once
 * and asked for many nodes.
 * @see kubernetes component-helpers/scheduling/corev1/nodeaffinity (GetRequiredNodeAffinity)
 */
export function requiredNodes({ nodeSelector = {}, affinity }: PodSpec): NodeMatcher {
  const labels = Object.entries(nodeSelector);
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const terms = required?.nodeSelectorTerms.map(compileTerm);
  return (node) =>
    labels.every(([key, value]) => node.metadata.labels?.[key] === value) &&
    (terms === undefined || terms.some((matches) => matches(node)));
}

/** How much a pod would like to be on a node: the weights of the preferences that the node meets. */
export function preferredNodes({ affinity }: PodSpec): (node: NodeIdentity) => number {
  const preferred = affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const terms = preferred.map(({ weight, preference }) => ({
    weight,
    matches: compileTerm(preference),
  }));
  return (node) => terms.reduce((sum, each) => sum + (each.matches(node) ? each.weight : 0), 0);
}

/**
 * The only nodes that may match because the affinity names them: undefined when it may be any, empty
 * when its demands contradict each other.
 * @see kubernetes pkg/scheduler/framework/plugins/nodeaffinity (PreFilter)
 */
export function namedNodes({ affinity }: PodSpec): ReadonlySet<string> | undefined {
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const terms = required?.nodeSelectorTerms ?? [];
  if (terms.length === 0) return undefined;
  const all = new Set<string>();
  for (const { matchFields = [] } of terms) {
    const named = matchFields.filter(({ key, operator }) => key === NAME && operator === "In");
    const [first, ...others] = named.map(({ values = [] }) => values);
    if (first === undefined) return undefined;
    for (const name of first) if (others.every((each) => each.includes(name))) all.add(name);
  }
  return all;
}

const NAME = "metadata.name";

/** A term without demands, or with one that cannot be understood, matches nothing. */
function compileTerm({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm): NodeMatcher {
  if (matchExpressions.length === 0 && matchFields.length === 0) return () => false;
  const requirements = matchExpressions.map(labelRequirement);
  const fields = matchFields.map(compileField);
  const selector: LabelSelector = {
    requirements: requirements.filter((each) => each !== undefined),
  };
  if (selector.requirements.length < requirements.length) return () => false;
  return ({ metadata }) =>
    matchesLabels(selector, metadata.labels) &&
    fields.every((matches) => matches(metadata.name ?? ""));
}

const OPERATORS: Readonly<Record<string, LabelOperator>> = {
  In: "in",
  NotIn: "notin",
  Exists: "exists",
  DoesNotExist: "!",
  Gt: "gt",
  Lt: "lt",
};

function labelRequirement(demand: NodeSelectorRequirement): LabelRequirement | undefined {
  const operator = OPERATORS[demand.operator];
  if (operator === undefined) return undefined;
  const requirement = { key: demand.key, operator, values: demand.values ?? [] };
  return labelRequirementComplaints(requirement).length === 0 ? requirement : undefined;
}

/** Of a node's fields there is but its name. */
function compileField({ key, operator, values = [] }: NodeSelectorRequirement) {
  const [value, ...more] = values;
  if (value === undefined || more.length > 0) return () => false;
  const actual = (name: string): string => (key === NAME ? name : "");
  switch (operator) {
    case "In":
      return (name: string) => actual(name) === value;
    case "NotIn":
      return (name: string) => actual(name) !== value;
    default:
      return () => false;
  }
}
