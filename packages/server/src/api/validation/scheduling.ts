/** Where a pod may run: tolerations, affinity, spreading, gates. */
import {
  duplicate,
  type FieldPath,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
} from "../field-error.ts";
import { checkComplaints, checkQualifiedName, type FieldErrors } from "./field-checks.ts";
import { labelValueComplaints, nameIsDnsLabel } from "./names.ts";
import type {
  Affinity,
  NameReference,
  NodeAffinity,
  PodAffinity,
  PodAffinityTerm,
  Toleration,
  TopologySpreadConstraint,
} from "./pod-shapes.ts";
import {
  checkLabelSelector,
  checkNodeSelector,
  checkNodeSelectorTerm,
  type LabelSelector,
} from "./selectors.ts";

export const TAINT_EFFECTS: readonly string[] = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

function checkTolerationOperator(
  { operator = "", value = "" }: Toleration,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const field = path.child("operator");
  if (operator === "" || operator === "Equal") {
    const complaints = labelValueComplaints(value);
    if (complaints.length > 0) errors.push(invalidValue(field, value, complaints.join(";")));
  } else if (operator === "Exists") {
    if (value === "") return;
    errors.push(invalidValue(field, value, "value must be empty when `operator` is 'Exists'"));
  } else {
    // Comparisons are known but off by default; their own list shows them all the same.
    const comparison = operator === "Lt" || operator === "Gt";
    const supported = comparison ? ["Equal", "Exists", "Lt", "Gt"] : ["Equal", "Exists"];
    errors.push(notSupported(field, operator, supported));
  }
}

export function checkTolerations(
  tolerations: readonly Toleration[] | undefined,
  path: FieldPath,
  errors: FieldErrors,
): void {
  tolerations?.forEach((toleration, index) => {
    const { key = "", operator = "", effect = "", tolerationSeconds } = toleration;
    const at = path.index(index);
    if (key !== "") checkQualifiedName(key, at.child("key"), errors);
    else if (operator !== "Exists") {
      const detail =
        'operator must be Exists when `key` is empty, which means "match all values and all keys"';
      errors.push(invalidValue(at.child("operator"), operator, detail));
    }
    if (tolerationSeconds != null && effect !== "NoExecute") {
      const detail = "effect must be 'NoExecute' when `tolerationSeconds` is set";
      errors.push(invalidValue(at.child("effect"), effect, detail));
    }
    checkTolerationOperator(toleration, at, errors);
    if (effect !== "" && !TAINT_EFFECTS.includes(effect)) {
      errors.push(notSupported(at.child("effect"), effect, TAINT_EFFECTS));
    }
  });
}

function checkWeight(weight: number | undefined, path: FieldPath, errors: FieldErrors): void {
  const value = weight ?? 0;
  if (value > 0 && value <= 100) return;
  errors.push(invalidValue(path.child("weight"), value, "must be in the range 1-100"));
}

function checkNodeAffinity(affinity: NodeAffinity, path: FieldPath, errors: FieldErrors): void {
  const wanted = affinity.requiredDuringSchedulingIgnoredDuringExecution;
  if (wanted != null) {
    const field = path.child("requiredDuringSchedulingIgnoredDuringExecution");
    checkNodeSelector(wanted, field, errors);
  }
  const preferred = path.child("preferredDuringSchedulingIgnoredDuringExecution");
  affinity.preferredDuringSchedulingIgnoredDuringExecution?.forEach((term, index) => {
    const at = preferred.index(index);
    checkWeight(term.weight, at, errors);
    checkNodeSelectorTerm(term.preference ?? {}, true, at.child("preference"), errors);
  });
}

function checkLabelKeys(
  keys: readonly string[] | undefined,
  selector: LabelSelector | undefined,
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (keys == null || keys.length === 0) return;
  if (selector == null) {
    errors.push(forbiddenField(path, "must not be specified when labelSelector is not set"));
    return;
  }
  keys.forEach((key, index) => {
    checkQualifiedName(key, path.index(index), errors);
  });
}

/** Keys whose values come from the pod's own labels. */
function checkMatchLabelKeys(
  term: Pick<PodAffinityTerm, "labelSelector" | "matchLabelKeys" | "mismatchLabelKeys">,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] } = term;
  checkLabelKeys(matchLabelKeys, labelSelector, path.child("matchLabelKeys"), errors);
  checkLabelKeys(mismatchLabelKeys, labelSelector, path.child("mismatchLabelKeys"), errors);
  const seen = new Set(Object.keys(labelSelector?.matchLabels ?? {}));
  for (const { key = "" } of labelSelector?.matchExpressions ?? []) {
    const index = matchLabelKeys.lastIndexOf(key);
    if (index >= 0 && seen.has(key)) {
      const detail = "exists in both matchLabelKeys and labelSelector";
      errors.push(invalidValue(path.index(index), key, detail));
    }
    seen.add(key);
  }
  matchLabelKeys.forEach((key, index) => {
    if (!mismatchLabelKeys.includes(key)) return;
    const detail = "exists in both matchLabelKeys and mismatchLabelKeys";
    errors.push(invalidValue(path.child("matchLabelKeys").index(index), key, detail));
  });
}

