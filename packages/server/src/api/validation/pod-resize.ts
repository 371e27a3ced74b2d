/** Changes of cpu and memory of a pod in place (KEP-1287), through its `resize` subresource. */
import {
  type FieldError,
  type FieldPath,
  forbiddenField,
  invalidValue,
  root,
} from "../field-error.ts";
import { semanticEqual } from "./equality.ts";
import type { FieldErrors } from "./field-checks.ts";
import { checkPod, wholePodForbidden } from "./pod.ts";
import { MIRROR_ANNOTATION } from "./pod-annotations.ts";
import { qosClassOf } from "./pod-qos.ts";
import type { Container, Pod, PodSpec, ResourceRequirements } from "./pod-shapes.ts";

const SPEC: FieldPath = root("spec");
const LISTS = ["initContainers", "containers"] as const;

function isRemoved(
  list: Readonly<Record<string, unknown>> | null | undefined,
  old: Readonly<Record<string, unknown>> | null | undefined,
): boolean {
  return Object.keys(old ?? {}).some((name) => list?.[name] === undefined);
}

function checkNothingRemoved(
  now: ResourceRequirements | undefined,
  old: ResourceRequirements | undefined,
  path: FieldPath,
  prefix: string,
  errors: FieldErrors,
): void {
  if (isRemoved(now?.requests, old?.requests)) {
    errors.push(forbiddenField(path.child("requests"), `${prefix} requests cannot be removed`));
  }
  if (isRemoved(now?.limits, old?.limits)) {
    errors.push(forbiddenField(path.child("limits"), `${prefix} limits cannot be removed`));
  }
}

type List = Record<string, string | number> | null | undefined;

function withOldCompute(list: List, old: List): Record<string, string | number> {
  const { cpu: _cpu, memory: _memory, ...others } = list ?? {};
  const kept: Record<string, string | number> = { ...others };
  for (const name of ["cpu", "memory"]) {
    const value = old?.[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

/** The requirements with cpu and memory put back; claims are not compared. */
function withoutComputeChanges(
  now: ResourceRequirements | undefined,
  old: ResourceRequirements | undefined,
): ResourceRequirements {
  return {
    limits: withOldCompute(now?.limits, old?.limits),
    requests: withOldCompute(now?.requests, old?.requests),
  };
}

/** Whether the lists can be compared one by one. */
function checkOrder(spec: PodSpec, old: PodSpec, errors: FieldErrors): boolean {
  const before = errors.length;
  for (const list of ["containers", "initContainers"] as const) {
    const now = spec[list] ?? [];
    const was = old[list] ?? [];
    if (now.length !== was.length) {
      const detail = `${list} may not be added or removed on resize`;
      errors.push(forbiddenField(SPEC.child(list), detail));
      continue;
    }
    was.forEach(({ name }, index) => {
      if (now[index]?.name === name) return;
      const detail = `${list} may not be renamed or reordered on resize`;
      errors.push(forbiddenField(SPEC.child(list).index(index).child("name"), detail));
    });
  }
  return errors.length === before;
}

function munge(container: Container, old: Container): Container {
  return { ...container, resources: withoutComputeChanges(container.resources, old.resources) };
}

function checkContainerResize(spec: PodSpec, old: PodSpec, errors: FieldErrors): void {
  for (const list of LISTS) {
    old[list]?.forEach((before, index) => {
      const path = SPEC.child(list).index(index).child("resources");
      const now = spec[list]?.[index]?.resources;
      checkNothingRemoved(now, before.resources, path, "resource", errors);
    });
  }
  old.containers?.forEach((before, index) => {
    const container = spec.containers?.[index] ?? {};
    if (semanticEqual(munge(container, before), before)) return;
    errors.push(forbiddenField(SPEC, "only cpu and memory resources are mutable"));
  });
  old.initContainers?.forEach((before, index) => {
    const container = spec.initContainers?.[index] ?? {};
    const path = SPEC.child("initContainers").index(index);
    if (!semanticEqual(munge(container, before), before)) {
      const detail = "only cpu and memory resources for init or sidecar containers are mutable";
      errors.push(forbiddenField(path, detail));
    }
    if (container.restartPolicy === "Always" || semanticEqual(container, before)) return;
    for (const { restartPolicy } of container.resizePolicy ?? []) {
      if (restartPolicy !== "RestartContainer") continue;
      const detail =
        "non-sidecar init containers with a resize policy of RestartContainer cannot be resized";
      errors.push(forbiddenField(path, detail));
    }
  });
}

function checkPodLevelResize(spec: PodSpec, old: PodSpec, errors: FieldErrors): void {
  if (spec.resources == null && old.resources == null) return;
  const path = SPEC.child("resources");
  if (old.resources != null && spec.resources == null) {
    errors.push(forbiddenField(path, "pod-level resources cannot be removed"));
    return;
  }
  checkNothingRemoved(spec.resources, old.resources, path, "pod-level resource", errors);
  const munged = withoutComputeChanges(spec.resources, old.resources);
  if (!semanticEqual(munged, old.resources)) {
    errors.push(forbiddenField(SPEC, "only cpu and memory resources are mutable at pod-level"));
  }
}

/** A running container whose status lacks resources runs on a node that knows no resize. */
function isSupported(pod: Pod): boolean {
  const running = pod.status?.containerStatuses?.find(({ state }) => state?.running != null);
  return running === undefined || running.resources != null;
}

export function validatePodResize(pod: Pod, old: Pod): FieldError[] {
  const errors: FieldErrors = [];
  const spec = pod.spec ?? {};
  const oldSpec = old.spec ?? {};
  checkPod(pod, errors);
  if (old.metadata.annotations?.[MIRROR_ANNOTATION] !== undefined) {
    return [wholePodForbidden("static pods cannot be resized")];
  }
  if (oldSpec.os?.name === "windows") return [wholePodForbidden("windows pods cannot be resized")];
  if ((old.status?.qosClass ?? qosClassOf(oldSpec)) !== qosClassOf(spec)) {
    const detail = "Pod QOS Class may not change as a result of resizing";
    errors.push(invalidValue(SPEC, pod.status?.qosClass ?? "", detail));
  }
  if (!isSupported(old)) {
    errors.push(forbiddenField(SPEC, "Pod running on node without support for resize"));
  }
  checkPodLevelResize(spec, oldSpec, errors);
  if (checkOrder(spec, oldSpec, errors)) checkContainerResize(spec, oldSpec, errors);
  return errors;
}
