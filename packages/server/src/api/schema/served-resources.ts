/**
 * Everything that is served: groups in the order of discovery, their versions with the preferred one
 * first, and a row for each resource.
 * @see kubernetes pkg/controlplane/instance.go · pkg/kubeapiserver/default_storage_factory_builder.go
 */
import type { ServedGroup, SubresourceDefinition } from "./language.ts";
import { cluster, group, namespaced } from "./resource-row.ts";

const CREATE: readonly string[] = ["create"];
/** Subresources that read and write a part of their resource. */
const UPDATE: readonly string[] = ["get", "patch", "update"];
/** Subresources that take over the connection. */
const STREAM: readonly string[] = ["create", "get"];
const PROXY: readonly string[] = ["create", "delete", "get", "patch", "update"];
const ALL_BUT_COLLECTIONS: readonly string[] = [
  "create",
  "delete",
  "get",
  "list",
  "patch",
  "update",
  "watch",
];
const SCALE: SubresourceDefinition = {
  name: "scale",
  kind: "Scale",
  group: "autoscaling",
  version: "v1",
  verbs: UPDATE,
};

/** The rows, made anew by each call: `resources.ts` keeps and indexes them. */
export const servedResources = (): readonly ServedGroup[] => [
  group("", {
    v1: [
      namespaced("bindings", "Binding", { verbs: CREATE }),
      cluster("componentstatuses", "ComponentStatus", {
        verbs: ["get", "list"],
        shortNames: ["cs"],
      }),
      namespaced("configmaps", "ConfigMap", { shortNames: ["cm"] }),
      namespaced("endpoints", "Endpoints", { shortNames: ["ep"] }),
      namespaced("events", "Event", { shortNames: ["ev"] }),
      namespaced("limitranges", "LimitRange", { shortNames: ["limits"] }),
      cluster("namespaces", "Namespace", {
        verbs: ALL_BUT_COLLECTIONS,
        shortNames: ["ns"],
        status: true,
        subresources: [{ name: "finalize", kind: "Namespace", verbs: ["update"] }],
      }),
      cluster("nodes", "Node", {
        shortNames: ["no"],
        status: true,
        subresources: [{ name: "proxy", kind: "NodeProxyOptions", verbs: PROXY }],
      }),
      namespaced("persistentvolumeclaims", "PersistentVolumeClaim", {
        shortNames: ["pvc"],
        status: true,
      }),
      cluster("persistentvolumes", "PersistentVolume", { shortNames: ["pv"], status: true }),
      namespaced("pods", "Pod", {
        shortNames: ["po"],
        categories: ["all"],
        status: true,
        subresources: [
          { name: "attach", kind: "PodAttachOptions", verbs: STREAM },
          { name: "binding", kind: "Binding", verbs: CREATE },
          { name: "ephemeralcontainers", kind: "Pod", verbs: UPDATE },
          { name: "eviction", kind: "Eviction", group: "policy", version: "v1", verbs: CREATE },
          { name: "exec", kind: "PodExecOptions", verbs: STREAM },
          { name: "log", kind: "Pod", verbs: ["get"] },
          { name: "portforward", kind: "PodPortForwardOptions", verbs: STREAM },
          { name: "proxy", kind: "PodProxyOptions", verbs: PROXY },
          { name: "resize", kind: "Pod", verbs: UPDATE },
        ],
      }),
      namespaced("podtemplates", "PodTemplate"),
      namespaced("replicationcontrollers", "ReplicationController", {
        shortNames: ["rc"],
        categories: ["all"],
        status: true,
        subresources: [SCALE],
      }),
      namespaced("resourcequotas", "ResourceQuota", { shortNames: ["quota"], status: true }),
      namespaced("secrets", "Secret"),
      namespaced("serviceaccounts", "ServiceAccount", {
        shortNames: ["sa"],
        subresources: [
          {
            name: "token",
            kind: "TokenRequest",
            group: "authentication.k8s.io",
            version: "v1",
            verbs: CREATE,
          },
        ],
      }),
      namespaced("services", "Service", {
        shortNames: ["svc"],
        categories: ["all"],
        status: true,
        subresources: [{ name: "proxy", kind: "ServiceProxyOptions", verbs: PROXY }],
      }),
    ],
  }),
  group("apps", {
    v1: [
      namespaced("controllerrevisions", "ControllerRevision"),
      namespaced("daemonsets", "DaemonSet", {
        shortNames: ["ds"],
        categories: ["all"],
        status: true,
      }),
      namespaced("deployments", "Deployment", {
        shortNames: ["deploy"],
        categories: ["all"],
        status: true,
        subresources: [SCALE],
      }),
      namespaced("replicasets", "ReplicaSet", {
        shortNames: ["rs"],
        categories: ["all"],
        status: true,
        subresources: [SCALE],
      }),
      namespaced("statefulsets", "StatefulSet", {
        shortNames: ["sts"],
        categories: ["all"],
        status: true,
        subresources: [SCALE],
      }),
    ],
  }),
  group("events.k8s.io", {
    v1: [
      namespaced("events", "Event", { shortNames: ["ev"], storage: { group: "", version: "v1" } }),
    ],
  }),
  group("authentication.k8s.io", {
    v1: [
      cluster("selfsubjectreviews", "SelfSubjectReview", { verbs: CREATE }),
      cluster("tokenreviews", "TokenReview", { verbs: CREATE }),
    ],
  }),
  group("authorization.k8s.io", {
    v1: [
      namespaced("localsubjectaccessreviews", "LocalSubjectAccessReview", { verbs: CREATE }),
      cluster("selfsubjectaccessreviews", "SelfSubjectAccessReview", { verbs: CREATE }),
      cluster("selfsubjectrulesreviews", "SelfSubjectRulesReview", { verbs: CREATE }),
      cluster("subjectaccessreviews", "SubjectAccessReview", { verbs: CREATE }),
    ],
  }),
  group("autoscaling", {
    v2: [
      namespaced("horizontalpodautoscalers", "HorizontalPodAutoscaler", {
        shortNames: ["hpa"],
        categories: ["all"],
        status: true,
      }),
    ],
    v1: [
      namespaced("horizontalpodautoscalers", "HorizontalPodAutoscaler", {
        shortNames: ["hpa"],
        categories: ["all"],
        storage: { group: "autoscaling", version: "v2" },
        status: true,
      }),
    ],
  }),
  group("batch", {
    v1: [
      namespaced("cronjobs", "CronJob", { shortNames: ["cj"], categories: ["all"], status: true }),
      namespaced("jobs", "Job", { categories: ["all"], status: true }),
    ],
  }),
  group("certificates.k8s.io", {
    v1: [
      cluster("certificatesigningrequests", "CertificateSigningRequest", {
        shortNames: ["csr"],
        status: true,
        subresources: [{ name: "approval", kind: "CertificateSigningRequest", verbs: UPDATE }],
      }),
    ],
  }),
  group("networking.k8s.io", {
    v1: [
      cluster("ingressclasses", "IngressClass"),
      namespaced("ingresses", "Ingress", { shortNames: ["ing"], status: true }),
      cluster("ipaddresses", "IPAddress", { shortNames: ["ip"] }),
      namespaced("networkpolicies", "NetworkPolicy", { shortNames: ["netpol"] }),
      cluster("servicecidrs", "ServiceCIDR", { status: true }),
    ],
  }),
  group("policy", {
    v1: [
      namespaced("poddisruptionbudgets", "PodDisruptionBudget", {
        shortNames: ["pdb"],
        status: true,
      }),
    ],
  }),
  group("rbac.authorization.k8s.io", {
    v1: [
      cluster("clusterrolebindings", "ClusterRoleBinding"),
      cluster("clusterroles", "ClusterRole"),
      namespaced("rolebindings", "RoleBinding"),
      namespaced("roles", "Role"),
    ],
  }),
  group("storage.k8s.io", {
    v1: [
      cluster("csidrivers", "CSIDriver"),
      cluster("csinodes", "CSINode"),
      namespaced("csistoragecapacities", "CSIStorageCapacity"),
      cluster("storageclasses", "StorageClass", { shortNames: ["sc"] }),
      cluster("volumeattachments", "VolumeAttachment", { status: true }),
      cluster("volumeattributesclasses", "VolumeAttributesClass", { shortNames: ["vac"] }),
    ],
  }),
  group("admissionregistration.k8s.io", {
    v1: [
      cluster("mutatingadmissionpolicies", "MutatingAdmissionPolicy", {
        categories: ["api-extensions"],
        storage: { group: "admissionregistration.k8s.io", version: "v1beta1" },
      }),
      cluster("mutatingadmissionpolicybindings", "MutatingAdmissionPolicyBinding", {
        categories: ["api-extensions"],
        storage: { group: "admissionregistration.k8s.io", version: "v1beta1" },
      }),
      cluster("mutatingwebhookconfigurations", "MutatingWebhookConfiguration", {
        categories: ["api-extensions"],
      }),
      cluster("validatingadmissionpolicies", "ValidatingAdmissionPolicy", {
        categories: ["api-extensions"],
        status: true,
      }),
      cluster("validatingadmissionpolicybindings", "ValidatingAdmissionPolicyBinding", {
        categories: ["api-extensions"],
      }),
      cluster("validatingwebhookconfigurations", "ValidatingWebhookConfiguration", {
        categories: ["api-extensions"],
      }),
    ],
  }),
  group("scheduling.k8s.io", {
    v1: [cluster("priorityclasses", "PriorityClass", { shortNames: ["pc"] })],
  }),
  group("coordination.k8s.io", {
    v1: [namespaced("leases", "Lease")],
  }),
  group("node.k8s.io", {
    v1: [cluster("runtimeclasses", "RuntimeClass")],
  }),
  group("discovery.k8s.io", {
    v1: [namespaced("endpointslices", "EndpointSlice")],
  }),
  group("resource.k8s.io", {
    v1: [
      cluster("deviceclasses", "DeviceClass"),
      namespaced("resourceclaims", "ResourceClaim", { status: true }),
      namespaced("resourceclaimtemplates", "ResourceClaimTemplate"),
      cluster("resourceslices", "ResourceSlice"),
    ],
  }),
  group("flowcontrol.apiserver.k8s.io", {
    v1: [
      cluster("flowschemas", "FlowSchema", { status: true }),
      cluster("prioritylevelconfigurations", "PriorityLevelConfiguration", { status: true }),
    ],
  }),
];
