import { matchesLabels, selectorFromApi } from "../../api/selectors.ts";
import type { Pod, PodDisruptionBudget } from "../../api/types.ts";
import { EventRecorder, referenceTo } from "../../client/event-recorder.ts";
import {
  keyOf,
  type ObjectKey,
  POD_DISRUPTION_BUDGETS,
  PODS,
  printKey,
} from "../../client/resource-type.ts";
import type { Informer } from "../../informer/informer.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import type { Random } from "../../runtime/random.ts";
import { type Runnable, runTogether } from "../../runtime/task-group.ts";
import { Controller } from "../controller.ts";
import { DONE, type Reconciler } from "../reconciler.ts";
import { DisruptionReconciler } from "./disruption-reconciler.ts";
import { ScaleFinder, type ScaleFinderOptions } from "./scale-finder.ts";
import { staleAfterMs, withdrawn } from "./stale-condition.ts";

export interface DisruptionControllerOptions extends ScaleFinderOptions {
  readonly budgets: Informer<PodDisruptionBudget>;
  readonly pods: Informer<Pod>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

const NAME = "disruption-controller";

/**
 * Counts for disruption budgets how many of their pods may go, and takes back what pods announce
 * that were to go and stayed.
 * @see kubernetes pkg/controller/disruption/disruption.go
 */
export function createDisruptionController(options: DisruptionControllerOptions): Runnable {
  const { client, budgets, pods, deployments, clock, logger } = options;
  const { replicaSets, replicationControllers, statefulSets } = options;
  const events = new EventRecorder({ ...options, component: "controllermanager" });
  const scales = new ScaleFinder(options);
  const counting = new Controller<ObjectKey>({
    name: NAME,
    clock,
    logger,
    identify: printKey,
    informers: [budgets, pods, deployments, replicaSets, replicationControllers, statefulSets],
    reconciler: new DisruptionReconciler({
      ...options,
      budgetClient: client.resource(POD_DISRUPTION_BUDGETS),
      findScale: (controller, namespace) => scales.find(controller, namespace),
      events,
    }),
  });
  const withdrawing = new Controller<ObjectKey>({
    name: NAME,
    clock,
    logger,
    identify: printKey,
    informers: [pods],
    reconciler: withdrawStaleCondition(options),
  });
  const addBudget = (budget: Readonly<PodDisruptionBudget>): void =>
    counting.queue.add(keyOf(budget));
  budgets.addHandler({ added: addBudget, updated: addBudget, deleted: addBudget });
  const look = (pod: Readonly<Pod>): void => {
    const budget = budgetOf(pod, budgets, events);
    if (budget !== undefined) addBudget(budget);
  };
  const lookTwice = (pod: Readonly<Pod>): void => {
    look(pod);
    const staleMs = staleAfterMs(pod, clock.now());
    if (staleMs !== undefined) withdrawing.queue.addAfter(keyOf(pod), staleMs);
  };
  pods.addHandler({ added: lookTwice, updated: lookTwice, deleted: look });
  return { run: (context) => runTogether([events, counting, withdrawing], context) };
}

/** A pod should have one budget at most; of several the first by name is taken. */
function budgetOf(
  pod: Readonly<Pod>,
  budgets: Informer<PodDisruptionBudget>,
  events: EventRecorder,
): Readonly<PodDisruptionBudget> | undefined {
  const { namespace = "", name, labels } = pod.metadata;
  const own = [...budgets.lister.list(namespace)].filter((budget) => selects(budget, labels));
  const nameOf = ({ metadata }: Readonly<PodDisruptionBudget>): string => metadata.name ?? "";
  const [first, second] = own.sort((left, right) => (nameOf(left) < nameOf(right) ? -1 : 1));
  if (first !== undefined && second !== undefined) {
    const what = `Pod "${namespace}"/"${name}" matches multiple PodDisruptionBudgets.  Chose "${nameOf(first)}" arbitrarily.`;
    const about = referenceTo({ apiVersion: "v1", kind: "Pod" }, pod);
    events.record(about, "Warning", "MultiplePodDisruptionBudgets", what);
  }
  return first;
}

/** A selector that cannot be read selects nothing; the budget says so itself. */
function selects(
  { spec }: Readonly<PodDisruptionBudget>,
  labels: Readonly<Record<string, string>> | undefined,
): boolean {
  try {
    const selector = selectorFromApi(spec?.selector);
    return selector !== undefined && matchesLabels(selector, labels);
  } catch {
    return false;
  }
}

function withdrawStaleCondition({
  client,
  pods,
  clock,
}: DisruptionControllerOptions): Reconciler<ObjectKey> {
  return {
    async reconcile({ namespace, name }, { signal }) {
      const pod = pods.lister.get(namespace, name);
      const staleMs = pod === undefined ? undefined : staleAfterMs(pod, clock.now());
      if (pod === undefined || staleMs === undefined) return DONE;
      if (staleMs > 0) return { requeueAfterMs: staleMs };
      const status = withdrawn(pod, clock.now());
      await client.resource(PODS).update({ ...pod, status }, { subresource: "status", signal });
      return DONE;
    },
  };
}
