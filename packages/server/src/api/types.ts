/**
 * Types of the API, generated from the tables in `schema/` by `npm run generate`. Do not edit.
 *
 * They describe JSON: instants are RFC 3339 text, bytes are base64 text, quantities are text.
 * A field that may be `null` is written even when it has no value.
 */

/** A group, with the versions in which it is served. */
export type APIGroup = {
  apiVersion?: string;
  kind?: string;
  /** The group, for example `apps`. */
  name: string;
  /** Served versions, the preferred one first. */
  versions: GroupVersionForDiscovery[];
  /** The version a client should use that has no reason to use another. */
  preferredVersion?: GroupVersionForDiscovery;
  /** Where clients of a network reach the server that serves this group. */
  serverAddressByClientCIDRs?: ServerAddressByClientCIDR[];
};

/** All named groups of a server. */
export type APIGroupList = {
  apiVersion?: string;
  kind?: string;
  /** One entry for each group, in order of priority. */
  groups: APIGroup[];
};

/** A resource or subresource of a group version. */
export interface APIResource {
  /** Plural name; `resource/subresource` for a subresource. */
  name: string;
  /** Name in the singular, for people; empty for a subresource. */
  singularName: string;
  /** Whether objects live in namespaces. */
  namespaced: boolean;
  /** Group of the bodies, where it is another than the list's. */
  group?: string;
  /** Version of the bodies, where it is another than the list's. */
  version?: string;
  /** Kind of the bodies. */
  kind: string;
  /** What can be done: `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`. */
  verbs: string[];
  /** Abbreviations for the command line. */
  shortNames?: string[];
  /** Collective names, such as `all`. */
  categories?: string[];
  /** Changes when the stored form moves to another version. Compare it for equality only. */
  storageVersionHash?: string;
}

/** The resources of one group version. */
export type APIResourceList = {
  apiVersion?: string;
  kind?: string;
  /** The group version, `apps/v1` or `v1`. */
  groupVersion: string;
  /** Resources and subresources by name. */
  resources: APIResource[];
};

/** The versions of the core group. */
export type APIVersions = {
  apiVersion?: string;
  kind?: string;
  /** Served versions. */
  versions: string[];
  /** Where clients of a network reach the server. */
  serverAddressByClientCIDRs: ServerAddressByClientCIDR[];
};

/** Options of a server-side apply. */
export type ApplyOptions = {
  apiVersion?: string;
  kind?: string;
  /** `All` runs every stage of the request and stores nothing. */
  dryRun?: string[];
  /** Take fields over from other managers instead of failing with a conflict. */
  force: boolean;
  /** Who owns the applied fields. */
  fieldManager: string;
};

/** One aspect of the observed state of an object. */
export interface Condition {
  /** The aspect, as a word in CamelCase. */
  type: string;
  /** Whether it holds: `True`, `False` or `Unknown`. */
  status: string;
  /** The `metadata.generation` that the observer had seen. */
  observedGeneration?: number;
  /** When `status` last changed. */
  lastTransitionTime: string;
  /** Why it last changed, as one word in CamelCase. */
  reason: string;
  /** Why it last changed, for people. */
  message: string;
}

/** Options of a create. */
export type CreateOptions = {
  apiVersion?: string;
  kind?: string;
  /** `All` runs every stage of the request and stores nothing. */
  dryRun?: string[];
  /** Who owns the fields that are set; derived from the User-Agent when absent. */
  fieldManager?: string;
  /** What unknown and repeated fields cause: `Ignore`, `Warn` or `Strict` (an error). */
  fieldValidation?: string;
};

/** Options of a delete. */
export type DeleteOptions = {
  apiVersion?: string;
  kind?: string;
  /** Seconds before the object goes; 0 means at once. The kind's own default when absent. */
  gracePeriodSeconds?: number;
  /** What must hold for the delete to happen; 409 otherwise. */
  preconditions?: Preconditions;
  /** Obsolete form of `propagationPolicy`. */
  orphanDependents?: boolean;
  /** What becomes of dependents: `Orphan`, `Background` or `Foreground`. */
  propagationPolicy?: string;
  /** `All` runs every stage of the request and deletes nothing. */
  dryRun?: string[];
  /** Delete an object that can no longer be read from the store, past all checks. */
  ignoreStoreReadErrorWithClusterBreakingPotential?: boolean;
};

/** A requirement on the value of a field. */
export interface FieldSelectorRequirement {
  /** The field, as a label of the field selector. */
  key: string;
  /** How key and values relate: `In`, `NotIn`, `Exists` or `DoesNotExist`. */
  operator: string;
  /** The values; none for `Exists` and `DoesNotExist`. */
  values?: string[];
}

/** Options of a get. */
export type GetOptions = {
  apiVersion?: string;
  kind?: string;
  /** The least revision that the answer may show. */
  resourceVersion?: string;
};

/** A kind without its version. */
export interface GroupKind {
  /** The group, empty for core. */
  group: string;
  /** The kind. */
  kind: string;
}

/** A resource without its version. */
export interface GroupResource {
  /** The group, empty for core. */
  group: string;
  /** The plural name. */
  resource: string;
}

/** A version of a group. */
export interface GroupVersion {
  /** The group, empty for core. */
  group: string;
  /** The version. */
  version: string;
}

/** A version as discovery prints it. */
export interface GroupVersionForDiscovery {
  /** Group and version in one, `apps/v1`. */
  groupVersion: string;
  /** The version alone. */
  version: string;
}

/** A kind in full. */
export interface GroupVersionKind {
  /** The group, empty for core. */
  group: string;
  /** The version. */
  version: string;
  /** The kind. */
  kind: string;
}

/** A resource in full. */
export interface GroupVersionResource {
  /** The group, empty for core. */
  group: string;
  /** The version. */
  version: string;
  /** The plural name. */
  resource: string;
}

/** Chooses objects by their labels; all parts must hold. Empty chooses everything, absent nothing. */
export interface LabelSelector {
  /** Labels that must be there with these values. */
  matchLabels?: Record<string, string>;
  /** Further requirements. */
  matchExpressions?: LabelSelectorRequirement[];
}

/** A requirement on one label. */
export interface LabelSelectorRequirement {
  /** Key of the label that the requirement is about. */
  key: string;
  /** How key and values relate: `In`, `NotIn`, `Exists` or `DoesNotExist`. */
  operator: string;
  /** The values; none for `Exists` and `DoesNotExist`, at least one otherwise. */
  values?: string[];
}

/** A list of objects of any kinds. */
export type List = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects, each with its own kind and version. */
  items: unknown[];
};

/** What a list says of itself. */
export interface ListMeta {
  /** No longer filled. */
  selfLink?: string;
  /** Revision at which the list is true. A watch continues from it. */
  resourceVersion?: string;
  /** Opaque token that fetches the next page; empty on the last one. */
  continue?: string;
  /** How many objects follow this page, when that is known. */
  remainingItemCount?: number;
  /** The part of the collection that the list covers, when it was asked for in parts. */
  shardInfo?: ShardInfo;
}

/** Options of a list or watch. */
export type ListOptions = {
  apiVersion?: string;
  kind?: string;
  /** Only objects with matching labels. */
  labelSelector?: string;
  /** Only objects with matching fields. */
  fieldSelector?: string;
  /** Answer with a stream of changes instead of a list. */
  watch?: boolean;
  /** The server may send events that carry a resource version and nothing else. */
  allowWatchBookmarks?: boolean;
  /** Revision to read at or to watch from; see `resourceVersionMatch`. */
  resourceVersion?: string;
  /** How a list treats `resourceVersion`: `NotOlderThan` or `Exact`. */
  resourceVersionMatch?: string;
  /** The request ends after so long, whatever happens. */
  timeoutSeconds?: number;
  /** The most objects on one page. */
  limit?: number;
  /** Token from the page before. */
  continue?: string;
  /** A watch begins with the objects that exist, followed by a bookmark. */
  sendInitialEvents?: boolean;
  /** Only a part of the collection. */
  shardSelector?: string;
};

/** The fields that one manager owns, by one kind of operation. */
export interface ManagedFieldsEntry {
  /** Name of the manager. */
  manager?: string;
  /** How it came to own them: `Apply` or `Update`. */
  operation?: string;
  /** Version in which the fields are written. */
  apiVersion?: string;
  /** When the set of fields last changed. */
  time?: string;
  /** Format of the field set; only `FieldsV1` exists. */
  fieldsType?: string;
  /** The fields, as a tree. */
  fieldsV1?: unknown;
  /** Subresource through which they were set; empty for the main one. */
  subresource?: string;
}

/** What all objects say of themselves: name, labels, owners, and the marks the server sets. */
export interface ObjectMeta {
  /** Name, distinct among objects of the kind in a namespace. Cannot be changed. */
  name?: string;
  /** Prefix from which the server makes a name when `name` is empty. */
  generateName?: string;
  /** The namespace in which the object lives; empty when it belongs to the cluster. Cannot be changed. */
  namespace?: string;
  /** No longer filled. */
  selfLink?: string;
  /** Distinct in space and time: an object made anew under the same name has another. */
  uid?: string;
  /** Opaque mark of the last change. Sent with an update, it makes the update fail when somebody else was faster. */
  resourceVersion?: string;
  /** Counts changes of the desired state. */
  generation?: number;
  /** When the object was created. Set by the server. */
  creationTimestamp?: string;
  /** When the object is going to be gone. Set by the server when deletion is asked for. */
  deletionTimestamp?: string;
  /** Seconds the object had for its end, when deletion was asked for. May only shrink. */
  deletionGracePeriodSeconds?: number;
  /** Keys and values by which objects are chosen and grouped. */
  labels?: Record<string, string>;
  /** Keys and values of any content, for tools; they choose nothing. */
  annotations?: Record<string, string>;
  /** Objects on which this one depends; when all are gone, it is collected. */
  ownerReferences?: OwnerReference[];
  /** What has to be done before the object may go; each entry is removed by whoever does it. */
  finalizers?: string[];
  /** Who set which fields. Kept by the server for apply. */
  managedFields?: ManagedFieldsEntry[];
}

/** Names an owner in the same namespace, or in the cluster. */
export interface OwnerReference {
  /** Group version of the owner. */
  apiVersion: string;
  /** Kind of the owner. */
  kind: string;
  /** Name of the owner. */
  name: string;
  /** UID of the owner. */
  uid: string;
  /** The owner is the one controller of the object. */
  controller?: boolean;
  /** A foreground delete of the owner waits for this object. */
  blockOwnerDeletion?: boolean;
}

/** An object reduced to its metadata. */
export type PartialObjectMetadata = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
};

/** A list of objects reduced to their metadata. */
export type PartialObjectMetadataList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: PartialObjectMetadata[];
};

/** Options of a patch. */
export type PatchOptions = {
  apiVersion?: string;
  kind?: string;
  /** `All` runs every stage of the request and stores nothing. */
  dryRun?: string[];
  /** In an apply: take fields over from other managers instead of failing with a conflict. */
  force?: boolean;
  /** Who owns the fields that are set. An apply has to say it. */
  fieldManager?: string;
  /** What unknown and repeated fields cause: `Ignore`, `Warn` or `Strict` (an error). */
  fieldValidation?: string;
};

/** What must hold for a change to be made. */
export interface Preconditions {
  /** The UID that the object must have. */
  uid?: string;
  /** The resource version that the object must have. */
  resourceVersion?: string;
}

/** The paths of a server. */
export interface RootPaths {
  /** Every path, ascending. */
  paths: string[];
}

/** The address of the server for clients of one network. */
export interface ServerAddressByClientCIDR {
  /** The network from which the client comes. */
  clientCIDR: string;
  /** Host, or host and port, under which such a client reaches the server. */
  serverAddress: string;
}

/** The part of a collection that a list covers. */
export interface ShardInfo {
  /** The selector that was asked for. */
  selector: string;
}

/** The outcome of a request that answers with no object. */
export type Status = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** `Success` or `Failure`. */
  status?: string;
  /** The outcome in words, for people. */
  message?: string;
  /** The outcome as one word, for programs: `NotFound`, `Conflict` and so on. */
  reason?: string;
  /** More about it, depending on the reason. */
  details?: StatusDetails;
  /** The HTTP status. */
  code?: number;
};

/** One of several causes of a failure. */
export interface StatusCause {
  /** The cause as one word. */
  reason?: string;
  /** The cause in words. */
  message?: string;
  /** The field at fault, as a path such as `metadata.name` or `items[0].name`. */
  field?: string;
}

/** Facts that belong to an outcome. */
export interface StatusDetails {
  /** Name of the object in question. */
  name?: string;
  /** Its group. */
  group?: string;
  /** Its kind, or its resource in some answers. */
  kind?: string;
  /** Its UID. */
  uid?: string;
  /** All causes, when there are several. */
  causes?: StatusCause[];
  /** After how many seconds to try again. */
  retryAfterSeconds?: number;
}

/** Objects as rows for people to read. */
export type Table = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** What the cells of each row mean, in order. */
  columnDefinitions: TableColumnDefinition[];
  /** One row for each object. */
  rows: TableRow[];
};

/** A column. */
export interface TableColumnDefinition {
  /** Heading. */
  name: string;
  /** OpenAPI type of the cells. */
  type: string;
  /** OpenAPI format; `name` marks the column that identifies the object. */
  format: string;
  /** What the column shows. */
  description: string;
  /** 0 is always shown; anything above only in wide output. */
  priority: number;
}

/** Options of a table. */
export type TableOptions = {
  apiVersion?: string;
  kind?: string;
  /** What rows carry of their object: `None`, `Metadata` or `Object`. */
  includeObject?: string;
};

/** One object as cells. */
export interface TableRow {
  /** Marks of the row. */
  conditions?: TableRowCondition[];
  /** The object, whole or as metadata, as asked for. */
  object?: unknown;
}

/** A mark of a row. */
export interface TableRowCondition {
  /** The kind of mark, `Completed` for example. */
  type: string;
  /** `True`, `False` or `Unknown`. */
  status: string;
  /** One word of explanation. */
  reason?: string;
  /** Explanation for people. */
  message?: string;
}

/** The kind and version of an object. */
export interface TypeMeta {
  /** The kind. */
  kind?: string;
  /** Group and version of the kind. */
  apiVersion?: string;
}

/** Options of an update. */
export type UpdateOptions = {
  apiVersion?: string;
  kind?: string;
  /** `All` runs every stage of the request and stores nothing. */
  dryRun?: string[];
  /** Who owns the fields that are set; derived from the User-Agent when absent. */
  fieldManager?: string;
  /** What unknown and repeated fields cause: `Ignore`, `Warn` or `Strict` (an error). */
  fieldValidation?: string;
};

/** One event of a watch. */
export interface WatchEvent {
  /** `ADDED`, `MODIFIED`, `DELETED`, `BOOKMARK` or `ERROR`. */
  type: string;
  /** The object after the change, or before it in case of a delete; a Status in case of an error. */
  object: unknown;
}

export type AppArmorProfileType = "Unconfined" | "RuntimeDefault" | "Localhost";

export type AzureDataDiskCachingMode = "None" | "ReadOnly" | "ReadWrite";

export type AzureDataDiskKind = "Shared" | "Dedicated" | "Managed";

export type ClaimResourceStatus =
  | "ControllerResizeInProgress"
  | "ControllerResizeInfeasible"
  | "NodeResizePending"
  | "NodeResizeInProgress"
  | "NodeResizeInfeasible";

export type DNSPolicy = "ClusterFirstWithHostNet" | "ClusterFirst" | "Default" | "None";

export type HostPathType =
  | ""
  | "DirectoryOrCreate"
  | "Directory"
  | "FileOrCreate"
  | "File"
  | "Socket"
  | "CharDevice"
  | "BlockDevice";

export type IPFamily = "IPv4" | "IPv6" | "";

export type IPFamilyPolicy = "SingleStack" | "PreferDualStack" | "RequireDualStack";

export type MountPropagationMode = "None" | "HostToContainer" | "Bidirectional";

export type NamespacePhase = "Active" | "Terminating";

export type NodeInclusionPolicy = "Ignore" | "Honor";

export type NodePhase = "Pending" | "Running" | "Terminated";

export type NodeSelectorOperator = "In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt";

export type PersistentVolumeAccessMode =
  | "ReadWriteOnce"
  | "ReadOnlyMany"
  | "ReadWriteMany"
  | "ReadWriteOncePod";

export type PersistentVolumeClaimModifyVolumeStatus = "Pending" | "InProgress" | "Infeasible";

export type PersistentVolumeClaimPhase = "Pending" | "Bound" | "Lost";

export type PersistentVolumeMode = "Block" | "Filesystem";

export type PersistentVolumePhase = "Pending" | "Available" | "Bound" | "Released" | "Failed";

export type PersistentVolumeReclaimPolicy = "Recycle" | "Delete" | "Retain";

export type PodFSGroupChangePolicy = "OnRootMismatch" | "Always";

export type PodPhase = "Pending" | "Running" | "Succeeded" | "Failed" | "Unknown";

export type PodQOSClass = "Guaranteed" | "Burstable" | "BestEffort";

export type PreemptionPolicy = "PreemptLowerPriority" | "Never";

export type ProcMountType = "Default" | "Unmasked";

export type Protocol = "TCP" | "UDP" | "SCTP";

export type PullPolicy = "Always" | "Never" | "IfNotPresent";

export type ResourceQuotaScope =
  | "Terminating"
  | "NotTerminating"
  | "BestEffort"
  | "NotBestEffort"
  | "PriorityClass"
  | "CrossNamespacePodAffinity"
  | "VolumeAttributesClass";

export type RestartPolicy = "Always" | "OnFailure" | "Never";

export type ScopeSelectorOperator = "In" | "NotIn" | "Exists" | "DoesNotExist";

export type SeccompProfileType = "Unconfined" | "RuntimeDefault" | "Localhost";

export type ServiceAffinity = "ClientIP" | "None";

export type ServiceExternalTrafficPolicy = "Cluster" | "Local";

export type ServiceInternalTrafficPolicy = "Cluster" | "Local";

export type ServiceType = "ClusterIP" | "NodePort" | "LoadBalancer" | "ExternalName";

export type Signal =
  | "SIGABRT"
  | "SIGALRM"
  | "SIGBUS"
  | "SIGCHLD"
  | "SIGCLD"
  | "SIGCONT"
  | "SIGFPE"
  | "SIGHUP"
  | "SIGILL"
  | "SIGINT"
  | "SIGIO"
  | "SIGIOT"
  | "SIGKILL"
  | "SIGPIPE"
  | "SIGPOLL"
  | "SIGPROF"
  | "SIGPWR"
  | "SIGQUIT"
  | "SIGSEGV"
  | "SIGSTKFLT"
  | "SIGSTOP"
  | "SIGSYS"
  | "SIGTERM"
  | "SIGTRAP"
  | "SIGTSTP"
  | "SIGTTIN"
  | "SIGTTOU"
  | "SIGURG"
  | "SIGUSR1"
  | "SIGUSR2"
  | "SIGVTALRM"
  | "SIGWINCH"
  | "SIGXCPU"
  | "SIGXFSZ"
  | "SIGRTMIN"
  | "SIGRTMIN+1"
  | "SIGRTMIN+2"
  | "SIGRTMIN+3"
  | "SIGRTMIN+4"
  | "SIGRTMIN+5"
  | "SIGRTMIN+6"
  | "SIGRTMIN+7"
  | "SIGRTMIN+8"
  | "SIGRTMIN+9"
  | "SIGRTMIN+10"
  | "SIGRTMIN+11"
  | "SIGRTMIN+12"
  | "SIGRTMIN+13"
  | "SIGRTMIN+14"
  | "SIGRTMIN+15"
  | "SIGRTMAX-14"
  | "SIGRTMAX-13"
  | "SIGRTMAX-12"
  | "SIGRTMAX-11"
  | "SIGRTMAX-10"
  | "SIGRTMAX-9"
  | "SIGRTMAX-8"
  | "SIGRTMAX-7"
  | "SIGRTMAX-6"
  | "SIGRTMAX-5"
  | "SIGRTMAX-4"
  | "SIGRTMAX-3"
  | "SIGRTMAX-2"
  | "SIGRTMAX-1"
  | "SIGRTMAX";

export type SupplementalGroupsPolicy = "Merge" | "Strict";

export type TaintEffect = "NoSchedule" | "PreferNoSchedule" | "NoExecute";

export type TerminationMessagePolicy = "File" | "FallbackToLogsOnError";

export type TolerationOperator = "Exists" | "Equal" | "Lt" | "Gt";

export type URIScheme = "HTTP" | "HTTPS";

export type UnsatisfiableConstraintAction = "DoNotSchedule" | "ScheduleAnyway";

/** The AppArmor profile that confines a process. */
export interface AppArmorProfile {
  /** Where the profile comes from: `Localhost`, `RuntimeDefault` or `Unconfined`. */
  type: AppArmorProfileType;
  /** Name of a profile that the node has loaded. For `Localhost` only. */
  localhostProfile?: string;
}

/** POSIX capabilities that differ from the runtime's default. */
export interface Capabilities {
  /** Capabilities to give. */
  add?: string[];
  /** Capabilities to take away. */
  drop?: string[];
}

/** A config map whose entries become environment variables. */
export interface ConfigMapEnvSource extends LocalObjectReference {
  /** The config map may be missing. */
  optional?: boolean;
}

/** A key of a config map. */
export interface ConfigMapKeySelector extends LocalObjectReference {
  /** Key in the config map whose value is taken. */
  key: string;
  /** The config map or its key may be missing. */
  optional?: boolean;
}

/** A process, or several, from one image, in the namespaces of its pod. */
export interface Container {
  /** Name, distinct within the pod. Cannot be changed. */
  name: string;
  /** The image to run. */
  image?: string;
  /** What is started, in place of the image's entry point. `$(VAR)` stands for a variable. */
  command?: string[];
  /** Arguments, in place of the image's. `$(VAR)` stands for a variable. */
  args?: string[];
  /** Working directory; the image's when absent. */
  workingDir?: string;
  /** Ports the container listens on. For information: others are reachable too. */
  ports?: ContainerPort[];
  /** Sources whose every entry becomes an environment variable. Later ones win, `env` over all. */
  envFrom?: EnvFromSource[];
  /** Environment variables. */
  env?: EnvVar[];
  /** What the container needs and may use. */
  resources?: ResourceRequirements;
  /** Whether a change of resources restarts the container. */
  resizePolicy?: ContainerResizePolicy[];
  /** Restart policy of this container, in place of the pod's. `Always` on an init container makes it a sidecar. */
  restartPolicy?: string;
  /** Rules that decide by exit code, before the policy does. */
  restartPolicyRules?: ContainerRestartRule[];
  /** Volumes of the pod, and where they appear. */
  volumeMounts?: VolumeMount[];
  /** Block devices of the pod, and where they appear. */
  volumeDevices?: VolumeDevice[];
  /** When it fails, the container is restarted. */
  livenessProbe?: Probe;
  /** While it fails, services send nothing here. */
  readinessProbe?: Probe;
  /** Until it succeeds, the other probes wait; when it fails, the container is restarted. */
  startupProbe?: Probe;
  /** What is done after the start and before the end. */
  lifecycle?: Lifecycle;
  /** File from which the last words of the container are read. `/dev/termination-log` when absent. */
  terminationMessagePath?: string;
  /** Where last words come from: `File`, or `FallbackToLogsOnError`. */
  terminationMessagePolicy?: TerminationMessagePolicy;
  /** When the image is pulled: `Always`, `IfNotPresent` or `Never`. Depends on the tag when absent. */
  imagePullPolicy?: PullPolicy;
  /** Rights of the process; they win over the pod's. */
  securityContext?: SecurityContext;
  /** Keep standard input open. */
  stdin?: boolean;
  /** Close standard input when the first client that attached leaves. */
  stdinOnce?: boolean;
  /** Give the container a terminal; needs `stdin`. */
  tty?: boolean;
}

/** Maps an extended resource of a container to a request for a device. */
export interface ContainerExtendedResourceRequest {
  /** The container. */
  containerName: string;
  /** The extended resource. */
  resourceName: string;
  /** The request in the claim that serves it. */
  requestName: string;
}

/** A port on which a container listens. */
export interface ContainerPort {
  /** Name by which services may refer to the port; distinct within the pod. */
  name?: string;
  /** Port of the node that leads to this one. */
  hostPort?: number;
  /** The port, 1 to 65535. */
  containerPort: number;
  /** `TCP`, `UDP` or `SCTP`. */
  protocol?: Protocol;
  /** Address of the node to which `hostPort` is bound. */
  hostIP?: string;
}

/** What a change of one resource does to the container. */
export interface ContainerResizePolicy {
  /** What the policy is about: cpu or memory. */
  resourceName: string;
  /** `NotRequired` or `RestartContainer`. */
  restartPolicy: string;
}

/** Decides by exit code what happens next. */
export interface ContainerRestartRule {
  /** What is done when the rule applies. */
  action: string;
  /** To which exit codes it applies. */
  exitCodes?: ContainerRestartRuleOnExitCodes;
}

/** A set of exit codes. */
export interface ContainerRestartRuleOnExitCodes {
  /** `In` or `NotIn`. */
  operator: string;
  /** The exit codes. */
  values?: number[];
}

/** Waiting, running or terminated: the one that is set. Waiting when none is. */
export interface ContainerState {
  /** Set while the container does not run yet: why. */
  waiting?: ContainerStateWaiting;
  /** Set while the container runs: since when. */
  running?: ContainerStateRunning;
  /** Set when the container has ended: how, why and when. */
  terminated?: ContainerStateTerminated;
}

/** A container that runs. */
export interface ContainerStateRunning {
  /** When it started. */
  startedAt?: string;
}

