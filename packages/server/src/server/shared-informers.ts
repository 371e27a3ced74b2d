import type {
  CertificateSigningRequest,
  ClusterRole,
  ControllerRevision,
  CronJob,
  DaemonSet,
  Deployment,
  EndpointSlice,
  Endpoints,
  Job,
  Lease,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  PodDisruptionBudget,
  ReplicaSet,
  Service,
  StatefulSet,
  VolumeAttributesClass,
} from "../api/types.ts";
import type { Client } from "../client/client.ts";
import {
  type ApiObject,
  CERTIFICATE_SIGNING_REQUESTS,
  CLUSTER_ROLES,
  CONFIG_MAPS,
  CONTROLLER_REVISIONS,
  CRON_JOBS,
  DAEMON_SETS,
  DEPLOYMENTS,
  ENDPOINT_SLICES,
  ENDPOINTS,
  JOBS,
  LEASES,
  NAMESPACES,
  NODES,
  PERSISTENT_VOLUME_CLAIMS,
  PERSISTENT_VOLUMES,
  POD_DISRUPTION_BUDGETS,
  PODS,
  REPLICA_SETS,
  REPLICATION_CONTROLLERS,
  type ResourceType,
  SECRETS,
  SERVICE_ACCOUNTS,
  SERVICES,
  STATEFUL_SETS,
  VOLUME_ATTRIBUTES_CLASSES,
} from "../client/resource-type.ts";
import { ControlledObjects } from "../controllers/controlled-objects.ts";
import {
  type ObservedNamespace,
  type ObservedServiceAccount,
  type ObservedTokenSecret,
  observeNamespace,
  observeServiceAccount,
  observeTokenSecret,
} from "../controllers/observed.ts";
import { asReplicaSet } from "../controllers/replicaset/replica-owners.ts";
import { type ObservedRootCa, observeRootCa, ROOT_CA_CONFIG_MAP } from "../controllers/root-ca.ts";
import { TOKEN_SECRET_TYPE } from "../controllers/token-secret.ts";
import { createInformer, type Informer } from "../informer/informer.ts";
import type { ReflectorDependencies } from "../informer/reflector.ts";
import { withoutFieldOwners } from "../informer/without-field-owners.ts";
import type { Runnable } from "../runtime/task-group.ts";
import { afterwards } from "./after-ready.ts";

/** Informers that controllers share. Each is made when it is first asked for. */
export interface SharedInformers {
  namespaces(): Informer<ObservedNamespace>;
  serviceAccounts(): Informer<ObservedServiceAccount>;
  tokenSecrets(): Informer<ObservedTokenSecret>;
  rootCas(): Informer<ObservedRootCa>;
  clusterRoles(): Informer<ClusterRole>;
  signingRequests(): Informer<CertificateSigningRequest>;
  /** Whole, but for who set which field. */
  pods(): Informer<Pod>;
  podsByController(): ControlledObjects<Pod>;
  replicaSets(): Informer<ReplicaSet>;
  replicaSetsByController(): ControlledObjects<ReplicaSet>;
  deployments(): Informer<Deployment>;
  jobs(): Informer<Job>;
  jobsByController(): ControlledObjects<Job>;
  cronJobs(): Informer<CronJob>;
  podDisruptionBudgets(): Informer<PodDisruptionBudget>;
  services(): Informer<Service>;
  endpoints(): Informer<Endpoints>;
  endpointSlices(): Informer<EndpointSlice>;
  /** In the shape of ReplicaSets. */
  replicationControllers(): Informer<ReplicaSet>;
  daemonSets(): Informer<DaemonSet>;
  statefulSets(): Informer<StatefulSet>;
  controllerRevisions(): Informer<ControllerRevision>;
  controllerRevisionsByController(): ControlledObjects<ControllerRevision>;
  nodes(): Informer<Node>;
  /** Signs of life of nodes. */
  nodeLeases(): Informer<Lease>;
  persistentVolumeClaims(): Informer<PersistentVolumeClaim>;
  persistentVolumes(): Informer<PersistentVolume>;
  volumeAttributesClasses(): Informer<VolumeAttributesClass>;
  /** Those that were asked for, to be run. */
  readonly used: readonly Runnable[];
}

