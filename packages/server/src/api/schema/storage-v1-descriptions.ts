import type { Descriptions } from "./define.ts";

export const storageV1Descriptions = (): Descriptions => ({
  CSIDriver: {
    "": "What a storage driver needs and can do.",
  },
  CSIDriverSpec: {
    "": "Needs and abilities of the driver.",
    attachRequired: "Volumes are attached before they are mounted.",
    podInfoOnMount: "The driver is told which pod mounts.",
    volumeLifecycleModes: "`Persistent`, `Ephemeral`.",
    storageCapacity: "Capacity is considered when pods are placed.",
    fsGroupPolicy:
      "Whether ownership of volumes can be changed: `ReadWriteOnceWithFSType`, `File` or `None`.",
    tokenRequests: "Tokens of the pod's service account that the driver gets.",
    requiresRepublish: "Mounting is repeated from time to time.",
    seLinuxMount: "The driver mounts with an SELinux context.",
    nodeAllocatableUpdatePeriodSeconds:
      "Seconds between updates of how many volumes a node can take.",
    serviceAccountTokenInSecrets: "Tokens are handed over among the secrets.",
    preventPodSchedulingIfMissing: "Pods are not placed on nodes without the driver.",
  },
  CSINode: {
    "": "Drivers of a node.",
  },
  CSINodeDriver: {
    "": "A driver on a node.",
    name: "Name of the driver.",
    nodeID: "The node, as the driver names it.",
    topologyKeys: "Labels by which the driver tells places apart.",
    allocatable: "How many volumes it can take.",
  },
  CSINodeSpec: {
    "": "Drivers of a node.",
    drivers: "The drivers.",
  },
  CSIStorageCapacity: {
    "": "How much storage a place has left.",
    nodeTopology: "The place: nodes that match.",
    storageClassName: "Class of the storage.",
    capacity: "How much there is.",
    maximumVolumeSize: "The largest volume.",
  },
  StorageClass: {
    "": "A sort of storage.",
    provisioner: "The driver.",
    parameters: "Settings for the driver.",
    reclaimPolicy: "What happens when the claim goes: `Delete` or `Retain`.",
    mountOptions: "Options of the mount.",
    allowVolumeExpansion: "Volumes can grow.",
    volumeBindingMode: "When a volume is chosen: `Immediate` or `WaitForFirstConsumer`.",
    allowedTopologies: "Places where volumes can be.",
  },
  TokenRequest: {
    "": "A token that a driver gets.",
    audience: "Who is going to accept it; the API server when empty.",
    expirationSeconds: "How long it is wanted to live, in seconds.",
  },
  VolumeAttachment: {
    "": "A volume that is, or is to be, attached to a node.",
  },
  VolumeAttachmentSource: {
    "": "The volume.",
    persistentVolumeName: "Its name.",
    inlineVolumeSpec: "A volume that stands in a pod.",
  },
  VolumeAttachmentSpec: {
    "": "What is attached to what.",
    attacher: "The driver.",
    source: "The volume.",
    nodeName: "The node.",
  },
  VolumeAttachmentStatus: {
    "": "What has been observed.",
    attached: "It is attached.",
    attachmentMetadata: "What the driver says of it.",
    attachError: "The last error of attaching.",
    detachError: "The last error of detaching.",
  },
  VolumeAttributesClass: {
    "": "Attributes of volumes that can be changed.",
    driverName: "The driver. Cannot be changed.",
    parameters: "The attributes. Cannot be changed.",
  },
  VolumeError: {
    "": "An error of a driver.",
    time: "When it happened.",
    message: "What happened.",
    errorCode: "Code of gRPC.",
  },
  VolumeNodeResources: {
    "": "How many volumes a node can take.",
    count: "The number.",
  },
});
