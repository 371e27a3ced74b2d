/**
 * Where objects live in the store, as in a real cluster's etcd, so that texts that print a key agree
 * and an existing cluster's store reads the same.
 * @see kubernetes pkg/kubeapiserver/default_storage_factory_builder.go
 */
const SPECIAL_PREFIXES: Readonly<Record<string, string>> = {
  nodes: "minions",
  services: "services/specs",
  endpoints: "services/endpoints",
  replicationcontrollers: "controllers",
  ingresses: "ingress",
};

/** What all keys begin with. */
export const STORAGE_ROOT = "/registry";

/** `/registry/pods/` for pods; it ends in a slash. */
export function storagePrefix(resource: string): string {
  return `${STORAGE_ROOT}/${SPECIAL_PREFIXES[resource] ?? resource}/`;
}
