import type { KubeObject } from "../api/object.ts";
import type {
  Container,
  LimitRangeItem,
  LimitRangeSpec,
  PersistentVolumeClaim,
  PodSpec,
} from "../api/types.ts";
import { admissionForbidden } from "./admission-forbidden.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "./admission-plugin.ts";
import { claimComplaints, podComplaints } from "./limit-range-checks.ts";

const ANNOTATION = "kubernetes.io/limit-ranger";
type Amounts = Record<string, string>;

/**
 * Gives containers what the LimitRanges of their namespace say they use, and holds pods and claims
 * to the bounds.
 * @param limitRangesOf - those of a namespace
 * @see kubernetes plugin/pkg/admission/limitranger/admission.go
 */
export function createLimitRanger(
  limitRangesOf: (namespace: string) => readonly Readonly<KubeObject>[],
): AdmissionPlugin {
  const rangesFor = (attributes: AdmissionAttributes) =>
    isLimited(attributes) ? limitRangesOf(attributes.namespace).map(itemsOf) : [];
  return {
    name: "LimitRanger",
    mutate: (attributes) => {
      const { object, resource } = attributes;
      if (object === undefined || resource !== "pods") return;
      for (const items of rangesFor(attributes)) setDefaults(object, items);
    },
    validate: (attributes) => {
      for (const items of rangesFor(attributes)) {
        const complaints = new Set(items.flatMap((item) => complaintsOf(item, attributes)));
        if (complaints.size === 0) continue;
        const text = [...complaints].join(", ");
        throw admissionForbidden(attributes, complaints.size === 1 ? text : `[${text}]`);
      }
    },
  };
}

/** A pod's containers change by way of a resize only. */
function isLimited(attributes: AdmissionAttributes): boolean {
  const { group, resource, subresource, operation, oldObject } = attributes;
  if (group !== "" || (operation !== "CREATE" && operation !== "UPDATE")) return false;
  if (oldObject?.metadata.deletionTimestamp !== undefined) return false;
  if (resource === "persistentvolumeclaims") return subresource === "";
  if (resource !== "pods") return false;
  return operation === "CREATE" ? subresource === "" : subresource === "resize";
}

function itemsOf(range: Readonly<KubeObject>): readonly LimitRangeItem[] {
  return (range.spec as LimitRangeSpec | undefined)?.limits ?? [];
}

function complaintsOf(item: LimitRangeItem, { object, resource }: AdmissionAttributes) {
  return resource === "pods"
    ? podComplaints(item, (object?.spec ?? {}) as PodSpec)
    : claimComplaints(item, object?.spec as PersistentVolumeClaim["spec"]);
}

function setDefaults(pod: KubeObject, items: readonly LimitRangeItem[]): void {
  const limits: Amounts = {};
  const requests: Amounts = {};
  for (const { type, default: limit, defaultRequest } of items) {
    if (type !== "Container") continue;
    Object.assign(requests, defaultRequest);
    Object.assign(limits, limit);
  }
  const { containers, initContainers } = (pod.spec ?? {}) as Partial<PodSpec>;
  const notes = [
    ...(containers ?? []).flatMap((each) => fill(each, "container", requests, limits)),
    ...(initContainers ?? []).flatMap((each) => fill(each, "init container", requests, limits)),
  ];
  if (notes.length === 0) return;
  pod.metadata.annotations = {
    ...pod.metadata.annotations,
    [ANNOTATION]: `LimitRanger plugin set: ${notes.join("; ")}`,
  };
}

/** Answers what it set, for the annotation. */
function fill(container: Container, what: string, requests: Amounts, limits: Amounts): string[] {
  const notes: string[] = [];
  for (const [list, word, defaults] of [
    ["requests", "request", requests],
    ["limits", "limit", limits],
  ] as const) {
    const own = container.resources?.[list] ?? {};
    const missing = Object.keys(defaults)
      .filter((name) => !(name in own))
      .sort();
    if (missing.length === 0) continue;
    container.resources = { ...container.resources, [list]: { ...defaults, ...own } };
    notes.push(`${missing.join(", ")} ${word} for ${what} ${container.name}`);
  }
  return notes;
}