/** A container that has ended. */
export interface ContainerStateTerminated {
  /** Exit status of the process. */
  exitCode: number;
  /** Signal that ended it. */
  signal?: number;
  /** Why it ended, as one word. */
  reason?: string;
  /** Its last words. */
  message?: string;
  /** When it started. */
  startedAt?: string;
  /** When the container ended. */
  finishedAt?: string;
  /** Its identifier, `runtime://id`. */
  containerID?: string;
}

/** A container that does not run yet. */
export interface ContainerStateWaiting {
  /** Why not, as one word. */
  reason?: string;
  /** Why not, for people. */
  message?: string;
}

/** What has been observed of a container. */
export interface ContainerStatus {
  /** Name of the container. */
  name: string;
  /** What the container does now: waits, runs, or has ended. */
  state?: ContainerState;
  /** The state in which it ended before the last restart. */
  lastState?: ContainerState;
  /** Its readiness probe succeeds. */
  ready: boolean;
  /** How often it has been restarted. */
  restartCount: number;
  /** The image that runs; it may differ in form from the one asked for. */
  image: string;
  /** Identifier of the image, with its digest. */
  imageID: string;
  /** Identifier of the container, `runtime://id`. */
  containerID?: string;
  /** The start has succeeded: startup probe and post-start hook are through. */
  started?: boolean;
  /** What the node has set aside for it. */
  allocatedResources?: Record<string, string>;
  /** Requests and limits in force. */
  resources?: ResourceRequirements;
  /** State of its mounts. */
  volumeMounts?: VolumeMountStatus[];
  /** Identity of its first process. */
  user?: ContainerUser;
  /** Health of the devices it was given. */
  allocatedResourcesStatus?: ResourceStatus[];
  /** Signal by which it is stopped. */
  stopSignal?: Signal;
}

/** Identity of a container's first process. */
export interface ContainerUser {
  /** Identity under Linux. */
  linux?: LinuxContainerUser;
}

/** A source whose every entry becomes an environment variable. */
export interface EnvFromSource {
  /** Put before each name. */
  prefix?: string;
  /** Config map whose entries become variables, each key a name. */
  configMapRef?: ConfigMapEnvSource;
  /** Secret whose entries become variables, each key a name. */
  secretRef?: SecretEnvSource;
}

/** An environment variable: a value, or where it comes from. */
export interface EnvVar {
  /** Name of the variable. */
  name: string;
  /** The value. `$(VAR)` stands for a variable named before. */
  value?: string;
  /** Where the value comes from. */
  valueFrom?: EnvVarSource;
}

/** Where the value of a variable comes from: the one member that is set. */
export interface EnvVarSource {
  /** A field of the pod. */
  fieldRef?: ObjectFieldSelector;
  /** A resource of a container. */
  resourceFieldRef?: ResourceFieldSelector;
  /** A key of a config map in the pod's namespace. */
  configMapKeyRef?: ConfigMapKeySelector;
  /** A key of a secret in the pod's namespace. */
  secretKeyRef?: SecretKeySelector;
  /** A key in a file on a volume. */
  fileKeyRef?: FileKeySelector;
}

/** A container added to a running pod in order to look at it; it is never restarted. */
export interface EphemeralContainer extends EphemeralContainerCommon {
  /** The container whose processes it shares. */
  targetContainerName?: string;
}

/** The fields that an ephemeral container shares with others. */
export interface EphemeralContainerCommon {
  /** Name, distinct within the pod. Cannot be changed. */
  name: string;
  /** The image to run. */
  image?: string;
  /** What is started, in place of the image's entry point. `$(VAR)` stands for a variable. */
  command?: string[];
  /** Arguments, in place of the image's. `$(VAR)` stands for a variable. */
  args?: string[];
  /** Working directory; the image's when absent. */
  workingDir?: string;
  /** Ports the container listens on. For information: others are reachable too. */
  ports?: ContainerPort[];
  /** Sources whose every entry becomes an environment variable. Later ones win, `env` over all. */
  envFrom?: EnvFromSource[];
  /** Environment variables. */
  env?: EnvVar[];
  /** What the container needs and may use. */
  resources?: ResourceRequirements;
  /** Whether a change of resources restarts the container. */
  resizePolicy?: ContainerResizePolicy[];
  /** Restart policy of this container, in place of the pod's. `Always` on an init container makes it a sidecar. */
  restartPolicy?: string;
  /** Rules that decide by exit code, before the policy does. */
  restartPolicyRules?: ContainerRestartRule[];
  /** Volumes of the pod, and where they appear. */
  volumeMounts?: VolumeMount[];
  /** Block devices of the pod, and where they appear. */
  volumeDevices?: VolumeDevice[];
  /** When it fails, the container is restarted. */
  livenessProbe?: Probe;
  /** While it fails, services send nothing here. */
  readinessProbe?: Probe;
  /** Until it succeeds, the other probes wait; when it fails, the container is restarted. */
  startupProbe?: Probe;
  /** What is done after the start and before the end. */
  lifecycle?: Lifecycle;
  /** File from which the last words of the container are read. `/dev/termination-log` when absent. */
  terminationMessagePath?: string;
  /** Where last words come from: `File`, or `FallbackToLogsOnError`. */
  terminationMessagePolicy?: TerminationMessagePolicy;
  /** When the image is pulled: `Always`, `IfNotPresent` or `Never`. Depends on the tag when absent. */
  imagePullPolicy?: PullPolicy;
  /** Rights of the process; they win over the pod's. */
  securityContext?: SecurityContext;
  /** Keep standard input open. */
  stdin?: boolean;
  /** Close standard input when the first client that attached leaves. */
  stdinOnce?: boolean;
  /** Give the container a terminal; needs `stdin`. */
  tty?: boolean;
}

/** Runs a command in the container. */
export interface ExecAction {
  /** The command and its arguments, without a shell. Status 0 is success. */
  command?: string[];
}

/** A key of a file of environment variables on a volume. */
export interface FileKeySelector {
  /** Volume of the pod, an emptyDir, that holds the file. */
  volumeName: string;
  /** The file, relative to the volume's root. */
  path: string;
  /** Name of the variable in the file whose value is taken. */
  key: string;
  /** The file or its key may be missing. */
  optional?: boolean;
}

/** Calls the gRPC health service. */
export interface GRPCAction {
  /** The port, 1 to 65535. */
  port: number;
  /** Service name in the question; empty when absent. */
  service?: string | null;
}

/** Asks over HTTP. Any status from 200 to 399 is success. */
export interface HTTPGetAction {
  /** Path that is asked for on the HTTP server. */
  path?: string;
  /** Number or name of the port. */
  port: number | string;
  /** Host to connect to; the pod's address when absent. */
  host?: string;
  /** `HTTP` or `HTTPS`. */
  scheme?: URIScheme;
  /** Headers to send; they may repeat. */
  httpHeaders?: HTTPHeader[];
}

/** A header of a probe. */
export interface HTTPHeader {
  /** Name of the header. */
  name: string;
  /** Value of the header. */
  value: string;
}

/** State of an image that is mounted as a volume. */
export interface ImageVolumeStatus {
  /** Digest of the image. */
  imageRef: string;
}

/** What is done around the life of a container. */
export interface Lifecycle {
  /** Runs after the start; when it fails, the container is killed. */
  postStart?: LifecycleHandler;
  /** Runs before the end; the grace period covers it. */
  preStop?: LifecycleHandler;
  /** Signal that asks the container to stop. */
  stopSignal?: Signal;
}

/** What a hook does: the one member that is set. */
export interface LifecycleHandler {
  /** Runs a command in the container; it has worked when it exits with 0. */
  exec?: ExecAction;
  /** Sends an HTTP GET request to the container. */
  httpGet?: HTTPGetAction;
  /** Not supported; kept for old manifests. */
  tcpSocket?: TCPSocketAction;
  /** Does nothing for some seconds: time for others to stop sending requests. */
  sleep?: SleepAction;
}

/** Identity of a process under Linux. */
export interface LinuxContainerUser {
  /** User id that the first process of the container started with. */
  uid: number;
  /** Primary group id that the first process of the container started with. */
  gid: number;
  /** Further groups. */
  supplementalGroups?: number[];
}

/** A field of the pod. */
export interface ObjectFieldSelector {
  /** Version in which the path is written; `v1` when absent. */
  apiVersion?: string;
  /** The field, such as `metadata.name`. */
  fieldPath: string;
}

/** A check that is repeated. */
export interface Probe extends ProbeHandler {
  /** Seconds from the start of the container to the first check. */
  initialDelaySeconds?: number;
  /** Seconds after which a check counts as failed. 1 when absent. */
  timeoutSeconds?: number;
  /** Seconds between checks. 10 when absent. */
  periodSeconds?: number;
  /** How many successes in a row end a failure. 1 when absent, and always 1 for liveness and startup. */
  successThreshold?: number;
  /** How many failures in a row count as one. 3 when absent. */
  failureThreshold?: number;
  /** Grace period after a failure, in place of the pod's. */
  terminationGracePeriodSeconds?: number;
}

/** What a probe does: the one member that is set. */
export interface ProbeHandler {
  /** Runs a command. */
  exec?: ExecAction;
  /** Asks over HTTP. */
  httpGet?: HTTPGetAction;
  /** Opens a connection. */
  tcpSocket?: TCPSocketAction;
  /** Calls the gRPC health service. */
  grpc?: GRPCAction;
}

/** A claim of the pod that a container uses. */
export interface CoreV1ResourceClaim {
  /** Name of the entry in the pod's `resourceClaims`. */
  name: string;
  /** One request of the claim; all of them when absent. */
  request?: string;
}

/** A resource of a container, as a number. */
export interface ResourceFieldSelector {
  /** The container; required on volumes. */
  containerName?: string;
  /** The resource, such as `limits.cpu`. */
  resource: string;
  /** Unit of the result; 1 when absent. */
  divisor?: string;
}

/** Health of a device. */
export interface ResourceHealth {
  /** Identifies the device among those of its kind on the node. */
  resourceID: string;
  /** `Healthy`, `Unhealthy` or `Unknown`. */
  health?: string;
  /** Why the device is in this health, for people. */
  message?: string;
}

/** What a container or pod needs and may use. */
export interface ResourceRequirements {
  /** The most it may use, by resource. */
  limits?: Record<string, string>;
  /** The least it needs; the limits when absent. */
  requests?: Record<string, string>;
  /** Claims it uses. */
  claims?: CoreV1ResourceClaim[];
}

/** Health of the devices of one resource. */
export interface ResourceStatus {
  /** The resource, or `claim:name/request`. */
  name: string;
  /** Health of each device that the container was given. */
  resources?: ResourceHealth[];
}

/** SELinux context of a process. */
export interface SELinuxOptions {
  /** User part of the SELinux label of the container. */
  user?: string;
  /** Role part of the SELinux label of the container. */
  role?: string;
  /** Type part of the SELinux label of the container. */
  type?: string;
  /** Level part of the SELinux label of the container. */
  level?: string;
}

/** The seccomp profile that confines a process. */
export interface SeccompProfile {
  /** Where the profile comes from: `Localhost`, `RuntimeDefault` or `Unconfined`. */
  type: SeccompProfileType;
  /** File on the node. For `Localhost` only. */
  localhostProfile?: string;
}

/** A secret whose entries become environment variables. */
export interface SecretEnvSource extends LocalObjectReference {
  /** The secret may be missing. */
  optional?: boolean;
}

/** A key of a secret. */
export interface SecretKeySelector extends LocalObjectReference {
  /** Key in the Secret whose value is taken. */
  key: string;
  /** The secret or its key may be missing. */
  optional?: boolean;
}

/** Rights of a container's processes. What stands here wins over the pod's. */
export interface SecurityContext {
  /** Capabilities to give or take away. */
  capabilities?: Capabilities;
  /** Nearly the rights of root on the node. */
  privileged?: boolean;
  /** SELinux context. */
  seLinuxOptions?: SELinuxOptions;
  /** Settings for Windows. */
  windowsOptions?: WindowsSecurityContextOptions;
  /** User under which the process starts; the image's when absent. */
  runAsUser?: number;
  /** Primary group of the process. */
  runAsGroup?: number;
  /** The container is refused when it would run as user 0. */
  runAsNonRoot?: boolean;
  /** The root file system cannot be written. */
  readOnlyRootFilesystem?: boolean;
  /** Whether a process may gain more rights than its parent has. */
  allowPrivilegeEscalation?: boolean;
  /** What of `/proc` is hidden: `Default` or `Unmasked`. */
  procMount?: ProcMountType;
  /** Seccomp profile. */
  seccompProfile?: SeccompProfile;
  /** AppArmor profile. */
  appArmorProfile?: AppArmorProfile;
}

/** A wait, as a hook of a container. */
export interface SleepAction {
  /** How many seconds to wait. */
  seconds: number;
}

/** Opens a connection. */
export interface TCPSocketAction {
  /** Number or name of the port. */
  port: number | string;
  /** Host to connect to; the pod's address when absent. */
  host?: string;
}

/** A block device of the pod, in a container. */
export interface VolumeDevice {
  /** Name of the volume, which must be a claim. */
  name: string;
  /** Path of the device in the container. */
  devicePath: string;
}

/** A volume of the pod, in a container. */
export interface VolumeMount {
  /** Name of the volume. */
  name: string;
  /** The volume cannot be written here. */
  readOnly?: boolean;
  /** Whether mounts below are read-only too: `Disabled`, `IfPossible` or `Enabled`. */
  recursiveReadOnly?: string;
  /** Where it appears; must not hold `:`. */
  mountPath: string;
  /** Path within the volume to mount, in place of its root. */
  subPath?: string;
  /** Whether later mounts pass between node and container: `None`, `HostToContainer` or `Bidirectional`. */
  mountPropagation?: MountPropagationMode;
  /** Like `subPath`, where `$(VAR)` stands for a variable. */
  subPathExpr?: string;
}

/** State of a mount. */
export interface VolumeMountStatus {
  /** Name of the volume. */
  name: string;
  /** Where it appears. */
  mountPath: string;
  /** It cannot be written. */
  readOnly?: boolean;
  /** How mounts below are treated, as decided. */
  recursiveReadOnly?: string;
  /** More, depending on the volume. */
  volumeStatus?: VolumeStatus;
}

/** State of a mounted volume. */
export interface VolumeStatus {
  /** State of an image volume. */
  image?: ImageVolumeStatus;
}

/** Rights of a process under Windows. */
export interface WindowsSecurityContextOptions {
  /** Name of the credential specification. */
  gmsaCredentialSpecName?: string;
  /** The credential specification itself. */
  gmsaCredentialSpec?: string;
  /** User under which the process starts. */
  runAsUserName?: string;
  /** The container runs as a process of the host. */
  hostProcess?: boolean;
}

/** A volume attached to a node. */
export interface AttachedVolume {
  /** Name of the attached volume. */
  name: string;
  /** The device as which it appears. */
  devicePath: string;
}

/** Pods that a node would rather not run. Obsolete. */
export interface AvoidPods {
  /** The pods. */
  preferAvoidPods?: PreferAvoidPodsEntry[];
}

/** A config map with a kubelet configuration. Obsolete. */
export interface ConfigMapNodeConfigSource {
  /** Namespace of the config map. */
  namespace: string;
  /** Name of the config map. */
  name: string;
  /** UID of the config map. */
  uid?: string;
  /** Version of the config map. */
  resourceVersion?: string;
  /** Key of the configuration. */
  kubeletConfigKey: string;
}

/** An image that a node has. */
export interface ContainerImage {
  /** Names of the image. */
  names?: string[] | null;
  /** Size of the image in bytes. */
  sizeBytes?: number;
}

/** Where a daemon listens. */
export interface DaemonEndpoint {
  /** Number of the port. */
  Port: number;
}

/** A machine that runs pods. */
export type Node = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is wanted. */
  spec?: NodeSpec;
  /** What has been observed. */
  status?: NodeStatus;
};

/** An address of a node. */
export interface NodeAddress {
  /** `Hostname`, `InternalIP`, `ExternalIP`, `InternalDNS` or `ExternalDNS`. */
  type: string;
  /** The name or address itself. */
  address: string;
}

/** One aspect of a node's state. */
export interface NodeCondition {
  /** The aspect, as a word in CamelCase. */
  type: string;
  /** Whether it holds: `True`, `False` or `Unknown`. */
  status: string;
  /** When it was last reported. */
  lastHeartbeatTime?: string;
  /** When `status` last changed. */
  lastTransitionTime?: string;
  /** Why it last changed, as one word. */
  reason?: string;
  /** Why it last changed, for people. */
  message?: string;
}

/** Where a kubelet configuration comes from. Obsolete. */
export interface NodeConfigSource {
  /** A config map. */
  configMap?: ConfigMapNodeConfigSource;
}

/** State of a kubelet configuration. Obsolete. */
export interface NodeConfigStatus {
  /** The one that is to be used. */
  assigned?: NodeConfigSource;
  /** The one in use. */
  active?: NodeConfigSource;
  /** The one to fall back on. */
  lastKnownGood?: NodeConfigSource;
  /** What is wrong with the assigned one. */
  error?: string;
}

/** Where daemons of a node listen. */
export interface NodeDaemonEndpoints {
  /** Where the agent of the node listens. */
  kubeletEndpoint?: DaemonEndpoint;
}

/** What a node's runtime can do. */
export interface NodeFeatures {
  /** It honours the policy for supplemental groups. */
  supplementalGroupsPolicy?: boolean;
}

/** A list of Node objects. */
export type NodeList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: Node[];
};

/** Options of proxy. */
export type NodeProxyOptions = {
  apiVersion?: string;
  kind?: string;
  /** Path that is asked for on the node. */
  path?: string;
};

/** A way of running containers on a node. */
export interface NodeRuntimeHandler {
  /** Its name; empty for the default. */
  name?: string;
  /** What it can do. */
  features?: NodeRuntimeHandlerFeatures;
}

/** What a runtime handler can do. */
export interface NodeRuntimeHandlerFeatures {
  /** Mounts that are read-only all the way down. */
  recursiveReadOnlyMounts?: boolean;
  /** Users of a pod's own. */
  userNamespaces?: boolean;
}

/** How a node is to be used. */
export interface NodeSpec {
  /** Network of its pods. */
  podCIDR?: string;
  /** Networks of its pods, at most one of each family. */
  podCIDRs?: string[];
  /** The machine, as its provider names it. */
  providerID?: string;
  /** No new pods are placed on it. */
  unschedulable?: boolean;
  /** What keeps pods away that do not tolerate it. */
  taints?: Taint[];
  /** Obsolete. */
  configSource?: NodeConfigSource;
  /** Obsolete. */
  externalID?: string;
}

/** What has been observed of a node. */
export interface NodeStatus {
  /** What the machine has. */
  capacity?: Record<string, string>;
  /** What of it pods may use. */
  allocatable?: Record<string, string>;
  /** Obsolete. */
  phase?: NodePhase;
  /** What is true of the node now: ready, short of memory, disk or process ids. */
  conditions?: NodeCondition[];
  /** Names and addresses that the node can be reached at. */
  addresses?: NodeAddress[];
  /** Where its daemons listen. */
  daemonEndpoints?: NodeDaemonEndpoints;
  /** Versions and identifiers. */
  nodeInfo?: NodeSystemInfo;
  /** Container images that are on the node. */
  images?: ContainerImage[];
  /** Volumes its pods use. */
  volumesInUse?: string[];
  /** Volumes attached to it. */
  volumesAttached?: AttachedVolume[];
  /** State of its configuration. Obsolete. */
  config?: NodeConfigStatus;
  /** Ways of running containers. */
  runtimeHandlers?: NodeRuntimeHandler[];
  /** What its runtime can do. */
  features?: NodeFeatures;
  /** Features the kubelet declares. */
  declaredFeatures?: string[];
}

/** Swap of a node. */
export interface NodeSwapStatus {
  /** Its size in bytes. */
  capacity?: number;
}

/** Versions and identifiers of a node. */
export interface NodeSystemInfo {
  /** Identifier of the installation. */
  machineID: string;
  /** Identifier of the machine. */
  systemUUID: string;
  /** Identifier of the boot. */
  bootID: string;
  /** Version of the kernel. */
  kernelVersion: string;
  /** Name of the operating system. */
  osImage: string;
  /** Version of the container runtime. */
  containerRuntimeVersion: string;
  /** Version of the kubelet. */
  kubeletVersion: string;
  /** Obsolete. */
  kubeProxyVersion: string;
  /** Operating system. */
  operatingSystem: string;
  /** Processor architecture. */
  architecture: string;
  /** Swap space of the node. */
  swap?: NodeSwapStatus;
}

/** What pods have in common. Obsolete. */
export interface PodSignature {
  /** The controller that made them. */
  podController?: OwnerReference;
}

/** Pods to be avoided. Obsolete. */
export interface PreferAvoidPodsEntry {
  /** The pods. */
  podSignature: PodSignature;
  /** Since when. */
  evictionTime?: string;
  /** Why, as one word. */
  reason?: string;
  /** Why, for people. */
  message?: string;
}

/** Keeps pods off a node that do not tolerate it. */
export interface Taint {
  /** Key of the taint, as a label has one. */
  key: string;
  /** Value of the taint, which a toleration may ask for. */
  value?: string;
  /** `NoSchedule`, `PreferNoSchedule` or `NoExecute`. */
  effect: TaintEffect;
  /** When it was set. */
  timeAdded?: string;
}

/** A file share of Azure. */
export interface AzureFilePersistentVolumeSource {
  /** Secret with account name and key. */
  secretName: string;
  /** The share. */
  shareName: string;
  /** The volume cannot be written. */
  readOnly?: boolean;
  /** Namespace of the secret; the claim's when absent. */
  secretNamespace?: string | null;
}

/** A volume of a CSI driver. */
export interface CSIPersistentVolumeSource {
  /** Name of the driver. */
  driver: string;
  /** The volume, as the driver names it. */
  volumeHandle: string;
  /** The volume cannot be written. */
  readOnly?: boolean;
  /** File system of the volume; `ext4` when absent. */
  fsType?: string;
  /** Settings for the driver. */
  volumeAttributes?: Record<string, string>;
  /** Secret for attaching. */
  controllerPublishSecretRef?: SecretReference;
  /** Secret for staging on a node. */
  nodeStageSecretRef?: SecretReference;
  /** Secret for mounting on a node. */
  nodePublishSecretRef?: SecretReference;
  /** Secret for growing. */
  controllerExpandSecretRef?: SecretReference;
  /** Secret for growing on a node. */
  nodeExpandSecretRef?: SecretReference;
}

/** A Ceph file system. */
export interface CephFSPersistentVolumeSource {
  /** Ceph monitors. */
  monitors: string[];
  /** Path of the volume. */
  path?: string;
  /** User as whom it is reached. */
  user?: string;
  /** File with the user's key. */
  secretFile?: string;
  /** Secret with credentials. */
  secretRef?: SecretReference;
  /** The volume cannot be written. */
  readOnly?: boolean;
}

/** A disk of OpenStack. */
export interface CinderPersistentVolumeSource {
  /** The disk. */
  volumeID: string;
  /** File system of the volume; `ext4` when absent. */
  fsType?: string;
  /** The volume cannot be written. */
  readOnly?: boolean;
  /** Secret with credentials. */
  secretRef?: SecretReference;
}

/** A volume of an exec driver. Obsolete. */
export interface FlexPersistentVolumeSource {
  /** Name of the driver. */
  driver: string;
  /** File system of the volume; `ext4` when absent. */
  fsType?: string;
  /** Secret with credentials. */
  secretRef?: SecretReference;
  /** The volume cannot be written. */
  readOnly?: boolean;
  /** Settings for the driver. */
  options?: Record<string, string>;
}

/** A Gluster volume. Obsolete. */
export interface GlusterfsPersistentVolumeSource {
  /** Endpoints object that names the servers. */
  endpoints: string;
  /** Path of the volume. */
  path: string;
  /** The volume cannot be written. */
  readOnly?: boolean;
  /** Namespace of that object; the claim's when absent. */
  endpointsNamespace?: string;
}

/** An iSCSI disk. */
export interface ISCSIPersistentVolumeSource {
  /** Address of the target, with its port if it is not 3260. */
  targetPortal: string;
  /** Qualified name of the target. */
  iqn: string;
  /** Unit number. */
  lun: number;
  /** Interface of the initiator. */
  iscsiInterface?: string;
  /** File system of the volume; `ext4` when absent. */
  fsType?: string;
  /** The volume cannot be written. */
  readOnly?: boolean;
  /** Further addresses of the target. */
  portals?: string[];
  /** Authenticate discovery by CHAP. */
  chapAuthDiscovery?: boolean;
  /** Authenticate the session by CHAP. */
  chapAuthSession?: boolean;
  /** Secret with credentials. */
  secretRef?: SecretReference;
  /** Name of the initiator. */
  initiatorName?: string;
}

/** A disk or directory of one node. */
export interface LocalVolumeSource {
  /** Path of the volume. */
  path: string;
  /** File system of the volume; `ext4` when absent. */
  fsType?: string;
}

/** A change of the attributes class that is under way. */
export interface ModifyVolumeStatus {
  /** The class that is to be. */
  targetVolumeAttributesClassName?: string;
  /** `Pending`, `InProgress` or `Infeasible`. */
  status: PersistentVolumeClaimModifyVolumeStatus;
}

/** Storage of the cluster, which a claim may take. */
export type PersistentVolume = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is wanted. */
  spec?: PersistentVolumeSpec;
  /** What has been observed. */
  status?: PersistentVolumeStatus;
};

/** A request for storage. */
export type PersistentVolumeClaim = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is wanted. */
  spec?: PersistentVolumeClaimSpec;
  /** What has been observed. */
  status?: PersistentVolumeClaimStatus;
};

/** One aspect of a claim's state. */
export interface PersistentVolumeClaimCondition {
  /** The aspect, as a word in CamelCase. */
  type: string;
  /** Whether it holds: `True`, `False` or `Unknown`. */
  status: string;
  /** When it was last looked at. */
  lastProbeTime?: string;
  /** When `status` last changed. */
  lastTransitionTime?: string;
  /** Why it last changed, as one word. */
  reason?: string;
  /** Why it last changed, for people. */
  message?: string;
}

