/** Requests and limits of a pod as a whole (KEP-2837), against those of its containers. */
import { type FieldPath, forbiddenField, invalidValue } from "../field-error.ts";
import { isHugePages } from "../resource-names.ts";
import { addTexts, compareQuantities, type QuantityText } from "./amounts.ts";
import type { FieldErrors } from "./field-checks.ts";
import type { Container, PodSpec } from "./pod-shapes.ts";
import { checkPodResources, type ResourceList } from "./resources.ts";

type ListName = "requests" | "limits";

function addAll(sum: Map<string, QuantityText>, list: ResourceList | null | undefined): void {
  for (const [name, value] of Object.entries(list ?? {})) {
    const before = sum.get(name);
    sum.set(name, before === undefined ? value : addTexts(before, value));
  }
}

function raise(most: Map<string, QuantityText>, list: Iterable<[string, QuantityText]>): void {
  for (const [name, value] of list) {
    const before = most.get(name);
    if (before === undefined || compareQuantities(value, before) > 0) most.set(name, value);
  }
}

function isSidecar(container: Container): boolean {
  return container.restartPolicy === "Always";
}

/**
 * What containers need at their worst moment: all of them together with the sidecars, or one init
 * container with the sidecars started before it.
 */
export function aggregateContainers(
  spec: PodSpec,
  list: ListName,
): ReadonlyMap<string, QuantityText> {
  const running = new Map<string, QuantityText>();
  for (const container of spec.containers ?? []) addAll(running, container.resources?.[list]);
  const sidecars = new Map<string, QuantityText>();
  const worstStart = new Map<string, QuantityText>();
  for (const container of spec.initContainers ?? []) {
    if (isSidecar(container)) {
      addAll(running, container.resources?.[list]);
      addAll(sidecars, container.resources?.[list]);
      raise(worstStart, sidecars);
      continue;
    }
    const moment = new Map(sidecars);
    addAll(moment, container.resources?.[list]);
    raise(worstStart, moment);
  }
  raise(running, worstStart);
  return running;
}

/** @param claims - names of the pod's claims */
export function checkPodLevelResources(
  spec: PodSpec,
  claims: ReadonlySet<string>,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const { resources } = spec;
  if (resources == null) return;
  const field = path.child("resources");
  if (spec.os?.name === "windows") {
    errors.push(forbiddenField(field, "may not be set for a windows pod"));
    return;
  }
  checkPodResources(resources, claims, field, errors);
  for (const [name, needed] of aggregateContainers(spec, "requests")) {
    const own = resources.requests?.[name];
    if (own === undefined || compareQuantities(needed, own) <= 0) continue;
    const detail = `must be greater than or equal to aggregate container requests of ${needed}`;
    errors.push(invalidValue(field.child("requests").key(name), String(own), detail));
  }
  for (const [name, needed] of aggregateContainers(spec, "limits")) {
    const own = resources.limits?.[name];
    if (!isHugePages(name) || own === undefined || compareQuantities(needed, own) <= 0) continue;
    const detail = `must be greater than or equal to aggregate container limits of ${needed}`;
    errors.push(invalidValue(field.child("limits").key(name), String(own), detail));
  }
  spec.containers?.forEach((container, index) => {
    for (const [name, limit] of Object.entries(container.resources?.limits ?? {})) {
      const own = resources.limits?.[name];
      if (own === undefined || compareQuantities(limit, own) <= 0) continue;
      const at = field.child("containers").index(index).key(name).child("limits");
      const detail = `must be less than or equal to pod limits of ${own}`;
      errors.push(invalidValue(at, String(limit), detail));
    }
  });
}
