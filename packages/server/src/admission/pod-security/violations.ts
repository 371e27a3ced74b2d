/**
 * Which rules a pod breaks at a level of security.
 * @see kubernetes pod-security-admission/policy/registry.go
 */
import type { ObjectMeta, PodSpec } from "../../api/types.ts";
import * as baseline from "./baseline-checks.ts";
import { checkedPod, type PodCheck, type Violation } from "./pod-check.ts";
import type { LevelVersion } from "./policy.ts";
import * as restricted from "./restricted-checks.ts";

/** The newest version that has rules of its own. */
const NEWEST_MINOR = 35;

/** In the order in which they are told; stricter ones stand for them at the restricted level. */
const BASELINE: readonly (readonly [PodCheck, replacedSince?: number])[] = [
  [baseline.appArmorProfile],
  [baseline.capabilities, 22],
  [baseline.hostNamespaces],
  [baseline.hostPathVolumes, 0],
  [baseline.hostPorts],
  [baseline.hostProbes],
  [baseline.privileged],
  [baseline.procMount, 35],
  [baseline.seLinuxOptions],
  [baseline.seccompProfile, 19],
  [baseline.sysctls],
  [baseline.windowsHostProcess],
];
const RESTRICTED: readonly (readonly [PodCheck, since: number])[] = [
  [restricted.privilegeEscalation, 8],
  [restricted.droppedCapabilities, 22],
  [baseline.anyProcMount, 35],
  [restricted.volumeTypes, 0],
  [restricted.runAsNonRoot, 0],
  [restricted.runAsUser, 23],
  [restricted.requiredSeccompProfile, 19],
];

export function violationsOf(
  { level, version }: LevelVersion,
  metadata: ObjectMeta,
  spec: PodSpec,
): readonly Violation[] {
  if (level === "privileged") return [];
  const said = version === "latest" ? NEWEST_MINOR : Number(version.slice("v1.".length));
  const minor = Math.min(said, NEWEST_MINOR);
  const isStrict = level === "restricted";
  const checks = [
    ...BASELINE.filter(([, replaced]) => !isStrict || replaced === undefined || minor < replaced),
    ...(isStrict ? RESTRICTED.filter(([, since]) => minor >= since) : []),
  ];
  const pod = checkedPod(metadata, spec);
  return checks.flatMap(([check]) => check(pod, minor) ?? []);
}

/** `privileged (container "c" must not …), hostPort (…)`. */
export function printViolations(violations: readonly Violation[]): string {
  return violations
    .map(({ reason, detail }) => (detail === "" ? reason : `${reason} (${detail})`))
    .join(", ");
}
