import type { Descriptions } from "./define.ts";

export const appsV1Descriptions = (): Descriptions => ({
  "*": {
    replicas: "How many pods.",
    readyReplicas: "How many pods are ready.",
    availableReplicas: "How many pods have been ready long enough.",
    updatedReplicas: "How many pods are of the new template.",
    terminatingReplicas: "How many pods are on their way out.",
    fullyLabeledReplicas: "How many pods have all labels of the template.",
    minReadySeconds: "Seconds a pod must be ready to count as available.",
    selector: "Labels of the pods; must match those of the template.",
    template: "The pods to make.",
    revisionHistoryLimit: "How many old revisions are kept. 10 when absent.",
    collisionCount: "How often a made name was taken.",
    rollingUpdate: "Settings of a rolling update.",
    maxUnavailable: "How many pods may be missing, as number or percentage.",
    maxSurge: "How many pods may be there in excess, as number or percentage.",
  },
  ControllerRevision: {
    "": "A past state of a controller's template.",
    data: "The state.",
    revision: "Number of the revision.",
  },
  DaemonSet: {
    "": "Runs one pod on each node.",
  },
  DaemonSetCondition: {
    "": "One aspect of a daemon set's state.",
  },
  DaemonSetSpec: {
    "": "Which pods, and how they are renewed.",
    updateStrategy: "How pods are renewed.",
  },
  DaemonSetStatus: {
    "": "What has been observed of its pods.",
    currentNumberScheduled: "Nodes that run the pod and should.",
    numberMisscheduled: "Nodes that run the pod and should not.",
    desiredNumberScheduled: "Nodes that should run the pod.",
    numberReady: "Nodes whose pod is ready.",
    updatedNumberScheduled: "Nodes whose pod is of the new template.",
    numberAvailable: "Nodes whose pod is available.",
    numberUnavailable: "Nodes whose pod is missing or not available.",
  },
  DaemonSetUpdateStrategy: {
    "": "How pods are renewed.",
    type: "`RollingUpdate` or `OnDelete`.",
  },
  Deployment: {
    "": "Runs equal pods and renews them step by step.",
  },
  DeploymentCondition: {
    "": "One aspect of a deployment's state.",
  },
  DeploymentSpec: {
    "": "How many pods, which, and how they are renewed.",
    strategy: "How pods are renewed.",
    paused: "Nothing is rolled out.",
    progressDeadlineSeconds:
      "Seconds without progress after which a roll-out has failed. 600 when absent.",
  },
  DeploymentStatus: {
    "": "What has been observed of its pods.",
    unavailableReplicas: "How many pods are missing or not available.",
  },
  DeploymentStrategy: {
    "": "How pods are renewed.",
    type: "`Recreate` or `RollingUpdate`.",
  },
  ReplicaSet: {
    "": "Keeps a number of equal pods running.",
  },
  ReplicaSetCondition: {
    "": "One aspect of a replica set's state.",
  },
  ReplicaSetSpec: {
    "": "How many pods, and which.",
  },
  ReplicaSetStatus: {
    "": "What has been observed of its pods.",
  },
  RollingUpdateDaemonSet: {
    "": "Settings of a rolling update.",
  },
  RollingUpdateDeployment: {
    "": "Settings of a rolling update.",
  },
  RollingUpdateStatefulSetStrategy: {
    "": "Settings of a rolling update.",
    partition: "Pods of a lower number are left as they are.",
  },
  StatefulSet: {
    "": "Runs pods with stable names and storage.",
  },
  StatefulSetCondition: {
    "": "One aspect of a stateful set's state.",
  },
  StatefulSetOrdinals: {
    "": "How pods are numbered.",
    start: "Number of the first pod.",
  },
  StatefulSetPersistentVolumeClaimRetentionPolicy: {
    "": "What becomes of the claims.",
    whenDeleted: "When the set goes: `Retain` or `Delete`.",
    whenScaled: "When their pod is no longer wanted: `Retain` or `Delete`.",
  },
  StatefulSetSpec: {
    "": "How many pods, which, and with what storage.",
    volumeClaimTemplates: "Claims that each pod gets.",
    serviceName: "Service that names the pods.",
    podManagementPolicy: "Whether pods come one after another: `OrderedReady` or `Parallel`.",
    updateStrategy: "How pods are renewed.",
    persistentVolumeClaimRetentionPolicy: "What becomes of the claims.",
    ordinals: "How pods are numbered.",
  },
  StatefulSetStatus: {
    "": "What has been observed of its pods.",
    currentReplicas: "How many pods are of the current revision.",
    currentRevision: "Revision from which pods are renewed.",
    updateRevision: "Revision to which pods are renewed.",
  },
  StatefulSetUpdateStrategy: {
    "": "How pods are renewed.",
    type: "`RollingUpdate` or `OnDelete`.",
  },
});
