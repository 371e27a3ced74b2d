/**
 * Where the types of a Go server differ from those of the wire in more than their names: the order
 * of fields, fields that are not there, and fields that lie elsewhere.
 * @see kubernetes pkg/apis/core/types.go, pkg/apis/batch/types.go, pkg/apis/storage/types.go
 */
import type { FieldDefinition } from "./schema/language.ts";

interface Members {
  readonly [name: string]: unknown;
  readonly securityContext?: unknown;
}

function extra(name: string, type: string): FieldDefinition {
  return { name, type, number: 0 };
}

function names(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

/**
 * By struct: the JSON names of its fields in Go's order; rows for what the wire's struct has not, or
 * has as a pointer.
 */
export const INTERNAL_FIELDS: Readonly<Record<string, readonly (string | FieldDefinition)[]>> = {
  "apps.v1.RollingUpdateStatefulSetStrategy": [extra("partition", "int32"), "maxUnavailable"],
  "autoscaling.v2.ContainerResourceMetricSource": names("name container target"),
  "batch.v1.JobSpec": names(`
    parallelism completions podFailurePolicy successPolicy activeDeadlineSeconds backoffLimit
    backoffLimitPerIndex maxFailedIndexes selector manualSelector template ttlSecondsAfterFinished
    completionMode suspend podReplacementPolicy managedBy`),
  "core.v1.PersistentVolumeSource": names(`
    gcePersistentDisk awsElasticBlockStore hostPath glusterfs nfs rbd quobyte iscsi flexVolume
    cinder cephfs fc flocker azureFile vsphereVolume azureDisk photonPersistentDisk portworxVolume
    scaleIO local storageos csi`),
  "core.v1.PodSecurityContext": [
    extra("hostNetwork", "bool"),
    extra("hostPID", "bool"),
    extra("hostIPC", "bool"),
    extra("shareProcessNamespace", "*bool"),
    extra("hostUsers", "*bool"),
    ...names(`
      seLinuxOptions windowsOptions runAsUser runAsGroup runAsNonRoot supplementalGroups
      supplementalGroupsPolicy fsGroup fsGroupChangePolicy sysctls seccompProfile appArmorProfile
      seLinuxChangePolicy`),
  ],
  "core.v1.PodSpec": names(`
    volumes initContainers containers ephemeralContainers restartPolicy
    terminationGracePeriodSeconds activeDeadlineSeconds dnsPolicy nodeSelector serviceAccountName
    automountServiceAccountToken nodeName securityContext imagePullSecrets hostname subdomain
    setHostnameAsFQDN affinity schedulerName tolerations hostAliases priorityClassName priority
    preemptionPolicy dnsConfig readinessGates runtimeClassName overhead enableServiceLinks
    topologySpreadConstraints os schedulingGates resourceClaims resources hostnameOverride
    schedulingGroup`),
  "core.v1.ServiceAccountTokenProjection": [
    "audience",
    extra("expirationSeconds", "int64"),
    "path",
  ],
  "core.v1.ServiceSpec": names(`
    type ports selector clusterIP clusterIPs ipFamilies ipFamilyPolicy externalName externalIPs
    loadBalancerIP sessionAffinity sessionAffinityConfig loadBalancerSourceRanges
    externalTrafficPolicy healthCheckNodePort publishNotReadyAddresses
    allocateLoadBalancerNodePorts loadBalancerClass internalTrafficPolicy trafficDistribution`),
  "core.v1.VolumeSource": names(`
    hostPath emptyDir gcePersistentDisk awsElasticBlockStore gitRepo secret nfs iscsi glusterfs
    persistentVolumeClaim rbd quobyte flexVolume cinder cephfs flocker downwardAPI fc azureFile
    configMap vsphereVolume azureDisk photonPersistentDisk projected portworxVolume scaleIO
    storageos csi ephemeral image`),
  "storage.v1.CSIDriverSpec": names(`
    attachRequired fsGroupPolicy podInfoOnMount volumeLifecycleModes storageCapacity tokenRequests
    requiresRepublish seLinuxMount nodeAllocatableUpdatePeriodSeconds serviceAccountTokenInSecrets
    preventPodSchedulingIfMissing`),
};

/** What of a pod the wire has in its specification and a Go server in its security context. */
const SECURITY_MEMBERS = names("hostNetwork hostPID hostIPC shareProcessNamespace hostUsers");

function podSpecMembers(spec: Members): Members {
  const moved = Object.fromEntries(SECURITY_MEMBERS.map((name) => [name, spec[name]]));
  return {
    ...spec,
    securityContext: { ...moved, ...(spec.securityContext as Members | undefined) },
  };
}

/** By struct: its members with those that lie elsewhere in their place. */
export const MOVED_FIELDS: Readonly<Record<string, (value: Members) => Members>> = {
  "core.v1.PodSpec": podSpecMembers,
};
