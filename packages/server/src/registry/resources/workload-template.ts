/** Hooks that workloads share: they carry a template of pods. */
import { type FieldPath, root } from "../../api/field-error.ts";
import type { KubeObject } from "../../api/object.ts";
import { semanticEqual } from "../../api/validation/equality.ts";
import { dnsLabelComplaints } from "../../api/validation/names.ts";
import type { PodTemplateSpec } from "../../api/validation/pod-shapes.ts";
import { podWarnings } from "../../api/validation/pod-warnings.ts";
import { dropDisabledFields } from "./pods.ts";

interface WithTemplate {
  spec?: { template?: PodTemplateSpec };
}

const TEMPLATE = root("spec", "template");

/** Drops fields of features that are off, unless the stored template has them. */
export function dropTemplateFields(
  template: PodTemplateSpec | undefined,
  old?: PodTemplateSpec,
): void {
  dropDisabledFields(template?.spec ?? {}, old?.spec);
}

export function warningsOfTemplate(
  template: PodTemplateSpec | undefined,
  path: FieldPath = TEMPLATE,
): string[] {
  const { spec = {}, metadata = {} } = template ?? {};
  return podWarnings(spec, metadata, path);
}

export function templateWarnings(object: KubeObject): string[] {
  return warningsOfTemplate((object as WithTemplate).spec?.template);
}

/** Names of pods grow out of the name of their owner. */
export function podNameWarnings({ metadata }: KubeObject): string[] {
  const complaints = dnsLabelComplaints(metadata.name ?? "");
  if (complaints.length === 0) return [];
  return [
    `metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [${complaints.join(" ")}]`,
  ];
}

export function specChanged(object: KubeObject, old: KubeObject): boolean {
  return !semanticEqual(object.spec, old.spec);
}
