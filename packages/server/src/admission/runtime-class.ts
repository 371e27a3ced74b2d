import type { KubeObject } from "../api/object.ts";
import { equalAs } from "../api/typed-equality.ts";
import type { PodSpec, RuntimeClass, Toleration } from "../api/types.ts";
import { admissionForbidden } from "./admission-forbidden.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "./admission-plugin.ts";

const MISMATCH = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";
const WITHOUT_CLASS =
  "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead";

/**
 * Gives a new pod the overhead of its runtime class, and sends it to the nodes that have it.
 * @see kubernetes plugin/pkg/admission/runtimeclass/admission.go
 */
export function createRuntimeClassAdmission(
  classOf: (name: string) => Readonly<KubeObject> | undefined,
): AdmissionPlugin {
  const found = (attributes: AdmissionAttributes, spec: PodSpec): RuntimeClass | undefined => {
    const { runtimeClassName: name } = spec;
    if (name === undefined || name === null) return undefined;
    const runtimeClass = classOf(name) as RuntimeClass | undefined;
    if (runtimeClass !== undefined) return runtimeClass;
    const text = `pod rejected: RuntimeClass ${JSON.stringify(name)} not found`;
    throw admissionForbidden(attributes, text);
  };
  return {
    name: "RuntimeClass",
    mutate: (attributes) => {
      const spec = newPodSpec(attributes);
      if (spec === undefined) return;
      const runtimeClass = found(attributes, spec);
      if (runtimeClass === undefined) return;
      setOverhead(attributes, spec, runtimeClass);
      setScheduling(attributes, spec, runtimeClass);
    },
    validate: (attributes) => {
      const spec = newPodSpec(attributes);
      if (spec === undefined) return;
      const overhead = found(attributes, spec)?.overhead;
      if (overhead == null) {
        if (spec.overhead != null) throw admissionForbidden(attributes, WITHOUT_CLASS);
      } else if (!isSameList(overhead.podFixed, spec.overhead)) {
        throw admissionForbidden(attributes, MISMATCH);
      }
    },
  };
}

function newPodSpec(attributes: AdmissionAttributes): PodSpec | undefined {
  const { group, resource, subresource, operation, object } = attributes;
  const isNewPod = group === "" && resource === "pods" && subresource === "";
  return isNewPod && operation === "CREATE" ? (object?.spec as PodSpec | undefined) : undefined;
}

function isSameList(left: unknown, right: unknown): boolean {
  return equalAs("core.v1.ResourceList", left, right);
}

function setOverhead(
  attributes: AdmissionAttributes,
  spec: PodSpec,
  { overhead }: RuntimeClass,
): void {
  if (overhead == null) return;
  const { podFixed } = overhead;
  if (Object.keys(spec.overhead ?? {}).length > 0 && !isSameList(podFixed, spec.overhead)) {
    throw admissionForbidden(attributes, MISMATCH);
  }
  if (podFixed === undefined) delete spec.overhead;
  else spec.overhead = { ...podFixed };
}

function setScheduling(
  attributes: AdmissionAttributes,
  spec: PodSpec,
  { scheduling }: RuntimeClass,
): void {
  if (scheduling == null) return;
  const { nodeSelector = {}, tolerations = [] } = scheduling;
  for (const [key, value] of Object.entries(nodeSelector)) {
    const own = spec.nodeSelector?.[key];
    if (own === undefined || own === value) continue;
    throw admissionForbidden(
      attributes,
      `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own}`,
    );
  }
  if (Object.keys(nodeSelector).length > 0) {
    spec.nodeSelector = { ...spec.nodeSelector, ...nodeSelector };
  }
  const merged = mergeTolerations([...(spec.tolerations ?? []), ...tolerations]);
  if (merged.length > 0) spec.tolerations = merged;
}

/**
 * Without those that another one includes.
 * @see kubernetes pkg/util/tolerations/tolerations.go (MergeTolerations)
 */
function mergeTolerations(all: readonly Toleration[]): Toleration[] {
  const merged: Toleration[] = [];
  for (const [index, each] of all.entries()) {
    const later = all.slice(index + 1).filter((other) => !isSame(other, each));
    if (![...merged, ...later].some((other) => includes(other, each))) merged.push(each);
  }
  return merged;
}

function isSame(left: Toleration, right: Toleration): boolean {
  return equalAs("core.v1.Toleration", left, right);
}

function includes(wide: Toleration, narrow: Toleration): boolean {
  if (isSame(wide, narrow)) return true;
  const { key = "", operator = "", effect = "", value = "", tolerationSeconds } = wide;
  if (key !== (narrow.key ?? "") && (key !== "" || operator !== "Exists")) return false;
  if (effect !== "" && effect !== (narrow.effect ?? "")) return false;
  if (effect === "NoExecute" && tolerationSeconds != null) {
    const other = narrow.tolerationSeconds;
    if (other == null || other > tolerationSeconds) return false;
  }
  if (operator === "Exists") return true;
  return (
    (operator === "Equal" || operator === "") &&
    narrow.operator === "Equal" &&
    value === (narrow.value ?? "")
  );
}
