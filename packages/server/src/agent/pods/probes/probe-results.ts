/** What probes have come to, after their thresholds. */
export type ProbeOutcome = "success" | "failure";

export type ProbeKind = "startup" | "liveness" | "readiness";

/** Outcomes by container id; undefined while a probe has none. */
export interface ProbeResults {
  startup(containerId: string): ProbeOutcome | undefined;
  liveness(containerId: string): ProbeOutcome | undefined;
  readiness(containerId: string): ProbeOutcome | undefined;
}

export const NO_RESULTS: ProbeResults = {
  startup: () => undefined,
  liveness: () => undefined,
  readiness: () => undefined,
};
