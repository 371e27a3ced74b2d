import type { Container, Pod, Probe } from "../../../api/types.ts";
import type { EventSink } from "../../../client/event-recorder.ts";
import type { Clock } from "../../../runtime/clock.ts";
import type { Logger } from "../../../runtime/logger.ts";
import type { Random } from "../../../runtime/random.ts";
import type { PodRuntime } from "../../pod-runtime.ts";
import { referenceToContainer } from "../pod-names.ts";
import type { ProbeKind, ProbeOutcome } from "./probe-results.ts";
import { continueStreak, NO_STREAK, type ProbeStreak, reachesThreshold } from "./probe-streak.ts";
import { type ProbeVerdict, runProbe } from "./run-probe.ts";

export interface ProberDependencies {
  readonly runtime: PodRuntime;
  readonly events: EventSink;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** When this agent began. */
  readonly agentStartedAt: number;
}

/** The run of a container that is looked at. */
export interface ProbedRun {
  readonly container: Container;
  readonly containerId: string;
  readonly startedAt: number;
  /** Whether it is known to have started before this agent did: it needs no startup probe. */
  readonly hasStarted: boolean;
}

export interface ProberHost {
  /** The newest version of the pod. */
  readonly pod: () => Pod;
  readonly podIP: () => string;
  /** Called when an outcome has changed. */
  readonly changed: () => void;
}

const KINDS: Readonly<Record<ProbeKind, string>> = {
  startup: "Startup",
  liveness: "Liveness",
  readiness: "Readiness",
};

/** Errors of a look, not failures, are tried again at once. @see prober.go (maxProbeRetries) */
const TRIES = 3;

/**
 * The probes of one run of a container. The startup probe comes first, and the others begin when it
 * has succeeded; what fails for good waits for the container to be made anew.
 * @see kubernetes pkg/kubelet/prober/worker.go
 */
export class ContainerProber {
  readonly run: ProbedRun;
  readonly #host: ProberHost;
  readonly #dependencies: ProberDependencies;
  readonly #outcomes = new Map<ProbeKind, ProbeOutcome>();
  readonly #stops = new Map<ProbeKind, AbortController>();
  #running: Promise<unknown> = Promise.resolve();

  constructor(run: ProbedRun, host: ProberHost, dependencies: ProberDependencies) {
    this.run = run;
    this.#host = host;
    this.#dependencies = dependencies;
    const { startupProbe } = run.container;
    if (startupProbe !== undefined && !run.hasStarted) this.#begin("startup", startupProbe);
    else {
      if (startupProbe !== undefined) this.#outcomes.set("startup", "success");
      this.#beginOthers();
    }
  }

  outcomeOf(kind: ProbeKind): ProbeOutcome | undefined {
    return this.#outcomes.get(kind);
  }

  /** Ends probes of these kinds; the outcomes they had stay. */
  stop(...kinds: readonly ProbeKind[]): void {
    for (const kind of kinds) this.#stops.get(kind)?.abort();
  }

  /** Ends all probes; resolves when none is under way any more. */
  async end(): Promise<void> {
    this.stop("startup", "liveness", "readiness");
    await this.#running;
  }

  #beginOthers(): void {
    const { livenessProbe, readinessProbe } = this.run.container;
    if (readinessProbe !== undefined) this.#begin("readiness", readinessProbe);
    if (livenessProbe !== undefined) this.#begin("liveness", livenessProbe);
  }

  #begin(kind: ProbeKind, probe: Probe): void {
    const stop = new AbortController();
    this.#stops.set(kind, stop);
    const probing = this.#probe(kind, probe, stop.signal);
    this.#running = Promise.all([this.#running, probing]);
  }

  async #probe(kind: ProbeKind, probe: Probe, signal: AbortSignal): Promise<void> {
    const { clock } = this.#dependencies;
    let streak = NO_STREAK;
    await clock.sleep(this.#firstWait(probe), signal);
    while (!signal.aborted) {
      const verdict = await this.#look(kind, probe, signal);
      if (signal.aborted) return;
      if (verdict !== undefined) {
        streak = continueStreak(streak, verdict.result === "failure" ? "failure" : "success");
        if (this.#count(kind, probe, streak)) return;
      }
      await clock.sleep((probe.periodSeconds ?? 10) * 1000, signal);
    }
  }

  /** Containers from before this agent are not all looked at in the same moment. */
  #firstWait({ initialDelaySeconds = 0, periodSeconds = 10 }: Probe): number {
    const { clock, random, agentStartedAt } = this.#dependencies;
    const { startedAt } = this.run;
    const age = Math.max(0, clock.now() - startedAt);
    const delay = Math.max(0, initialDelaySeconds * 1000 - age);
    const spread = startedAt < agentStartedAt ? random.fraction() * periodSeconds * 1000 : 0;
    return Math.max(delay, spread);
  }

  /** Whether the probe is finished with this run. */
  #count(kind: ProbeKind, probe: Probe, streak: ProbeStreak): boolean {
    if (streak.result === undefined || !reachesThreshold(streak, probe)) return false;
    const changed = this.#outcomes.get(kind) !== streak.result;
    this.#outcomes.set(kind, streak.result);
    const failed = streak.result === "failure";
    if (kind === "startup" && !failed) this.#beginOthers();
    if (changed) this.#host.changed();
    return kind === "startup" || (kind === "liveness" && failed);
  }

  /** Undefined when looking was not possible. */
  async #look(
    kind: ProbeKind,
    probe: Probe,
    signal: AbortSignal,
  ): Promise<ProbeVerdict | undefined> {
    const { logger } = this.#dependencies;
    const { container, containerId } = this.run;
    const target = { container, containerId, podIP: this.#host.podIP() };
    for (let tries = 1; ; tries++) {
      try {
        const verdict = await runProbe(probe, target, { ...this.#dependencies, signal });
        if (!signal.aborted) this.#report(kind, verdict);
        return verdict;
      } catch (error) {
        if (signal.aborted) return undefined;
        if (tries < TRIES) continue;
        logger.debug({ error, container: container.name, kind }, "a probe could not be run");
        const text = error instanceof Error ? error.message : String(error);
        const message = `${KINDS[kind]} probe errored and resulted in unknown state: ${text}`;
        this.#record("Unhealthy", message);
        return undefined;
      }
    }
  }

  #report(kind: ProbeKind, { result, output }: ProbeVerdict): void {
    if (result === "warning") {
      this.#record("ProbeWarning", `${KINDS[kind]} probe warning: ${output}`);
    } else if (result === "failure") {
      this.#record("Unhealthy", `${KINDS[kind]} probe failed: ${output}`);
    }
  }

  #record(reason: string, message: string): void {
    const { events } = this.#dependencies;
    const about = referenceToContainer(this.#host.pod(), this.run.container.name);
    events.record(about, "Warning", reason, message);
  }
}
