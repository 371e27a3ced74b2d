import type {
  CertificateSigningRequest,
  ClusterRole,
  ConfigMap,
  ControllerRevision,
  CronJob,
  DaemonSet,
  Deployment,
  EndpointSlice,
  Endpoints,
  Event,
  HorizontalPodAutoscaler,
  Job,
  Lease,
  Namespace,
  Node,
  ObjectMeta,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  PodDisruptionBudget,
  ReplicaSet,
  ReplicationController,
  ResourceQuota,
  Secret,
  Service,
  ServiceAccount,
  StatefulSet,
  VolumeAttributesClass,
} from "../api/types.ts";

/** Any object that has a name. */
export interface ApiObject {
  metadata: ObjectMeta;
}

/** Where objects of one type are served, and, for the compiler only, what they look like. */
export interface ResourceType<T extends ApiObject> {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** Plural, lower case. */
  readonly resource: string;
  readonly namespaced: boolean;
  /** Never there. */
  readonly object?: T;
}

/** Names one object; `namespace` is empty for objects of the cluster. */
export interface ObjectKey {
  readonly namespace: string;
  readonly name: string;
}

/** `default/builder`, or `admin` for objects of the cluster. */
export function printKey({ namespace, name }: ObjectKey): string {
  return namespace === "" ? name : `${namespace}/${name}`;
}

export function keyOf({ metadata }: Readonly<ApiObject>): ObjectKey {
  return { namespace: metadata.namespace ?? "", name: metadata.name ?? "" };
}

export const SERVICE_ACCOUNTS: ResourceType<ServiceAccount> = core("serviceaccounts");
export const SECRETS: ResourceType<Secret> = core("secrets");
export const CONFIG_MAPS: ResourceType<ConfigMap> = core("configmaps");
export const SERVICES: ResourceType<Service> = core("services");
export const ENDPOINTS: ResourceType<Endpoints> = core("endpoints");
export const PODS: ResourceType<Pod> = core("pods");
export const EVENTS: ResourceType<Event> = core("events");
export const REPLICATION_CONTROLLERS: ResourceType<ReplicationController> =
  core("replicationcontrollers");
export const PERSISTENT_VOLUME_CLAIMS: ResourceType<PersistentVolumeClaim> =
  core("persistentvolumeclaims");
export const RESOURCE_QUOTAS: ResourceType<ResourceQuota> = core("resourcequotas");
export const PERSISTENT_VOLUMES: ResourceType<PersistentVolume> = {
  ...core("persistentvolumes"),
  namespaced: false,
};
export const NODES: ResourceType<Node> = { ...core("nodes"), namespaced: false };
export const NAMESPACES: ResourceType<Namespace> = { ...core("namespaces"), namespaced: false };
export const CLUSTER_ROLES: ResourceType<ClusterRole> = {
  group: "rbac.authorization.k8s.io",
  version: "v1",
  resource: "clusterroles",
  namespaced: false,
};
export const CERTIFICATE_SIGNING_REQUESTS: ResourceType<CertificateSigningRequest> = {
  ...grouped("certificates.k8s.io", "certificatesigningrequests"),
  namespaced: false,
};
export const LEASES: ResourceType<Lease> = grouped("coordination.k8s.io", "leases");
export const DEPLOYMENTS: ResourceType<Deployment> = grouped("apps", "deployments");
export const REPLICA_SETS: ResourceType<ReplicaSet> = grouped("apps", "replicasets");
export const DAEMON_SETS: ResourceType<DaemonSet> = grouped("apps", "daemonsets");
export const STATEFUL_SETS: ResourceType<StatefulSet> = grouped("apps", "statefulsets");
export const CONTROLLER_REVISIONS: ResourceType<ControllerRevision> = grouped(
  "apps",
  "controllerrevisions",
);
export const JOBS: ResourceType<Job> = grouped("batch", "jobs");
export const CRON_JOBS: ResourceType<CronJob> = grouped("batch", "cronjobs");
export const HORIZONTAL_POD_AUTOSCALERS: ResourceType<HorizontalPodAutoscaler> = {
  ...grouped("autoscaling", "horizontalpodautoscalers"),
  version: "v2",
};
export const ENDPOINT_SLICES: ResourceType<EndpointSlice> = grouped(
  "discovery.k8s.io",
  "endpointslices",
);
export const VOLUME_ATTRIBUTES_CLASSES: ResourceType<VolumeAttributesClass> = {
  ...grouped("storage.k8s.io", "volumeattributesclasses"),
  namespaced: false,
};
export const POD_DISRUPTION_BUDGETS: ResourceType<PodDisruptionBudget> = grouped(
  "policy",
  "poddisruptionbudgets",
);

function core(resource: string): ResourceType<never> {
  return { group: "", version: "v1", resource, namespaced: true };
}

function grouped(group: string, resource: string): ResourceType<never> {
  return { group, version: "v1", resource, namespaced: true };
}
