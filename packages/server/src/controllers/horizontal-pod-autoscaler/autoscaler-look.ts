import type { HorizontalPodAutoscaler, HorizontalPodAutoscalerStatus } from "../../api/types.ts";
import { semanticEqual } from "../../api/validation/equality.ts";
import type { Client } from "../../client/client.ts";
import { isNotFound } from "../../client/errors.ts";
import { type EventSink, type EventType, referenceTo } from "../../client/event-recorder.ts";
import { HORIZONTAL_POD_AUTOSCALERS } from "../../client/resource-type.ts";
import { type Clock, formatTime } from "../../runtime/clock.ts";
import { textOf } from "../pod-control/pod-control.ts";
import {
  type Finding,
  newStatus,
  type Replicas,
  withCondition,
  withoutScaledToZero,
} from "./autoscaler-status.ts";
import { missingMetric, sumOfProblems } from "./missing-metrics.ts";

const KIND = { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler" };

export interface AutoscalerLookOptions {
  readonly client: Client;
  readonly events: EventSink;
  readonly clock: Clock;
}

/** Why it is not known which pods an autoscaler is about. */
export interface SelectorProblem {
  /** Reasons of the event and of the condition, and what they say. */
  readonly event: string;
  readonly reason: string;
  readonly text: string;
  readonly condition: string;
}

/** One look at one autoscaler: what it found, in events and in the status to be written. */
export class AutoscalerLook {
  readonly #autoscaler: Readonly<HorizontalPodAutoscaler>;
  readonly #options: AutoscalerLookOptions;
  #status: HorizontalPodAutoscalerStatus;
  /** Told when the status is written. */
  #sum: string | undefined;

  constructor(autoscaler: Readonly<HorizontalPodAutoscaler>, options: AutoscalerLookOptions) {
    this.#autoscaler = autoscaler;
    this.#options = options;
    this.#status = autoscaler.status ?? { desiredReplicas: 0 };
  }

  failedToGetScale(text: string): void {
    this.#tell("Warning", "FailedGetScale", text);
    const message = `the HPA controller was unable to get the target's current scale: ${text}`;
    this.#find({ type: "AbleToScale", status: "False", reason: "FailedGetScale", message });
  }

  gotScale(): void {
    const message = "the HPA controller was able to get the target's current scale";
    this.#find({ type: "AbleToScale", status: "True", reason: "SucceededGetScale", message });
  }

  disabled(): void {
    const message = "scaling is disabled since the replica count of the target is zero";
    this.#find({ type: "ScalingActive", status: "False", reason: "ScalingDisabled", message });
    this.#dropScaledToZero();
    this.#set({ current: 0, desired: 0, metrics: 0 });
  }

  rescaled(current: number, desired: number, reason: string): void {
    const message = `the HPA controller was able to update the target scale to ${desired}`;
    this.#find({ type: "AbleToScale", status: "True", reason: "SucceededRescale", message });
    this.#tell("Normal", "SuccessfulRescale", `New size: ${desired}; reason: ${reason}`);
    this.#dropScaledToZero();
    this.#set({ current, desired, metrics: 0, scaledAt: this.#now() });
  }

  failedToRescale(current: number, desired: number, reason: string, error: string): void {
    const text = `New size: ${desired}; reason: ${reason}; error: ${error}`;
    this.#tell("Warning", "FailedRescale", text);
    const message = `the HPA controller was unable to update the target scale: ${error}`;
    this.#find({ type: "AbleToScale", status: "False", reason: "FailedUpdateScale", message });
    this.#set({ current, desired: this.#status.desiredReplicas, metrics: 0 });
  }

  cannotSelect(current: number, { event, reason, text, condition }: SelectorProblem): void {
    this.#tell("Warning", event, text);
    this.#find({ type: "ScalingActive", status: "False", reason, message: condition });
    this.#set({ current, desired: this.#status.desiredReplicas, metrics: 0 });
    this.#sum = text;
  }

  lacksMetrics(current: number): void {
    const { metadata, spec } = this.#autoscaler;
    const problems = (spec.metrics ?? []).map((each) =>
      missingMetric(each, metadata.namespace ?? ""),
    );
    for (const { reason, text } of problems) this.#tell("Warning", reason, text);
    const [first] = problems;
    if (first !== undefined) {
      const message = `the HPA was unable to compute the replica count: ${first.text}`;
      this.#find({ type: "ScalingActive", status: "False", reason: first.reason, message });
    }
    const desired = this.#status.desiredReplicas;
    this.#set({ current, desired, metrics: problems.length });
    this.#sum = sumOfProblems(problems);
  }

  /** Writes the status, where it is another one. */
  async write(signal: AbortSignal): Promise<void> {
    if (semanticEqual(this.#status, this.#autoscaler.status ?? {})) return;
    const client = this.#options.client.resource(HORIZONTAL_POD_AUTOSCALERS);
    const changed = { ...this.#autoscaler, status: this.#status };
    try {
      await client.update(changed, { subresource: "status", signal });
    } catch (error) {
      signal.throwIfAborted();
      if (!isNotFound(error)) this.#tell("Warning", "FailedUpdateStatus", textOf(error));
    }
  }

  tellSum(): void {
    if (this.#sum !== undefined) this.#tell("Warning", "FailedComputeMetricsReplicas", this.#sum);
  }

  #find(finding: Finding): void {
    const conditions = withCondition(this.#status.conditions ?? [], finding, this.#now());
    this.#status = { ...this.#status, conditions: [...conditions] };
  }

  #dropScaledToZero(): void {
    const conditions = withoutScaledToZero(this.#status.conditions ?? []);
    this.#status = { ...this.#status, conditions: [...conditions] };
  }

  #set(replicas: Replicas): void {
    this.#status = newStatus(this.#status, replicas);
  }

  #tell(type: EventType, reason: string, text: string): void {
    this.#options.events.record(referenceTo(KIND, this.#autoscaler), type, reason, text);
  }

  #now(): string {
    return formatTime(this.#options.clock.now());
  }
}
