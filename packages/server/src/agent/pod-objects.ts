import { secretNamesOf } from "../api/pod-secrets.ts";
import type { Pod, PodSpec } from "../api/types.ts";

/** Names of the objects that a pod refers to, in its own namespace. */
export interface PodObjectNames {
  readonly secrets: ReadonlySet<string>;
  readonly configmaps: ReadonlySet<string>;
}

const NONE: PodObjectNames = { secrets: new Set(), configmaps: new Set() };

export function objectNamesOf({ spec }: Readonly<Pod>): PodObjectNames {
  if (spec === undefined) return NONE;
  return { secrets: secretNamesOf(spec), configmaps: configMapNamesOf(spec) };
}

/** @see kubernetes pkg/api/v1/pod/util.go (VisitPodConfigmapNames) */
function configMapNamesOf(spec: PodSpec): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (name: string | undefined): void => {
    if (name !== undefined && name !== "") names.add(name);
  };
  const { initContainers, containers, ephemeralContainers } = spec;
  for (const list of [initContainers, containers, ephemeralContainers]) {
    for (const container of list ?? []) {
      for (const { configMapRef } of container.envFrom ?? []) add(configMapRef?.name);
      for (const { valueFrom } of container.env ?? []) add(valueFrom?.configMapKeyRef?.name);
    }
  }
  for (const volume of spec.volumes ?? []) {
    add(volume.configMap?.name);
    for (const { configMap } of volume.projected?.sources ?? []) add(configMap?.name);
  }
  return names;
}