export interface SharedInformersOptions extends ReflectorDependencies {
  readonly client: Client;
  /** Resolves when the server is ready: some informers begin only then. */
  readonly ready: Promise<void>;
  /** PEM of the bundle that namespaces and token Secrets should hold, and the same in base64. */
  readonly ca: string;
  readonly caBase64: string;
}

export function createSharedInformers(options: SharedInformersOptions): SharedInformers {
  const { client, ready, ca, caBase64 } = options;
  const used: Runnable[] = [];
  const once = <T extends ApiObject>(
    make: () => Informer<T>,
    isLate = false,
  ): (() => Informer<T>) => {
    let made: Informer<T> | undefined;
    return () => {
      if (made === undefined) {
        made = make();
        used.push(isLate ? afterwards(ready, made) : made);
      }
      return made;
    };
  };
  /** Whole objects, but for who set which field, which would take more room than the rest. */
  const whole = <T extends ApiObject>(type: ResourceType<T>, isLate = false) =>
    once(
      () =>
        createInformer({
          ...options,
          client: client.resource(type),
          transform: withoutFieldOwners,
        }),
      isLate,
    );
  /** The same with an index, which is told of changes before anybody else. */
  const indexed = <T extends ApiObject>(type: ResourceType<T>) => {
    let index: ControlledObjects<T> | undefined;
    const made = whole(type);
    const byController = (): ControlledObjects<T> => {
      index ??= new ControlledObjects(made());
      return index;
    };
    const informer = (): Informer<T> => {
      byController();
      return made();
    };
    return { informer, byController };
  };
  const pods = indexed(PODS);
  const replicaSets = indexed(REPLICA_SETS);
  const jobs = indexed(JOBS);
  const controllerRevisions = indexed(CONTROLLER_REVISIONS);
  return {
    used,
    namespaces: once(() =>
      createInformer({
        ...options,
        client: client.resource(NAMESPACES),
        transform: observeNamespace,
      }),
    ),
    serviceAccounts: once(() =>
      createInformer({
        ...options,
        client: client.resource(SERVICE_ACCOUNTS),
        transform: observeServiceAccount,
      }),
    ),
    tokenSecrets: once(() =>
      createInformer({
        ...options,
        client: client.resource(SECRETS),
        selection: { fieldSelector: `type=${TOKEN_SECRET_TYPE}` },
        transform: (secret) => observeTokenSecret(secret, caBase64),
      }),
    ),
    rootCas: once(() =>
      createInformer({
        ...options,
        client: client.resource(CONFIG_MAPS),
        selection: { fieldSelector: `metadata.name=${ROOT_CA_CONFIG_MAP}` },
        transform: (configMap) => observeRootCa(configMap, ca),
      }),
    ),
    clusterRoles: whole(CLUSTER_ROLES),
    signingRequests: whole(CERTIFICATE_SIGNING_REQUESTS),
    pods: pods.informer,
    podsByController: pods.byController,
    replicaSets: replicaSets.informer,
    replicaSetsByController: replicaSets.byController,
    deployments: whole(DEPLOYMENTS),
    jobs: jobs.informer,
    jobsByController: jobs.byController,
    cronJobs: whole(CRON_JOBS),
    podDisruptionBudgets: whole(POD_DISRUPTION_BUDGETS),
    services: whole(SERVICES),
    endpoints: whole(ENDPOINTS),
    endpointSlices: whole(ENDPOINT_SLICES),
    replicationControllers: once(() =>
      createInformer({
        ...options,
        client: client.resource(REPLICATION_CONTROLLERS),
        transform: (controller) => asReplicaSet(withoutFieldOwners(controller)),
      }),
    ),
    daemonSets: whole(DAEMON_SETS),
    statefulSets: whole(STATEFUL_SETS),
    controllerRevisions: controllerRevisions.informer,
    controllerRevisionsByController: controllerRevisions.byController,
    nodes: whole(NODES),
    nodeLeases: once(() =>
      createInformer({
        ...options,
        client: client.resource(LEASES),
        selection: { namespace: "kube-node-lease" },
        transform: withoutFieldOwners,
      }),
    ),
    persistentVolumeClaims: whole(PERSISTENT_VOLUME_CLAIMS),
    persistentVolumes: whole(PERSISTENT_VOLUMES, true),
    volumeAttributesClasses: whole(VOLUME_ATTRIBUTES_CLASSES, true),
  };
}
