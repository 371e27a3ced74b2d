import { createCertificateApproval } from "../admission/certificate-approval.ts";
import { createCertificateSigning } from "../admission/certificate-signing.ts";
import { createCertificateSubjectRestriction } from "../admission/certificate-subject-restriction.ts";
import { type AdmissionChain, createAdmissionChain } from "../admission/chain.ts";
import { createClaimResize } from "../admission/claim-resize.ts";
import {
  createDefaultIngressClass,
  createDefaultStorageClass,
} from "../admission/default-class.ts";
import { defaultTolerationSeconds } from "../admission/default-toleration-seconds.ts";
import { createLimitRanger } from "../admission/limit-ranger.ts";
import { createNamespaceLifecycle } from "../admission/namespace-lifecycle.ts";
import { createNodeDeclaredFeatures } from "../admission/node-declared-features.ts";
import { createNodeRestriction } from "../admission/node-restriction.ts";
import { taintNodesByCondition } from "../admission/node-taints.ts";
import { createPodResize } from "../admission/pod-resize.ts";
import { createPodSecurity } from "../admission/pod-security.ts";
import { createPodTopologyLabels } from "../admission/pod-topology-labels.ts";
import { createPriority } from "../admission/priority.ts";
import { createResourceQuota, type ResourceQuotaOptions } from "../admission/resource-quota.ts";
import { createRuntimeClassAdmission } from "../admission/runtime-class.ts";
import { createServiceAccountAdmission } from "../admission/service-account.ts";
import { protectStorageInUse } from "../admission/storage-in-use.ts";
import type { ResourceQuota } from "../api/types.ts";
import type { Authorizer } from "../authorization/authorizer.ts";
import { createObjectReader, scanObjects } from "../registry/object-reader.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Random } from "../runtime/random.ts";
import type { Storage } from "../storage/storage.ts";
import { type CertificateRequest, parseCertificateRequest } from "../tls/certificate-request.ts";
import type { Stores } from "./stores.ts";

export interface AdmissionDependencies {
  readonly storage: Storage;
  readonly stores: Stores;
  readonly authorizer: Authorizer;
  readonly clock: Clock;
  readonly random: Random;
  readonly writeQuotaUsage: ResourceQuotaOptions["writeUsed"];
}

/** The plugins in upstream's order. @see kubernetes pkg/kubeapiserver/options/plugins.go */
export function createAdmission({
  storage,
  stores,
  authorizer,
  clock,
  random,
  writeQuotaUsage,
}: AdmissionDependencies): AdmissionChain {
  const storeOf = (group: string, resource: string) => {
    const store = stores.of(group, "v1", resource);
    if (store === undefined) throw new Error(`${resource} are not served`);
    return store;
  };
  const reader = (group: string, resource: string) =>
    createObjectReader(storage, storeOf(group, resource));
  const namespaces = reader("", "namespaces");
  const accounts = reader("", "serviceaccounts");
  const podStore = storeOf("", "pods");
  const pods = createObjectReader(storage, podStore);
  const nodes = reader("", "nodes");
  const claims = reader("", "persistentvolumeclaims");
  const volumes = reader("", "persistentvolumes");
  const csiDrivers = reader("storage.k8s.io", "csidrivers");
  const limitRanges = reader("", "limitranges");
  const quotas = reader("", "resourcequotas");
  const storageClasses = reader("storage.k8s.io", "storageclasses");
  const runtimeClasses = reader("node.k8s.io", "runtimeclasses");
  const ingressClasses = reader("networking.k8s.io", "ingressclasses");
  const priorityClasses = reader("scheduling.k8s.io", "priorityclasses");
  return createAdmissionChain([
    createNamespaceLifecycle((name) => namespaces.get("", name)),
    createLimitRanger((namespace) => limitRanges.list(namespace)),
    createServiceAccountAdmission({
      serviceAccountOf: (namespace, name) => accounts.get(namespace, name),
      clock,
      random,
    }),
    createNodeRestriction({
      authorizer,
      podOf: (namespace, name) => pods.get(namespace, name),
      nodeOf: (name) => nodes.get("", name),
      claimOf: (namespace, name) => claims.get(namespace, name),
      volumeOf: (name) => volumes.get("", name),
      csiDriverOf: (name) => csiDrivers.get("", name),
      commonNameOf: (request) => parseRequest(request).commonName,
    }),
    taintNodesByCondition,
    createPodSecurity({
      namespaceOf: (name) => namespaces.get("", name),
      podsOf: (namespace) => scanObjects(storage, podStore, namespace),
    }),
    createPriority({
      get: (name) => priorityClasses.get("", name),
      list: () => priorityClasses.list(),
    }),
    defaultTolerationSeconds,
    createDefaultStorageClass(() => storageClasses.list()),
    protectStorageInUse,
    createClaimResize((name) => storageClasses.get("", name)),
    createRuntimeClassAdmission((name) => runtimeClasses.get("", name)),
    createCertificateApproval(authorizer),
    createCertificateSigning(authorizer),
    createCertificateSubjectRestriction(parseRequest),
    createDefaultIngressClass(() => ingressClasses.list()),
    createPodTopologyLabels((name) => nodes.get("", name)),
    createNodeDeclaredFeatures((name) => nodes.get("", name)),
    createPodResize((name) => nodes.get("", name)),
    // The last: what is refused for another reason must not be counted.
    createResourceQuota({
      quotasOf: (namespace) => quotas.list(namespace) as readonly Readonly<ResourceQuota>[],
      writeUsed: writeQuotaUsage,
      clock,
    }),
  ]);
}

/** @param request - base64 of PEM */
function parseRequest(request: string): CertificateRequest {
  return parseCertificateRequest(Buffer.from(request, "base64").toString("latin1"));
}