/** A list of PersistentVolumeClaim objects. */
export type PersistentVolumeClaimList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: PersistentVolumeClaim[];
};

/** What storage is asked for. */
export interface PersistentVolumeClaimSpec {
  /** How it is to be used: `ReadWriteOnce`, `ReadOnlyMany`, `ReadWriteMany` or `ReadWriteOncePod`. */
  accessModes?: PersistentVolumeAccessMode[];
  /** Chooses volumes. */
  selector?: LabelSelector;
  /** How much storage is wanted. */
  resources?: VolumeResourceRequirements;
  /** The volume. */
  volumeName?: string;
  /** Class of the storage. */
  storageClassName?: string;
  /** `Filesystem` or `Block`. */
  volumeMode?: PersistentVolumeMode;
  /** What the volume is filled from: a snapshot or a claim. */
  dataSource?: TypedLocalObjectReference;
  /** Like `dataSource`, for any kind. */
  dataSourceRef?: TypedObjectReference;
  /** Class of attributes that can be changed. */
  volumeAttributesClassName?: string;
}

/** What the claim has got. */
export interface PersistentVolumeClaimStatus {
  /** `Pending`, `Bound` or `Lost`. */
  phase?: PersistentVolumeClaimPhase;
  /** How the volume may be used. */
  accessModes?: PersistentVolumeAccessMode[];
  /** How much it holds. */
  capacity?: Record<string, string>;
  /** What is true of the claim now, a resize under way for instance. */
  conditions?: PersistentVolumeClaimCondition[];
  /** How much is set aside, while it grows. */
  allocatedResources?: Record<string, string>;
  /** State of growing, by resource. */
  allocatedResourceStatuses?: Record<string, ClaimResourceStatus>;
  /** Class of attributes in force. */
  currentVolumeAttributesClassName?: string;
  /** A change of that class. */
  modifyVolumeStatus?: ModifyVolumeStatus;
}

/** A claim to be made. */
export interface PersistentVolumeClaimTemplate {
  /** Labels and annotations of the claim. */
  metadata?: ObjectMeta;
  /** What the claim asks for. */
  spec: PersistentVolumeClaimSpec;
}

/** A list of PersistentVolume objects. */
export type PersistentVolumeList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: PersistentVolume[];
};

/** Where the storage is: the one member that is set. */
export interface PersistentVolumeSource {
  /** A disk of Google Cloud. */
  gcePersistentDisk?: GCEPersistentDiskVolumeSource;
  /** A disk of AWS. */
  awsElasticBlockStore?: AWSElasticBlockStoreVolumeSource;
  /** A path of the node. For tests on one node. */
  hostPath?: HostPathVolumeSource;
  /** A Gluster volume. Obsolete. */
  glusterfs?: GlusterfsPersistentVolumeSource;
  /** A directory that an NFS server exports. */
  nfs?: NFSVolumeSource;
  /** A Ceph block device. Obsolete. */
  rbd?: RBDPersistentVolumeSource;
  /** A disk reached over iSCSI. */
  iscsi?: ISCSIPersistentVolumeSource;
  /** A disk of OpenStack. */
  cinder?: CinderPersistentVolumeSource;
  /** A Ceph file system. Obsolete. */
  cephfs?: CephFSPersistentVolumeSource;
  /** A Fibre Channel disk. */
  fc?: FCVolumeSource;
  /** A Flocker dataset. Obsolete. */
  flocker?: FlockerVolumeSource;
  /** A volume of an exec driver. Obsolete. */
  flexVolume?: FlexPersistentVolumeSource;
  /** A file share of Azure. */
  azureFile?: AzureFilePersistentVolumeSource;
  /** A disk of vSphere. */
  vsphereVolume?: VsphereVirtualDiskVolumeSource;
  /** A Quobyte volume. Obsolete. */
  quobyte?: QuobyteVolumeSource;
  /** A disk of Azure. */
  azureDisk?: AzureDiskVolumeSource;
  /** A disk of Photon. Obsolete. */
  photonPersistentDisk?: PhotonPersistentDiskVolumeSource;
  /** A Portworx volume. Obsolete. */
  portworxVolume?: PortworxVolumeSource;
  /** A ScaleIO volume. Obsolete. */
  scaleIO?: ScaleIOPersistentVolumeSource;
  /** A disk or directory of one node. */
  local?: LocalVolumeSource;
  /** A StorageOS volume. Obsolete. */
  storageos?: StorageOSPersistentVolumeSource;
  /** A volume of a CSI driver. */
  csi?: CSIPersistentVolumeSource;
}

/** What the storage is. */
export interface PersistentVolumeSpec extends PersistentVolumeSource {
  /** How much it holds. */
  capacity?: Record<string, string>;
  /** How it can be used. */
  accessModes?: PersistentVolumeAccessMode[];
  /** The claim that has it. */
  claimRef?: ObjectReference;
  /** What happens when the claim goes: `Retain`, `Delete` or `Recycle`. */
  persistentVolumeReclaimPolicy?: PersistentVolumeReclaimPolicy;
  /** Class of the storage. */
  storageClassName?: string;
  /** Options of the mount. */
  mountOptions?: string[];
  /** `Filesystem` or `Block`. */
  volumeMode?: PersistentVolumeMode;
  /** Nodes from which it can be reached. */
  nodeAffinity?: VolumeNodeAffinity;
  /** Class of attributes that can be changed. */
  volumeAttributesClassName?: string;
}

/** What has been observed of the volume. */
export interface PersistentVolumeStatus {
  /** `Pending`, `Available`, `Bound`, `Released` or `Failed`. */
  phase?: PersistentVolumePhase;
  /** Why it is in this phase, for people. */
  message?: string;
  /** Why it is in this phase, as one word. */
  reason?: string;
  /** When the phase last changed. */
  lastPhaseTransitionTime?: string;
}

/** A Ceph block device. Obsolete. */
export interface RBDPersistentVolumeSource {
  /** Ceph monitors. */
  monitors: string[];
  /** The image. */
  image: string;
  /** File system of the volume; `ext4` when absent. */
  fsType?: string;
  /** The pool. */
  pool?: string;
  /** User as whom it is reached. */
  user?: string;
  /** File with the user's key. */
  keyring?: string;
  /** Secret with credentials. */
  secretRef?: SecretReference;
  /** The volume cannot be written. */
  readOnly?: boolean;
}

/** A ScaleIO volume. Obsolete. */
export interface ScaleIOPersistentVolumeSource {
  /** Address of the gateway. */
  gateway: string;
  /** The system. */
  system: string;
  /** Secret with credentials. */
  secretRef: SecretReference;
  /** Speak TLS to the gateway. */
  sslEnabled?: boolean;
  /** Protection domain. */
  protectionDomain?: string;
  /** Storage pool. */
  storagePool?: string;
  /** `ThickProvisioned` or `ThinProvisioned`. */
  storageMode?: string;
  /** The volume. */
  volumeName?: string;
  /** File system of the volume; `ext4` when absent. */
  fsType?: string;
  /** The volume cannot be written. */
  readOnly?: boolean;
}

/** Names a secret, anywhere. */
export interface SecretReference {
  /** Name of the secret. */
  name?: string;
  /** Namespace of the secret. */
  namespace?: string;
}

/** A StorageOS volume. Obsolete. */
export interface StorageOSPersistentVolumeSource {
  /** The volume. */
  volumeName?: string;
  /** Namespace of the volume within its system. */
  volumeNamespace?: string;
  /** File system of the volume; `ext4` when absent. */
  fsType?: string;
  /** The volume cannot be written. */
  readOnly?: boolean;
  /** Secret with credentials. */
  secretRef?: ObjectReference;
}

/** A requirement on a label of a place. */
export interface TopologySelectorLabelRequirement {
  /** The label. */
  key: string;
  /** One of these values. */
  values: string[];
}

/** Requirements that must all hold. */
export interface TopologySelectorTerm {
  /** The requirements. */
  matchLabelExpressions?: TopologySelectorLabelRequirement[];
}

/** Nodes from which a volume can be reached. */
export interface VolumeNodeAffinity {
  /** Nodes that the volume can be reached from. */
  required?: NodeSelector;
}

/** How much storage. */
export interface VolumeResourceRequirements {
  /** The most that is taken, by resource. */
  limits?: Record<string, string>;
  /** The least that is wanted, by resource: storage. */
  requests?: Record<string, string>;
}

/** Where a pod would rather run, or must. */
export interface Affinity {
  /** By properties of nodes. */
  nodeAffinity?: NodeAffinity;
  /** Near certain pods. */
  podAffinity?: PodAffinity;
  /** Away from certain pods. */
  podAntiAffinity?: PodAntiAffinity;
}

/** Assigns a pod to a node. */
export type Binding = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** The node. */
  target: ObjectReference;
};

/** A line of the pod's hosts file. */
export interface HostAlias {
  /** Address in the line of /etc/hosts. */
  ip: string;
  /** Names of the address. */
  hostnames?: string[];
}

/** An address of the node. */
export interface HostIP {
  /** Address that the node of the pod has. */
  ip: string;
}

/** Rules about the nodes a pod may run on. */
export interface NodeAffinity {
  /** The node must match when the pod is placed. */
  requiredDuringSchedulingIgnoredDuringExecution?: NodeSelector;
  /** Nodes that match are favoured, by weight. */
  preferredDuringSchedulingIgnoredDuringExecution?: PreferredSchedulingTerm[];
}

/** Resources of the node that a claim of the pod takes. */
export interface NodeAllocatableResourceClaimStatus {
  /** The claim. */
  resourceClaimName: string;
  /** Containers that use it. */
  containers?: string[];
  /** What it takes, by resource. */
  resources: Record<string, string>;
}

/** Chooses nodes: one of the terms must hold. */
export interface NodeSelector {
  /** The terms. */
  nodeSelectorTerms: NodeSelectorTerm[];
}

/** A requirement on a label or field of a node. */
export interface NodeSelectorRequirement {
  /** The label or field. */
  key: string;
  /** `In`, `NotIn`, `Exists`, `DoesNotExist`, `Gt` or `Lt`. */
  operator: NodeSelectorOperator;
  /** The values; one integer for `Gt` and `Lt`, none for `Exists` and `DoesNotExist`. */
  values?: string[];
}

/** All requirements must hold; an empty term chooses nothing. */
export interface NodeSelectorTerm {
  /** Requirements on labels. */
  matchExpressions?: NodeSelectorRequirement[];
  /** Requirements on fields. */
  matchFields?: NodeSelectorRequirement[];
}

/** Containers that run together on one node and share network and volumes. */
export type Pod = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is to run. */
  spec?: PodSpec;
  /** What has been observed. May lag behind. */
  status?: PodStatus;
};

/** Rules that draw a pod towards others. */
export interface PodAffinity {
  /** All must hold when the pod is placed. */
  requiredDuringSchedulingIgnoredDuringExecution?: PodAffinityTerm[];
  /** Places where they hold are favoured, by weight. */
  preferredDuringSchedulingIgnoredDuringExecution?: WeightedPodAffinityTerm[];
}

/** Other pods, and what counts as the same place. */
export interface PodAffinityTerm {
  /** Chooses, by their labels, the pods to be near to or away from. */
  labelSelector?: LabelSelector;
  /** Namespaces of those pods; the pod's own when nothing else is said. */
  namespaces?: string[];
  /** Label of nodes: nodes with equal values are one place. */
  topologyKey: string;
  /** Chooses namespaces of those pods. */
  namespaceSelector?: LabelSelector;
  /** Labels of the pod whose values the others must share. */
  matchLabelKeys?: string[];
  /** Labels of the pod whose values the others must not share. */
  mismatchLabelKeys?: string[];
}

/** Rules that keep a pod away from others. */
export interface PodAntiAffinity {
  /** None may be violated when the pod is placed. */
  requiredDuringSchedulingIgnoredDuringExecution?: PodAffinityTerm[];
  /** Places that violate them are avoided, by weight. */
  preferredDuringSchedulingIgnoredDuringExecution?: WeightedPodAffinityTerm[];
}

/** Options of attach. */
export type PodAttachOptions = {
  apiVersion?: string;
  kind?: string;
  /** Send standard input. */
  stdin?: boolean;
  /** Receive standard output. */
  stdout?: boolean;
  /** Receive standard error. */
  stderr?: boolean;
  /** A terminal is used. */
  tty?: boolean;
  /** The container; the only one when absent. */
  container?: string;
};

/** One aspect of a pod's state. */
export interface PodCondition {
  /** The aspect, as a word in CamelCase. */
  type: string;
  /** The `metadata.generation` to which this belongs. */
  observedGeneration?: number;
  /** Whether it holds: `True`, `False` or `Unknown`. */
  status: string;
  /** When it was last looked at. */
  lastProbeTime?: string;
  /** When `status` last changed. */
  lastTransitionTime?: string;
  /** Why it last changed, as one word. */
  reason?: string;
  /** Why it last changed, for people. */
  message?: string;
}

/** Additions to the pod's resolver configuration. */
export interface PodDNSConfig {
  /** Addresses of name servers. */
  nameservers?: string[];
  /** Search domains. */
  searches?: string[];
  /** Options of the resolver; they win over those of the policy. */
  options?: PodDNSConfigOption[];
}

/** An option of the resolver. */
export interface PodDNSConfigOption {
  /** Name of the option. */
  name?: string;
  /** Value of the option, where it has one. */
  value?: string;
}

/** Options of exec. */
export type PodExecOptions = {
  apiVersion?: string;
  kind?: string;
  /** Send standard input. */
  stdin?: boolean;
  /** Receive standard output. */
  stdout?: boolean;
  /** Receive standard error. */
  stderr?: boolean;
  /** Give the command a terminal. */
  tty?: boolean;
  /** The container; the only one when absent. */
  container?: string;
  /** The command and its arguments, without a shell. */
  command: string[];
};

/** The claim made for extended resources of the pod. */
export interface PodExtendedResourceClaimStatus {
  /** Which request serves which resource of which container. */
  requestMappings: ContainerExtendedResourceRequest[];
  /** Claim that was made for the extended resources of the pod. */
  resourceClaimName: string;
}

/** An address of the pod. */
export interface PodIP {
  /** Address that the pod has. */
  ip: string;
}

/** A list of Pod objects. */
export type PodList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: Pod[];
};

/** Options of log. */
export type PodLogOptions = {
  apiVersion?: string;
  kind?: string;
  /** The container; the only one when absent. */
  container?: string;
  /** Go on as long as the container writes. */
  follow?: boolean;
  /** The log of the container before its last restart. */
  previous?: boolean;
  /** Only what is at most so many seconds old. */
  sinceSeconds?: number;
  /** Only what is not older than this instant. */
  sinceTime?: string;
  /** Begin each line with its instant. */
  timestamps?: boolean;
  /** Only so many lines, from the end. */
  tailLines?: number;
  /** At most so many bytes. */
  limitBytes?: number;
  /** Do not check the node's certificate. */
  insecureSkipTLSVerifyBackend?: boolean;
  /** `All`, `Stdout` or `Stderr`. */
  stream?: string;
};

/** Operating system of a pod. */
export interface PodOS {
  /** `linux` or `windows`. */
  name: string;
}

/** Options of port-forward. */
export type PodPortForwardOptions = {
  apiVersion?: string;
  kind?: string;
  /** Ports of the pod. */
  ports?: number[];
};

/** Options of proxy. */
export type PodProxyOptions = {
  apiVersion?: string;
  kind?: string;
  /** Path that is asked for in the pod. */
  path?: string;
};

/** A condition that must be true before the pod is ready. */
export interface PodReadinessGate {
  /** Type of the condition. */
  conditionType: string;
}

/** A claim that containers of the pod may use. */
export interface PodResourceClaim {
  /** Name within the pod. */
  name: string;
  /** An existing claim. */
  resourceClaimName?: string;
  /** A template from which the pod's own claim is made. */
  resourceClaimTemplateName?: string;
}

/** The claim behind an entry of the pod. */
export interface PodResourceClaimStatus {
  /** Name of the entry. */
  name: string;
  /** The claim; absent when none was needed. */
  resourceClaimName?: string;
}

/** Something that keeps a pod from being placed. */
export interface PodSchedulingGate {
  /** Name of the gate; distinct within the pod. */
  name: string;
}

/** The group with which a pod is placed. */
export interface PodSchedulingGroup {
  /** Name of the group. */
  podGroupName?: string;
}

/** Rights of all processes of a pod; containers may say otherwise. */
export interface PodSecurityContext {
  /** SELinux context. */
  seLinuxOptions?: SELinuxOptions;
  /** Settings for Windows. */
  windowsOptions?: WindowsSecurityContextOptions;
  /** User under which processes start; the image's when absent. */
  runAsUser?: number;
  /** Primary group of processes. */
  runAsGroup?: number;
  /** Containers are refused that would run as user 0. */
  runAsNonRoot?: boolean;
  /** Further groups of the first process of each container. */
  supplementalGroups?: number[];
  /** How these and the image's groups combine: `Merge` or `Strict`. */
  supplementalGroupsPolicy?: SupplementalGroupsPolicy;
  /** Group that owns the volumes, and which every process has. */
  fsGroup?: number;
  /** Kernel parameters. */
  sysctls?: Sysctl[];
  /** When ownership of a volume is changed: `OnRootMismatch` or `Always`. */
  fsGroupChangePolicy?: PodFSGroupChangePolicy;
  /** Seccomp profile. */
  seccompProfile?: SeccompProfile;
  /** AppArmor profile. */
  appArmorProfile?: AppArmorProfile;
  /** How SELinux labels reach volumes: `MountOption` or `Recursive`. */
  seLinuxChangePolicy?: string;
}

/** What is to run, and how. */
export interface PodSpec {
  /** Volumes that containers may mount. */
  volumes?: Volume[];
  /** Containers that run before the others, one after another, each to its end. */
  initContainers?: Container[];
  /** The containers. At least one; cannot be added or removed. */
  containers: Container[];
  /** Containers added later in order to look at the pod. */
  ephemeralContainers?: EphemeralContainer[];
  /** What happens when a container ends: `Always`, `OnFailure` or `Never`. */
  restartPolicy?: RestartPolicy;
  /** Seconds between asking processes to stop and killing them. 30 when absent. */
  terminationGracePeriodSeconds?: number;
  /** Seconds after which the pod is ended, counted from its start. */
  activeDeadlineSeconds?: number;
  /** Where the resolver configuration comes from: `ClusterFirstWithHostNet`, `ClusterFirst`, `Default` or `None`. */
  dnsPolicy?: DNSPolicy;
  /** Labels that the node must have. */
  nodeSelector?: Record<string, string>;
  /** The service account as which the pod runs; `default` when absent. Cannot be changed. */
  serviceAccountName?: string;
  /** Obsolete name of `serviceAccountName`. */
  serviceAccount?: string;
  /** Whether a token of the service account is mounted; wins over what the account says. */
  automountServiceAccountToken?: boolean;
  /** The node. Set by the scheduler, or beforehand to do without it. */
  nodeName?: string;
  /** Use the network of the node. */
  hostNetwork?: boolean;
  /** See the processes of the node. */
  hostPID?: boolean;
  /** Share the node's inter-process communication. */
  hostIPC?: boolean;
  /** Containers see one another's processes. */
  shareProcessNamespace?: boolean;
  /** Rights of all containers. */
  securityContext?: PodSecurityContext;
  /** Secrets with registry credentials. */
  imagePullSecrets?: LocalObjectReference[];
  /** Host name of the pod; its name when absent. */
  hostname?: string;
  /** With it, the full host name is `hostname.subdomain.namespace.svc.domain`. */
  subdomain?: string;
  /** Where the pod would rather run, or must. */
  affinity?: Affinity;
  /** The scheduler that places the pod. */
  schedulerName?: string;
  /** Taints of nodes that the pod puts up with. */
  tolerations?: Toleration[];
  /** Lines added to the hosts file. */
  hostAliases?: HostAlias[];
  /** Class from which the priority comes. */
  priorityClassName?: string;
  /** Priority; higher ones are placed first. Set from the class. */
  priority?: number;
  /** Additions to the resolver configuration. */
  dnsConfig?: PodDNSConfig;
  /** Conditions that must be true, besides ready containers, for the pod to be ready. */
  readinessGates?: PodReadinessGate[];
  /** Class that says how containers are run. */
  runtimeClassName?: string;
  /** Describe services of the namespace in environment variables. */
  enableServiceLinks?: boolean;
  /** Whether others are ended to make room: `PreemptLowerPriority` or `Never`. */
  preemptionPolicy?: PreemptionPolicy;
  /** Resources that running the pod costs besides its containers'. Set from the runtime class. */
  overhead?: Record<string, string>;
  /** How pods are to be spread over places. */
  topologySpreadConstraints?: TopologySpreadConstraint[];
  /** The host name is the full one. */
  setHostnameAsFQDN?: boolean;
  /** Operating system of the containers. */
  os?: PodOS;
  /** Whether users are those of the node; false gives the pod its own. */
  hostUsers?: boolean;
  /** While there are any, the pod is not placed. */
  schedulingGates?: PodSchedulingGate[];
  /** Claims that containers may use. */
  resourceClaims?: PodResourceClaim[];
  /** What all containers together need and may use. */
  resources?: ResourceRequirements;
  /** Host name of the pod, whatever else is said. Not known to DNS. */
  hostnameOverride?: string;
  /** The group with which the pod is placed. */
  schedulingGroup?: PodSchedulingGroup;
}

/** What has been observed of a pod. */
export interface PodStatus {
  /** The `metadata.generation` to which this belongs. */
  observedGeneration?: number;
  /** Where it is in its life: `Pending`, `Running`, `Succeeded`, `Failed` or `Unknown`. */
  phase?: PodPhase;
  /** What is true of the pod now: scheduled, initialized, ready, and since when. */
  conditions?: PodCondition[];
  /** Why it is in this state, for people. */
  message?: string;
  /** Why it is in this state, as one word. */
  reason?: string;
  /** Node on which room is being made for it. */
  nominatedNodeName?: string;
  /** Address of its node. */
  hostIP?: string;
  /** All addresses of its node. */
  hostIPs?: HostIP[];
  /** Address of the pod; empty until it has one. */
  podIP?: string;
  /** All its addresses, at most one of each family. */
  podIPs?: PodIP[];
  /** When the node took it on. */
  startTime?: string;
  /** State of each init container. */
  initContainerStatuses?: ContainerStatus[];
  /** State of each container. */
  containerStatuses?: ContainerStatus[];
  /** Class of its demands: `Guaranteed`, `Burstable` or `BestEffort`. */
  qosClass?: PodQOSClass;
  /** State of each ephemeral container. */
  ephemeralContainerStatuses?: ContainerStatus[];
  /** State of a change of resources. Conditions say it better. */
  resize?: string;
  /** The claims behind its entries. */
  resourceClaimStatuses?: PodResourceClaimStatus[];
  /** The claim made for its extended resources. */
  extendedResourceClaimStatus?: PodExtendedResourceClaimStatus;
  /** What the node has set aside for all of it. */
  allocatedResources?: Record<string, string>;
  /** Requests and limits in force for all of it. */
  resources?: ResourceRequirements;
  /** Resources of the node that its claims take. */
  nodeAllocatableResourceClaimStatuses?: NodeAllocatableResourceClaimStatus[];
}

/** The status of a pod, alone. Not served. */
export type PodStatusResult = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What has been observed. */
  status?: PodStatus;
};

/** A description of pods, to be copied. */
export type PodTemplate = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** The pods to make. */
  template?: PodTemplateSpec;
};

/** A list of PodTemplate objects. */
export type PodTemplateList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: PodTemplate[];
};

/** The pods that a controller makes. */
export interface PodTemplateSpec {
  /** Labels, annotations and the like of the pods. */
  metadata?: ObjectMeta;
  /** What is to run in them. */
  spec?: PodSpec;
}

/** Nodes that are favoured. */
export interface PreferredSchedulingTerm {
  /** By how much, 1 to 100. */
  weight: number;
  /** What the labels of a preferred node look like. */
  preference: NodeSelectorTerm;
}

/** Keeps a number of equal pods running. Superseded by ReplicaSet. */
export type ReplicationController = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is wanted. */
  spec?: ReplicationControllerSpec;
  /** What has been observed. */
  status?: ReplicationControllerStatus;
};

/** One aspect of a replication controller's state. */
export interface ReplicationControllerCondition {
  /** The aspect, as a word in CamelCase. */
  type: string;
  /** Whether it holds: `True`, `False` or `Unknown`. */
  status: string;
  /** When `status` last changed. */
  lastTransitionTime?: string;
  /** Why it last changed, as one word. */
  reason?: string;
  /** Why it last changed, for people. */
  message?: string;
}

/** A list of ReplicationController objects. */
export type ReplicationControllerList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: ReplicationController[];
};

/** How many pods, and which. */
export interface ReplicationControllerSpec {
  /** How many. 1 when absent. */
  replicas?: number;
  /** Seconds a pod must be ready to count as available. */
  minReadySeconds?: number;
  /** Labels of the pods; those of the template when absent. */
  selector?: Record<string, string>;
  /** The pods to make. */
  template?: PodTemplateSpec;
}

/** What has been observed of its pods. */
export interface ReplicationControllerStatus {
  /** How many there are. */
  replicas: number;
  /** How many have all labels of the template. */
  fullyLabeledReplicas?: number;
  /** How many are ready. */
  readyReplicas?: number;
  /** How many have been ready long enough. */
  availableReplicas?: number;
  /** The `metadata.generation` to which this belongs. */
  observedGeneration?: number;
  /** Findings. */
  conditions?: ReplicationControllerCondition[];
}

