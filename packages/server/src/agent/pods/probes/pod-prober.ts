import type { Container, ContainerStatus, Pod } from "../../../api/types.ts";
import { latestRun, type ObservedPod } from "../observed-pod.ts";
import { isSidecar } from "../restart-policy.ts";
import {
  ContainerProber,
  type ProbedRun,
  type ProberDependencies,
  type ProberHost,
} from "./container-prober.ts";
import type { ProbeOutcome, ProbeResults } from "./probe-results.ts";

/** All probes of one pod, and what they have found. */
export class PodProber implements ProbeResults {
  readonly #host: ProberHost;
  readonly #dependencies: ProberDependencies;
  /** By container id. */
  readonly #probers = new Map<string, ContainerProber>();
  #ending = false;

  constructor(host: ProberHost, dependencies: ProberDependencies) {
    this.#host = host;
    this.#dependencies = dependencies;
  }

  startup(containerId: string): ProbeOutcome | undefined {
    return this.#probers.get(containerId)?.outcomeOf("startup");
  }

  liveness(containerId: string): ProbeOutcome | undefined {
    return this.#probers.get(containerId)?.outcomeOf("liveness");
  }

  readiness(containerId: string): ProbeOutcome | undefined {
    return this.#probers.get(containerId)?.outcomeOf("readiness");
  }

  /**
   * Begins to look at containers that run now, and leaves those that do not.
   * @param told - What was told of the containers before.
   */
  follow(pod: Pod, observed: ObservedPod, told: readonly ContainerStatus[]): void {
    const running = new Set<string>();
    for (const container of probedContainers(pod)) {
      const run = latestRun(observed, container.name);
      if (run?.state !== "running") continue;
      running.add(run.id);
      if (this.#ending || this.#probers.has(run.id)) continue;
      const before = told.find(({ containerID }) => containerID?.endsWith(`://${run.id}`));
      this.#add({
        container,
        containerId: run.id,
        startedAt: run.startedAt ?? run.createdAt,
        hasStarted: before?.started === true,
      });
    }
    for (const [id, prober] of this.#probers) {
      if (running.has(id)) continue;
      prober.stop("startup", "liveness", "readiness");
      this.#probers.delete(id);
    }
  }

  /** The pod is being ended: nothing is restarted any more, only readiness is still of interest. */
  quiet(): void {
    this.#ending = true;
    for (const prober of this.#probers.values()) prober.stop("startup", "liveness");
  }

  async end(): Promise<void> {
    this.#ending = true;
    await Promise.all([...this.#probers.values()].map((prober) => prober.end()));
    this.#probers.clear();
  }

  #add(run: ProbedRun): void {
    this.#probers.set(run.containerId, new ContainerProber(run, this.#host, this.#dependencies));
  }
}

function probedContainers({ spec }: Pod): readonly Container[] {
  return [...(spec?.initContainers ?? []).filter(isSidecar), ...(spec?.containers ?? [])].filter(
    ({ startupProbe, livenessProbe, readinessProbe }) =>
      (startupProbe ?? livenessProbe ?? readinessProbe) !== undefined,
  );
}
