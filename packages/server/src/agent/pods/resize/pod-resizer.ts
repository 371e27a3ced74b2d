import type { Container, Pod, PodCondition, PodStatus } from "../../../api/types.ts";
import { type ContainerState, RuntimeError } from "../../pod-runtime.ts";
import { containerResources } from "../container-resources.ts";
import type { ObservedPod } from "../observed-pod.ts";
import type { PodContext } from "../pod-context.ts";
import { referenceToPod } from "../pod-names.ts";
import {
  type Allocation,
  type Amounts,
  allocationOf,
  amountsOf,
  isAllocated,
  withAllocation,
} from "./allocation.ts";
import { decideResizes, type Resize } from "./decide-resize.ts";
import { ResizeConditions } from "./resize-conditions.ts";
import { resizeMessage } from "./resize-message.ts";

/** What is written down of a pod whose resources have been changed. */
interface Written {
  readonly allocated: Allocation;
  readonly applied: Allocation;
}

/**
 * Changes of a pod's resources while it runs: whether the node agrees to them, and then in its
 * containers. Until it agrees the pod is run as if nothing had changed.
 * @see kubernetes pkg/kubelet/allocation/allocation_manager.go · KEP-1287
 */
export class PodResizer {
  readonly #context: PodContext;
  readonly #conditions: ResizeConditions;
  /** Undefined until the node has taken the pod in. */
  #allocated: Allocation | undefined;
  /** What containers run with, as far as this agent has started or changed them. */
  #applied: Allocation = { containers: {} };
  #isLoaded = false;
  /** Pods that were never changed have nothing on the disk. */
  #isWritten = false;

  constructor({ status }: Pod, context: PodContext) {
    this.#context = context;
    this.#conditions = new ResizeConditions(status?.conditions ?? []);
  }

  get conditions(): readonly PodCondition[] {
    return this.#conditions.all;
  }

  get isPending(): boolean {
    return this.#conditions.isPending;
  }

  /** The pod as the node runs it. */
  allocated(wanted: Pod): Pod {
    return this.#allocated === undefined ? wanted : withAllocation(wanted, this.#allocated);
  }

  /** What a container that runs was given. */
  appliedTo(name: string): Amounts | undefined {
    return this.#applied.containers[name];
  }