/** A kernel parameter. */
export interface Sysctl {
  /** Name of the kernel parameter, with dots or slashes. */
  name: string;
  /** Value that the parameter is set to. */
  value: string;
}

/** Taints that a pod puts up with. */
export interface Toleration {
  /** Key of the taint; every one when empty. */
  key?: string;
  /** How values compare: `Exists`, `Equal`, `Lt` or `Gt`. */
  operator?: TolerationOperator;
  /** Value of the taint. */
  value?: string;
  /** Effect of the taint; every one when empty. */
  effect?: TaintEffect;
  /** For how many seconds a `NoExecute` taint is endured; for ever when absent. */
  tolerationSeconds?: number;
}

/** How pods are to be spread over places. */
export interface TopologySpreadConstraint {
  /** The greatest difference in number between two places. */
  maxSkew: number;
  /** Label of nodes: nodes with equal values are one place. */
  topologyKey: string;
  /** `DoNotSchedule`, or `ScheduleAnyway`. */
  whenUnsatisfiable: UnsatisfiableConstraintAction;
  /** The pods that count. */
  labelSelector?: LabelSelector;
  /** The least number of places. */
  minDomains?: number;
  /** Whether node affinity bounds the places: `Honor` or `Ignore`. */
  nodeAffinityPolicy?: NodeInclusionPolicy;
  /** Whether taints bound the places: `Honor` or `Ignore`. */
  nodeTaintsPolicy?: NodeInclusionPolicy;
  /** Labels of the pod whose values the counted pods must share. */
  matchLabelKeys?: string[];
}

/** A term that is favoured. */
export interface WeightedPodAffinityTerm {
  /** By how much, 1 to 100. */
  weight: number;
  /** The pods to be near to or away from, and how near. */
  podAffinityTerm: PodAffinityTerm;
}

/** Bounds and defaults for resources of single objects in a namespace. */
export type LimitRange = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is wanted. */
  spec?: LimitRangeSpec;
};

/** Bounds and defaults for one kind of object. */
export interface LimitRangeItem {
  /** `Pod`, `Container` or `PersistentVolumeClaim`. */
  type: string;
  /** The most that one may ask for, by resource. */
  max?: Record<string, string>;
  /** The least that one has to ask for, by resource. */
  min?: Record<string, string>;
  /** Limits where none are given. */
  default?: Record<string, string>;
  /** Requests where none are given. */
  defaultRequest?: Record<string, string>;
  /** The greatest ratio of limit to request. */
  maxLimitRequestRatio?: Record<string, string>;
}

/** A list of LimitRange objects. */
export type LimitRangeList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: LimitRange[];
};

/** The bounds. */
export interface LimitRangeSpec {
  /** One entry for each kind of object. */
  limits: LimitRangeItem[];
}

/** Bounds for all objects of a namespace together. */
export type ResourceQuota = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is wanted. */
  spec?: ResourceQuotaSpec;
  /** What has been observed. */
  status?: ResourceQuotaStatus;
};

/** A list of ResourceQuota objects. */
export type ResourceQuotaList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: ResourceQuota[];
};

/** The bounds. */
export interface ResourceQuotaSpec {
  /** The most, by resource. */
  hard?: Record<string, string>;
  /** Only objects that all of these scopes hold. */
  scopes?: ResourceQuotaScope[];
  /** Only objects that match. */
  scopeSelector?: ScopeSelector;
}

/** What is used. */
export interface ResourceQuotaStatus {
  /** The bounds in force. */
  hard?: Record<string, string>;
  /** What is used, by resource. */
  used?: Record<string, string>;
}

/** Requirements on scopes, all of which must hold. */
export interface ScopeSelector {
  /** The requirements. */
  matchExpressions?: ScopedResourceSelectorRequirement[];
}

/** A requirement on a scope. */
export interface ScopedResourceSelectorRequirement {
  /** The scope. */
  scopeName: ResourceQuotaScope;
  /** `In`, `NotIn`, `Exists` or `DoesNotExist`. */
  operator: ScopeSelectorOperator;
  /** The values; none for `Exists` and `DoesNotExist`. */
  values?: string[];
}

/** Settings of affinity by client address. */
export interface ClientIPConfig {
  /** Seconds for which a client stays with a pod. 10800 when absent. */
  timeoutSeconds?: number;
}

/** An address behind a service. */
export interface EndpointAddress {
  /** Address of the endpoint; not of the loopback or a link. */
  ip: string;
  /** Host name of the endpoint within the service. */
  hostname?: string;
  /** Node on which it is. */
  nodeName?: string;
  /** Object that stands behind the address, a pod as a rule. */
  targetRef?: ObjectReference;
}

/** A port behind a service. */
export interface EndpointPort {
  /** Name of the service's port. */
  name?: string;
  /** Number of the port at the endpoint. */
  port: number;
  /** `TCP`, `UDP` or `SCTP`. */
  protocol?: Protocol;
  /** Protocol above it. */
  appProtocol?: string;
}

/** Addresses that share their ports. */
export interface EndpointSubset {
  /** Addresses that are ready. */
  addresses?: EndpointAddress[];
  /** Addresses that are not. */
  notReadyAddresses?: EndpointAddress[];
  /** Ports that each of the addresses answers at. */
  ports?: EndpointPort[];
}

/** Where a service leads. Superseded by EndpointSlice. */
export type Endpoints = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** Addresses and ports. */
  subsets?: EndpointSubset[];
};

/** A list of Endpoints objects. */
export type EndpointsList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: Endpoints[];
};

/** Where a load balancer listens. */
export interface LoadBalancerIngress {
  /** Its address. */
  ip?: string;
  /** Its name. */
  hostname?: string;
  /** Whether the address is delivered to nodes as it is: `VIP` or `Proxy`. */
  ipMode?: string;
  /** State of its ports. */
  ports?: PortStatus[];
}

/** State of a load balancer. */
export interface LoadBalancerStatus {
  /** Where it listens. */
  ingress?: LoadBalancerIngress[];
}

/** State of a port of a load balancer. */
export interface PortStatus {
  /** The port. */
  port: number;
  /** `TCP`, `UDP` or `SCTP`. */
  protocol: Protocol;
  /** What is wrong with it. */
  error?: string;
}

/** A stable name and address for a set of pods. */
export type Service = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is wanted. */
  spec?: ServiceSpec;
  /** What has been observed. */
  status?: ServiceStatus;
};

/** A list of Service objects. */
export type ServiceList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: Service[];
};

/** A port of a service. */
export interface ServicePort {
  /** Name, distinct within the service; required when there are several. */
  name?: string;
  /** `TCP`, `UDP` or `SCTP`. */
  protocol?: Protocol;
  /** Protocol above it. */
  appProtocol?: string;
  /** The port. */
  port: number;
  /** Number or name of the pods' port; the same number when absent. */
  targetPort?: number | string;
  /** Port of every node that leads here. */
  nodePort?: number;
}

/** Options of proxy. */
export type ServiceProxyOptions = {
  apiVersion?: string;
  kind?: string;
  /** Path that is asked for. */
  path?: string;
};

/** What the service is. */
export interface ServiceSpec {
  /** Its ports. */
  ports?: ServicePort[];
  /** Labels of the pods behind it. */
  selector?: Record<string, string>;
  /** Its address; `None` for no address. */
  clusterIP?: string;
  /** Its addresses, at most one of each family. */
  clusterIPs?: string[];
  /** `ClusterIP`, `NodePort`, `LoadBalancer` or `ExternalName`. */
  type?: ServiceType;
  /** Further addresses at which nodes accept traffic for it. */
  externalIPs?: string[];
  /** `None` or `ClientIP`. */
  sessionAffinity?: ServiceAffinity;
  /** Obsolete. */
  loadBalancerIP?: string;
  /** Networks from which the load balancer accepts traffic. */
  loadBalancerSourceRanges?: string[];
  /** Name to which it refers, for `ExternalName`. */
  externalName?: string;
  /** Where outside traffic may go: `Cluster` or `Local`. */
  externalTrafficPolicy?: ServiceExternalTrafficPolicy;
  /** Port of nodes at which a load balancer checks them. */
  healthCheckNodePort?: number;
  /** Addresses are published though they are not ready. */
  publishNotReadyAddresses?: boolean;
  /** Settings of session affinity. */
  sessionAffinityConfig?: SessionAffinityConfig;
  /** Families of its addresses: `IPv4`, `IPv6`. */
  ipFamilies?: IPFamily[];
  /** `SingleStack`, `PreferDualStack` or `RequireDualStack`. */
  ipFamilyPolicy?: IPFamilyPolicy;
  /** Whether a load balancer gets node ports. */
  allocateLoadBalancerNodePorts?: boolean;
  /** The implementation of the load balancer. */
  loadBalancerClass?: string;
  /** Where inside traffic may go: `Cluster` or `Local`. */
  internalTrafficPolicy?: ServiceInternalTrafficPolicy;
  /** Which pods are favoured, `PreferSameZone` for example. */
  trafficDistribution?: string;
}

/** What has been observed of the service. */
export interface ServiceStatus {
  /** State of its load balancer. */
  loadBalancer?: LoadBalancerStatus;
  /** Findings. */
  conditions?: Condition[];
}

/** Settings of session affinity. */
export interface SessionAffinityConfig {
  /** By client address. */
  clientIP?: ClientIPConfig;
}

/** A disk of AWS. */
export interface AWSElasticBlockStoreVolumeSource {
  /** The disk. */
  volumeID: string;
  /** File system of the volume; `ext4` when absent. */
  fsType?: string;
  /** Partition to mount; the whole disk when 0. */
  partition?: number;
  /** The volume cannot be written. */
  readOnly?: boolean;
}

/** A disk of Azure. */
export interface AzureDiskVolumeSource {
  /** Name of the disk. */
  diskName: string;
  /** Address of the disk. */
  diskURI: string;
  /** How the host caches: `None`, `ReadOnly` or `ReadWrite`. */
  cachingMode?: AzureDataDiskCachingMode;
  /** File system of the volume; `ext4` when absent. */
  fsType?: string;
  /** The volume cannot be written. */
  readOnly?: boolean;
  /** `Shared`, `Dedicated` or `Managed`. */
  kind?: AzureDataDiskKind;
}

/** A file share of Azure. */
export interface AzureFileVolumeSource {
  /** Secret with account name and key. */
  secretName: string;
  /** The share. */
  shareName: string;
  /** The volume cannot be written. */
  readOnly?: boolean;
}

/** A volume that a driver makes for the pod. */
export interface CSIVolumeSource {
  /** Name of the driver. */
  driver: string;
  /** The volume cannot be written. */
  readOnly?: boolean;
  /** File system of the volume; `ext4` when absent. */
  fsType?: string;
  /** Settings for the driver. */
  volumeAttributes?: Record<string, string>;
  /** Secret the driver needs to mount it. */
  nodePublishSecretRef?: LocalObjectReference;
}

/** A Ceph file system. */
export interface CephFSVolumeSource {
  /** Ceph monitors. */
  monitors: string[];
  /** Path within it; the root when absent. */
  path?: string;
  /** Ceph user. */
  user?: string;
  /** File with the user's key. */
  secretFile?: string;
  /** Secret with credentials. */
  secretRef?: LocalObjectReference;
  /** The volume cannot be written. */
  readOnly?: boolean;
}

/** A disk of OpenStack. */
export interface CinderVolumeSource {
  /** The disk. */
  volumeID: string;
  /** File system of the volume; `ext4` when absent. */
  fsType?: string;
  /** The volume cannot be written. */
  readOnly?: boolean;
  /** Secret with credentials. */
  secretRef?: LocalObjectReference;
}

/** Trust anchors, as a file. */
export interface ClusterTrustBundleProjection {
  /** One bundle. Excludes `signerName`. */
  name?: string;
  /** All bundles of a signer that `labelSelector` chooses. */
  signerName?: string;
  /** Chooses bundles of the signer; none when absent, all when empty. */
  labelSelector?: LabelSelector;
  /** There may be no such bundle. */
  optional?: boolean;
  /** The file, relative to the volume's root. */
  path: string;
}

/** Keys of a config map, as files. */
export interface ConfigMapProjection extends LocalObjectReference {
  /** Which keys, and under which paths; all under their own names when empty. */
  items?: KeyToPath[];
  /** The config map or its keys may be missing. */
  optional?: boolean;
}

/** A config map, as files. */
export interface ConfigMapVolumeSource extends LocalObjectReference {
  /** Which keys, and under which paths; all under their own names when empty. */
  items?: KeyToPath[];
  /** Mode of files, where nothing else is said. 0644 when absent. */
  defaultMode?: number;
  /** The config map or its keys may be missing. */
  optional?: boolean;
}

/** Fields of the pod, as files. */
export interface DownwardAPIProjection {
  /** The files, and which field of the pod each holds. */
  items?: DownwardAPIVolumeFile[];
}

/** A field of the pod, as a file. */
export interface DownwardAPIVolumeFile {
  /** The file, relative to the volume's root; without `..`. */
  path: string;
  /** A field: labels, annotations, name, namespace or uid. */
  fieldRef?: ObjectFieldSelector;
  /** A resource of a container. */
  resourceFieldRef?: ResourceFieldSelector;
  /** Mode of the file; the volume's default when absent. */
  mode?: number;
}

/** Fields of the pod, as files. */
export interface DownwardAPIVolumeSource {
  /** The files, and which field of the pod each holds. */
  items?: DownwardAPIVolumeFile[];
  /** Mode of files, where nothing else is said. 0644 when absent. */
  defaultMode?: number;
}

/** An empty directory that lives as long as the pod. */
export interface EmptyDirVolumeSource {
  /** Where it lies: the node's disk when empty, or `Memory`. */
  medium?: string;
  /** The most it may hold. */
  sizeLimit?: string;
}

/** A claim made for the pod, which goes with it. */
export interface EphemeralVolumeSource {
  /** The claim to make; it is named `pod-volume`. */
  volumeClaimTemplate?: PersistentVolumeClaimTemplate;
}

/** A Fibre Channel disk. */
export interface FCVolumeSource {
  /** World wide names of the targets. */
  targetWWNs?: string[];
  /** Unit number. */
  lun?: number;
  /** File system of the volume; `ext4` when absent. */
  fsType?: string;
  /** The volume cannot be written. */
  readOnly?: boolean;
  /** World wide identifiers, in place of targets and unit. */
  wwids?: string[];
}

/** A volume of an exec driver. Obsolete. */
export interface FlexVolumeSource {
  /** Name of the driver. */
  driver: string;
  /** File system of the volume; `ext4` when absent. */
  fsType?: string;
  /** Secret with credentials. */
  secretRef?: LocalObjectReference;
  /** The volume cannot be written. */
  readOnly?: boolean;
  /** Settings for the driver. */
  options?: Record<string, string>;
}

/** A Flocker dataset. Obsolete. */
export interface FlockerVolumeSource {
  /** Name of the dataset. */
  datasetName?: string;
  /** UUID of the dataset. */
  datasetUUID?: string;
}

/** A disk of Google Cloud. */
export interface GCEPersistentDiskVolumeSource {
  /** The disk. */
  pdName: string;
  /** File system of the volume; `ext4` when absent. */
  fsType?: string;
  /** Partition to mount; the whole disk when 0. */
  partition?: number;
  /** The volume cannot be written. */
  readOnly?: boolean;
}

/** A clone of a repository. Obsolete, and refused by nodes. */
export interface GitRepoVolumeSource {
  /** Address of the repository. */
  repository: string;
  /** Commit that is checked out. */
  revision?: string;
  /** Where the clone goes, relative to the volume's root. */
  directory?: string;
}

/** A Gluster volume. Obsolete. */
export interface GlusterfsVolumeSource {
  /** Endpoints object that names the servers. */
  endpoints: string;
  /** The volume. */
  path: string;
  /** The volume cannot be written. */
  readOnly?: boolean;
}

/** A path of the node. */
export interface HostPathVolumeSource {
  /** Directory or file of the node; links are followed. */
  path: string;
  /** What must be there, or is made: `DirectoryOrCreate`, `Directory`, `FileOrCreate`, `File`, `Socket`, `CharDevice` or `BlockDevice`. Unchecked when empty. */
  type?: HostPathType;
}

/** An iSCSI disk. */
export interface ISCSIVolumeSource {
  /** Address of the target, with its port if it is not 3260. */
  targetPortal: string;
  /** Qualified name of the target. */
  iqn: string;
  /** Unit number. */
  lun: number;
  /** Interface of the initiator. */
  iscsiInterface?: string;
  /** File system of the volume; `ext4` when absent. */
  fsType?: string;
  /** The volume cannot be written. */
  readOnly?: boolean;
  /** Further addresses of the target. */
  portals?: string[];
  /** Authenticate discovery by CHAP. */
  chapAuthDiscovery?: boolean;
  /** Authenticate the session by CHAP. */
  chapAuthSession?: boolean;
  /** Secret with credentials. */
  secretRef?: LocalObjectReference;
  /** Name of the initiator. */
  initiatorName?: string;
}

/** The content of an image, read-only. */
export interface ImageVolumeSource {
  /** Image or artifact whose files the volume holds, as a container names its image. */
  reference?: string;
  /** When it is pulled: `Always`, `IfNotPresent` or `Never`. */
  pullPolicy?: PullPolicy;
}

/** A key, and the file it becomes. */
export interface KeyToPath {
  /** Key in the Secret or config map that becomes a file. */
  key: string;
  /** The file, relative to the volume's root; without `..`. */
  path: string;
  /** Mode of the file; the volume's default when absent. */
  mode?: number;
}

/** An NFS export. */
export interface NFSVolumeSource {
  /** Host name or address of the NFS server. */
  server: string;
  /** Path that the server exports. */
  path: string;
  /** The volume cannot be written. */
  readOnly?: boolean;
}

/** A claim of the pod's namespace. */
export interface PersistentVolumeClaimVolumeSource {
  /** Claim in the namespace of the pod whose volume is mounted. */
  claimName: string;
  /** The volume cannot be written. */
  readOnly?: boolean;
}

/** A disk of Photon. Obsolete. */
export interface PhotonPersistentDiskVolumeSource {
  /** The disk. */
  pdID: string;
  /** File system of the volume; `ext4` when absent. */
  fsType?: string;
}

/** A private key and a certificate for it, renewed by the node. */
export interface PodCertificateProjection {
  /** Signer that issues the certificate. */
  signerName: string;
  /** Type of the key, `RSA3072`, `ECDSAP256` or `ED25519` for example. */
  keyType: string;
  /** The longest life of a certificate that is accepted, in seconds. */
  maxExpirationSeconds?: number;
  /** File with key and chain together. */
  credentialBundlePath?: string;
  /** File with the key. */
  keyPath?: string;
  /** File with the chain. */
  certificateChainPath?: string;
  /** Further settings for the signer. */
  userAnnotations?: Record<string, string>;
}

/** A Portworx volume. Obsolete. */
export interface PortworxVolumeSource {
  /** The volume. */
  volumeID: string;
  /** File system of the volume; `ext4` when absent. */
  fsType?: string;
  /** The volume cannot be written. */
  readOnly?: boolean;
}

/** Several sources in one directory. */
export interface ProjectedVolumeSource {
  /** The sources; their paths must not clash. */
  sources?: VolumeProjection[] | null;
  /** Mode of files, where nothing else is said. 0644 when absent. */
  defaultMode?: number;
}

/** A Quobyte volume. Obsolete. */
export interface QuobyteVolumeSource {
  /** Addresses of the registry, `host:port`, separated by commas. */
  registry: string;
  /** The volume. */
  volume: string;
  /** The volume cannot be written. */
  readOnly?: boolean;
  /** User as whom it is mounted. */
  user?: string;
  /** Group as which it is mounted. */
  group?: string;
  /** Owner of the volume. */
  tenant?: string;
}

/** A Ceph block device. Obsolete. */
export interface RBDVolumeSource {
  /** Ceph monitors. */
  monitors: string[];
  /** The image. */
  image: string;
  /** File system of the volume; `ext4` when absent. */
  fsType?: string;
  /** The pool. */
  pool?: string;
  /** Ceph user. */
  user?: string;
  /** File with the user's key. */
  keyring?: string;
  /** Secret with credentials. */
  secretRef?: LocalObjectReference;
  /** The volume cannot be written. */
  readOnly?: boolean;
}

/** A ScaleIO volume. Obsolete. */
export interface ScaleIOVolumeSource {
  /** Address of the gateway. */
  gateway: string;
  /** The system. */
  system: string;
  /** Secret with credentials. */
  secretRef: LocalObjectReference;
  /** Speak TLS to the gateway. */
  sslEnabled?: boolean;
  /** Protection domain. */
  protectionDomain?: string;
  /** Storage pool. */
  storagePool?: string;
  /** `ThickProvisioned` or `ThinProvisioned`. */
  storageMode?: string;
  /** The volume. */
  volumeName?: string;
  /** File system of the volume; `ext4` when absent. */
  fsType?: string;
  /** The volume cannot be written. */
  readOnly?: boolean;
}

/** Keys of a secret, as files. */
export interface SecretProjection extends LocalObjectReference {
  /** Which keys, and under which paths; all under their own names when empty. */
  items?: KeyToPath[];
  /** The secret or its keys may be missing. */
  optional?: boolean;
}

/** A secret, as files. */
export interface SecretVolumeSource {
  /** The secret, in the pod's namespace. */
  secretName?: string;
  /** Which keys, and under which paths; all under their own names when empty. */
  items?: KeyToPath[];
  /** Mode of files, where nothing else is said. 0644 when absent. */
  defaultMode?: number;
  /** The secret or its keys may be missing. */
  optional?: boolean;
}

/** A token of the pod's service account, renewed before it ends. */
export interface ServiceAccountTokenProjection {
  /** Who is going to accept the token; the API server when absent. */
  audience?: string;
  /** How long a token is wanted to live, in seconds; at least 600. It is renewed after 80 % of that. 3600 when absent. */
  expirationSeconds?: number;
  /** The file, relative to the volume's root. */
  path: string;
}

/** A StorageOS volume. Obsolete. */
export interface StorageOSVolumeSource {
  /** The volume. */
  volumeName?: string;
  /** Namespace of the volume within StorageOS. */
  volumeNamespace?: string;
  /** File system of the volume; `ext4` when absent. */
  fsType?: string;
  /** The volume cannot be written. */
  readOnly?: boolean;
  /** Secret with credentials. */
  secretRef?: LocalObjectReference;
}

/** Something that containers may mount. */
export interface Volume extends VolumeSource {
  /** Name, distinct within the pod. */
  name: string;
}

/** One source of a projected volume: the one member that is set. */
export interface VolumeProjection {
  /** Files made from a Secret: each key one, or those that are named. */
  secret?: SecretProjection;
  /** Files that hold fields of the pod itself: its name, namespace, labels. */
  downwardAPI?: DownwardAPIProjection;
  /** Files made from a config map: each key one, or those that are named. */
  configMap?: ConfigMapProjection;
  /** A token of the service account of the pod, as one file that is renewed before it ends. */
  serviceAccountToken?: ServiceAccountTokenProjection;
  /** Trust anchors, certificates in PEM, of ClusterTrustBundles, as one file. */
  clusterTrustBundle?: ClusterTrustBundleProjection;
  /** A private key and a certificate for it that a signer issues to the pod. */
  podCertificate?: PodCertificateProjection;
}

/** What is mounted: the one member that is set. */
export interface VolumeSource {
  /** A path of the node. */
  hostPath?: HostPathVolumeSource;
  /** An empty directory that lives as long as the pod. */
  emptyDir?: EmptyDirVolumeSource;
  /** A disk of Google Cloud. */
  gcePersistentDisk?: GCEPersistentDiskVolumeSource;
  /** A disk of AWS. */
  awsElasticBlockStore?: AWSElasticBlockStoreVolumeSource;
  /** A clone of a repository. Obsolete. */
  gitRepo?: GitRepoVolumeSource;
  /** Files made from a Secret, kept in memory. */
  secret?: SecretVolumeSource;
  /** A directory that an NFS server exports. */
  nfs?: NFSVolumeSource;
  /** A disk reached over iSCSI. */
  iscsi?: ISCSIVolumeSource;
  /** A Gluster volume. Obsolete. */
  glusterfs?: GlusterfsVolumeSource;
  /** A claim of the namespace. */
  persistentVolumeClaim?: PersistentVolumeClaimVolumeSource;
  /** A Ceph block device. Obsolete. */
  rbd?: RBDVolumeSource;
  /** A volume of an exec driver. Obsolete. */
  flexVolume?: FlexVolumeSource;
  /** A disk of OpenStack. */
  cinder?: CinderVolumeSource;
  /** A Ceph file system. Obsolete. */
  cephfs?: CephFSVolumeSource;
  /** A Flocker dataset. Obsolete. */
  flocker?: FlockerVolumeSource;
  /** Files that hold fields of the pod itself: its name, namespace, labels. */
  downwardAPI?: DownwardAPIVolumeSource;
  /** A Fibre Channel disk. */
  fc?: FCVolumeSource;
  /** A file share of Azure. */
  azureFile?: AzureFileVolumeSource;
  /** Files made from a config map. */
  configMap?: ConfigMapVolumeSource;
  /** A disk of vSphere. */
  vsphereVolume?: VsphereVirtualDiskVolumeSource;
  /** A Quobyte volume. Obsolete. */
  quobyte?: QuobyteVolumeSource;
  /** A disk of Azure. */
  azureDisk?: AzureDiskVolumeSource;
  /** A disk of Photon. Obsolete. */
  photonPersistentDisk?: PhotonPersistentDiskVolumeSource;
  /** Several sources in one directory: tokens, secrets, config maps, fields. */
  projected?: ProjectedVolumeSource;
  /** A Portworx volume. Obsolete. */
  portworxVolume?: PortworxVolumeSource;
  /** A ScaleIO volume. Obsolete. */
  scaleIO?: ScaleIOVolumeSource;
  /** A StorageOS volume. Obsolete. */
  storageos?: StorageOSVolumeSource;
  /** A volume that a driver makes for the pod. */
  csi?: CSIVolumeSource;
  /** A claim made for the pod. */
  ephemeral?: EphemeralVolumeSource;
  /** The content of an image. */
  image?: ImageVolumeSource;
}

