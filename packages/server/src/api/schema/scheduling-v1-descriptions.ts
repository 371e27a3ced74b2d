import type { Descriptions } from "./define.ts";

export const schedulingV1Descriptions = (): Descriptions => ({
  PriorityClass: {
    "": "A priority by name.",
    value: "The priority; higher ones are placed first. Cannot be changed.",
    globalDefault: "Pods that name no class get this one.",
    description: "What the class is for.",
    preemptionPolicy: "Whether others are ended to make room: `PreemptLowerPriority` or `Never`.",
  },
});
