import { hostname } from "node:os";
import type { Client } from "../client/client.ts";
import { createApprovingController } from "../controllers/certificates/approving.ts";
import type { CertificateIssuer } from "../controllers/certificates/certificate-issuer.ts";
import { createSigningRequestCleaner } from "../controllers/certificates/cleaner.ts";
import { createSigningController } from "../controllers/certificates/signing.ts";
import { createClusterRoleAggregation } from "../controllers/cluster-role-aggregation.ts";
import { createCronJobController } from "../controllers/cronjob/cron-job.ts";
import { createDaemonSetController } from "../controllers/daemonset/daemon-set.ts";
import { createDeploymentController } from "../controllers/deployment/deployment.ts";
import { createDisruptionController } from "../controllers/disruption/disruption.ts";
import { createGarbageCollector } from "../controllers/garbage-collector/garbage-collector.ts";
import { createJobController } from "../controllers/job/job.ts";
import { createLegacyTokenCleaner } from "../controllers/legacy-token-cleaner.ts";
import { createNamespaceController } from "../controllers/namespace.ts";
import { createNodeLifecycle } from "../controllers/node-lifecycle/node-lifecycle.ts";
import { createPodGarbageCollector } from "../controllers/pod-garbage-collector/pod-garbage-collector.ts";
import {
  REPLICA_SET_KIND,
  REPLICATION_CONTROLLER_KIND,
} from "../controllers/replicaset/replica-owners.ts";
import { createReplicaSetController } from "../controllers/replicaset/replica-set.ts";
import { createRootCaController } from "../controllers/root-ca.ts";
import { createScheduler } from "../controllers/scheduler/scheduler.ts";
import { createServiceAccountController } from "../controllers/service-account.ts";
import { createStatefulSetController } from "../controllers/statefulset/stateful-set.ts";
import { createTaintEviction } from "../controllers/taint-eviction/taint-eviction.ts";
import { createTokenSecretController } from "../controllers/token-secret.ts";
import { createTtlAfterFinished } from "../controllers/ttl-after-finished/ttl-after-finished.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Logger } from "../runtime/logger.ts";
import { orAborted } from "../runtime/or-aborted.ts";
import type { Random } from "../runtime/random.ts";
import type { Runnable } from "../runtime/task-group.ts";
import type { TokenSigner } from "../tokens/issuer.ts";
import type { ControllerName } from "./controller-names.ts";
import type { SharedInformers } from "./shared-informers.ts";

/** What controllers are made of. */
export interface ControllerParts {
  readonly signer: TokenSigner;
  /** PEM of the authority that the server's certificate rests on. */
  readonly ca: string;
  readonly legacyTokenCleanUpPeriodMs: number;
  /** Signs what CertificateSigningRequests ask for, and for how long at most. */
  readonly certificateIssuer: CertificateIssuer;
  readonly clusterSigningDurationMs: number;
  /** Resolves when the server is ready: what its start need not wait for begins then. */
  readonly ready: Promise<void>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Speaks as the controller itself. */
  readonly client: Client;
  /** Speaks as kube-controller-manager, which reads for all. */
  readonly manager: Client;
  readonly informers: SharedInformers;
  /** `ca` in base64. */
  readonly caBase64: string;
}

export interface ControllerRow {
  /** In kube-system; kube-controller-manager itself acts where there is none. */
  readonly account?: string;
  /** A program with a user of its own: `kube-scheduler` is `system:kube-scheduler`. */
  readonly user?: string;
  readonly make: (parts: ControllerParts) => Runnable;
}