/** A disk of vSphere. */
export interface VsphereVirtualDiskVolumeSource {
  /** The disk. */
  volumePath: string;
  /** File system of the volume; `ext4` when absent. */
  fsType?: string;
  /** Storage policy. */
  storagePolicyName?: string;
  /** Identifier of the storage policy. */
  storagePolicyID?: string;
}

/** Health of a component. Obsolete. */
export interface ComponentCondition {
  /** The aspect, as a word in CamelCase. */
  type: string;
  /** Whether it holds: `True`, `False` or `Unknown`. */
  status: string;
  /** Why it last changed, for people. */
  message?: string;
  /** Error code of the check. */
  error?: string;
}

/** Health of a part of the control plane. Obsolete. */
export type ComponentStatus = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** Whether the component is healthy, and what it says. */
  conditions?: ComponentCondition[];
};

/** A list of ComponentStatus objects. */
export type ComponentStatusList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: ComponentStatus[];
};

/** Configuration for pods: keys with text or bytes. */
export type ConfigMap = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** Data can no longer be changed; only the object deleted. Cannot be taken back. */
  immutable?: boolean;
  /** Text by key. Keys hold letters, digits, `-`, `_` and `.`. */
  data?: Record<string, string>;
  /** Bytes by key, none of which `data` has too. */
  binaryData?: Record<string, string>;
};

/** A list of ConfigMap objects. */
export type ConfigMapList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: ConfigMap[];
};

/** A report of something that happened to an object. It may be dropped or repeated; nothing should depend on it. */
export type Event = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** The object it happened to. */
  involvedObject: ObjectReference;
  /** What happened, as one word in CamelCase. */
  reason?: string;
  /** What happened, for people. */
  message?: string;
  /** Who reports it, in the old form. */
  source?: EventSource;
  /** When it was first seen. */
  firstTimestamp?: string;
  /** When it was last seen. */
  lastTimestamp?: string;
  /** How often it was seen. */
  count?: number;
  /** `Normal` or `Warning`. */
  type?: string;
  /** When it was first seen, to the microsecond. */
  eventTime?: string;
  /** Present when the event repeats. */
  series?: EventSeries;
  /** What was done about the object, or failed. */
  action?: string;
  /** A second object, for events that involve two. */
  related?: ObjectReference;
  /** Name of the controller that reports it, `example.com/name`. */
  reportingComponent?: string;
  /** Instance of that controller. */
  reportingInstance?: string;
};

/** A list of Event objects. */
export type EventList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: Event[];
};

/** Repetition of an event. */
export interface EventSeries {
  /** How often it has been seen so far. */
  count?: number;
  /** When it was last seen. */
  lastObservedTime?: string;
}

/** Who reports an event. */
export interface EventSource {
  /** Component that reports it. */
  component?: string;
  /** Node on which the component runs. */
  host?: string;
}

/** Names an object of the same namespace. */
export interface LocalObjectReference {
  /** Name of the object. */
  name?: string;
}

/** A scope for names: most objects live in exactly one. */
export type Namespace = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is wanted. */
  spec?: NamespaceSpec;
  /** What has been observed. */
  status?: NamespaceStatus;
};

/** One aspect of a namespace's end. */
export interface NamespaceCondition {
  /** The aspect, as a word in CamelCase. */
  type: string;
  /** Whether it holds: `True`, `False` or `Unknown`. */
  status: string;
  /** When `status` last changed. */
  lastTransitionTime?: string;
  /** Why it last changed, as one word. */
  reason?: string;
  /** Why it last changed, for people. */
  message?: string;
}

/** A list of Namespace objects. */
export type NamespaceList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: Namespace[];
};

/** What has to be done before the namespace may go. */
export interface NamespaceSpec {
  /** Entries that keep the namespace; removed through the `finalize` subresource. */
  finalizers?: string[];
}

/** Where the namespace is in its life. */
export interface NamespaceStatus {
  /** `Active` or `Terminating`. */
  phase?: NamespacePhase;
  /** Findings about its deletion. */
  conditions?: NamespaceCondition[];
}

/** Names an object, anywhere. */
export interface ObjectReference {
  /** Kind of the object. */
  kind?: string;
  /** Namespace of the object. */
  namespace?: string;
  /** Name of the object. */
  name?: string;
  /** UID of the object. */
  uid?: string;
  /** Group version of the object. */
  apiVersion?: string;
  /** The version of the object that is meant. */
  resourceVersion?: string;
  /** A part of the object, such as `spec.containers{name}`. */
  fieldPath?: string;
}

/** What must hold for a change to be made. Obsolete. */
export interface CoreV1Preconditions {
  /** The UID that the object must have. */
  uid?: string;
}

/** What has been handed out of a range. Not served. */
export type RangeAllocation = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** The range, a network or `first-last`. */
  range: string;
  /** A bit for each entry. */
  data: string;
};

/** Confidential data, such as a password, a token or a key. */
export type Secret = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** Data can no longer be changed; only the object deleted. Cannot be taken back. */
  immutable?: boolean;
  /** Bytes by key, as base64. Keys hold letters, digits, `-`, `_` and `.`. */
  data?: Record<string, string>;
  /** Text by key, for writing only: it goes into `data`, before what stands there. */
  stringData?: Record<string, string>;
  /** What the data is for; some types demand certain keys. `Opaque` when absent. Cannot be changed. */
  type?: string;
};

/** A list of Secret objects. */
export type SecretList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: Secret[];
};

/** A reference, as it is written into annotations. */
export type SerializedReference = {
  apiVersion?: string;
  kind?: string;
  /** The object. */
  reference?: ObjectReference;
};

/** An identity for processes: pods run as one, and tokens are issued for it. */
export type ServiceAccount = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** Secrets that pods of this account may use, if the account is annotated to enforce that. Tokens are no longer kept here. */
  secrets?: ObjectReference[];
  /** Secrets with registry credentials that its pods get, when they name none of their own. */
  imagePullSecrets?: LocalObjectReference[];
  /** Whether its pods get a token by default; a pod may say otherwise. Yes when absent. */
  automountServiceAccountToken?: boolean;
};

/** A list of ServiceAccount objects. */
export type ServiceAccountList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: ServiceAccount[];
};

/** Names an object of some kind in the same namespace. */
export interface TypedLocalObjectReference {
  /** Group of the object; core when absent. */
  apiGroup?: string | null;
  /** Kind of the object. */
  kind: string;
  /** Name of the object. */
  name: string;
}

/** Names an object of some kind, perhaps in another namespace. */
export interface TypedObjectReference {
  /** Group of the object; core when absent. */
  apiGroup?: string | null;
  /** Kind of the object. */
  kind: string;
  /** Name of the object. */
  name: string;
  /** Namespace of the object, when it is another. */
  namespace?: string;
}

/** A request as a webhook sees it. */
export interface AdmissionRequest {
  /** Identifier of this call; the answer repeats it. */
  uid?: string;
  /** Kind of the object. */
  kind?: GroupVersionKind;
  /** The resource asked for. */
  resource?: GroupVersionResource;
  /** The subresource asked for. */
  subResource?: string;
  /** The kind as the client sent it, before conversion. */
  requestKind?: GroupVersionKind;
  /** The resource as the client sent it, before conversion. */
  requestResource?: GroupVersionResource;
  /** The subresource as the client sent it. */
  requestSubResource?: string;
  /** Name of the object; may be empty on create. */
  name?: string;
  /** Namespace of the object. */
  namespace?: string;
  /** `CREATE`, `UPDATE`, `DELETE` or `CONNECT`. */
  operation?: string;
  /** Who asks. */
  userInfo?: UserInfo;
  /** The object as it is to be. */
  object?: unknown;
  /** The object as it is. */
  oldObject?: unknown;
  /** Nothing is going to be stored. */
  dryRun?: boolean;
  /** Options of the request. */
  options?: unknown;
}

/** A webhook's verdict. */
export interface AdmissionResponse {
  /** Identifier of the call. */
  uid?: string;
  /** The request may go on. */
  allowed?: boolean;
  /** Why it may not. */
  status?: Status;
  /** Changes to the object, as JSON Patch. */
  patch?: string;
  /** `JSONPatch`. */
  patchType?: string;
  /** Entries for the audit event. */
  auditAnnotations?: Record<string, string>;
  /** Warnings for the client. */
  warnings?: string[];
}

/** A call of a webhook, and its answer. */
export type AdmissionReview = {
  apiVersion?: string;
  kind?: string;
  /** The request. */
  request?: AdmissionRequest;
  /** The answer. */
  response?: AdmissionResponse;
};

export type FailurePolicyType = "Ignore" | "Fail";

export type MatchPolicyType = "Exact" | "Equivalent";

export type OperationType = "*" | "CREATE" | "UPDATE" | "DELETE" | "CONNECT";

export type PatchType = "ApplyConfiguration" | "JSONPatch";

export type ReinvocationPolicyType = "Never" | "IfNeeded";

export type ScopeType = "Cluster" | "Namespaced" | "*";

export type SideEffectClass = "Unknown" | "None" | "Some" | "NoneOnDryRun";

export type ValidationAction = "Deny" | "Warn" | "Audit";

/** A change in the form of an apply. */
export interface ApplyConfiguration {
  /** A CEL expression. */
  expression?: string;
}

/** An entry for the audit event. */
export interface AuditAnnotation {
  /** Key of the entry. */
  key: string;
  /** CEL expression of its value. */
  valueExpression: string;
}

/** A complaint about an expression. */
export interface ExpressionWarning {
  /** The expression, as a path. */
  fieldRef: string;
  /** The complaint. */
  warning: string;
}

/** A change in the form of a JSON Patch. */
export interface JSONPatch {
  /** A CEL expression. */
  expression?: string;
}

/** A condition in CEL. */
export interface MatchCondition {
  /** Name, distinct within its list. */
  name: string;
  /** A CEL expression. */
  expression: string;
}

/** Which requests match. */
export interface MatchResources {
  /** Chooses namespaces. */
  namespaceSelector?: LabelSelector;
  /** Chooses objects. */
  objectSelector?: LabelSelector;
  /** Requests that match. */
  resourceRules?: NamedRuleWithOperations[];
  /** Requests that do not, whatever else is said. */
  excludeResourceRules?: NamedRuleWithOperations[];
  /** Whether other versions of a resource match too: `Exact` or `Equivalent`. */
  matchPolicy?: MatchPolicyType;
}

/** Changes objects by expressions. */
export type MutatingAdmissionPolicy = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is wanted. */
  spec?: MutatingAdmissionPolicySpec;
};

/** Puts a mutating policy in force. */
export type MutatingAdmissionPolicyBinding = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is wanted. */
  spec?: MutatingAdmissionPolicyBindingSpec;
};

/** A list of MutatingAdmissionPolicyBinding objects. */
export type MutatingAdmissionPolicyBindingList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: MutatingAdmissionPolicyBinding[];
};

/** Where the policy is in force. */
export interface MutatingAdmissionPolicyBindingSpec {
  /** The policy. */
  policyName?: string;
  /** The parameters. */
  paramRef?: ParamRef;
  /** Narrows the requests further. */
  matchResources?: MatchResources;
}

/** A list of MutatingAdmissionPolicy objects. */
export type MutatingAdmissionPolicyList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: MutatingAdmissionPolicy[];
};

/** What the policy changes. */
export interface MutatingAdmissionPolicySpec {
  /** Kind of the parameters. */
  paramKind?: ParamKind;
  /** The requests to which it applies. */
  matchConstraints?: MatchResources;
  /** Named expressions for use in others. */
  variables?: Variable[];
  /** The changes, in order. */
  mutations?: Mutation[];
  /** What an error leads to: `Ignore` or `Fail`. */
  failurePolicy?: FailurePolicyType;
  /** Further conditions in CEL, all of which must hold. */
  matchConditions?: MatchCondition[];
  /** Whether it is called again after later changes: `Never` or `IfNeeded`. */
  reinvocationPolicy?: ReinvocationPolicyType;
}

/** A webhook that may change objects. */
export interface MutatingWebhook {
  /** Name, distinct within its list. */
  name: string;
  /** How to reach the webhook. */
  clientConfig: WebhookClientConfig;
  /** The requests that are sent. */
  rules?: RuleWithOperations[];
  /** What an error leads to: `Ignore` or `Fail`. */
  failurePolicy?: FailurePolicyType;
  /** Whether other versions of a resource match too: `Exact` or `Equivalent`. */
  matchPolicy?: MatchPolicyType;
  /** Chooses namespaces. */
  namespaceSelector?: LabelSelector;
  /** Chooses objects. */
  objectSelector?: LabelSelector;
  /** What a call changes besides its answer: `None`, `NoneOnDryRun`, `Some` or `Unknown`. */
  sideEffects: SideEffectClass;
  /** Seconds after which a call has failed. 10 when absent. */
  timeoutSeconds?: number;
  /** Versions of AdmissionReview that the webhook understands, the preferred one first. */
  admissionReviewVersions: string[];
  /** Whether it is called again after later changes: `Never` or `IfNeeded`. */
  reinvocationPolicy?: ReinvocationPolicyType;
  /** Further conditions in CEL, all of which must hold. */
  matchConditions?: MatchCondition[];
}

/** Webhooks that may change objects. */
export type MutatingWebhookConfiguration = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** The webhooks. */
  webhooks?: MutatingWebhook[];
};

/** A list of MutatingWebhookConfiguration objects. */
export type MutatingWebhookConfigurationList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: MutatingWebhookConfiguration[];
};

/** A change. */
export interface Mutation {
  /** `ApplyConfiguration` or `JSONPatch`. */
  patchType: PatchType;
  /** The change, as an apply. */
  applyConfiguration?: ApplyConfiguration;
  /** The change, as a JSON Patch. */
  jsonPatch?: JSONPatch;
}

/** Requests for certain objects. */
export interface NamedRuleWithOperations extends RuleWithOperations {
  /** Only objects of these names; any object when empty. */
  resourceNames?: string[];
}

/** Kind of a policy's parameters. */
export interface ParamKind {
  /** Group version. */
  apiVersion?: string;
  /** The kind. */
  kind?: string;
}

/** Names a policy's parameters. */
export interface ParamRef {
  /** Name of one object. Excludes `selector`. */
  name?: string;
  /** Its namespace; that of the request when absent. */
  namespace?: string;
  /** Chooses objects. */
  selector?: LabelSelector;
  /** What missing parameters lead to: `Allow` or `Deny`. */
  parameterNotFoundAction?: string;
}

/** Resources. */
export interface Rule {
  /** Groups; `*` is every one. */
  apiGroups?: string[];
  /** Versions; `*` is every one. */
  apiVersions?: string[];
  /** Resources, `resource/subresource` for subresources; `*` is every one. */
  resources?: string[];
  /** `Cluster`, `Namespaced` or `*`. */
  scope?: ScopeType;
}

/** Requests: any of the operations on any of the resources. */
export interface RuleWithOperations extends Rule {
  /** `CREATE`, `UPDATE`, `DELETE`, `CONNECT` or `*`. */
  operations?: OperationType[];
}

/** Names a service. */
export interface ServiceReference {
  /** Namespace of the service. */
  namespace: string;
  /** Name of the service. */
  name: string;
  /** Path of the calls. */
  path?: string;
  /** Port of the service. 443 when absent. */
  port?: number;
}

/** What checking the types of expressions has found. */
export interface TypeChecking {
  /** Complaints. */
  expressionWarnings?: ExpressionWarning[];
}

/** Refuses requests by expressions. */
export type ValidatingAdmissionPolicy = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is wanted. */
  spec?: ValidatingAdmissionPolicySpec;
  /** What has been observed. */
  status?: ValidatingAdmissionPolicyStatus;
};

/** Puts a validating policy in force. */
export type ValidatingAdmissionPolicyBinding = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is wanted. */
  spec: ValidatingAdmissionPolicyBindingSpec;
};

/** A list of ValidatingAdmissionPolicyBinding objects. */
export type ValidatingAdmissionPolicyBindingList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: ValidatingAdmissionPolicyBinding[];
};

/** Where the policy is in force, and what follows. */
export interface ValidatingAdmissionPolicyBindingSpec {
  /** The policy. */
  policyName: string;
  /** The parameters. */
  paramRef?: ParamRef;
  /** Narrows the requests further. */
  matchResources?: MatchResources;
  /** What a failure leads to: `Deny`, `Warn` or `Audit`. */
  validationActions: ValidationAction[];
}

/** A list of ValidatingAdmissionPolicy objects. */
export type ValidatingAdmissionPolicyList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: ValidatingAdmissionPolicy[];
};

/** What the policy demands. */
export interface ValidatingAdmissionPolicySpec {
  /** Kind of the parameters. */
  paramKind?: ParamKind;
  /** The requests to which it applies. */
  matchConstraints?: MatchResources;
  /** The demands. */
  validations?: Validation[];
  /** What an error leads to: `Ignore` or `Fail`. */
  failurePolicy?: FailurePolicyType;
  /** Entries for the audit event. */
  auditAnnotations?: AuditAnnotation[];
  /** Further conditions in CEL, all of which must hold. */
  matchConditions?: MatchCondition[];
  /** Named expressions for use in others. */
  variables?: Variable[];
}

/** What has been observed of the policy. */
export interface ValidatingAdmissionPolicyStatus {
  /** The `metadata.generation` to which this belongs. */
  observedGeneration?: number;
  /** What checking types has found. */
  typeChecking?: TypeChecking;
  /** What is true of it now: aspect by aspect, with a status and since when. */
  conditions?: Condition[];
}

/** A webhook that may refuse requests. */
export interface ValidatingWebhook {
  /** Name, distinct within its list. */
  name: string;
  /** How to reach the webhook. */
  clientConfig: WebhookClientConfig;
  /** The requests that are sent. */
  rules?: RuleWithOperations[];
  /** What an error leads to: `Ignore` or `Fail`. */
  failurePolicy?: FailurePolicyType;
  /** Whether other versions of a resource match too: `Exact` or `Equivalent`. */
  matchPolicy?: MatchPolicyType;
  /** Chooses namespaces. */
  namespaceSelector?: LabelSelector;
  /** Chooses objects. */
  objectSelector?: LabelSelector;
  /** What a call changes besides its answer: `None`, `NoneOnDryRun`, `Some` or `Unknown`. */
  sideEffects: SideEffectClass;
  /** Seconds after which a call has failed. 10 when absent. */
  timeoutSeconds?: number;
  /** Versions of AdmissionReview that the webhook understands, the preferred one first. */
  admissionReviewVersions: string[];
  /** Further conditions in CEL, all of which must hold. */
  matchConditions?: MatchCondition[];
}

/** Webhooks that may refuse requests. */
export type ValidatingWebhookConfiguration = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** The webhooks. */
  webhooks?: ValidatingWebhook[];
};

/** A list of ValidatingWebhookConfiguration objects. */
export type ValidatingWebhookConfigurationList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: ValidatingWebhookConfiguration[];
};

/** A demand. */
export interface Validation {
  /** A CEL expression. */
  expression: string;
  /** What is said when it is not met. */
  message?: string;
  /** Reason of the refusal. */
  reason?: string;
  /** CEL expression that makes the message. */
  messageExpression?: string;
}

/** A named expression. */
export interface Variable {
  /** Name, distinct within its list. */
  name: string;
  /** A CEL expression. */
  expression: string;
}

/** How to reach a webhook: by URL or by service. */
export interface WebhookClientConfig {
  /** Its URL. */
  url?: string;
  /** Its service. */
  service?: ServiceReference;
  /** Certificates that vouch for it, as PEM; those of the system when absent. */
  caBundle?: string;
}

export type DaemonSetUpdateStrategyType = "RollingUpdate" | "OnDelete";

export type DeploymentStrategyType = "Recreate" | "RollingUpdate";

export type PodManagementPolicyType = "OrderedReady" | "Parallel";

export type StatefulSetUpdateStrategyType = "RollingUpdate" | "OnDelete";

/** A past state of a controller's template. */
export type ControllerRevision = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** The state. */
  data?: unknown;
  /** Number of the revision. */
  revision: number;
};

/** A list of ControllerRevision objects. */
export type ControllerRevisionList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: ControllerRevision[];
};

/** Runs one pod on each node. */
export type DaemonSet = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is wanted. */
  spec?: DaemonSetSpec;
  /** What has been observed. */
  status?: DaemonSetStatus;
};

/** One aspect of a daemon set's state. */
export interface DaemonSetCondition {
  /** The aspect, as a word in CamelCase. */
  type: string;
  /** Whether it holds: `True`, `False` or `Unknown`. */
  status: string;
  /** When `status` last changed. */
  lastTransitionTime?: string;
  /** Why it last changed, as one word. */
  reason?: string;
  /** Why it last changed, for people. */
  message?: string;
}

/** A list of DaemonSet objects. */
export type DaemonSetList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: DaemonSet[];
};

/** Which pods, and how they are renewed. */
export interface DaemonSetSpec {
  /** Labels of the pods; must match those of the template. */
  selector: LabelSelector;
  /** The pods to make. */
  template: PodTemplateSpec;
  /** How pods are renewed. */
  updateStrategy?: DaemonSetUpdateStrategy;
  /** Seconds a pod must be ready to count as available. */
  minReadySeconds?: number;
  /** How many old revisions are kept. 10 when absent. */
  revisionHistoryLimit?: number;
}

/** What has been observed of its pods. */
export interface DaemonSetStatus {
  /** Nodes that run the pod and should. */
  currentNumberScheduled: number;
  /** Nodes that run the pod and should not. */
  numberMisscheduled: number;
  /** Nodes that should run the pod. */
  desiredNumberScheduled: number;
  /** Nodes whose pod is ready. */
  numberReady: number;
  /** The `metadata.generation` to which this belongs. */
  observedGeneration?: number;
  /** Nodes whose pod is of the new template. */
  updatedNumberScheduled?: number;
  /** Nodes whose pod is available. */
  numberAvailable?: number;
  /** Nodes whose pod is missing or not available. */
  numberUnavailable?: number;
  /** How often a made name was taken. */
  collisionCount?: number;
  /** What is true of it now: aspect by aspect, with a status and since when. */
  conditions?: DaemonSetCondition[];
}

/** How pods are renewed. */
export interface DaemonSetUpdateStrategy {
  /** `RollingUpdate` or `OnDelete`. */
  type?: DaemonSetUpdateStrategyType;
  /** Settings of a rolling update. */
  rollingUpdate?: RollingUpdateDaemonSet;
}

/** Runs equal pods and renews them step by step. */
export type Deployment = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is wanted. */
  spec?: DeploymentSpec;
  /** What has been observed. */
  status?: DeploymentStatus;
};

/** One aspect of a deployment's state. */
export interface DeploymentCondition {
  /** The aspect, as a word in CamelCase. */
  type: string;
  /** Whether it holds: `True`, `False` or `Unknown`. */
  status: string;
  /** When it was last looked at. */
  lastUpdateTime?: string;
  /** When `status` last changed. */
  lastTransitionTime?: string;
  /** Why it last changed, as one word. */
  reason?: string;
  /** Why it last changed, for people. */
  message?: string;
}

/** A list of Deployment objects. */
export type DeploymentList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: Deployment[];
};

/** How many pods, which, and how they are renewed. */
export interface DeploymentSpec {
  /** How many pods. */
  replicas?: number;
  /** Labels of the pods; must match those of the template. */
  selector: LabelSelector;
  /** The pods to make. */
  template: PodTemplateSpec;
  /** How pods are renewed. */
  strategy?: DeploymentStrategy;
  /** Seconds a pod must be ready to count as available. */
  minReadySeconds?: number;
  /** How many old revisions are kept. 10 when absent. */
  revisionHistoryLimit?: number;
  /** Nothing is rolled out. */
  paused?: boolean;
  /** Seconds without progress after which a roll-out has failed. 600 when absent. */
  progressDeadlineSeconds?: number;
}

/** What has been observed of its pods. */
export interface DeploymentStatus {
  /** The `metadata.generation` to which this belongs. */
  observedGeneration?: number;
  /** How many pods. */
  replicas?: number;
  /** How many pods are of the new template. */
  updatedReplicas?: number;
  /** How many pods are ready. */
  readyReplicas?: number;
  /** How many pods have been ready long enough. */
  availableReplicas?: number;
  /** How many pods are missing or not available. */
  unavailableReplicas?: number;
  /** How many pods are on their way out. */
  terminatingReplicas?: number;
  /** What is true of it now: aspect by aspect, with a status and since when. */
  conditions?: DeploymentCondition[];
  /** How often a made name was taken. */
  collisionCount?: number;
}

/** How pods are renewed. */
export interface DeploymentStrategy {
  /** `Recreate` or `RollingUpdate`. */
  type?: DeploymentStrategyType;
  /** Settings of a rolling update. */
  rollingUpdate?: RollingUpdateDeployment;
}

/** Keeps a number of equal pods running. */
export type ReplicaSet = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is wanted. */
  spec?: ReplicaSetSpec;
  /** What has been observed. */
  status?: ReplicaSetStatus;
};

/** One aspect of a replica set's state. */
export interface ReplicaSetCondition {
  /** The aspect, as a word in CamelCase. */
  type: string;
  /** Whether it holds: `True`, `False` or `Unknown`. */
  status: string;
  /** When `status` last changed. */
  lastTransitionTime?: string;
  /** Why it last changed, as one word. */
  reason?: string;
  /** Why it last changed, for people. */
  message?: string;
}

/** A list of ReplicaSet objects. */
export type ReplicaSetList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: ReplicaSet[];
};

