import { shapeOf } from "../api/field-management/schema-shape.ts";
import type { VersionConverter } from "../api/field-management/versions.ts";
import { apiVersionOf, type KubeObject } from "../api/object.ts";
import { kindOf } from "../api/scheme.ts";
import type { Conversion } from "./resource-store.ts";
import { autoscalerFromV1, autoscalerToV1 } from "./resources/autoscaler-conversion.ts";
import { eventFromCore, eventToCore } from "./resources/event-conversion.ts";

interface ConversionRow {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly stored: { readonly group: string; readonly version: string };
  readonly fromStored: (object: KubeObject) => KubeObject;
  readonly toStored: (object: KubeObject) => KubeObject;
}

/** Kinds that are one object under two group versions, and which of them is stored. */
const ROWS: readonly ConversionRow[] = [
  {
    group: "events.k8s.io",
    version: "v1",
    kind: "Event",
    stored: { group: "", version: "v1" },
    fromStored: eventFromCore,
    toStored: eventToCore,
  },
  {
    group: "autoscaling",
    version: "v1",
    kind: "HorizontalPodAutoscaler",
    stored: { group: "autoscaling", version: "v2" },
    fromStored: autoscalerToV1,
    toStored: autoscalerFromV1,
  },
];

/**
 * Shows objects of a kind, from whatever version they are in, in any version that it is served in;
 * undefined for kinds with one version. Parts are shared with the original.
 */
export function versionConverterOf(
  group: string,
  version: string,
  kind: string,
): VersionConverter | undefined {
  const row = ROWS.find(
    (each) =>
      each.kind === kind &&
      ((each.group === group && each.version === version) ||
        (each.stored.group === group && each.stored.version === version)),
  );
  if (row === undefined) return undefined;
  const shown = apiVersionOf(row.group, row.version);
  const stored = apiVersionOf(row.stored.group, row.stored.version);
  return (object, apiVersion) => {
    if (apiVersion !== shown && apiVersion !== stored) return undefined;
    const { group: inGroup, version: inVersion } = apiVersion === shown ? row : row.stored;
    const typeName = kindOf(inGroup, inVersion, kind)?.typeName;
    if (typeName === undefined) return undefined;
    const { apiVersion: present = apiVersionOf(group, version) } = object;
    return {
      shape: shapeOf(typeName),
      object:
        present === apiVersion
          ? object
          : (apiVersion === shown ? row.fromStored : row.toStored)(object as KubeObject),
    };
  };
}

/** How a kind is stored, when not as itself. */
export function conversionOf(group: string, version: string, kind: string): Conversion | undefined {
  const row = ROWS.find(
    (each) => each.group === group && each.version === version && each.kind === kind,
  );
  if (row === undefined) return undefined;
  const storedKind = kindOf(row.stored.group, row.stored.version, kind);
  if (storedKind === undefined) throw new Error(`no stored kind for ${group}/${version} ${kind}`);
  return { storedKind, fromStored: row.fromStored, toStored: row.toStored };
}
