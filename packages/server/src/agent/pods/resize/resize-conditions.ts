import type { PodCondition } from "../../../api/types.ts";
import { formatTime } from "../../../runtime/clock.ts";

type ResizeType = "PodResizePending" | "PodResizeInProgress";

interface Finding {
  readonly reason: string;
  readonly message: string;
  readonly generation: number | undefined;
}

/**
 * What is told of a change of resources that is wanted, and of one that is under way.
 * @see kubernetes pkg/kubelet/status/status_manager.go (SetPodResizePendingCondition …)
 */
export class ResizeConditions {
  #pending: PodCondition | undefined;
  #inProgress: PodCondition | undefined;

  /** As they were told by an agent before. */
  constructor(told: readonly PodCondition[]) {
    this.#pending = told.find(({ type }) => type === "PodResizePending");
    this.#inProgress = told.find(({ type }) => type === "PodResizeInProgress");
  }

  get all(): readonly PodCondition[] {
    return [this.#pending, this.#inProgress].filter((each) => each !== undefined);
  }

  get isPending(): boolean {
    return this.#pending !== undefined;
  }

  /** @returns whether there is something new in it */
  setPending(
    reason: string,
    message: string,
    generation: number | undefined,
    now: number,
  ): boolean {
    const before = this.#pending;
    this.#pending = condition("PodResizePending", { reason, message, generation }, before, now);
    return before?.reason !== reason || before.observedGeneration !== generation;
  }

  clearPending(): void {
    this.#pending = undefined;
  }

  /**
   * Once it is told it stays about the same generation, and an error stays until it is cleared.
   * @param problem - Why it does not get on; undefined: nothing is known against it.
   * @returns the generation that it is about, where there is something new in it
   */
  setInProgress(
    problem: string | undefined,
    generation: number | undefined,
    now: number,
  ): { readonly generation: number | undefined } | undefined {
    const before = this.#inProgress;
    const finding =
      problem === undefined
        ? { reason: before?.reason ?? "", message: before?.message ?? "" }
        : { reason: "Error", message: problem };
    const about = before === undefined ? generation : before.observedGeneration;
    const next = { ...finding, generation: about };
    const isNew =
      before === undefined ||
      (before.reason ?? "") !== next.reason ||
      (before.message ?? "") !== next.message;
    if (!isNew) return undefined;
    this.#inProgress = condition("PodResizeInProgress", next, before, now);
    return { generation: about };
  }

  /** @returns the generation that it was about, where there was one */
  clearInProgress(): { readonly generation: number | undefined } | undefined {
    const before = this.#inProgress;
    this.#inProgress = undefined;
    return before === undefined ? undefined : { generation: before.observedGeneration };
  }
}

function condition(
  type: ResizeType,
  { reason, message, generation }: Finding,
  before: PodCondition | undefined,
  now: number,
): PodCondition {
  const time = formatTime(now);
  const isSame = before !== undefined && (before.reason ?? "") === reason;
  return {
    type,
    status: "True",
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    ...(reason === "" ? {} : { reason }),
    ...(message === "" ? {} : { message }),
    lastProbeTime: time,
    lastTransitionTime: isSame ? (before.lastTransitionTime ?? time) : time,
  };
}
