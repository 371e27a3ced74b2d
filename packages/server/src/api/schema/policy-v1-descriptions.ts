import type { Descriptions } from "./define.ts";

export const policyV1Descriptions = (): Descriptions => ({
  Eviction: {
    "": "Asks a pod to go, unless a budget forbids it.",
    deleteOptions: "Options of the delete.",
  },
  PodDisruptionBudget: {
    "": "How many pods must be left.",
  },
  PodDisruptionBudgetSpec: {
    "": "Which pods, and how many.",
    minAvailable: "How many must be available, as number or percentage. Excludes `maxUnavailable`.",
    selector: "Chooses the pods.",
    maxUnavailable: "How many may be missing, as number or percentage.",
    unhealthyPodEvictionPolicy:
      "When pods that are not ready may go: `IfHealthyBudget` or `AlwaysAllow`.",
  },
  PodDisruptionBudgetStatus: {
    "": "What has been observed of the pods.",
    disruptedPods: "Pods that are about to go, and since when.",
    disruptionsAllowed: "How many may go now.",
    currentHealthy: "How many are healthy.",
    desiredHealthy: "How many must be healthy.",
    expectedPods: "How many count.",
  },
});
