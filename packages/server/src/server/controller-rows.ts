import { hostname } from "node:os";
import { createApprovingController } from "../controllers/certificates/approving.ts";
import { createSigningRequestCleaner } from "../controllers/certificates/cleaner.ts";
import { createSigningController } from "../controllers/certificates/signing.ts";
import { createClusterRoleAggregation } from "../controllers/cluster-role-aggregation.ts";
import { createGarbageCollector } from "../controllers/garbage-collector/garbage-collector.ts";
import { createLegacyTokenCleaner } from "../controllers/legacy-token-cleaner.ts";
import { createNamespaceController } from "../controllers/namespace.ts";
import { createNodeLifecycle } from "../controllers/node-lifecycle/node-lifecycle.ts";
import { createNodeTtl } from "../controllers/node-ttl/node-ttl.ts";
import { createPodGarbageCollector } from "../controllers/pod-garbage-collector/pod-garbage-collector.ts";
import { createResourceQuotaController } from "../controllers/resource-quota/resource-quota.ts";
import { createRootCaController } from "../controllers/root-ca.ts";
import { createScheduler } from "../controllers/scheduler/scheduler.ts";
import { createServiceAccountController } from "../controllers/service-account.ts";
import { createTaintEviction } from "../controllers/taint-eviction/taint-eviction.ts";
import { createTokenSecretController } from "../controllers/token-secret.ts";
import { afterwards } from "./after-ready.ts";
import { BOOTSTRAP_TOKEN_CONTROLLERS } from "./bootstrap-token-rows.ts";
import type { ControllerName } from "./controller-names.ts";
import type { ControllerRow } from "./controller-row.ts";
import { STORAGE_CONTROLLERS } from "./storage-rows.ts";
import { WORKLOAD_CONTROLLERS } from "./workload-rows.ts";

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
  ...WORKLOAD_CONTROLLERS,
  ...STORAGE_CONTROLLERS,
  "resourcequota-controller": {
    account: "resourcequota-controller",
    make: ({ ready, ...parts }) => afterwards(ready, createResourceQuotaController(parts)),
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
  "ttl-controller": {
    account: "ttl-controller",
    make: ({ informers, ...parts }) => createNodeTtl({ ...parts, nodes: informers.nodes() }),
  },
  "taint-eviction-controller": {
    account: "node-controller",
    make: ({ informers, ...parts }) =>
      createTaintEviction({ ...parts, nodes: informers.nodes(), pods: informers.pods() }),
  },
  ...BOOTSTRAP_TOKEN_CONTROLLERS,
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
