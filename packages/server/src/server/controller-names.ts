import { resolveAlias } from "./controller-aliases.ts";
import { OptionsError } from "./options.ts";

/**
 * The controllers of this server, under kube-controller-manager's names; the scheduler, which is a
 * program of its own elsewhere, is one of them.
 * @see kubernetes cmd/kube-controller-manager/names/controller_names.go
 */
export const CONTROLLER_NAMES = [
  "serviceaccount-controller",
  "serviceaccount-token-controller",
  "root-ca-certificate-publisher-controller",
  "namespace-controller",
  "legacy-serviceaccount-token-cleaner-controller",
  "clusterrole-aggregation-controller",
  "certificatesigningrequest-approving-controller",
  "certificatesigningrequest-signing-controller",
  "certificatesigningrequest-cleaner-controller",
  "replicaset-controller",
  "deployment-controller",
  "replicationcontroller-controller",
  "job-controller",
  "cronjob-controller",
  "ttl-after-finished-controller",
  "daemonset-controller",
  "statefulset-controller",
  "disruption-controller",
  "endpoints-controller",
  "endpointslice-controller",
  "endpointslice-mirroring-controller",
  "horizontal-pod-autoscaler-controller",
  "resourcequota-controller",
  "persistentvolumeclaim-protection-controller",
  "persistentvolume-protection-controller",
  "volumeattributesclass-protection-controller",
  "ephemeral-volume-controller",
  "garbage-collector-controller",
  "pod-garbage-collector-controller",
  "node-lifecycle-controller",
  "taint-eviction-controller",
  "ttl-controller",
  "scheduler",
  "bootstrap-signer-controller",
  "token-cleaner-controller",
] as const;

export type ControllerName = (typeof CONTROLLER_NAMES)[number];

/** `*` does not stand for these. @see kubernetes (ControllerDescriptor.isDisabledByDefault) */
export const OFF_BY_DEFAULT: ReadonlySet<ControllerName> = new Set([
  "bootstrap-signer-controller",
  "token-cleaner-controller",
]);

/**
 * Which controllers run: `foo` runs it, `-foo` does not, `*` runs those that are not named, but for a
 * few; of two entries about one controller the first counts.
 * @throws OptionsError for names that are none
 * @see kubernetes staging/src/k8s.io/controller-manager/app/helper.go (IsControllerEnabled)
 */
export function selectControllers(entries: readonly string[]): ReadonlySet<ControllerName> {
  const list = entries.map(resolveAlias);
  const known = new Set<string>(CONTROLLER_NAMES);
  const problems = list
    .filter((entry) => entry !== "*" && !known.has(entry.replace(/^-/, "")))
    .map(
      (entry) =>
        `--controllers: ${JSON.stringify(entry.replace(/^-/, ""))} is not in the list of known controllers: ${CONTROLLER_NAMES.join(", ")}`,
    );
  if (problems.length > 0) throw new OptionsError(problems);
  return new Set(
    CONTROLLER_NAMES.filter((name) => {
      const entry = list.find((each) => each === name || each === `-${name}`);
      if (entry === undefined) return list.includes("*") && !OFF_BY_DEFAULT.has(name);
      return entry === name;
    }),
  );
}
