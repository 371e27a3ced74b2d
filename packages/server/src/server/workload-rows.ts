import { createCronJobController } from "../controllers/cronjob/cron-job.ts";
import { createDaemonSetController } from "../controllers/daemonset/daemon-set.ts";
import { createDeploymentController } from "../controllers/deployment/deployment.ts";
import { createDisruptionController } from "../controllers/disruption/disruption.ts";
import { createEndpointSliceController } from "../controllers/endpoint-slice/endpoint-slice.ts";
import { createEndpointSliceMirroring } from "../controllers/endpoint-slice-mirroring/endpoint-slice-mirroring.ts";
import { createEndpointsController } from "../controllers/endpoints/endpoints.ts";
import { createHorizontalPodAutoscaling } from "../controllers/horizontal-pod-autoscaler/horizontal-pod-autoscaler.ts";
import { createJobController } from "../controllers/job/job.ts";
import {
  REPLICA_SET_KIND,
  REPLICATION_CONTROLLER_KIND,
} from "../controllers/replicaset/replica-owners.ts";
import { createReplicaSetController } from "../controllers/replicaset/replica-set.ts";
import { createStatefulSetController } from "../controllers/statefulset/stateful-set.ts";
import { createTtlAfterFinished } from "../controllers/ttl-after-finished/ttl-after-finished.ts";
import { afterwards } from "./after-ready.ts";
import type { ControllerName } from "./controller-names.ts";
import type { ControllerRow } from "./controller-row.ts";

type WorkloadControllerName = Extract<
  ControllerName,
  | "replicaset-controller"
  | "deployment-controller"
  | "replicationcontroller-controller"
  | "job-controller"
  | "cronjob-controller"
  | "ttl-after-finished-controller"
  | "daemonset-controller"
  | "statefulset-controller"
  | "disruption-controller"
  | "endpoints-controller"
  | "endpointslice-controller"
  | "endpointslice-mirroring-controller"
  | "horizontal-pod-autoscaler-controller"
>;

/** Controllers of workloads, of how many of their pods may go, and of how they are reached. */
export const WORKLOAD_CONTROLLERS: Readonly<Record<WorkloadControllerName, ControllerRow>> = {
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
  "endpoints-controller": {
    account: "endpoint-controller",
    make: ({ informers, ...parts }) =>
      createEndpointsController({
        ...parts,
        services: informers.services(),
        pods: informers.pods(),
        endpoints: informers.endpoints(),
      }),
  },
  "endpointslice-controller": {
    account: "endpointslice-controller",
    make: ({ informers, ...parts }) =>
      createEndpointSliceController({
        ...parts,
        services: informers.services(),
        pods: informers.pods(),
        nodes: informers.nodes(),
        slices: informers.endpointSlices(),
      }),
  },
  "endpointslice-mirroring-controller": {
    account: "endpointslicemirroring-controller",
    make: ({ informers, ...parts }) =>
      createEndpointSliceMirroring({
        ...parts,
        services: informers.services(),
        endpoints: informers.endpoints(),
        slices: informers.endpointSlices(),
      }),
  },
  "horizontal-pod-autoscaler-controller": {
    account: "horizontal-pod-autoscaler",
    make: ({ informers, ready, ...parts }) =>
      afterwards(ready, createHorizontalPodAutoscaling({ ...parts, pods: informers.pods() })),
  },
};
