/** Assigning a pod to a node, through `pods/binding` and the older `bindings`. @see kubernetes pkg/registry/core/pod/storage/storage.go */
import { type FieldError, notSupported, required, root } from "../../api/field-error.ts";
import type { KubeObject } from "../../api/object.ts";
import type { Pod, PodCondition, PodStatus } from "../../api/validation/pod-shapes.ts";
import { formatTime } from "../../runtime/clock.ts";

export interface Binding extends KubeObject {
  target?: { kind?: string; name?: string };
}

/** Errors of a binding; upstream answers their text alone, as a 500 without a reason. */
export function validateBinding(binding: Binding): FieldError[] {
  const { kind = "", name = "" } = binding.target ?? {};
  const errors: FieldError[] = [];
  if (kind !== "" && kind !== "Node") {
    errors.push(notSupported(root("target", "kind"), kind, ["Node", "<empty>"]));
  }
  if (name === "") errors.push(required(root("target", "name")));
  return errors;
}

/** Sets a condition; the time of its transition moves only when the status does. */
export function setPodCondition(status: PodStatus, condition: PodCondition, now: number): void {
  const old = status.conditions?.find(({ type }) => type === condition.type);
  const kept = old !== undefined && old.status === condition.status;
  const next: PodCondition = {
    lastProbeTime: null,
    ...condition,
    lastTransitionTime: kept ? (old.lastTransitionTime ?? null) : formatTime(now),
  };
  const others = status.conditions ?? [];
  status.conditions =
    old === undefined ? [...others, next] : others.map((item) => (item === old ? next : item));
}

/**
 * Binds the pod, which is changed in place.
 * @param now - milliseconds since 1970
 * @returns why it cannot be bound (a conflict on `pods/binding`), or undefined when it is
 */
export function bindPod(object: KubeObject, binding: Binding, now: number): string | undefined {
  const pod = object as KubeObject & Pod;
  const { metadata } = pod;
  const name = metadata.name ?? "";
  const nodeName = pod.spec?.nodeName ?? "";
  if (metadata.deletionTimestamp != null) {
    return `pod ${name} is being deleted, cannot be assigned to a host`;
  }
  if (nodeName !== "") return `pod ${name} is already assigned to node ${JSON.stringify(nodeName)}`;
  if ((pod.spec?.schedulingGates ?? []).length > 0) {
    return `pod ${name} has non-empty .spec.schedulingGates`;
  }
  pod.spec = { ...pod.spec, nodeName: binding.target?.name ?? "" };
  const { annotations, labels } = binding.metadata;
  if (annotations !== undefined) metadata.annotations = { ...metadata.annotations, ...annotations };
  if (labels !== undefined) metadata.labels = { ...metadata.labels, ...labels };
  const status: PodStatus = { ...pod.status };
  delete status.nominatedNodeName;
  setPodCondition(status, { type: "PodScheduled", status: "True" }, now);
  pod.status = status;
  return undefined;
}