/** @see kubernetes plugin/pkg/auth/authorizer/rbac/bootstrappolicy/controller_policy.go */
export const CONTROLLERS: Readonly<Record<ControllerName, ControllerRow>> = {
  "serviceaccount-controller": {
    account: "service-account-controller",
    make: ({ informers, ...parts }) =>
      createServiceAccountController({
        ...parts,
        namespaces: informers.namespaces(),
        serviceAccounts: informers.serviceAccounts(),
      }),
  },
  "serviceaccount-token-controller": {
    make: ({ informers, caBase64, ...parts }) =>
      createTokenSecretController({
        ...parts,
        ca: caBase64,
        serviceAccounts: informers.serviceAccounts(),
        secrets: informers.tokenSecrets(),
      }),
  },
  "root-ca-certificate-publisher-controller": {
    account: "root-ca-cert-publisher",
    make: ({ informers, ...parts }) =>
      createRootCaController({
        ...parts,
        namespaces: informers.namespaces(),
        rootCas: informers.rootCas(),
      }),
  },
  "namespace-controller": {
    account: "namespace-controller",
    make: ({ informers, ...parts }) =>
      createNamespaceController({ ...parts, namespaces: informers.namespaces() }),
  },
  "legacy-serviceaccount-token-cleaner-controller": {
    account: "legacy-service-account-token-cleaner",
    make: ({ informers, manager, ...parts }) =>
      createLegacyTokenCleaner({
        ...parts,
        reader: manager,
        periodMs: parts.legacyTokenCleanUpPeriodMs,
        serviceAccounts: informers.serviceAccounts(),
        secrets: informers.tokenSecrets(),
      }),
  },
  "clusterrole-aggregation-controller": {
    account: "clusterrole-aggregation-controller",
    make: ({ informers, ...parts }) =>
      createClusterRoleAggregation({ ...parts, clusterRoles: informers.clusterRoles() }),
  },
  "certificatesigningrequest-approving-controller": {
    account: "certificate-controller",
    make: ({ informers, certificateIssuer, ...parts }) =>
      createApprovingController({
        ...parts,
        issuer: certificateIssuer,
        signingRequests: informers.signingRequests(),
      }),
  },
  "certificatesigningrequest-signing-controller": {
    account: "certificate-controller",
    make: ({ informers, certificateIssuer, clusterSigningDurationMs, ...parts }) =>
      createSigningController({
        ...parts,
        issuer: certificateIssuer,
        durationMs: clusterSigningDurationMs,
        signingRequests: informers.signingRequests(),
      }),
  },
  "certificatesigningrequest-cleaner-controller": {
    account: "certificate-controller",
    make: ({ informers, certificateIssuer, ...parts }) =>
      createSigningRequestCleaner({
        ...parts,
        issuer: certificateIssuer,
        signingRequests: informers.signingRequests(),
      }),
  },
  "replicaset-controller": {
    account: "replicaset-controller",
    make: ({ informers, ...parts }) =>
      createReplicaSetController({
        ...parts,
        replicaKind: REPLICA_SET_KIND,
        owners: informers.replicaSets(),
        ownersByController: informers.replicaSetsByController(),
        pods: informers.pods(),
        podsByController: informers.podsByController(),
      }),
  },
  "deployment-controller": {
    account: "deployment-controller",
    make: ({ informers, ...parts }) =>
      createDeploymentController({
        ...parts,
        deployments: informers.deployments(),
        replicaSets: informers.replicaSets(),
        replicaSetsByController: informers.replicaSetsByController(),
        pods: informers.pods(),
        podsByController: informers.podsByController(),
      }),
  },
  "replicationcontroller-controller": {
    account: "replication-controller",
    make: ({ informers, ...parts }) =>
      createReplicaSetController({
        ...parts,
        replicaKind: REPLICATION_CONTROLLER_KIND,
        owners: informers.replicationControllers(),
        ownersByController: undefined,
        pods: informers.pods(),
        podsByController: informers.podsByController(),
      }),
  },
  "job-controller": {
    account: "job-controller",
    make: ({ informers, ...parts }) =>
      createJobController({
        ...parts,
        jobs: informers.jobs(),
        pods: informers.pods(),
        podsByController: informers.podsByController(),
      }),
  },
  "cronjob-controller": {
    account: "cronjob-controller",
    make: ({ informers, ...parts }) =>
      createCronJobController({
        ...parts,
        cronJobs: informers.cronJobs(),
        jobs: informers.jobs(),
        jobsByController: informers.jobsByController(),
      }),
  },
  "ttl-after-finished-controller": {
    account: "ttl-after-finished-controller",
    make: ({ informers, ...parts }) => createTtlAfterFinished({ ...parts, jobs: informers.jobs() }),
  },
  "daemonset-controller": {
    account: "daemon-set-controller",
    make: ({ informers, ...parts }) =>
      createDaemonSetController({
        ...parts,
        daemonSets: informers.daemonSets(),
        nodes: informers.nodes(),
        pods: informers.pods(),
        podsByController: informers.podsByController(),
        revisions: informers.controllerRevisions(),
        revisionsByController: informers.controllerRevisionsByController(),
      }),
  },
  "statefulset-controller": {
    account: "statefulset-controller",
    make: ({ informers, ...parts }) =>
      createStatefulSetController({
        ...parts,
        sets: informers.statefulSets(),
        pods: informers.pods(),
        podsByController: informers.podsByController(),
        claims: informers.persistentVolumeClaims(),
        revisions: informers.controllerRevisions(),
        revisionsByController: informers.controllerRevisionsByController(),
      }),
  },
  "disruption-controller": {
    account: "disruption-controller",
    make: ({ informers, ...parts }) =>
      createDisruptionController({
        ...parts,
        budgets: informers.podDisruptionBudgets(),
        pods: informers.pods(),
        deployments: informers.deployments(),
        replicaSets: informers.replicaSets(),
        replicationControllers: informers.replicationControllers(),
        statefulSets: informers.statefulSets(),
      }),
  },
  "garbage-collector-controller": {
    account: "generic-garbage-collector",
    make: ({ ready, ...parts }) => afterwards(ready, createGarbageCollector(parts)),
  },
  "pod-garbage-collector-controller": {
    account: "pod-garbage-collector",
    make: ({ informers, ...parts }) =>
      createPodGarbageCollector({ ...parts, pods: informers.pods(), nodes: informers.nodes() }),
  },
  "node-lifecycle-controller": {
    account: "node-controller",
    make: ({ informers, ...parts }) =>
      createNodeLifecycle({
        ...parts,
        nodes: informers.nodes(),
        pods: informers.pods(),
        leases: informers.nodeLeases(),
      }),
  },
  "taint-eviction-controller": {
    account: "node-controller",
    make: ({ informers, ...parts }) =>
      createTaintEviction({ ...parts, nodes: informers.nodes(), pods: informers.pods() }),
  },
  scheduler: {
    user: "kube-scheduler",
    make: ({ informers, ...parts }) =>
      createScheduler({
        ...parts,
        pods: informers.pods(),
        nodes: informers.nodes(),
        claims: informers.persistentVolumeClaims(),
        host: hostname(),
      }),
  },
};

/** Nothing waits for it, so the start of the server does not pay for it. */
function afterwards(ready: Promise<void>, part: Runnable): Runnable {
  return {
    async run({ signal }) {
      await orAborted(ready, signal);
      if (!signal.aborted) await part.run({ signal });
    },
  };
}