/** How many pods, and which. */
export interface ReplicaSetSpec {
  /** How many pods. */
  replicas?: number;
  /** Seconds a pod must be ready to count as available. */
  minReadySeconds?: number;
  /** Labels of the pods; must match those of the template. */
  selector: LabelSelector;
  /** The pods to make. */
  template?: PodTemplateSpec;
}

/** What has been observed of its pods. */
export interface ReplicaSetStatus {
  /** How many pods. */
  replicas: number;
  /** How many pods have all labels of the template. */
  fullyLabeledReplicas?: number;
  /** How many pods are ready. */
  readyReplicas?: number;
  /** How many pods have been ready long enough. */
  availableReplicas?: number;
  /** How many pods are on their way out. */
  terminatingReplicas?: number;
  /** The `metadata.generation` to which this belongs. */
  observedGeneration?: number;
  /** What is true of it now: aspect by aspect, with a status and since when. */
  conditions?: ReplicaSetCondition[];
}

/** Settings of a rolling update. */
export interface RollingUpdateDaemonSet {
  /** How many pods may be missing, as number or percentage. */
  maxUnavailable?: number | string;
  /** How many pods may be there in excess, as number or percentage. */
  maxSurge?: number | string;
}

/** Settings of a rolling update. */
export interface RollingUpdateDeployment {
  /** How many pods may be missing, as number or percentage. */
  maxUnavailable?: number | string;
  /** How many pods may be there in excess, as number or percentage. */
  maxSurge?: number | string;
}

/** Settings of a rolling update. */
export interface RollingUpdateStatefulSetStrategy {
  /** Pods of a lower number are left as they are. */
  partition?: number;
  /** How many pods may be missing, as number or percentage. */
  maxUnavailable?: number | string;
}

/** Runs pods with stable names and storage. */
export type StatefulSet = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is wanted. */
  spec?: StatefulSetSpec;
  /** What has been observed. */
  status?: StatefulSetStatus;
};

/** One aspect of a stateful set's state. */
export interface StatefulSetCondition {
  /** The aspect, as a word in CamelCase. */
  type: string;
  /** Whether it holds: `True`, `False` or `Unknown`. */
  status: string;
  /** When `status` last changed. */
  lastTransitionTime?: string;
  /** Why it last changed, as one word. */
  reason?: string;
  /** Why it last changed, for people. */
  message?: string;
}

/** A list of StatefulSet objects. */
export type StatefulSetList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: StatefulSet[];
};

/** How pods are numbered. */
export interface StatefulSetOrdinals {
  /** Number of the first pod. */
  start?: number;
}

/** What becomes of the claims. */
export interface StatefulSetPersistentVolumeClaimRetentionPolicy {
  /** When the set goes: `Retain` or `Delete`. */
  whenDeleted?: string;
  /** When their pod is no longer wanted: `Retain` or `Delete`. */
  whenScaled?: string;
}

/** How many pods, which, and with what storage. */
export interface StatefulSetSpec {
  /** How many pods. */
  replicas?: number;
  /** Labels of the pods; must match those of the template. */
  selector: LabelSelector;
  /** The pods to make. */
  template: PodTemplateSpec;
  /** Claims that each pod gets. */
  volumeClaimTemplates?: PersistentVolumeClaim[];
  /** Service that names the pods. */
  serviceName?: string;
  /** Whether pods come one after another: `OrderedReady` or `Parallel`. */
  podManagementPolicy?: PodManagementPolicyType;
  /** How pods are renewed. */
  updateStrategy?: StatefulSetUpdateStrategy;
  /** How many old revisions are kept. 10 when absent. */
  revisionHistoryLimit?: number;
  /** Seconds a pod must be ready to count as available. */
  minReadySeconds?: number;
  /** What becomes of the claims. */
  persistentVolumeClaimRetentionPolicy?: StatefulSetPersistentVolumeClaimRetentionPolicy;
  /** How pods are numbered. */
  ordinals?: StatefulSetOrdinals;
}

/** What has been observed of its pods. */
export interface StatefulSetStatus {
  /** The `metadata.generation` to which this belongs. */
  observedGeneration?: number;
  /** How many pods. */
  replicas: number;
  /** How many pods are ready. */
  readyReplicas?: number;
  /** How many pods are of the current revision. */
  currentReplicas?: number;
  /** How many pods are of the new template. */
  updatedReplicas?: number;
  /** Revision from which pods are renewed. */
  currentRevision?: string;
  /** Revision to which pods are renewed. */
  updateRevision?: string;
  /** How often a made name was taken. */
  collisionCount?: number;
  /** What is true of it now: aspect by aspect, with a status and since when. */
  conditions?: StatefulSetCondition[];
  /** How many pods have been ready long enough. */
  availableReplicas?: number;
}

/** How pods are renewed. */
export interface StatefulSetUpdateStrategy {
  /** `RollingUpdate` or `OnDelete`. */
  type?: StatefulSetUpdateStrategyType;
  /** Settings of a rolling update. */
  rollingUpdate?: RollingUpdateStatefulSetStrategy;
}

/** The object whose life bounds a token's. */
export interface BoundObjectReference {
  /** `Pod`, `Secret` or `Node`. */
  kind?: string;
  /** `v1`. */
  apiVersion?: string;
  /** Name of the object. */
  name?: string;
  /** UID of the object; a token is refused once an object of the same name has another. */
  uid?: string;
}

/** Tells callers who they are. */
export type SelfSubjectReview = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** The answer. */
  status?: SelfSubjectReviewStatus;
};

/** The caller as the server sees them. */
export interface SelfSubjectReviewStatus {
  /** Name, groups and other attributes of the caller. */
  userInfo?: UserInfo;
}

/** Asks for a token of a service account. */
export type TokenRequest = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What kind of token is wanted. */
  spec?: TokenRequestSpec;
  /** The token. */
  status?: TokenRequestStatus;
};

/** What kind of token is wanted. */
export interface TokenRequestSpec {
  /** Who is going to accept the token; a recipient that is not named must refuse it. The API server when empty. */
  audiences?: string[] | null;
  /** How long the token is wanted to live, in seconds. The server may choose otherwise. */
  expirationSeconds?: number | null;
  /** The token dies with this object. */
  boundObjectRef?: BoundObjectReference | null;
}

/** The token. */
export interface TokenRequestStatus {
  /** The token, a signed JWT. */
  token?: string;
  /** When it ends. */
  expirationTimestamp?: string;
}

/** Asks whether a token is good, and whose it is. */
export type TokenReview = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** The token. */
  spec: TokenReviewSpec;
  /** The verdict. */
  status?: TokenReviewStatus;
};

/** The token under review. */
export interface TokenReviewSpec {
  /** The bearer token. */
  token: string;
  /** Audiences as which the caller accepts tokens; the API server's own when empty. */
  audiences?: string[];
}

/** The verdict on a token. */
export interface TokenReviewStatus {
  /** The token is good. */
  authenticated?: boolean;
  /** Whose token it is. */
  user?: UserInfo;
  /** Those of the asked audiences for which the token is meant. */
  audiences?: string[];
  /** Why the token could not be checked. */
  error?: string;
}

/** A user. */
export interface UserInfo {
  /** Name, distinct among active users. */
  username?: string;
  /** Identifier that survives the name. */
  uid?: string;
  /** Groups of the user. */
  groups?: string[];
  /** Further attributes, as the authenticator has set them. */
  extra?: Record<string, string[]>;
}

/** Tells callers who they are. */
export type AuthenticationV1beta1SelfSubjectReview = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** The answer. */
  status?: AuthenticationV1beta1SelfSubjectReviewStatus;
};

/** The caller as the server sees them. */
export interface AuthenticationV1beta1SelfSubjectReviewStatus {
  /** Name, groups and other attributes of the caller. */
  userInfo?: UserInfo;
}

/** Asks whether a token is good, and whose it is. */
export type AuthenticationV1beta1TokenReview = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** The token. */
  spec: AuthenticationV1beta1TokenReviewSpec;
  /** The verdict. */
  status?: AuthenticationV1beta1TokenReviewStatus;
};

/** The token under review. */
export interface AuthenticationV1beta1TokenReviewSpec {
  /** The bearer token. */
  token: string;
  /** Audiences as which the caller accepts tokens; the API server's own when empty. */
  audiences?: string[];
}

/** The verdict on a token. */
export interface AuthenticationV1beta1TokenReviewStatus {
  /** The token is good. */
  authenticated?: boolean;
  /** Whose token it is. */
  user?: AuthenticationV1beta1UserInfo;
  /** Those of the asked audiences for which the token is meant. */
  audiences?: string[];
  /** Why the token could not be checked. */
  error?: string;
}

/** A user. */
export interface AuthenticationV1beta1UserInfo {
  /** Name, distinct among active users. */
  username?: string;
  /** Identifier that survives the name. */
  uid?: string;
  /** Groups of the user. */
  groups?: string[];
  /** Further attributes, as the authenticator has set them. */
  extra?: Record<string, string[]>;
}

/** The field selector of the request in question: as text or parsed, not both. */
export interface FieldSelectorAttributes {
  /** The selector as it stands in a query. */
  rawSelector?: string;
  /** The selector, parsed; all requirements hold. */
  requirements?: FieldSelectorRequirement[];
}

/** The label selector of the request in question: as text or parsed, not both. */
export interface LabelSelectorAttributes {
  /** The selector as it stands in a query. */
  rawSelector?: string;
  /** The selector, parsed; all requirements hold. */
  requirements?: LabelSelectorRequirement[];
}

/** Asks whether somebody may do something within one namespace. */
export type LocalSubjectAccessReview = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** The question; its namespace is that of the review. */
  spec: SubjectAccessReviewSpec;
  /** The verdict. */
  status?: SubjectAccessReviewStatus;
};

/** A request for a path that is no resource. */
export interface NonResourceAttributes {
  /** The path. */
  path?: string;
  /** The method, in lower case. */
  verb?: string;
}

/** Rights on paths. */
export interface NonResourceRule {
  /** Methods in lower case; `*` is every one. */
  verbs: string[];
  /** Paths; `*` as the last part stands for all below. */
  nonResourceURLs?: string[];
}

/** A request for a resource. */
export interface ResourceAttributes {
  /** The namespace; empty means all of them, or none for resources of the cluster. */
  namespace?: string;
  /** `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`, or `*` for all. */
  verb?: string;
  /** Group of the resource; `*` is every one. */
  group?: string;
  /** Version of the resource; `*` is every one. */
  version?: string;
  /** Plural name of the resource; `*` is every one. */
  resource?: string;
  /** The subresource; empty for none. */
  subresource?: string;
  /** Name of the object; empty means all of them. */
  name?: string;
  /** The request is narrowed to matching fields. */
  fieldSelector?: FieldSelectorAttributes;
  /** The request is narrowed to matching labels. */
  labelSelector?: LabelSelectorAttributes;
}

/** Rights on resources. */
export interface ResourceRule {
  /** What may be done; `*` is everything. */
  verbs: string[];
  /** Groups of the resources; `*` is every one. */
  apiGroups?: string[];
  /** Resources, `resource/subresource` for subresources; `*` is every one. */
  resources?: string[];
  /** Only objects of these names; any object when empty. */
  resourceNames?: string[];
}

/** Asks whether the caller may do something. */
export type SelfSubjectAccessReview = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** The question. */
  spec: SelfSubjectAccessReviewSpec;
  /** The verdict. */
  status?: SubjectAccessReviewStatus;
};

/** The request in question: of a resource or of a path. */
export interface SelfSubjectAccessReviewSpec {
  /** A request for a resource. */
  resourceAttributes?: ResourceAttributes;
  /** A request for a path that is no resource. */
  nonResourceAttributes?: NonResourceAttributes;
}

/** Asks what the caller may do within a namespace. */
export type SelfSubjectRulesReview = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** The namespace. */
  spec: SelfSubjectRulesReviewSpec;
  /** The rights. */
  status?: SubjectRulesReviewStatus;
};

/** What to review. */
export interface SelfSubjectRulesReviewSpec {
  /** The namespace. Required. */
  namespace?: string;
}

/** Asks whether somebody may do something. */
export type SubjectAccessReview = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** The question. */
  spec: SubjectAccessReviewSpec;
  /** The verdict. */
  status?: SubjectAccessReviewStatus;
};

/** Who asks for what; a resource or a path, not both. */
export interface SubjectAccessReviewSpec {
  /** A request for a resource. */
  resourceAttributes?: ResourceAttributes;
  /** A request for a path that is no resource. */
  nonResourceAttributes?: NonResourceAttributes;
  /** The user's name; groups may stand alone. */
  user?: string;
  /** Groups of the user. */
  groups?: string[];
  /** Further attributes of the user. */
  extra?: Record<string, string[]>;
  /** UID of the user. */
  uid?: string;
}

/** The verdict on a request. */
export interface SubjectAccessReviewStatus {
  /** The request may be made. */
  allowed: boolean;
  /** An authorizer forbids it, whatever others say. Without this, nobody merely allows it. */
  denied?: boolean;
  /** Why, in words. */
  reason?: string;
  /** What went wrong on the way; the verdict may hold all the same. */
  evaluationError?: string;
}

/** What somebody may do, as far as the authorizers can list it. */
export interface SubjectRulesReviewStatus {
  /** Rights on resources, in no order. */
  resourceRules: ResourceRule[];
  /** Rights on paths, in no order. */
  nonResourceRules: NonResourceRule[];
  /** There may be rights that are not listed. */
  incomplete: boolean;
  /** What went wrong on the way. */
  evaluationError?: string;
}

export type CompletionMode = "NonIndexed" | "Indexed";

export type ConcurrencyPolicy = "Allow" | "Forbid" | "Replace";

export type PodFailurePolicyAction = "FailJob" | "FailIndex" | "Ignore" | "Count";

export type PodFailurePolicyOnExitCodesOperator = "In" | "NotIn";

export type PodReplacementPolicy = "TerminatingOrFailed" | "Failed";

/** Makes jobs at certain times. */
export type CronJob = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is wanted. */
  spec: CronJobSpec;
  /** What has been observed. */
  status?: CronJobStatus;
};

/** A list of CronJob objects. */
export type CronJobList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: CronJob[];
};

/** When, and which jobs. */
export interface CronJobSpec {
  /** When, in cron's notation. */
  schedule: string;
  /** Time zone of the schedule; the controller's when absent. */
  timeZone?: string;
  /** Seconds after which a missed start is given up. */
  startingDeadlineSeconds?: number;
  /** Whether jobs may overlap: `Allow`, `Forbid` or `Replace`. */
  concurrencyPolicy?: ConcurrencyPolicy;
  /** No jobs are made. */
  suspend?: boolean;
  /** The jobs to make. */
  jobTemplate: JobTemplateSpec;
  /** How many jobs that succeeded are kept. 3 when absent. */
  successfulJobsHistoryLimit?: number;
  /** How many jobs that failed are kept. 1 when absent. */
  failedJobsHistoryLimit?: number;
}

/** What has been observed. */
export interface CronJobStatus {
  /** Jobs that run. */
  active?: ObjectReference[];
  /** When a job was last made. */
  lastScheduleTime?: string;
  /** When a job last succeeded. */
  lastSuccessfulTime?: string;
}

/** Runs pods until enough of them have succeeded. */
export type Job = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is wanted. */
  spec?: JobSpec;
  /** What has been observed. */
  status?: JobStatus;
};

/** One aspect of a job's state. */
export interface JobCondition {
  /** The aspect, as a word in CamelCase. */
  type: string;
  /** Whether it holds: `True`, `False` or `Unknown`. */
  status: string;
  /** When it was last looked at. */
  lastProbeTime?: string;
  /** When `status` last changed. */
  lastTransitionTime?: string;
  /** Why it last changed, as one word. */
  reason?: string;
  /** Why it last changed, for people. */
  message?: string;
}

/** A list of Job objects. */
export type JobList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: Job[];
};

/** Which pods, how many, and when to give up. */
export interface JobSpec {
  /** How many pods at once. 1 when absent. */
  parallelism?: number;
  /** How many pods have to succeed. */
  completions?: number;
  /** Seconds after which the job is ended. */
  activeDeadlineSeconds?: number;
  /** What failures lead to. */
  podFailurePolicy?: PodFailurePolicy;
  /** When the job has succeeded. */
  successPolicy?: SuccessPolicy;
  /** How many failures are borne. 6 when absent. */
  backoffLimit?: number;
  /** How many failures of one index are borne. */
  backoffLimitPerIndex?: number;
  /** How many failed indexes are borne. */
  maxFailedIndexes?: number;
  /** Labels of the pods. Made by the server. */
  selector?: LabelSelector;
  /** Labels of the pods are the author's business. */
  manualSelector?: boolean;
  /** The pods to make. */
  template: PodTemplateSpec;
  /** Seconds after its end at which the job is deleted. */
  ttlSecondsAfterFinished?: number;
  /** Whether pods have numbers: `NonIndexed` or `Indexed`. */
  completionMode?: CompletionMode;
  /** No pods run. */
  suspend?: boolean;
  /** When a pod is replaced: `TerminatingOrFailed` or `Failed`. */
  podReplacementPolicy?: PodReplacementPolicy;
  /** The controller that tends the job. */
  managedBy?: string;
}

/** What has been observed of its pods. */
export interface JobStatus {
  /** What is true of it now: aspect by aspect, with a status and since when. */
  conditions?: JobCondition[];
  /** When it started. */
  startTime?: string;
  /** When it succeeded. */
  completionTime?: string;
  /** How many pods run or wait. */
  active?: number;
  /** How many pods succeeded. */
  succeeded?: number;
  /** How many pods failed. */
  failed?: number;
  /** How many pods are on their way out. */
  terminating?: number;
  /** Indexes that succeeded, as ranges. */
  completedIndexes?: string;
  /** Indexes that failed, as ranges. */
  failedIndexes?: string;
  /** Pods that have ended and are not counted yet. */
  uncountedTerminatedPods?: UncountedTerminatedPods;
  /** How many pods are ready. */
  ready?: number;
}

/** The jobs that a cron job makes. */
export interface JobTemplateSpec {
  /** Labels and annotations of the jobs. */
  metadata?: ObjectMeta;
  /** What is to run in them. */
  spec?: JobSpec;
}

/** What failures lead to. */
export interface PodFailurePolicy {
  /** The rules; the first that matches counts. */
  rules: PodFailurePolicyRule[];
}

/** A set of exit codes. */
export interface PodFailurePolicyOnExitCodesRequirement {
  /** The container; any when absent. */
  containerName?: string;
  /** `In` or `NotIn`. */
  operator: PodFailurePolicyOnExitCodesOperator;
  /** The exit codes. */
  values: number[];
}

/** A condition of a pod. */
export interface PodFailurePolicyOnPodConditionsPattern {
  /** Type of the condition. */
  type: string;
  /** Its status. */
  status?: string;
}

/** What a certain failure leads to. */
export interface PodFailurePolicyRule {
  /** `FailJob`, `FailIndex`, `Ignore` or `Count`. */
  action: PodFailurePolicyAction;
  /** Matches by exit code. */
  onExitCodes?: PodFailurePolicyOnExitCodesRequirement;
  /** Matches by conditions of the pod. */
  onPodConditions?: PodFailurePolicyOnPodConditionsPattern[];
}

/** When a job has succeeded. */
export interface SuccessPolicy {
  /** The rules; any of them is enough. */
  rules: SuccessPolicyRule[];
}

/** Pods that have to succeed. */
export interface SuccessPolicyRule {
  /** Their indexes, as ranges. */
  succeededIndexes?: string;
  /** How many of them. */
  succeededCount?: number;
}

/** Pods that have ended and are not counted yet. */
export interface UncountedTerminatedPods {
  /** UIDs of those that succeeded. */
  succeeded?: string[];
  /** UIDs of those that failed. */
  failed?: string[];
}

export type KeyUsage =
  | "signing"
  | "digital signature"
  | "content commitment"
  | "key encipherment"
  | "key agreement"
  | "data encipherment"
  | "cert sign"
  | "crl sign"
  | "encipher only"
  | "decipher only"
  | "any"
  | "server auth"
  | "client auth"
  | "code signing"
  | "email protection"
  | "s/mime"
  | "ipsec end system"
  | "ipsec tunnel"
  | "ipsec user"
  | "timestamping"
  | "ocsp signing"
  | "microsoft sgc"
  | "netscape sgc";

/** Asks a signer for a certificate. */
export type CertificateSigningRequest = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is wanted. */
  spec: CertificateSigningRequestSpec;
  /** What has been observed. */
  status?: CertificateSigningRequestStatus;
};

/** A decision on a request. */
export interface CertificateSigningRequestCondition {
  /** `Approved`, `Denied` or `Failed`. */
  type: string;
  /** Whether it holds: `True`, `False` or `Unknown`. */
  status: string;
  /** Why it last changed, as one word. */
  reason?: string;
  /** Why it last changed, for people. */
  message?: string;
  /** When it was last looked at. */
  lastUpdateTime?: string;
  /** When `status` last changed. */
  lastTransitionTime?: string;
}

/** A list of CertificateSigningRequest objects. */
export type CertificateSigningRequestList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: CertificateSigningRequest[];
};

/** What certificate is wanted, and who asks. */
export interface CertificateSigningRequestSpec {
  /** The request, PKCS #10 in PEM. */
  request: string;
  /** The signer. */
  signerName: string;
  /** How long the certificate is wanted to live, in seconds; at least 600. */
  expirationSeconds?: number;
  /** What the key is for. */
  usages?: KeyUsage[];
  /** Who asks. Set by the server. */
  username?: string;
  /** UID of who asks. Set by the server. */
  uid?: string;
  /** Groups of who asks. Set by the server. */
  groups?: string[];
  /** Further attributes of who asks. Set by the server. */
  extra?: Record<string, string[]>;
}

/** The decision, and the certificate. */
export interface CertificateSigningRequestStatus {
  /** Decisions. */
  conditions?: CertificateSigningRequestCondition[];
  /** The chain in PEM, once it is issued. */
  certificate?: string;
}

/** A claim on something, renewed while it is held. */
export type Lease = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is wanted. */
  spec?: LeaseSpec;
};

/** A list of Lease objects. */
export type LeaseList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: Lease[];
};

/** Who holds the claim, and until when. */
export interface LeaseSpec {
  /** Who holds it; empty means nobody. */
  holderIdentity?: string;
  /** For how many seconds after `renewTime` others have to wait. */
  leaseDurationSeconds?: number;
  /** When the holder got it. */
  acquireTime?: string;
  /** When the holder last renewed it. */
  renewTime?: string;
  /** How often it has changed hands. */
  leaseTransitions?: number;
  /** How the holder is chosen in coordinated leader election. */
  strategy?: string;
  /** Who should get it; the holder then gives way. Needs a strategy. */
  preferredHolder?: string;
}

export type AddressType = "IPv4" | "IPv6" | "FQDN";

/** Something behind a service. */
export interface Endpoint {
  /** Its addresses, of which the first is used. */
  addresses: string[];
  /** Its state. */
  conditions?: EndpointConditions;
  /** Host name. */
  hostname?: string;
  /** The pod. */
  targetRef?: ObjectReference;
  /** Obsolete. */
  deprecatedTopology?: Record<string, string>;
  /** Node on which it is. */
  nodeName?: string;
  /** Zone in which it is. */
  zone?: string;
  /** Who should use it. */
  hints?: EndpointHints;
}

/** State of an endpoint. */
export interface EndpointConditions {
  /** It takes traffic; true when absent. */
  ready?: boolean;
  /** It answers, perhaps on its way out. */
  serving?: boolean;
  /** It is on its way out. */
  terminating?: boolean;
}

/** Who should use an endpoint. */
export interface EndpointHints {
  /** Clients of these zones. */
  forZones?: ForZone[];
  /** Clients on these nodes. */
  forNodes?: ForNode[];
}

/** A port. */
export interface DiscoveryV1EndpointPort {
  /** Name of the service's port. */
  name?: string;
  /** `TCP`, `UDP` or `SCTP`. */
  protocol?: Protocol;
  /** The port. */
  port?: number;
  /** Protocol above it. */
  appProtocol?: string;
}

/** A part of what is behind a service. */
export type EndpointSlice = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** `IPv4`, `IPv6` or `FQDN`. Cannot be changed. */
  addressType: AddressType;
  /** The endpoints. */
  endpoints?: Endpoint[] | null;
  /** Their ports. */
  ports?: DiscoveryV1EndpointPort[] | null;
};

/** A list of EndpointSlice objects. */
export type EndpointSliceList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: EndpointSlice[];
};

/** A node. */
export interface ForNode {
  /** Name of the node. */
  name: string;
}

/** A zone. */
export interface ForZone {
  /** Name of the zone. */
  name: string;
}

/** A report of something that happened to an object. It may be dropped or repeated; nothing should depend on it. */
export type EventsV1Event = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** When it was first seen, to the microsecond. */
  eventTime: string;
  /** Present when the event repeats. */
  series?: EventsV1EventSeries;
  /** Name of the controller that reports it, `example.com/name`. */
  reportingController?: string;
  /** Instance of that controller. */
  reportingInstance?: string;
  /** What was done about the object, or failed. */
  action?: string;
  /** What happened, as one word in CamelCase. */
  reason?: string;
  /** The object it happened to. */
  regarding?: ObjectReference;
  /** A second object, for events that involve two. */
  related?: ObjectReference;
  /** What happened, for people. */
  note?: string;
  /** `Normal` or `Warning`. */
  type?: string;
  /** Who reports it, in the old form. */
  deprecatedSource?: EventSource;
  /** When it was first seen, in the old form. */
  deprecatedFirstTimestamp?: string;
  /** When it was last seen, in the old form. */
  deprecatedLastTimestamp?: string;
  /** How often it was seen, in the old form. */
  deprecatedCount?: number;
};

/** A list of Event objects. */
export type EventsV1EventList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: EventsV1Event[];
};

