/**
 * Names that controllers had before they all ended in `-controller`; kube-controller-manager takes
 * them still. @see kubernetes cmd/kube-controller-manager/app (ControllerDescriptor.aliases)
 */
const ALIASES: Readonly<Record<string, string>> = {
  bootstrapsigner: "bootstrap-signer-controller",
  "clusterrole-aggregation": "clusterrole-aggregation-controller",
  cronjob: "cronjob-controller",
  csrapproving: "certificatesigningrequest-approving-controller",
  csrcleaner: "certificatesigningrequest-cleaner-controller",
  csrsigning: "certificatesigningrequest-signing-controller",
  daemonset: "daemonset-controller",
  deployment: "deployment-controller",
  disruption: "disruption-controller",
  endpoint: "endpoints-controller",
  "ephemeral-volume": "ephemeral-volume-controller",
  endpointslice: "endpointslice-controller",
  endpointslicemirroring: "endpointslice-mirroring-controller",
  garbagecollector: "garbage-collector-controller",
  horizontalpodautoscaling: "horizontal-pod-autoscaler-controller",
  job: "job-controller",
  "legacy-service-account-token-cleaner": "legacy-serviceaccount-token-cleaner-controller",
  namespace: "namespace-controller",
  nodelifecycle: "node-lifecycle-controller",
  podgc: "pod-garbage-collector-controller",
  "pv-protection": "persistentvolume-protection-controller",
  "pvc-protection": "persistentvolumeclaim-protection-controller",
  replicaset: "replicaset-controller",
  replicationcontroller: "replicationcontroller-controller",
  resourcequota: "resourcequota-controller",
  "root-ca-cert-publisher": "root-ca-certificate-publisher-controller",
  serviceaccount: "serviceaccount-controller",
  "serviceaccount-token": "serviceaccount-token-controller",
  statefulset: "statefulset-controller",
  tokencleaner: "token-cleaner-controller",
  ttl: "ttl-controller",
  "ttl-after-finished": "ttl-after-finished-controller",
};

/** `-csrsigning` → `-certificatesigningrequest-signing-controller`; what is no alias stays. */
export function resolveAlias(entry: string): string {
  const isOff = entry.startsWith("-");
  const name = isOff ? entry.slice(1) : entry;
  const known = Object.hasOwn(ALIASES, name) ? ALIASES[name] : undefined;
  return `${isOff ? "-" : ""}${known ?? name}`;
}
