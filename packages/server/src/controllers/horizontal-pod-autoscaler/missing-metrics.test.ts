import { describe, expect, it } from "vitest";
import type { MetricSpec } from "../../api/types.ts";
import { missingMetric, sumOfProblems } from "./missing-metrics.ts";

const utilization = { type: "Utilization", averageUtilization: 50 };
const perPod = { type: "AverageValue", averageValue: "50" };
const service = { apiVersion: "v1", kind: "Service", name: "web" };
const NONE = "the server could not find the requested resource";
const CUSTOM =
  "unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered";

describe("of a metric that nobody serves", () => {
  it.each<[MetricSpec, string, string, string]>([
    [
      { type: "Resource", resource: { name: "cpu", target: utilization } },
      "FailedGetResourceMetric",
      `failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: ${NONE} (get pods.metrics.k8s.io)`,
      "failed to get cpu resource metric value: ",
    ],
    [
      {
        type: "ContainerResource",
        containerResource: { name: "memory", container: "c", target: perPod },
      },
      "FailedGetContainerResourceMetric",
      `failed to get memory usage: unable to get metrics for resource memory: unable to fetch metrics from resource metrics API: ${NONE} (get pods.metrics.k8s.io)`,
      "failed to get c container metric value: ",
    ],
    [
      { type: "Pods", pods: { metric: { name: "rate" }, target: perPod } },
      "FailedGetPodsMetric",
      `unable to get metric rate: ${CUSTOM}`,
      "failed to get pods metric value: ",
    ],
    [
      {
        type: "Object",
        object: { metric: { name: "rate" }, describedObject: service, target: perPod },
      },
      "FailedGetObjectMetric",
      `unable to get metric rate: Service on ns web/${CUSTOM}`,
      "failed to get object metric value: failed to get rate object metric: ",
    ],
    [
      {
        type: "External",
        external: {
          metric: { name: "queue", selector: { matchLabels: { a: "b" } } },
          target: { type: "Value", value: "5" },
        },
      },
      "FailedGetExternalMetric",
      `unable to get external metric ns/queue/&LabelSelector{MatchLabels:map[string]string{a: b,},MatchExpressions:[]LabelSelectorRequirement{},}: unable to fetch metrics from external metrics API: ${NONE} (get queue.external.metrics.k8s.io)`,
      "failed to get queue external metric value: failed to get external metric queue: ",
    ],
  ])("%j", (spec, reason, text, head) => {
    expect(missingMetric(spec, "ns")).toEqual({ reason, text, inSum: head + text });
  });

  it("all are counted, and the first is named", () => {
    const problems = [1, 2].map((n) => ({ reason: "r", text: "t", inSum: `sum ${n}` }));
    expect(sumOfProblems(problems)).toBe(
      "invalid metrics (2 invalid out of 2), first error is: sum 1",
    );
  });
});