/** Repetition of an event. */
export interface EventsV1EventSeries {
  /** How often it has been seen so far. */
  count: number;
  /** When it was last seen. */
  lastObservedTime: string;
}

/** A level whose requests never wait. */
export interface ExemptPriorityLevelConfiguration {
  /** Share of the server's capacity. */
  nominalConcurrencyShares?: number;
  /** How much of it others may borrow, in percent. */
  lendablePercent?: number;
}

/** How flows are told apart. */
export interface FlowDistinguisherMethod {
  /** `ByUser` or `ByNamespace`. */
  type: string;
}

/** Assigns requests to a priority level. */
export type FlowSchema = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is wanted. */
  spec?: FlowSchemaSpec;
  /** What has been observed. */
  status?: FlowSchemaStatus;
};

/** One aspect of a flow schema's state. */
export interface FlowSchemaCondition {
  /** The aspect, as a word in CamelCase. */
  type?: string;
  /** Whether it holds: `True`, `False` or `Unknown`. */
  status?: string;
  /** When `status` last changed. */
  lastTransitionTime?: string;
  /** Why it last changed, as one word. */
  reason?: string;
  /** Why it last changed, for people. */
  message?: string;
}

/** A list of FlowSchema objects. */
export type FlowSchemaList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: FlowSchema[];
};

/** Which requests, and which level. */
export interface FlowSchemaSpec {
  /** The level. */
  priorityLevelConfiguration: PriorityLevelConfigurationReference;
  /** Order among schemas: the least that matches counts. 1000 when absent. */
  matchingPrecedence?: number;
  /** How flows are told apart; one flow when absent. */
  distinguisherMethod?: FlowDistinguisherMethod;
  /** The requests; any rule is enough. */
  rules?: PolicyRulesWithSubjects[];
}

/** What has been observed. */
export interface FlowSchemaStatus {
  /** What is true of it now: aspect by aspect, with a status and since when. */
  conditions?: FlowSchemaCondition[];
}

/** A group of users. */
export interface GroupSubject {
  /** Its name. */
  name: string;
}

/** What happens when the level is full. */
export interface LimitResponse {
  /** `Queue` or `Reject`. */
  type: string;
  /** Settings of queues. */
  queuing?: QueuingConfiguration;
}

/** A level with a bound. */
export interface LimitedPriorityLevelConfiguration {
  /** Share of the server's capacity. */
  nominalConcurrencyShares?: number | null;
  /** What happens when it is full. */
  limitResponse?: LimitResponse;
  /** How much of it others may borrow, in percent. */
  lendablePercent?: number;
  /** How much it may borrow from others, in percent. */
  borrowingLimitPercent?: number;
}

/** Requests for paths. */
export interface NonResourcePolicyRule {
  /** Verbs; `*` is every one. */
  verbs: string[];
  /** Paths; `*` as the last part stands for all below. */
  nonResourceURLs: string[];
}

/** Requests of somebody for something. */
export interface PolicyRulesWithSubjects {
  /** Who asks. */
  subjects: FlowcontrolV1Subject[];
  /** Requests for resources. */
  resourceRules?: ResourcePolicyRule[];
  /** Requests for paths. */
  nonResourceRules?: NonResourcePolicyRule[];
}

/** A share of the server's capacity. */
export type PriorityLevelConfiguration = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is wanted. */
  spec?: PriorityLevelConfigurationSpec;
  /** What has been observed. */
  status?: PriorityLevelConfigurationStatus;
};

/** One aspect of a level's state. */
export interface PriorityLevelConfigurationCondition {
  /** The aspect, as a word in CamelCase. */
  type?: string;
  /** Whether it holds: `True`, `False` or `Unknown`. */
  status?: string;
  /** When `status` last changed. */
  lastTransitionTime?: string;
  /** Why it last changed, as one word. */
  reason?: string;
  /** Why it last changed, for people. */
  message?: string;
}

/** A list of PriorityLevelConfiguration objects. */
export type PriorityLevelConfigurationList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: PriorityLevelConfiguration[];
};

/** Names a level. */
export interface PriorityLevelConfigurationReference {
  /** Its name. */
  name: string;
}

/** What the level is. */
export interface PriorityLevelConfigurationSpec {
  /** `Exempt` or `Limited`. */
  type: string;
  /** Settings of a level with a bound. */
  limited?: LimitedPriorityLevelConfiguration;
  /** Settings of a level without one. */
  exempt?: ExemptPriorityLevelConfiguration;
}

/** What has been observed. */
export interface PriorityLevelConfigurationStatus {
  /** What is true of it now: aspect by aspect, with a status and since when. */
  conditions?: PriorityLevelConfigurationCondition[];
}

/** Queues of a level. */
export interface QueuingConfiguration {
  /** How many queues. */
  queues?: number;
  /** How many queues a flow may use. */
  handSize?: number;
  /** How many requests may wait in a queue. */
  queueLengthLimit?: number;
}

/** Requests for resources. */
export interface ResourcePolicyRule {
  /** Verbs; `*` is every one. */
  verbs: string[];
  /** Groups; `*` is every one. */
  apiGroups: string[];
  /** Resources; `*` is every one. */
  resources: string[];
  /** Requests that name no namespace match. */
  clusterScope?: boolean;
  /** Namespaces; `*` is every one. */
  namespaces?: string[] | null;
}

/** A service account. */
export interface ServiceAccountSubject {
  /** Its namespace. */
  namespace: string;
  /** Its name; `*` is every one. */
  name: string;
}

/** Who asks: the one member that is set. */
export interface FlowcontrolV1Subject {
  /** Which member is set: `User`, `Group` or `ServiceAccount`. */
  kind: string;
  /** A user. */
  user?: UserSubject;
  /** A group. */
  group?: GroupSubject;
  /** A service account. */
  serviceAccount?: ServiceAccountSubject;
}

/** A user. */
export interface UserSubject {
  /** The user name; `*` is every one. */
  name: string;
}

export type PathType = "Exact" | "Prefix" | "ImplementationSpecific";

export type PolicyType = "Ingress" | "Egress";

/** A path, and where it leads. */
export interface HTTPIngressPath {
  /** The path. */
  path?: string;
  /** How it matches: `Exact`, `Prefix` or `ImplementationSpecific`. */
  pathType: PathType;
  /** Where it leads. */
  backend: IngressBackend;
}

/** Paths of a host. */
export interface HTTPIngressRuleValue {
  /** The paths. */
  paths: HTTPIngressPath[];
}

/** An address that is taken. */
export type IPAddress = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is wanted. */
  spec: IPAddressSpec;
};

/** A list of IPAddress objects. */
export type IPAddressList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: IPAddress[];
};

/** Who has the address. */
export interface IPAddressSpec {
  /** The object. */
  parentRef: ParentReference;
}

/** A network. */
export interface IPBlock {
  /** The network. */
  cidr: string;
  /** Parts of it that are left out. */
  except?: string[];
}

/** Leads requests from outside to services. */
export type Ingress = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is wanted. */
  spec?: IngressSpec;
  /** What has been observed. */
  status?: IngressStatus;
};

/** Where requests are led. */
export interface IngressBackend {
  /** A service. */
  service?: IngressServiceBackend;
  /** Another object. */
  resource?: TypedLocalObjectReference;
}

/** An implementation of ingresses. */
export type IngressClass = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is wanted. */
  spec?: IngressClassSpec;
};

/** A list of IngressClass objects. */
export type IngressClassList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: IngressClass[];
};

/** Names the parameters of a class. */
export interface IngressClassParametersReference {
  /** Group of the object; core when absent. */
  apiGroup?: string;
  /** Kind of the object. */
  kind: string;
  /** Name of the object. */
  name: string;
  /** `Cluster` or `Namespace`. */
  scope?: string | null;
  /** Namespace of the object. */
  namespace?: string;
}

/** What the class is. */
export interface IngressClassSpec {
  /** The controller. */
  controller?: string;
  /** Its parameters. */
  parameters?: IngressClassParametersReference;
}

/** A list of Ingress objects. */
export type IngressList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: Ingress[];
};

/** Where an ingress listens. */
export interface IngressLoadBalancerIngress {
  /** Its address. */
  ip?: string;
  /** Its name. */
  hostname?: string;
  /** State of its ports. */
  ports?: IngressPortStatus[];
}

/** State of an ingress' load balancer. */
export interface IngressLoadBalancerStatus {
  /** Where it listens. */
  ingress?: IngressLoadBalancerIngress[];
}

/** State of a port. */
export interface IngressPortStatus {
  /** The port. */
  port: number;
  /** `TCP`, `UDP` or `SCTP`. */
  protocol: Protocol;
  /** What is wrong with it. */
  error?: string;
}

/** Where requests for a host lead. */
export interface IngressRule extends IngressRuleValue {
  /** The host; every one when absent. */
  host?: string;
}

/** What a rule holds. */
export interface IngressRuleValue {
  /** Rules for HTTP. */
  http?: HTTPIngressRuleValue;
}

/** A service. */
export interface IngressServiceBackend {
  /** Its name. */
  name: string;
  /** Its port. */
  port?: ServiceBackendPort;
}

/** Where requests lead. */
export interface IngressSpec {
  /** The class. */
  ingressClassName?: string;
  /** Where requests lead that no rule matches. */
  defaultBackend?: IngressBackend;
  /** Certificates. */
  tls?: IngressTLS[];
  /** The rules. */
  rules?: IngressRule[];
}

/** What has been observed. */
export interface IngressStatus {
  /** State of its load balancer. */
  loadBalancer?: IngressLoadBalancerStatus;
}

/** A certificate. */
export interface IngressTLS {
  /** Hosts for which it is used. */
  hosts?: string[];
  /** Secret that holds it. */
  secretName?: string;
}

/** Which traffic pods may have. */
export type NetworkPolicy = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is wanted. */
  spec?: NetworkPolicySpec;
};

/** Traffic that may leave. */
export interface NetworkPolicyEgressRule {
  /** Ports; every one when empty. */
  ports?: NetworkPolicyPort[];
  /** Destinations; every one when empty. */
  to?: NetworkPolicyPeer[];
}

/** Traffic that may enter. */
export interface NetworkPolicyIngressRule {
  /** Ports; every one when empty. */
  ports?: NetworkPolicyPort[];
  /** Sources; every one when empty. */
  from?: NetworkPolicyPeer[];
}

/** A list of NetworkPolicy objects. */
export type NetworkPolicyList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: NetworkPolicy[];
};

/** A source or destination. */
export interface NetworkPolicyPeer {
  /** Chooses pods. */
  podSelector?: LabelSelector;
  /** Chooses namespaces. */
  namespaceSelector?: LabelSelector;
  /** A network. Excludes the others. */
  ipBlock?: IPBlock;
}

/** A port or a range of them. */
export interface NetworkPolicyPort {
  /** `TCP`, `UDP` or `SCTP`. */
  protocol?: Protocol;
  /** Number or name of the port; every one when absent. */
  port?: number | string;
  /** Last port of a range. */
  endPort?: number;
}

/** Which pods, and which traffic. */
export interface NetworkPolicySpec {
  /** Chooses the pods. */
  podSelector?: LabelSelector;
  /** Traffic that may enter. */
  ingress?: NetworkPolicyIngressRule[];
  /** Traffic that may leave. */
  egress?: NetworkPolicyEgressRule[];
  /** Directions that are restricted: `Ingress`, `Egress`. */
  policyTypes?: PolicyType[];
}

/** Names the object that has an address. */
export interface ParentReference {
  /** Its group. */
  group?: string;
  /** Its resource. */
  resource: string;
  /** Its namespace. */
  namespace?: string;
  /** Its name. */
  name: string;
}

/** A port of a service: by name or by number. */
export interface ServiceBackendPort {
  /** Its name. */
  name?: string;
  /** Its number. */
  number?: number;
}

/** A network from which services get addresses. */
export type ServiceCIDR = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is wanted. */
  spec?: ServiceCIDRSpec;
  /** What has been observed. */
  status?: ServiceCIDRStatus;
};

/** A list of ServiceCIDR objects. */
export type ServiceCIDRList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: ServiceCIDR[];
};

/** The network. */
export interface ServiceCIDRSpec {
  /** The networks, at most one of each family. */
  cidrs?: string[];
}

/** What has been observed. */
export interface ServiceCIDRStatus {
  /** What is true of it now: aspect by aspect, with a status and since when. */
  conditions?: Condition[];
}

/** What running a pod costs besides its containers. */
export interface Overhead {
  /** Resources of each pod. */
  podFixed?: Record<string, string>;
}

/** A way of running containers. */
export type RuntimeClass = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** The runtime handler of the node. Cannot be changed. */
  handler: string;
  /** What a pod costs besides its containers. */
  overhead?: Overhead;
  /** Nodes that know the class. */
  scheduling?: Scheduling;
};

/** A list of RuntimeClass objects. */
export type RuntimeClassList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: RuntimeClass[];
};

/** Nodes that know a class. */
export interface Scheduling {
  /** Labels of the nodes. */
  nodeSelector?: Record<string, string>;
  /** Tolerations that pods get. */
  tolerations?: Toleration[];
}

export type UnhealthyPodEvictionPolicyType = "IfHealthyBudget" | "AlwaysAllow";

/** Asks a pod to go, unless a budget forbids it. */
export type Eviction = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** Options of the delete. */
  deleteOptions?: DeleteOptions;
};

/** How many pods must be left. */
export type PodDisruptionBudget = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is wanted. */
  spec?: PodDisruptionBudgetSpec;
  /** What has been observed. */
  status?: PodDisruptionBudgetStatus;
};

/** A list of PodDisruptionBudget objects. */
export type PodDisruptionBudgetList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: PodDisruptionBudget[];
};

/** Which pods, and how many. */
export interface PodDisruptionBudgetSpec {
  /** How many must be available, as number or percentage. Excludes `maxUnavailable`. */
  minAvailable?: number | string;
  /** Chooses the pods. */
  selector?: LabelSelector;
  /** How many may be missing, as number or percentage. */
  maxUnavailable?: number | string;
  /** When pods that are not ready may go: `IfHealthyBudget` or `AlwaysAllow`. */
  unhealthyPodEvictionPolicy?: UnhealthyPodEvictionPolicyType;
}

/** What has been observed of the pods. */
export interface PodDisruptionBudgetStatus {
  /** The `metadata.generation` to which this belongs. */
  observedGeneration?: number;
  /** Pods that are about to go, and since when. */
  disruptedPods?: Record<string, string>;
  /** How many may go now. */
  disruptionsAllowed?: number;
  /** How many are healthy. */
  currentHealthy?: number;
  /** How many must be healthy. */
  desiredHealthy?: number;
  /** How many count. */
  expectedPods?: number;
  /** What is true of it now: aspect by aspect, with a status and since when. */
  conditions?: Condition[];
}

/** Says which roles a cluster role is put together from. */
export interface AggregationRule {
  /** Selectors of cluster roles; the rules of every role that one of them chooses are taken over. */
  clusterRoleSelectors?: LabelSelector[];
}

/** Rights that a binding may grant in one namespace or in the whole cluster. */
export type ClusterRole = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** The rights. */
  rules?: PolicyRule[] | null;
  /** When set, a controller fills `rules` from other cluster roles. */
  aggregationRule?: AggregationRule;
};

/** Grants the rights of a cluster role everywhere. */
export type ClusterRoleBinding = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** Who gets the rights. */
  subjects?: Subject[];
  /** The cluster role. Cannot be changed. */
  roleRef: RoleRef;
};

/** A list of ClusterRoleBinding objects. */
export type ClusterRoleBindingList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: ClusterRoleBinding[];
};

/** A list of ClusterRole objects. */
export type ClusterRoleList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: ClusterRole[];
};

/** Rights: any of the verbs on any of the resources or paths. Rules only ever add rights. */
export interface PolicyRule {
  /** What may be done; `*` is everything. */
  verbs: string[];
  /** Groups of the resources; empty text is core, `*` is every group. */
  apiGroups?: string[];
  /** Resources, `resource/subresource` for subresources; `*` is every one. */
  resources?: string[];
  /** Only objects of these names; any object when empty. */
  resourceNames?: string[];
  /** Paths that are no resources; `*` as the last part stands for all below. Cluster roles only. */
  nonResourceURLs?: string[];
}

/** Rights within its namespace. */
export type Role = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** The rights. */
  rules?: PolicyRule[] | null;
};

/** Grants the rights of a role, or of a cluster role, within its namespace. */
export type RoleBinding = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** Who gets the rights. */
  subjects?: Subject[];
  /** A role of the namespace, or a cluster role. Cannot be changed. */
  roleRef: RoleRef;
};

/** A list of RoleBinding objects. */
export type RoleBindingList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: RoleBinding[];
};

/** A list of Role objects. */
export type RoleList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: Role[];
};

/** Names the role that a binding grants. */
export interface RoleRef {
  /** `rbac.authorization.k8s.io`. */
  apiGroup?: string;
  /** `Role` or `ClusterRole`. */
  kind: string;
  /** Name of the role. */
  name: string;
}

/** Somebody who gets rights. */
export interface Subject {
  /** `User`, `Group` or `ServiceAccount`. */
  kind: string;
  /** Empty for service accounts, `rbac.authorization.k8s.io` for users and groups. */
  apiGroup?: string;
  /** Name of the user, group or service account. */
  name: string;
  /** Namespace of the service account; empty for users and groups. */
  namespace?: string;
}

export type AllocationConfigSource = "FromClass" | "FromClaim";

export type DeviceAllocationMode = "ExactCount" | "All";

export type DeviceTaintEffect = "None" | "NoSchedule" | "NoExecute";

export type DeviceTolerationOperator = "Exists" | "Equal";

/** State of a device that was given. */
export interface AllocatedDeviceStatus {
  /** Name of the driver. */
  driver: string;
  /** The pool. */
  pool: string;
  /** The device. */
  device: string;
  /** A share of a device that several use. */
  shareID?: string;
  /** What is true of it now: aspect by aspect, with a status and since when. */
  conditions?: Condition[] | null;
  /** What the driver says of it. */
  data?: unknown;
  /** What it is on the network. */
  networkData?: NetworkDeviceData;
}

/** What was given. */
export interface AllocationResult {
  /** Devices. */
  devices?: DeviceAllocationResult;
  /** The nodes. */
  nodeSelector?: NodeSelector;
  /** When it was given. */
  allocationTimestamp?: string;
}

/** A demand in CEL. */
export interface CELDeviceSelector {
  /** The expression. */
  expression: string;
}

/** How much of a capacity may be asked for. */
export interface CapacityRequestPolicy {
  /** How much, when nothing is said. */
  default?: string | null;
  /** Amounts that can be asked for. */
  validValues?: string[];
  /** Range of amounts. */
  validRange?: CapacityRequestPolicyRange;
}

/** A range of amounts. */
export interface CapacityRequestPolicyRange {
  /** The least. */
  min: string;
  /** The most. */
  max?: string;
  /** Amounts are multiples of this, from the least on. */
  step?: string;
}

/** How much capacity is asked for. */
export interface CapacityRequirements {
  /** The least, by capacity. */
  requests?: Record<string, string>;
}

/** An amount. */
export interface Counter {
  /** The amount. */
  value: string;
}

/** Amounts that devices share. */
export interface CounterSet {
  /** Name of the set. */
  name: string;
  /** The amounts. */
  counters: Record<string, Counter>;
}

/** A device of a node or network. */
export interface Device {
  /** Name, distinct within the pool. */
  name: string;
  /** Attributes. */
  attributes?: Record<string, DeviceAttribute>;
  /** Capacities. */
  capacity?: Record<string, DeviceCapacity>;
  /** Shared amounts that it takes. */
  consumesCounters?: DeviceCounterConsumption[];
  /** The node. */
  nodeName?: string;
  /** The nodes. */
  nodeSelector?: NodeSelector;
  /** Every node. */
  allNodes?: boolean;
  /** Taints. */
  taints?: DeviceTaint[];
  /** Whoever gets it is bound to its node. */
  bindsToNode?: boolean;
  /** Conditions that must hold before the pod is bound. */
  bindingConditions?: string[];
  /** Conditions that tell that binding has failed. */
  bindingFailureConditions?: string[];
  /** Several may have it. */
  allowMultipleAllocations?: boolean;
  /** Resources of the node that it takes. */
  nodeAllocatableResourceMappings?: Record<string, NodeAllocatableResourceMapping>;
}

/** Settings for what was given. */
export interface DeviceAllocationConfiguration extends DeviceConfiguration {
  /** Where they come from: `FromClass` or `FromClaim`. */
  source: AllocationConfigSource;
  /** Names of requests; all of them when empty. */
  requests?: string[];
}

/** Devices that were given. */
export interface DeviceAllocationResult {
  /** The devices. */
  results?: DeviceRequestAllocationResult[];
  /** Settings for them. */
  config?: DeviceAllocationConfiguration[];
}

/** A value: the one member that is set. */
export interface DeviceAttribute {
  /** An integer. */
  int?: number;
  /** A truth value. */
  bool?: boolean;
  /** A text. */
  string?: string;
  /** A semantic version. */
  version?: string;
  /** Integers. */
  ints?: number[];
  /** Truth values. */
  bools?: boolean[];
  /** Texts. */
  strings?: string[];
  /** Semantic versions. */
  versions?: string[];
}

/** A capacity. */
export interface DeviceCapacity {
  /** How much there is. */
  value: string;
  /** How much may be asked for. */
  requestPolicy?: CapacityRequestPolicy;
}

/** Devices that are wanted. */
export interface DeviceClaim {
  /** The requests. */
  requests?: DeviceRequest[] | null;
  /** What devices must have in common. */
  constraints?: DeviceConstraint[];
  /** Settings for drivers. */
  config?: DeviceClaimConfiguration[];
}

/** Settings of a claim. */
export interface DeviceClaimConfiguration extends DeviceConfiguration {
  /** Names of requests; all of them when empty. */
  requests?: string[];
}

/** A sort of device. */
export type DeviceClass = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is wanted. */
  spec: DeviceClassSpec;
};

/** Settings of a class. */
export interface DeviceClassConfiguration extends DeviceConfiguration {}

/** A list of DeviceClass objects. */
export type DeviceClassList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: DeviceClass[];
};

/** What the class is. */
export interface DeviceClassSpec {
  /** Demands on the device, all of which must be met. */
  selectors?: DeviceSelector[];
  /** Settings for drivers. */
  config?: DeviceClassConfiguration[];
  /** Extended resource that stands for the class. */
  extendedResourceName?: string;
}

/** Settings for a driver. */
export interface DeviceConfiguration {
  /** Settings that only the driver understands. */
  opaque?: OpaqueDeviceConfiguration;
}

/** What devices must have in common. */
export interface DeviceConstraint {
  /** Names of requests; all of them when empty. */
  requests?: string[];
  /** An attribute with equal values. */
  matchAttribute?: string;
  /** An attribute with different values. */
  distinctAttribute?: string;
}

/** Shared amounts that a device takes. */
export interface DeviceCounterConsumption {
  /** The set. */
  counterSet: string;
  /** The amounts. */
  counters: Record<string, Counter>;
}

/** A request for devices: exactly, or one of several choices. */
export interface DeviceRequest {
  /** Name, distinct within the claim. */
  name: string;
  /** What is wanted. */
  exactly?: ExactDeviceRequest;
  /** Choices, the preferred one first. */
  firstAvailable?: DeviceSubRequest[];
}

/** A device that was given. */
export interface DeviceRequestAllocationResult {
  /** The request. */
  request: string;
  /** Name of the driver. */
  driver: string;
  /** The pool. */
  pool: string;
  /** The device. */
  device: string;
  /** Access besides whoever has the device. */
  adminAccess?: boolean;
  /** Taints that are put up with. */
  tolerations?: DeviceToleration[];
  /** Conditions that must hold before the pod is bound. */
  bindingConditions?: string[];
  /** Conditions that tell that binding has failed. */
  bindingFailureConditions?: string[];
  /** A share of a device that several use. */
  shareID?: string;
  /** How much capacity was given. */
  consumedCapacity?: Record<string, string>;
}

/** A demand on a device. */
export interface DeviceSelector {
  /** The demand, in CEL. */
  cel?: CELDeviceSelector;
}

/** A choice. */
export interface DeviceSubRequest {
  /** Name of the choice. */
  name: string;
  /** Class of the device. */
  deviceClassName: string;
  /** Demands on the device, all of which must be met. */
  selectors?: DeviceSelector[];
  /** How many: `ExactCount` or `All`. */
  allocationMode?: DeviceAllocationMode;
  /** How many, for `ExactCount`. 1 when absent. */
  count?: number;
  /** Taints that are put up with. */
  tolerations?: DeviceToleration[];
  /** How much capacity is wanted. */
  capacity?: CapacityRequirements;
}

/** Keeps a device from those who do not tolerate it. */
export interface DeviceTaint {
  /** Key of the taint. */
  key: string;
  /** Its value. */
  value?: string;
  /** `NoSchedule`, `NoExecute` or `None`. */
  effect: DeviceTaintEffect;
  /** When it was set. */
  timeAdded?: string;
}

/** Taints that are put up with. */
export interface DeviceToleration {
  /** Key of the taint. */
  key?: string;
  /** `Exists` or `Equal`. */
  operator?: DeviceTolerationOperator;
  /** Its value. */
  value?: string;
  /** `NoSchedule`, `NoExecute` or `None`. */
  effect?: DeviceTaintEffect;
  /** For how many seconds `NoExecute` is endured; for ever when absent. */
  tolerationSeconds?: number;
}

/** What is wanted. */
export interface ExactDeviceRequest {
  /** Class of the device. */
  deviceClassName: string;
  /** Demands on the device, all of which must be met. */
  selectors?: DeviceSelector[];
  /** How many: `ExactCount` or `All`. */
  allocationMode?: DeviceAllocationMode;
  /** How many, for `ExactCount`. 1 when absent. */
  count?: number;
  /** Access besides whoever has the device. */
  adminAccess?: boolean;
  /** Taints that are put up with. */
  tolerations?: DeviceToleration[];
  /** How much capacity is wanted. */
  capacity?: CapacityRequirements;
}