function checkPodAffinityTerm(term: PodAffinityTerm, path: FieldPath, errors: FieldErrors): void {
  checkLabelSelector(term.labelSelector, path.child("labelSelector"), errors);
  checkLabelSelector(term.namespaceSelector, path.child("namespaceSelector"), errors);
  for (const name of term.namespaces ?? []) {
    checkComplaints(name, nameIsDnsLabel(name, false), path.child("namespace"), errors);
  }
  checkMatchLabelKeys(term, path, errors);
  const { topologyKey = "" } = term;
  if (topologyKey === "") errors.push(required(path.child("topologyKey"), "can not be empty"));
  checkQualifiedName(topologyKey, path.child("topologyKey"), errors);
}

function checkPodAffinity(affinity: PodAffinity, path: FieldPath, errors: FieldErrors): void {
  const wanted = path.child("requiredDuringSchedulingIgnoredDuringExecution");
  affinity.requiredDuringSchedulingIgnoredDuringExecution?.forEach((term, index) => {
    checkPodAffinityTerm(term, wanted.index(index), errors);
  });
  const preferred = path.child("preferredDuringSchedulingIgnoredDuringExecution");
  affinity.preferredDuringSchedulingIgnoredDuringExecution?.forEach((term, index) => {
    const at = preferred.index(index);
    checkWeight(term.weight, at, errors);
    checkPodAffinityTerm(term.podAffinityTerm ?? {}, at.child("podAffinityTerm"), errors);
  });
}

export function checkAffinity(
  affinity: Affinity | undefined,
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (affinity == null) return;
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity;
  if (nodeAffinity != null) checkNodeAffinity(nodeAffinity, path.child("nodeAffinity"), errors);
  if (podAffinity != null) checkPodAffinity(podAffinity, path.child("podAffinity"), errors);
  if (podAntiAffinity != null) {
    checkPodAffinity(podAntiAffinity, path.child("podAntiAffinity"), errors);
  }
}

const ACTIONS = ["DoNotSchedule", "ScheduleAnyway"];
const INCLUSION_POLICIES = ["Honor", "Ignore"];

function checkMinDomains(
  minDomains: number | undefined,
  action: string,
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (minDomains == null) return;
  if (minDomains <= 0) errors.push(invalidValue(path, minDomains, "must be greater than zero"));
  if (action === "DoNotSchedule") return;
  const detail = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${action}`;
  errors.push(invalidValue(path, minDomains, detail));
}

export function checkTopologySpread(
  constraints: readonly TopologySpreadConstraint[] | undefined,
  path: FieldPath,
  errors: FieldErrors,
): void {
  constraints?.forEach((constraint, index) => {
    const at = path.index(index);
    const { maxSkew = 0, topologyKey = "", whenUnsatisfiable = "" } = constraint;
    if (maxSkew <= 0) {
      errors.push(invalidValue(at.child("maxSkew"), maxSkew, "must be greater than zero"));
    }
    if (topologyKey === "") errors.push(required(at.child("topologyKey"), "can not be empty"));
    if (!ACTIONS.includes(whenUnsatisfiable)) {
      errors.push(notSupported(at.child("whenUnsatisfiable"), whenUnsatisfiable, ACTIONS));
    }
    const repeated = constraints
      .slice(index + 1)
      .some(
        (other) =>
          (other.topologyKey ?? "") === topologyKey &&
          (other.whenUnsatisfiable ?? "") === whenUnsatisfiable,
      );
    if (repeated) {
      const field = at.child("{topologyKey, whenUnsatisfiable}");
      errors.push(duplicate(field, `{${topologyKey}, ${whenUnsatisfiable}}`));
    }
    checkMinDomains(constraint.minDomains, whenUnsatisfiable, at.child("minDomains"), errors);
    for (const name of ["nodeAffinityPolicy", "nodeTaintsPolicy"] as const) {
      const policy = constraint[name];
      if (policy == null || INCLUSION_POLICIES.includes(policy)) continue;
      errors.push(notSupported(at.child(name), policy, INCLUSION_POLICIES));
    }
    checkMatchLabelKeys(constraint, at, errors);
    checkLabelSelector(constraint.labelSelector, at.child("labelSelector"), errors);
  });
}

/** Gates hold a pod back until all of them are gone. */
export function checkSchedulingGates(
  gates: readonly NameReference[] | undefined,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const seen = new Set<string>();
  gates?.forEach(({ name = "" }, index) => {
    checkQualifiedName(name, path.index(index), errors);
    if (seen.has(name)) errors.push(duplicate(path.index(index), name));
    seen.add(name);
  });
}
