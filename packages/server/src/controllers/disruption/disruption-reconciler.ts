import { matchesLabels, selectorFromApi } from "../../api/selectors.ts";
import type { Pod, PodDisruptionBudget } from "../../api/types.ts";
import type { ResourceClient } from "../../client/client.ts";
import { isConflict } from "../../client/errors.ts";
import { type EventSink, type EventType, referenceTo } from "../../client/event-recorder.ts";
import type { ObjectKey } from "../../client/resource-type.ts";
import type { Informer } from "../../informer/informer.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import { textOf } from "../pod-control/pod-control.ts";
import { DONE, type Reconciler, type Result } from "../reconciler.ts";
import {
  budgetStatus,
  countHealthy,
  disruptedPods,
  failedStatus,
  isUpToDate,
} from "./budget-status.ts";
import { expectPods, type FindScale } from "./expected-pods.ts";
import { selectorText } from "./selector-text.ts";

const POD = { apiVersion: "v1", kind: "Pod" };
const BUDGET = { apiVersion: "policy/v1", kind: "PodDisruptionBudget" };

export interface DisruptionReconcilerOptions {
  readonly budgets: Informer<PodDisruptionBudget>;
  readonly pods: Informer<Pod>;
  readonly budgetClient: ResourceClient<PodDisruptionBudget>;
  readonly findScale: FindScale;
  readonly events: EventSink;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Keeps in the status of disruption budgets how many of their pods may go.
 * @see kubernetes pkg/controller/disruption/disruption.go
 */
export class DisruptionReconciler implements Reconciler<ObjectKey> {
  readonly #options: DisruptionReconcilerOptions;

  constructor(options: DisruptionReconcilerOptions) {
    this.#options = options;
  }

  async reconcile(key: ObjectKey, { signal }: { readonly signal: AbortSignal }): Promise<Result> {
    const { budgets, clock, logger } = this.#options;
    const budget = budgets.lister.get(key.namespace, key.name);
    if (budget === undefined) return DONE;
    try {
      return await this.#sync(budget, signal);
    } catch (error) {
      if (isConflict(error) || signal.aborted) throw error;
      logger.debug({ namespace: key.namespace, budget: key.name, error }, "a budget failed");
      const status = failedStatus(budget, textOf(error), clock.now());
      await this.#write({ ...budget, status }, signal);
      return DONE;
    }
  }

  async #sync(budget: Readonly<PodDisruptionBudget>, signal: AbortSignal): Promise<Result> {
    const pods = this.#podsOf(budget);
    if (pods.length === 0) this.#tell(budget, "Normal", "NoPods", "No matching pods found");
    const expectation = await this.#expect(budget, pods);
    const now = this.#options.clock.now();
    const disrupted = disruptedPods(budget, pods, now);
    for (const pod of disrupted.stayed) this.#tellNotDeleted(pod, budget);
    const healthy = countHealthy(pods, disrupted.pods, now);
    const status = budgetStatus(budget, expectation, healthy, disrupted.pods, now);
    if (!isUpToDate(budget.status, status)) await this.#write({ ...budget, status }, signal);
    const { recheckAt } = disrupted;
    // At that very instant it is not over yet.
    return recheckAt === undefined ? DONE : { requeueAfterMs: recheckAt + 1 - now };
  }

  #podsOf(budget: Readonly<PodDisruptionBudget>): readonly Readonly<Pod>[] {
    try {
      const selector = selectorFromApi(budget.spec?.selector);
      if (selector === undefined) return [];
      const pods = this.#options.pods.lister.list(budget.metadata.namespace ?? "");
      return [...pods].filter(({ metadata }) => matchesLabels(selector, metadata.labels));
    } catch (error) {
      this.#tell(budget, "Warning", "NoPods", `Failed to get pods: ${textOf(error)}`);
      throw error;
    }
  }

  async #expect(budget: Readonly<PodDisruptionBudget>, pods: readonly Readonly<Pod>[]) {
    try {
      const expectation = await expectPods(budget, pods, this.#options.findScale);
      if (expectation.unmanaged.length > 0) this.#tellUnmanaged(budget);
      return expectation;
    } catch (error) {
      const what = `Failed to calculate the number of expected pods: ${textOf(error)}`;
      this.#tell(budget, "Warning", "CalculateExpectedPodCountFailed", what);
      throw error;
    }
  }

  #tellUnmanaged(budget: Readonly<PodDisruptionBudget>): void {
    const what =
      `Pods selected by this PodDisruptionBudget (selector: ${selectorText(budget.spec?.selector)}) were found ` +
      "to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. " +
      'To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.';
    this.#tell(budget, "Warning", "UnmanagedPods", what);
  }

  #tellNotDeleted(pod: Readonly<Pod>, { metadata }: Readonly<PodDisruptionBudget>): void {
    const { namespace } = metadata;
    // Twice the namespace: the text is upstream's.
    const what = `Pod was expected by PDB ${namespace}/${namespace} to be deleted but it wasn't`;
    this.#options.events.record(referenceTo(POD, pod), "Warning", "NotDeleted", what);
  }

  async #write(budget: PodDisruptionBudget, signal: AbortSignal): Promise<void> {
    await this.#options.budgetClient.update(budget, { subresource: "status", signal });
  }

  #tell(
    budget: Readonly<PodDisruptionBudget>,
    type: EventType,
    reason: string,
    message: string,
  ): void {
    this.#options.events.record(referenceTo(BUDGET, budget), type, reason, message);
  }
}