/** What a device is on the network. */
export interface NetworkDeviceData {
  /** Its interface. */
  interfaceName?: string;
  /** Its addresses. */
  ips?: string[];
  /** Its hardware address. */
  hardwareAddress?: string;
}

/** How a device takes a resource of the node. */
export interface NodeAllocatableResourceMapping {
  /** Capacity that is counted. */
  capacityKey?: string;
  /** Factor. */
  allocationMultiplier?: string;
}

/** Settings that only the driver understands. */
export interface OpaqueDeviceConfiguration {
  /** Name of the driver. */
  driver: string;
  /** The settings. */
  parameters: unknown;
}

/** Asks for devices. */
export type ResourceClaim = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is wanted. */
  spec: ResourceClaimSpec;
  /** What has been observed. */
  status?: ResourceClaimStatus;
};

/** Names who uses a claim. */
export interface ResourceClaimConsumerReference {
  /** Group of the object; core when absent. */
  apiGroup?: string;
  /** Resource of the object. */
  resource: string;
  /** Name of the object. */
  name: string;
  /** UID of the object. */
  uid: string;
}

/** A list of ResourceClaim objects. */
export type ResourceClaimList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: ResourceClaim[];
};

/** What is asked for. */
export interface ResourceClaimSpec {
  /** Devices. */
  devices?: DeviceClaim;
}

/** What was given, and to whom. */
export interface ResourceClaimStatus {
  /** What was given. */
  allocation?: AllocationResult;
  /** Who may use it. */
  reservedFor?: ResourceClaimConsumerReference[];
  /** State of the devices. */
  devices?: AllocatedDeviceStatus[];
}

/** Claims that pods get. */
export type ResourceClaimTemplate = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is wanted. */
  spec: ResourceClaimTemplateSpec;
};

/** A list of ResourceClaimTemplate objects. */
export type ResourceClaimTemplateList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: ResourceClaimTemplate[];
};

/** The claims. */
export interface ResourceClaimTemplateSpec {
  /** Labels and annotations of the claims. */
  metadata?: ObjectMeta;
  /** What they ask for. */
  spec: ResourceClaimSpec;
}

/** The pool to which a slice belongs. */
export interface ResourcePool {
  /** Its name. */
  name: string;
  /** Counts changes of the pool. */
  generation: number;
  /** How many slices the pool has. */
  resourceSliceCount: number;
}

/** Devices that a driver offers. */
export type ResourceSlice = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is wanted. */
  spec: ResourceSliceSpec;
};

/** A list of ResourceSlice objects. */
export type ResourceSliceList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: ResourceSlice[];
};

/** The devices, and where they are. */
export interface ResourceSliceSpec {
  /** Name of the driver. */
  driver: string;
  /** The pool. */
  pool: ResourcePool;
  /** The node. */
  nodeName?: string;
  /** The nodes. */
  nodeSelector?: NodeSelector;
  /** Every node. */
  allNodes?: boolean;
  /** The devices. */
  devices?: Device[];
  /** Each device says itself where it is. */
  perDeviceNodeSelection?: boolean;
  /** Amounts that devices share. */
  sharedCounters?: CounterSet[];
}

/** A priority by name. */
export type PriorityClass = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** The priority; higher ones are placed first. Cannot be changed. */
  value?: number;
  /** Pods that name no class get this one. */
  globalDefault?: boolean;
  /** What the class is for. */
  description?: string;
  /** Whether others are ended to make room: `PreemptLowerPriority` or `Never`. */
  preemptionPolicy?: PreemptionPolicy;
};

/** A list of PriorityClass objects. */
export type PriorityClassList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: PriorityClass[];
};

export type VolumeBindingMode = "Immediate" | "WaitForFirstConsumer";

/** What a storage driver needs and can do. */
export type CSIDriver = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is wanted. */
  spec: CSIDriverSpec;
};

/** A list of CSIDriver objects. */
export type CSIDriverList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: CSIDriver[];
};

/** Needs and abilities of the driver. */
export interface CSIDriverSpec {
  /** Volumes are attached before they are mounted. */
  attachRequired?: boolean;
  /** The driver is told which pod mounts. */
  podInfoOnMount?: boolean;
  /** `Persistent`, `Ephemeral`. */
  volumeLifecycleModes?: string[];
  /** Capacity is considered when pods are placed. */
  storageCapacity?: boolean;
  /** Whether ownership of volumes can be changed: `ReadWriteOnceWithFSType`, `File` or `None`. */
  fsGroupPolicy?: string;
  /** Tokens of the pod's service account that the driver gets. */
  tokenRequests?: StorageV1TokenRequest[];
  /** Mounting is repeated from time to time. */
  requiresRepublish?: boolean;
  /** The driver mounts with an SELinux context. */
  seLinuxMount?: boolean;
  /** Seconds between updates of how many volumes a node can take. */
  nodeAllocatableUpdatePeriodSeconds?: number;
  /** Tokens are handed over among the secrets. */
  serviceAccountTokenInSecrets?: boolean;
  /** Pods are not placed on nodes without the driver. */
  preventPodSchedulingIfMissing?: boolean;
}

/** Drivers of a node. */
export type CSINode = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is wanted. */
  spec: CSINodeSpec;
};

/** A driver on a node. */
export interface CSINodeDriver {
  /** Name of the driver. */
  name: string;
  /** The node, as the driver names it. */
  nodeID: string;
  /** Labels by which the driver tells places apart. */
  topologyKeys?: string[] | null;
  /** How many volumes it can take. */
  allocatable?: VolumeNodeResources;
}

/** A list of CSINode objects. */
export type CSINodeList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: CSINode[];
};

/** Drivers of a node. */
export interface CSINodeSpec {
  /** The drivers. */
  drivers: CSINodeDriver[];
}

/** How much storage a place has left. */
export type CSIStorageCapacity = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** The place: nodes that match. */
  nodeTopology?: LabelSelector;
  /** Class of the storage. */
  storageClassName: string;
  /** How much there is. */
  capacity?: string;
  /** The largest volume. */
  maximumVolumeSize?: string;
};

/** A list of CSIStorageCapacity objects. */
export type CSIStorageCapacityList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: CSIStorageCapacity[];
};

/** A sort of storage. */
export type StorageClass = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** The driver. */
  provisioner: string;
  /** Settings for the driver. */
  parameters?: Record<string, string>;
  /** What happens when the claim goes: `Delete` or `Retain`. */
  reclaimPolicy?: PersistentVolumeReclaimPolicy;
  /** Options of the mount. */
  mountOptions?: string[];
  /** Volumes can grow. */
  allowVolumeExpansion?: boolean;
  /** When a volume is chosen: `Immediate` or `WaitForFirstConsumer`. */
  volumeBindingMode?: VolumeBindingMode;
  /** Places where volumes can be. */
  allowedTopologies?: TopologySelectorTerm[];
};

/** A list of StorageClass objects. */
export type StorageClassList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: StorageClass[];
};

/** A token that a driver gets. */
export interface StorageV1TokenRequest {
  /** Who is going to accept it; the API server when empty. */
  audience: string;
  /** How long it is wanted to live, in seconds. */
  expirationSeconds?: number;
}

/** A volume that is, or is to be, attached to a node. */
export type VolumeAttachment = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is wanted. */
  spec: VolumeAttachmentSpec;
  /** What has been observed. */
  status?: VolumeAttachmentStatus;
};

/** A list of VolumeAttachment objects. */
export type VolumeAttachmentList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: VolumeAttachment[];
};

/** The volume. */
export interface VolumeAttachmentSource {
  /** Its name. */
  persistentVolumeName?: string;
  /** A volume that stands in a pod. */
  inlineVolumeSpec?: PersistentVolumeSpec;
}

/** What is attached to what. */
export interface VolumeAttachmentSpec {
  /** The driver. */
  attacher: string;
  /** The volume. */
  source: VolumeAttachmentSource;
  /** The node. */
  nodeName: string;
}

/** What has been observed. */
export interface VolumeAttachmentStatus {
  /** It is attached. */
  attached: boolean;
  /** What the driver says of it. */
  attachmentMetadata?: Record<string, string>;
  /** The last error of attaching. */
  attachError?: VolumeError;
  /** The last error of detaching. */
  detachError?: VolumeError;
}

/** Attributes of volumes that can be changed. */
export type VolumeAttributesClass = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** The driver. Cannot be changed. */
  driverName: string;
  /** The attributes. Cannot be changed. */
  parameters?: Record<string, string>;
};

/** A list of VolumeAttributesClass objects. */
export type VolumeAttributesClassList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: VolumeAttributesClass[];
};

/** An error of a driver. */
export interface VolumeError {
  /** When it happened. */
  time?: string;
  /** What happened. */
  message?: string;
  /** Code of gRPC. */
  errorCode?: number;
}

/** How many volumes a node can take. */
export interface VolumeNodeResources {
  /** The number. */
  count?: number;
}

/** What a group serves. */
export type APIGroupDiscovery = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** Its versions, the preferred one first. */
  versions?: APIVersionDiscovery[];
};

/** What a server serves. */
export type APIGroupDiscoveryList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: APIGroupDiscovery[];
};

/** A resource. */
export interface APIResourceDiscovery {
  /** Plural name. */
  resource: string;
  /** Kind of the answers. */
  responseKind?: GroupVersionKind;
  /** `Cluster` or `Namespaced`. */
  scope: string;
  /** Name in the singular. */
  singularResource: string;
  /** What can be done. */
  verbs: string[];
  /** Abbreviations for the command line. */
  shortNames?: string[];
  /** Collective names, such as `all`. */
  categories?: string[];
  /** Its subresources. */
  subresources?: APISubresourceDiscovery[];
}

/** A subresource. */
export interface APISubresourceDiscovery {
  /** Its name. */
  subresource: string;
  /** Kind of the answers. */
  responseKind?: GroupVersionKind;
  /** Kinds that it accepts, where there are several. */
  acceptedTypes?: GroupVersionKind[];
  /** What can be done. */
  verbs: string[];
}

/** What a version of a group serves. */
export interface APIVersionDiscovery {
  /** The version. */
  version: string;
  /** Its resources. */
  resources?: APIResourceDiscovery[];
  /** `Current`, or `Stale` when the server behind it could not be asked. */
  freshness?: string;
}

/** A resource of one container, wanted. */
export interface ContainerResourceMetricSource {
  /** The resource. */
  name: string;
  /** Wanted value. */
  target: MetricTarget;
  /** The container. */
  container: string;
}

/** A resource of one container, measured. */
export interface ContainerResourceMetricStatus {
  /** The resource. */
  name: string;
  /** Measured value. */
  current: MetricValueStatus;
  /** The container. */
  container: string;
}

/** Names an object that can be scaled. */
export interface CrossVersionObjectReference {
  /** Kind of the object. */
  kind: string;
  /** Name of the object. */
  name: string;
  /** Group version of the object. */
  apiVersion?: string;
}

/** A metric from elsewhere, wanted. */
export interface ExternalMetricSource {
  /** The metric. */
  metric: MetricIdentifier;
  /** Wanted value. */
  target: MetricTarget;
}

/** A metric from elsewhere, measured. */
export interface ExternalMetricStatus {
  /** The metric. */
  metric: MetricIdentifier;
  /** Measured value. */
  current: MetricValueStatus;
}

/** How much may change in a time. */
export interface HPAScalingPolicy {
  /** `Pods` or `Percent`. */
  type: string;
  /** How many. */
  value: number;
  /** In how many seconds. */
  periodSeconds: number;
}

/** How fast to scale in one direction. */
export interface HPAScalingRules {
  /** Seconds over which recommendations are considered. */
  stabilizationWindowSeconds?: number;
  /** Which policy counts: `Max`, `Min` or `Disabled`. */
  selectPolicy?: string;
  /** The policies. */
  policies?: HPAScalingPolicy[];
  /** Deviation from the target that changes nothing. */
  tolerance?: string;
}

/** Adapts a number of pods to their load. */
export type HorizontalPodAutoscaler = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is wanted. */
  spec: HorizontalPodAutoscalerSpec;
  /** What has been observed. */
  status?: HorizontalPodAutoscalerStatus;
};

/** How fast to scale. */
export interface HorizontalPodAutoscalerBehavior {
  /** Upwards. */
  scaleUp?: HPAScalingRules;
  /** Downwards. */
  scaleDown?: HPAScalingRules;
}

/** One aspect of an autoscaler's state. */
export interface HorizontalPodAutoscalerCondition {
  /** Which member is set. */
  type: string;
  /** Whether it holds: `True`, `False` or `Unknown`. */
  status: string;
  /** When `status` last changed. */
  lastTransitionTime?: string;
  /** Why it last changed, as one word. */
  reason?: string;
  /** Why it last changed, for people. */
  message?: string;
}

/** A list of HorizontalPodAutoscaler objects. */
export type HorizontalPodAutoscalerList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: HorizontalPodAutoscaler[];
};

/** What is scaled, by what, and within which bounds. */
export interface HorizontalPodAutoscalerSpec {
  /** The object that is scaled. */
  scaleTargetRef: CrossVersionObjectReference;
  /** The least number of pods. 1 when absent. */
  minReplicas?: number;
  /** The greatest number of pods. */
  maxReplicas: number;
  /** The metrics; the one that wants most pods counts. */
  metrics?: MetricSpec[];
  /** How fast to scale. */
  behavior?: HorizontalPodAutoscalerBehavior;
}

/** What has been observed. */
export interface HorizontalPodAutoscalerStatus {
  /** The `metadata.generation` to which this belongs. */
  observedGeneration?: number;
  /** When the number last changed. */
  lastScaleTime?: string;
  /** How many pods there are. */
  currentReplicas?: number;
  /** How many there should be. */
  desiredReplicas: number;
  /** The metrics, measured. */
  currentMetrics?: MetricStatus[] | null;
  /** What is true of it now: aspect by aspect, with a status and since when. */
  conditions?: HorizontalPodAutoscalerCondition[];
}

/** Names a metric. */
export interface MetricIdentifier {
  /** Name of the metric. */
  name: string;
  /** Chooses its series. */
  selector?: LabelSelector;
}

/** A metric, wanted. */
export interface MetricSpec {
  /** Which member is set. */
  type: string;
  /** A metric of an object. */
  object?: ObjectMetricSource;
  /** A metric of the pods. */
  pods?: PodsMetricSource;
  /** A resource of the pods. */
  resource?: ResourceMetricSource;
  /** A resource of one container of the pods. */
  containerResource?: ContainerResourceMetricSource;
  /** A metric from elsewhere. */
  external?: ExternalMetricSource;
}

/** A metric, measured. */
export interface MetricStatus {
  /** Which member is set. */
  type: string;
  /** A metric of an object. */
  object?: ObjectMetricStatus;
  /** A metric of the pods. */
  pods?: PodsMetricStatus;
  /** A resource of the pods. */
  resource?: ResourceMetricStatus;
  /** A resource of one container of the pods. */
  containerResource?: ContainerResourceMetricStatus;
  /** A metric from elsewhere. */
  external?: ExternalMetricStatus;
}

/** A wanted value. */
export interface MetricTarget {
  /** `Utilization`, `Value` or `AverageValue`. */
  type: string;
  /** Value as a whole. */
  value?: string;
  /** Value for each pod. */
  averageValue?: string;
  /** Percentage of requests. */
  averageUtilization?: number;
}

/** A measured value. */
export interface MetricValueStatus {
  /** Value as a whole. */
  value?: string;
  /** Value for each pod. */
  averageValue?: string;
  /** Percentage of requests. */
  averageUtilization?: number;
}

/** A metric of an object, wanted. */
export interface ObjectMetricSource {
  /** The object that is measured. */
  describedObject: CrossVersionObjectReference;
  /** Wanted value. */
  target: MetricTarget;
  /** The metric. */
  metric: MetricIdentifier;
}

/** A metric of an object, measured. */
export interface ObjectMetricStatus {
  /** The metric. */
  metric: MetricIdentifier;
  /** Measured value. */
  current: MetricValueStatus;
  /** The object that is measured. */
  describedObject: CrossVersionObjectReference;
}

/** A metric of the pods, wanted. */
export interface PodsMetricSource {
  /** The metric. */
  metric: MetricIdentifier;
  /** Wanted value. */
  target: MetricTarget;
}

/** A metric of the pods, measured. */
export interface PodsMetricStatus {
  /** The metric. */
  metric: MetricIdentifier;
  /** Measured value. */
  current: MetricValueStatus;
}

/** A resource of the pods, wanted. */
export interface ResourceMetricSource {
  /** The resource. */
  name: string;
  /** Wanted value. */
  target: MetricTarget;
}

/** A resource of the pods, measured. */
export interface ResourceMetricStatus {
  /** The resource. */
  name: string;
  /** Measured value. */
  current: MetricValueStatus;
}

/** What a group serves. */
export type ApidiscoveryV2beta1APIGroupDiscovery = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** Its versions, the preferred one first. */
  versions?: ApidiscoveryV2beta1APIVersionDiscovery[];
};

/** What a server serves. */
export type ApidiscoveryV2beta1APIGroupDiscoveryList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: ApidiscoveryV2beta1APIGroupDiscovery[];
};

/** A resource. */
export interface ApidiscoveryV2beta1APIResourceDiscovery {
  /** Plural name. */
  resource: string;
  /** Kind of the answers. */
  responseKind?: GroupVersionKind;
  /** `Cluster` or `Namespaced`. */
  scope: string;
  /** Name in the singular. */
  singularResource: string;
  /** What can be done. */
  verbs: string[];
  /** Abbreviations for the command line. */
  shortNames?: string[];
  /** Collective names, such as `all`. */
  categories?: string[];
  /** Its subresources. */
  subresources?: ApidiscoveryV2beta1APISubresourceDiscovery[];
}

/** A subresource. */
export interface ApidiscoveryV2beta1APISubresourceDiscovery {
  /** Its name. */
  subresource: string;
  /** Kind of the answers. */
  responseKind?: GroupVersionKind;
  /** Kinds that it accepts, where there are several. */
  acceptedTypes?: GroupVersionKind[];
  /** What can be done. */
  verbs: string[];
}

/** What a version of a group serves. */
export interface ApidiscoveryV2beta1APIVersionDiscovery {
  /** The version. */
  version: string;
  /** Its resources. */
  resources?: ApidiscoveryV2beta1APIResourceDiscovery[];
  /** `Current`, or `Stale` when the server behind it could not be asked. */
  freshness?: string;
}

export type MetricSourceType = "Object" | "Pods" | "Resource" | "ContainerResource" | "External";

/** A resource of one container, wanted. */
export interface AutoscalingV1ContainerResourceMetricSource {
  /** The resource. */
  name: string;
  /** Wanted percentage of requests. */
  targetAverageUtilization?: number;
  /** Wanted value for each pod. */
  targetAverageValue?: string;
  /** The container. */
  container: string;
}

/** A resource of one container, measured. */
export interface AutoscalingV1ContainerResourceMetricStatus {
  /** The resource. */
  name: string;
  /** Measured percentage of requests. */
  currentAverageUtilization?: number;
  /** Measured value for each pod. */
  currentAverageValue: string;
  /** The container. */
  container: string;
}

/** Names an object that can be scaled. */
export interface AutoscalingV1CrossVersionObjectReference {
  /** Kind of the object. */
  kind: string;
  /** Name of the object. */
  name: string;
  /** Group version of the object. */
  apiVersion?: string;
}

/** A metric from elsewhere, wanted. */
export interface AutoscalingV1ExternalMetricSource {
  /** The metric. */
  metricName: string;
  /** Chooses series of the metric. */
  metricSelector?: LabelSelector;
  /** Wanted value. */
  targetValue?: string;
  /** Wanted value for each pod. */
  targetAverageValue?: string;
}

/** A metric from elsewhere, measured. */
export interface AutoscalingV1ExternalMetricStatus {
  /** The metric. */
  metricName: string;
  /** Chooses series of the metric. */
  metricSelector?: LabelSelector;
  /** Measured value. */
  currentValue: string;
  /** Measured value for each pod. */
  currentAverageValue?: string;
}

/** Adapts a number of pods to their load. */
export type AutoscalingV1HorizontalPodAutoscaler = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is wanted. */
  spec: AutoscalingV1HorizontalPodAutoscalerSpec;
  /** What has been observed. */
  status?: AutoscalingV1HorizontalPodAutoscalerStatus;
};

/** One aspect of an autoscaler's state. */
export interface AutoscalingV1HorizontalPodAutoscalerCondition {
  /** Which member is set. */
  type: string;
  /** Whether it holds: `True`, `False` or `Unknown`. */
  status: string;
  /** When `status` last changed. */
  lastTransitionTime?: string;
  /** Why it last changed, as one word. */
  reason?: string;
  /** Why it last changed, for people. */
  message?: string;
}

/** A list of HorizontalPodAutoscaler objects. */
export type AutoscalingV1HorizontalPodAutoscalerList = {
  apiVersion?: string;
  kind?: string;
  /** The revision of the list, and how to go on after this page. */
  metadata: ListMeta;
  /** The objects. */
  items: AutoscalingV1HorizontalPodAutoscaler[];
};

/** What is scaled, and within which bounds. */
export interface AutoscalingV1HorizontalPodAutoscalerSpec {
  /** The object that is scaled. */
  scaleTargetRef: AutoscalingV1CrossVersionObjectReference;
  /** The least number of pods. 1 when absent. */
  minReplicas?: number;
  /** The greatest number of pods. */
  maxReplicas: number;
  /** Wanted CPU use in percent of requests. */
  targetCPUUtilizationPercentage?: number;
}

/** What has been observed. */
export interface AutoscalingV1HorizontalPodAutoscalerStatus {
  /** The `metadata.generation` to which this belongs. */
  observedGeneration?: number;
  /** When the number last changed. */
  lastScaleTime?: string;
  /** How many pods there are. */
  currentReplicas: number;
  /** How many there should be. */
  desiredReplicas: number;
  /** Measured CPU use in percent of requests. */
  currentCPUUtilizationPercentage?: number;
}

/** A metric, wanted. */
export interface AutoscalingV1MetricSpec {
  /** Which member is set. */
  type: MetricSourceType;
  /** A metric of an object. */
  object?: AutoscalingV1ObjectMetricSource;
  /** A metric of the pods. */
  pods?: AutoscalingV1PodsMetricSource;
  /** A resource of the pods. */
  resource?: AutoscalingV1ResourceMetricSource;
  /** A resource of one container of the pods. */
  containerResource?: AutoscalingV1ContainerResourceMetricSource;
  /** A metric from elsewhere. */
  external?: AutoscalingV1ExternalMetricSource;
}

/** A metric, measured. */
export interface AutoscalingV1MetricStatus {
  /** Which member is set. */
  type: MetricSourceType;
  /** A metric of an object. */
  object?: AutoscalingV1ObjectMetricStatus;
  /** A metric of the pods. */
  pods?: AutoscalingV1PodsMetricStatus;
  /** A resource of the pods. */
  resource?: AutoscalingV1ResourceMetricStatus;
  /** A resource of one container of the pods. */
  containerResource?: AutoscalingV1ContainerResourceMetricStatus;
  /** A metric from elsewhere. */
  external?: AutoscalingV1ExternalMetricStatus;
}

/** A metric of an object, wanted. */
export interface AutoscalingV1ObjectMetricSource {
  /** The object that is measured. */
  target: AutoscalingV1CrossVersionObjectReference;
  /** The metric. */
  metricName: string;
  /** Wanted value. */
  targetValue: string;
  /** Chooses series of the metric. */
  selector?: LabelSelector;
  /** Wanted or measured value for each pod. */
  averageValue?: string;
}

/** A metric of an object, measured. */
export interface AutoscalingV1ObjectMetricStatus {
  /** The object that is measured. */
  target: AutoscalingV1CrossVersionObjectReference;
  /** The metric. */
  metricName: string;
  /** Measured value. */
  currentValue: string;
  /** Chooses series of the metric. */
  selector?: LabelSelector;
  /** Wanted or measured value for each pod. */
  averageValue?: string;
}

/** A metric of the pods, wanted. */
export interface AutoscalingV1PodsMetricSource {
  /** The metric. */
  metricName: string;
  /** Wanted value for each pod. */
  targetAverageValue: string;
  /** Chooses series of the metric. */
  selector?: LabelSelector;
}

/** A metric of the pods, measured. */
export interface AutoscalingV1PodsMetricStatus {
  /** The metric. */
  metricName: string;
  /** Measured value for each pod. */
  currentAverageValue: string;
  /** Chooses series of the metric. */
  selector?: LabelSelector;
}

/** A resource of the pods, wanted. */
export interface AutoscalingV1ResourceMetricSource {
  /** The resource. */
  name: string;
  /** Wanted percentage of requests. */
  targetAverageUtilization?: number;
  /** Wanted value for each pod. */
  targetAverageValue?: string;
}

/** A resource of the pods, measured. */
export interface AutoscalingV1ResourceMetricStatus {
  /** The resource. */
  name: string;
  /** Measured percentage of requests. */
  currentAverageUtilization?: number;
  /** Measured value for each pod. */
  currentAverageValue: string;
}

/** How many copies of something there are, and should be. */
export type Scale = {
  apiVersion?: string;
  kind?: string;
  /** Name, namespace, labels and the rest that all objects have. */
  metadata: ObjectMeta;
  /** What is wanted. */
  spec?: ScaleSpec;
  /** What has been observed. */
  status?: ScaleStatus;
};

/** How many there should be. */
export interface ScaleSpec {
  /** The number. */
  replicas?: number;
}

/** How many there are. */
export interface ScaleStatus {
  /** The number. */
  replicas: number;
  /** Labels of the pods, as text. */
  selector?: string;
}