  /**
   * Learns what another agent has set aside and applied: from what it wrote down, or else from what it
   * has told. Once.
   */
  async load(wanted: Pod): Promise<void> {
    if (this.#isLoaded) return;
    this.#isLoaded = true;
    const written = await this.#context.files.readResources(wanted.metadata.uid ?? "");
    const told = toldOf(wanted);
    if (written !== undefined) {
      ({ allocated: this.#allocated, applied: this.#applied } = written as Written);
      this.#isWritten = true;
    } else if (Object.keys(told.containers).length > 0) {
      const spec = allocationOf(wanted);
      this.#allocated = { ...spec, containers: { ...spec.containers, ...told.containers } };
      this.#applied = told;
    }
  }

  /**
   * Looks at what the spec asks for by now: the node agrees, or the change waits.
   * @returns whether something has been set aside anew
   */
  consider(wanted: Pod): boolean {
    const { admit, clock } = this.#context;
    if (this.#allocated === undefined) {
      // New to the node: nobody has written or told anything of it.
      this.#isLoaded = true;
      this.#allocated = allocationOf(wanted);
      return false;
    }
    if (isAllocated(wanted, this.#allocated)) {
      this.#conditions.clearPending();
      return false;
    }
    const { generation } = wanted.metadata;
    const refusal = admit(wanted);
    if (refusal === undefined) {
      this.#allocated = allocationOf(wanted);
      this.#write(wanted);
      this.#conditions.clearPending();
      this.#conditions.clearInProgress();
      this.#conditions.setInProgress(undefined, generation, clock.now());
      this.#record(wanted, "Normal", "ResizeStarted", resizeMessage("started", wanted, generation));
      return true;
    }
    const { reason, message } = refusal;
    if (this.#conditions.setPending("Deferred", message, generation, clock.now())) {
      const text = resizeMessage(reason, wanted, generation, message);
      this.#record(wanted, "Warning", "ResizeDeferred", text);
    }
    return false;
  }

  /** Changes that are under way; when there are none any more, that is told. */
  underWay(pod: Pod, observed: ObservedPod): readonly Resize[] {
    const resizes = decideResizes(pod, observed, this.#applied);
    if (resizes.length > 0) {
      const { clock } = this.#context;
      this.#conditions.setInProgress(undefined, pod.metadata.generation, clock.now());
      return resizes;
    }
    const cleared = this.#conditions.clearInProgress();
    if (cleared !== undefined) {
      const text = resizeMessage("completed", pod, cleared.generation);
      this.#record(pod, "Normal", "ResizeCompleted", text);
    }
    return [];
  }

  /**
   * Changes the resources of containers that run.
   * @returns why it could not be done
   */
  async apply(pod: Pod, resizes: readonly Resize[]): Promise<string | undefined> {
    const { clock } = this.#context;
    const { generation } = pod.metadata;
    const due = resizes.filter(({ restarts }) => !restarts);
    if (due.length === 0) return undefined;
    const problem = (await this.#whyNot(due)) ?? (await this.#applyAll(pod, due));
    if (problem === undefined) return undefined;
    const news = this.#conditions.setInProgress(problem, generation, clock.now());
    if (news !== undefined) {
      const text = resizeMessage("error", pod, news.generation, problem);
      this.#record(pod, "Warning", "ResizeError", text);
    }
    return problem;
  }

  /** A container was started with what is set aside for it. */
  noteStart(pod: Pod, { name, resources }: Pick<Container, "name" | "resources">): void {
    const ofPod = pod.spec?.resources;
    this.#applied = {
      ...(ofPod === undefined ? {} : { pod: amountsOf(ofPod) }),
      containers: { ...this.#applied.containers, [name]: amountsOf(resources) },
    };
    if (this.#isWritten) this.#write(pod);
  }

  /** Less memory than a container uses would end it. */
  async #whyNot(due: readonly Resize[]): Promise<string | undefined> {
    const problems: string[] = [];
    for (const { container, run, lowerMemoryBytes } of due) {
      if (lowerMemoryBytes === undefined) continue;
      const used = await this.#memoryOf(run);
      const quoted = JSON.stringify(container.name);
      if (used === "unknown") problems.push(`missing container ${quoted} memory usage`);
      else if (used >= lowerMemoryBytes) {
        problems.push(
          `attempting to set container ${quoted} memory limit (${lowerMemoryBytes}) below current usage (${used})`,
        );
      }
    }
    if (problems.length === 0) return undefined;
    const text = problems.length === 1 ? problems[0] : `[${problems.join(", ")}]`;
    return `cannot decrease memory limits: ${text}`;
  }

  /** Where nobody counts, nobody limits either. */
  async #memoryOf({ id }: ContainerState): Promise<bigint | "unknown"> {
    try {
      return BigInt((await this.#context.runtime.memoryUsage(id)) ?? 0);
    } catch (error) {
      if (error instanceof RuntimeError) return "unknown";
      throw error;
    }
  }

  async #applyAll(pod: Pod, due: readonly Resize[]): Promise<string | undefined> {
    for (const { container, run } of due) {
      try {
        await this.#context.runtime.updateContainer(run.id, containerResources(pod, container));
      } catch (error) {
        if (!(error instanceof RuntimeError)) throw error;
        return error.message;
      }
      this.noteStart(pod, container);
    }
    return undefined;
  }

  #write({ metadata }: Pod): void {
    if (this.#allocated === undefined) return;
    const written: Written = { allocated: this.#allocated, applied: this.#applied };
    try {
      this.#context.files.writeResources(metadata.uid ?? "", written);
      this.#isWritten = true;
    } catch (error) {
      // Only a later agent would read it.
      this.#context.logger.warn({ pod: metadata.name, error }, "resources were not written down");
    }
  }

  #record(pod: Pod, type: "Normal" | "Warning", reason: string, message: string): void {
    this.#context.events.record(referenceToPod(pod), type, reason, message);
  }
}

/** What the API was told that the containers of a pod run with. */
function toldOf({ status = {} as PodStatus, spec }: Pod): Allocation {
  const { initContainerStatuses = [], containerStatuses = [] } = status;
  const running = [...initContainerStatuses, ...containerStatuses].flatMap(
    ({ name, state, resources }) =>
      state?.running === undefined || resources === undefined
        ? []
        : [[name, amountsOf(resources)] as const],
  );
  return {
    ...(spec?.resources === undefined ? {} : { pod: amountsOf(spec.resources) }),
    containers: Object.fromEntries(running),
  };
}
