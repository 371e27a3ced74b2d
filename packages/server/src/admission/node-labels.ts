/** Labels that a node may set on itself. @see kubernetes staging/src/k8s.io/kubelet/pkg/apis/well_known_labels.go */
const KUBELET_LABELS: ReadonlySet<string> = new Set([
  "kubernetes.io/hostname",
  "topology.kubernetes.io/zone",
  "topology.kubernetes.io/region",
  "failure-domain.beta.kubernetes.io/zone",
  "failure-domain.beta.kubernetes.io/region",
  "beta.kubernetes.io/instance-type",
  "node.kubernetes.io/instance-type",
  "kubernetes.io/os",
  "kubernetes.io/arch",
  "beta.kubernetes.io/os",
  "beta.kubernetes.io/arch",
]);
const KUBELET_DOMAINS: readonly string[] = ["kubelet.kubernetes.io", "node.kubernetes.io"];
const RESTRICTED_DOMAINS: readonly string[] = ["node-restriction.kubernetes.io"];
const KUBERNETES_DOMAINS: readonly string[] = ["kubernetes.io", "k8s.io"];

type Labels = Readonly<Record<string, string>>;

function domainOf(label: string): string {
  const slash = label.indexOf("/");
  return slash < 0 ? "" : label.slice(0, slash);
}

function isWithin(domain: string, domains: readonly string[]): boolean {
  return domains.some((each) => domain === each || domain.endsWith(`.${each}`));
}

function isForbidden(label: string): boolean {
  const domain = domainOf(label);
  if (isWithin(domain, RESTRICTED_DOMAINS)) return true;
  if (!isWithin(domain, KUBERNETES_DOMAINS)) return false;
  return !KUBELET_LABELS.has(label) && !isWithin(domain, KUBELET_DOMAINS);
}

/**
 * Labels, sorted, that differ between both sets and that a node may not change on itself: those kept
 * for isolating workloads, and those of Kubernetes that are not known to be a node's own.
 */
export function forbiddenNodeLabels(labels: Labels = {}, old: Labels = {}): readonly string[] {
  const keys = new Set([...Object.keys(labels), ...Object.keys(old)]);
  return [...keys].filter((key) => labels[key] !== old[key] && isForbidden(key)).sort();
}
