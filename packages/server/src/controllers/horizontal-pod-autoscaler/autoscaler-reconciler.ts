import { type LabelSelector, parseLabelSelector } from "../../api/selectors.ts";
import type { HorizontalPodAutoscaler, Pod, Scale } from "../../api/types.ts";
import type { Client } from "../../client/client.ts";
import type { EventSink } from "../../client/event-recorder.ts";
import { type ObjectKey, printKey } from "../../client/resource-type.ts";
import type { Informer } from "../../informer/informer.ts";
import type { Clock } from "../../runtime/clock.ts";
import { textOf } from "../pod-control/pod-control.ts";
import { DONE, type Reconciler, type Result } from "../reconciler.ts";
import { AutoscalerLook, type SelectorProblem } from "./autoscaler-look.ts";
import { decideReplicas } from "./autoscaler-status.ts";
import { ScaleTargets } from "./scale-target.ts";
import { AutoscalerSelectors } from "./shared-pods.ts";

/** @see kubernetes cmd/kube-controller-manager (horizontal-pod-autoscaler-sync-period) */
export const SYNC_MS = 15_000;

export interface AutoscalerReconcilerOptions {
  readonly client: Client;
  readonly autoscalers: Informer<HorizontalPodAutoscaler>;
  readonly pods: Informer<Pod>;
  readonly events: EventSink;
  readonly clock: Clock;
}

/** Looks at an autoscaler every quarter of a minute. What goes wrong stands in its events and conditions. */
export class AutoscalerReconciler implements Reconciler<ObjectKey> {
  readonly #options: AutoscalerReconcilerOptions;
  readonly #targets: ScaleTargets;
  readonly #selectors = new AutoscalerSelectors();

  constructor(options: AutoscalerReconcilerOptions) {
    this.#options = options;
    this.#targets = new ScaleTargets(options.client, options.clock);
  }

  forget(key: ObjectKey): void {
    this.#selectors.forget(key);
  }

  async reconcile(key: ObjectKey, { signal }: { readonly signal: AbortSignal }): Promise<Result> {
    const known = this.#options.autoscalers.lister.get(key.namespace, key.name);
    if (known === undefined) {
      // It may have gone while it was looked at, and been remembered after that.
      this.forget(key);
      return DONE;
    }
    const look = new AutoscalerLook(known, this.#options);
    const place = { namespace: key.namespace, target: known.spec.scaleTargetRef };
    let scale: Scale;
    try {
      scale = await this.#targets.get(place, signal);
    } catch (error) {
      signal.throwIfAborted();
      look.failedToGetScale(textOf(error));
      await look.write(signal);
      return { requeueAfterMs: SYNC_MS };
    }
    look.gotScale();
    const current = scale.spec?.replicas ?? 0;
    const decision = decideReplicas(current, known.spec);
    if (decision.kind === "rescale") {
      try {
        await this.#targets.set(place, scale, decision.replicas, signal);
        look.rescaled(current, decision.replicas, decision.reason);
      } catch (error) {
        signal.throwIfAborted();
        look.failedToRescale(current, decision.replicas, decision.reason, textOf(error));
      }
    } else if (decision.kind === "disabled") look.disabled();
    else this.#askMetrics(look, key, scale);
    await look.write(signal);
    look.tellSum();
    return { requeueAfterMs: SYNC_MS };
  }

  #askMetrics(look: AutoscalerLook, key: ObjectKey, { spec, status }: Scale): void {
    const problem = this.#selectorProblem(key, status?.selector ?? "");
    if (problem === undefined) look.lacksMetrics(spec?.replicas ?? 0);
    else look.cannotSelect(spec?.replicas ?? 0, problem);
  }

  #selectorProblem(key: ObjectKey, text: string): SelectorProblem | undefined {
    if (text === "") {
      const condition = "the HPA target's scale is missing a selector";
      return {
        event: "SelectorRequired",
        reason: "InvalidSelector",
        text: "selector is required",
        condition,
      };
    }
    let selector: LabelSelector;
    try {
      selector = parseLabelSelector(text);
    } catch (error) {
      const what = `couldn't convert selector into a corresponding internal selector object: ${textOf(error)}`;
      return { event: "InvalidSelector", reason: "InvalidSelector", text: what, condition: what };
    }
    this.#selectors.set(key, selector);
    const pods = this.#options.pods.lister.list(key.namespace);
    const sharing = this.#selectors.sharing(key, selector, pods);
    if (sharing.length < 2) return undefined;
    const names = sharing.map(printKey).join(" ");
    const what = `pods by selector ${text} are controlled by multiple HPAs: [${names}]`;
    return { event: "AmbiguousSelector", reason: "AmbiguousSelector", text: what, condition: what };
  }
}
