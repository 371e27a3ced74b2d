import { secretNamesOf } from "../api/pod-secrets.ts";
import type { PodSpec } from "../api/types.ts";

/** Why a mirror pod of a node is refused: it stands for a static pod, which knows no API objects. */
export function mirrorPodViolation(spec: PodSpec): string | undefined {
  if ((spec.serviceAccountName ?? "") !== "") {
    return "a mirror pod may not reference service accounts";
  }
  if (secretNamesOf(spec).size > 0) return "a mirror pod may not reference secrets";
  const projectsToken = (spec.volumes ?? []).some((volume) =>
    volume.projected?.sources?.some((source) => source.serviceAccountToken !== undefined),
  );
  return projectsToken
    ? "a mirror pod may not use ServiceAccountToken volume projections"
    : undefined;
}
