import { describe, expect, test } from "vitest";
import type { KubeObject } from "../../api/object.ts";
import { autoscalerFromV1, autoscalerToV1 } from "./autoscaler-conversion.ts";

const PREFIX = "autoscaling.alpha.kubernetes.io/";
const target = { kind: "Deployment", name: "d", apiVersion: "apps/v1" };

const full: KubeObject = {
  kind: "HorizontalPodAutoscaler",
  apiVersion: "autoscaling/v2",
  metadata: { name: "h", annotations: { own: "1" } },
  spec: {
    scaleTargetRef: target,
    minReplicas: 2,
    maxReplicas: 9,
    metrics: [
      {
        type: "Resource",
        resource: { name: "memory", target: { type: "AverageValue", averageValue: "1Gi" } },
      },
      {
        type: "Pods",
        pods: { metric: { name: "p" }, target: { type: "AverageValue", averageValue: "5" } },
      },
      {
        type: "Object",
        object: {
          describedObject: { kind: "Service", name: "s" },
          target: { type: "Value", value: "7" },
          metric: { name: "o", selector: { matchLabels: { a: "b" } } },
        },
      },
      {
        type: "External",
        external: { metric: { name: "e" }, target: { type: "AverageValue", averageValue: "3" } },
      },
      {
        type: "ContainerResource",
        containerResource: {
          name: "cpu",
          target: { type: "Utilization", averageUtilization: 60 },
          container: "c",
        },
      },
      {
        type: "Resource",
        resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } },
      },
    ],
    behavior: {
      scaleUp: {
        stabilizationWindowSeconds: 0,
        selectPolicy: "Max",
        policies: [{ type: "Pods", value: 4, periodSeconds: 15 }],
      },
    },
  },
  status: {
    currentReplicas: 3,
    desiredReplicas: 4,
    currentMetrics: [
      {
        type: "Resource",
        resource: { name: "cpu", current: { averageValue: "0", averageUtilization: 33 } },
      },
    ],
    conditions: [
      { type: "AbleToScale", status: "True", lastTransitionTime: "2026-01-01T00:00:00Z" },
    ],
  },
};

describe("autoscaling/v1", () => {
  test("has fields for CPU, annotations for the rest", () => {
    const { metadata, spec, status, apiVersion } = autoscalerToV1(full);
    expect(apiVersion).toBe("autoscaling/v1");
    expect(spec).toEqual({
      scaleTargetRef: target,
      minReplicas: 2,
      maxReplicas: 9,
      targetCPUUtilizationPercentage: 70,
    });
    expect(status).toEqual({
      currentReplicas: 3,
      desiredReplicas: 4,
      currentCPUUtilizationPercentage: 33,
    });
    const annotations = metadata.annotations ?? {};
    expect(annotations.own).toBe("1");
    expect(annotations[`${PREFIX}metrics`]).toBe(
      '[{"type":"Resource","resource":{"name":"memory","targetAverageValue":"1Gi"}},' +
        '{"type":"Pods","pods":{"metricName":"p","targetAverageValue":"5"}},' +
        '{"type":"Object","object":{"target":{"kind":"Service","name":"s"},"metricName":"o","targetValue":"7","selector":{"matchLabels":{"a":"b"}}}},' +
        '{"type":"External","external":{"metricName":"e","targetAverageValue":"3"}},' +
        '{"type":"ContainerResource","containerResource":{"name":"cpu","targetAverageUtilization":60,"container":"c"}}]',
    );
    expect(annotations[`${PREFIX}current-metrics`]).toBe(
      '[{"type":"Resource","resource":{"name":"cpu","currentAverageUtilization":33,"currentAverageValue":"0"}}]',
    );
    expect(annotations[`${PREFIX}behavior`]).toBe(
      '{"ScaleUp":{"StabilizationWindowSeconds":0,"SelectPolicy":"Max","Policies":[{"Type":"Pods","Value":4,"PeriodSeconds":15}],"Tolerance":null},"ScaleDown":null}',
    );
    expect(annotations[`${PREFIX}conditions`]).toBe(
      '[{"type":"AbleToScale","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z"}]',
    );
  });

  test("loses nothing", () => {
    expect(autoscalerFromV1(autoscalerToV1(full))).toEqual(full);
  });

  test("does not change the original", () => {
    const before = JSON.stringify(full);
    autoscalerToV1(full);
    expect(JSON.stringify(full)).toBe(before);
  });

  const bare: KubeObject = {
    apiVersion: "autoscaling/v1",
    metadata: { name: "h" },
    spec: { scaleTargetRef: target, maxReplicas: 1 },
  };

  test("without a metric aims at 80 percent of CPU", () => {
    const spec = autoscalerFromV1(bare).spec as { metrics: unknown };
    const wanted = { type: "Utilization", averageUtilization: 80 };
    expect(spec.metrics).toEqual([{ type: "Resource", resource: { name: "cpu", target: wanted } }]);
  });

  test.each([
    ["metrics", "no JSON"],
    ["metrics", "{}"],
    ["metrics", '[{"type":1}]'],
    ["current-metrics", "[1]"],
    ["behavior", '"x"'],
    ["behavior", '{"ScaleUp":{"Policies":1}}'],
    ["behavior", "{}"],
    ["conditions", "null"],
  ])("ignores the annotation %s: %s", (name, value) => {
    const annotated = { ...bare, metadata: { name: "h", annotations: { [PREFIX + name]: value } } };
    expect(autoscalerFromV1(annotated)).toEqual(autoscalerFromV1(bare));
  });
});
