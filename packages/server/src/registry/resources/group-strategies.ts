/** Strategies of the groups besides core, rbac, coordination and events. */
import type { Strategy } from "../strategy.ts";
import { controllerRevisionsStrategy } from "./controller-revisions.ts";
import { cronJobsStrategy } from "./cron-jobs.ts";
import { daemonSetsStrategy } from "./daemon-sets.ts";
import { deploymentsStrategy } from "./deployments.ts";
import { jobsStrategy } from "./jobs.ts";
import { replicaSetsStrategy } from "./replica-sets.ts";
import { statefulSetsStrategy } from "./stateful-sets.ts";

export const GROUP_STRATEGIES: readonly Strategy[] = [
  controllerRevisionsStrategy,
  cronJobsStrategy,
  daemonSetsStrategy,
  deploymentsStrategy,
  jobsStrategy,
  replicaSetsStrategy,
  statefulSetsStrategy,
];
