import type { KubeObject } from "../api/object.ts";
import type { PodSpec } from "../api/types.ts";
import { admissionForbidden } from "./admission-forbidden.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "./admission-plugin.ts";

/** What the plugin reads. */
export interface PriorityClasses {
  get(name: string): Readonly<KubeObject> | undefined;
  list(): readonly Readonly<KubeObject>[];
}

const SYSTEM_CLASSES: ReadonlySet<string> = new Set([
  "system-cluster-critical",
  "system-node-critical",
]);

interface Established {
  readonly className: string;
  readonly value: number;
  readonly preemptionPolicy: string | undefined;
}

/**
 * Resolves a pod's priority class to its number, and keeps classes down to one default.
 * @see kubernetes plugin/pkg/admission/priority/admission.go
 */
export function createPriority(classes: PriorityClasses): AdmissionPlugin {
  return {
    name: "Priority",
    mutate: (attributes) => {
      const { group, resource, subresource, operation } = attributes;
      if (group !== "" || resource !== "pods" || subresource !== "") return;
      if (operation === "CREATE") admitNewPod(attributes, classes);
      else if (operation === "UPDATE") keepPriority(attributes);
    },
    validate: (attributes) => {
      const { group, resource, subresource, operation } = attributes;
      if (group !== "scheduling.k8s.io" || resource !== "priorityclasses" || subresource !== "") {
        return;
      }
      if (operation === "CREATE" || operation === "UPDATE") checkDefault(attributes, classes);
      else if (operation === "DELETE") keepSystemClass(attributes);
    },
  };
}

function describe(priorityClass: Readonly<KubeObject>): Established {
  return {
    className: priorityClass.metadata.name ?? "",
    value: Number(priorityClass.value ?? 0),
    preemptionPolicy: priorityClass.preemptionPolicy as string | undefined,
  };
}

/** Of several defaults, which only a race can make, the one of least value. */
function defaultClass(classes: PriorityClasses): Established | undefined {
  return classes
    .list()
    .filter((each) => each.globalDefault === true)
    .map(describe)
    .sort((left, right) => left.value - right.value)[0];
}

function establish(
  attributes: AdmissionAttributes,
  classes: PriorityClasses,
  name: string,
): Established {
  if (name === "") {
    return (
      defaultClass(classes) ?? { className: "", value: 0, preemptionPolicy: "PreemptLowerPriority" }
    );
  }
  const found = classes.get(name);
  if (found === undefined) {
    throw admissionForbidden(attributes, `no PriorityClass with name ${name} was found`);
  }
  return describe(found);
}

function admitNewPod(attributes: AdmissionAttributes, classes: PriorityClasses): void {
  const spec = attributes.object?.spec as PodSpec | undefined;
  if (spec === undefined) return;
  const { className, value, preemptionPolicy } = establish(
    attributes,
    classes,
    spec.priorityClassName ?? "",
  );
  if (className !== "") spec.priorityClassName = className;
  if (spec.priority !== undefined && spec.priority !== value) {
    throw admissionForbidden(
      attributes,
      `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`,
    );
  }
  spec.priority = value;
  if (preemptionPolicy === undefined) return;
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== preemptionPolicy) {
    throw admissionForbidden(
      attributes,
      `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${preemptionPolicy} from the given PriorityClass name`,
    );
  }
  spec.preemptionPolicy = preemptionPolicy as NonNullable<PodSpec["preemptionPolicy"]>;
}

/** Both were set on create; an update that leaves them out does not mean to change them. */
function keepPriority({ object, oldObject }: AdmissionAttributes): void {
  const spec = object?.spec as PodSpec | undefined;
  const old = oldObject?.spec as PodSpec | undefined;
  if (spec === undefined || old === undefined) return;
  if (spec.priority === undefined && old.priority !== undefined) spec.priority = old.priority;
  if (spec.preemptionPolicy === undefined && old.preemptionPolicy !== undefined) {
    spec.preemptionPolicy = old.preemptionPolicy;
  }
}

/** @see kubernetes pkg/registry/scheduling/priorityclass/storage/storage.go */
function keepSystemClass(attributes: AdmissionAttributes): void {
  if (!SYSTEM_CLASSES.has(attributes.name)) return;
  throw admissionForbidden(attributes, "this is a system priority class and cannot be deleted");
}

function checkDefault(attributes: AdmissionAttributes, classes: PriorityClasses): void {
  if (attributes.object?.globalDefault !== true) return;
  const existing = defaultClass(classes);
  if (existing === undefined) return;
  if (attributes.operation === "UPDATE" && existing.className === attributes.name) return;
  throw admissionForbidden(
    attributes,
    `PriorityClass ${existing.className} is already marked as default. Only one default can exist`,
  );
}
