import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { HorizontalPodAutoscaler, HorizontalPodAutoscalerSpec } from "../../api/types.ts";
import {
  type ApiObject,
  DEPLOYMENTS,
  EVENTS,
  HORIZONTAL_POD_AUTOSCALERS,
  PODS,
} from "../../client/resource-type.ts";
import type { Informer } from "../../informer/informer.ts";
import { type ControlledServer, startControlledServer } from "../controlled-server.fixture.ts";
import { AutoscalerReconciler } from "./autoscaler-reconciler.ts";
import { decideReplicas, withCondition } from "./autoscaler-status.ts";

describe("before any metric is looked at", () => {
  const bounds = { minReplicas: 2, maxReplicas: 4 };
  it.each([
    [0, { kind: "disabled" }],
    [
      1,
      { kind: "rescale", replicas: 2, reason: "Current number of replicas below Spec.MinReplicas" },
    ],
    [2, { kind: "ask-metrics" }],
    [4, { kind: "ask-metrics" }],
    [
      5,
      { kind: "rescale", replicas: 4, reason: "Current number of replicas above Spec.MaxReplicas" },
    ],
  ])("%i pods of 2 to 4", (current, decision) => {
    expect(decideReplicas(current, bounds)).toEqual(decision);
  });

  it("a condition keeps its time while its status stays", () => {
    const finding = { type: "AbleToScale", status: "True", reason: "a", message: "m" } as const;
    const first = withCondition([], finding, "1");
    const second = withCondition(first, { ...finding, reason: "b" }, "2");
    expect(second).toEqual([{ ...finding, reason: "b", lastTransitionTime: "1" }]);
    const third = withCondition(second, { ...finding, status: "False" }, "3");
    expect(third).toEqual([{ ...finding, status: "False", lastTransitionTime: "3" }]);
  });
});

describe("an autoscaler", () => {
  let server: ControlledServer;
  let namespace = "";
  let made = 0;
  beforeAll(async () => {
    server = await startControlledServer({
      controllers:
        "serviceaccount-controller,root-ca-certificate-publisher-controller,horizontal-pod-autoscaler-controller",
    });
  });
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(async () => {
    namespace = `n${++made}`;
    await server.namespace(namespace);
  });

  const labels = { app: "web" };
  const autoscalers = () => server.client.resource(HORIZONTAL_POD_AUTOSCALERS);
  const deployments = () => server.client.resource(DEPLOYMENTS);

  async function deploy(replicas: number): Promise<void> {
    await deployments().create({
      metadata: { namespace, name: "web" },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { containers: [{ name: "c", image: "i" }] },
        },
      },
    });
  }

  async function scale(
    name: string,
    more: Partial<HorizontalPodAutoscalerSpec> = {},
  ): Promise<void> {
    const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: "web" };
    const spec = { scaleTargetRef, minReplicas: 2, maxReplicas: 4, ...more };
    await autoscalers().create({ metadata: { namespace, name }, spec });
  }

  async function until(
    name: string,
    check: (found: HorizontalPodAutoscaler) => boolean,
  ): Promise<HorizontalPodAutoscaler> {
    return await server.until(async () => {
      const found = await autoscalers().get({ namespace, name });
      return check(found) ? found : undefined;
    }, 1_000);
  }

  const conditionsOf = ({ status }: HorizontalPodAutoscaler) =>
    (status?.conditions ?? []).map((each) => `${each.type} ${each.status} ${each.reason}`);

  async function eventsOf(name: string): Promise<string[]> {
    const { items } = await server.client.resource(EVENTS).list({ namespace });
    return items
      .filter(({ involvedObject }) => involvedObject.name === name)
      .map(({ type, reason, message }) => `${type} ${reason} ${message}`);
  }

  it.each([
    [1, 2, "below Spec.MinReplicas"],
    [9, 4, "above Spec.MaxReplicas"],
  ])("brings %i pods to %i", async (before, after, why) => {
    await deploy(before);
    await scale("a");
    const found = await until("a", ({ status }) => status?.lastScaleTime !== undefined);
    const { spec } = await deployments().get({ namespace, name: "web" });
    expect(spec?.replicas).toBe(after);
    expect(found.status).toMatchObject({ currentReplicas: before, desiredReplicas: after });
    expect(conditionsOf(found)).toEqual(["AbleToScale True SucceededRescale"]);
    await server.until(async () => {
      const events = await eventsOf("a");
      return events.includes(
        `Normal SuccessfulRescale New size: ${after}; reason: Current number of replicas ${why}`,
      )
        ? true
        : undefined;
    }, 100);
  });

  it("says that there are no metrics", async () => {
    await deploy(3);
    await scale("a");
    const found = await until("a", (each) => conditionsOf(each).length === 2);
    expect(conditionsOf(found)).toEqual([
      "AbleToScale True SucceededGetScale",
      "ScalingActive False FailedGetResourceMetric",
    ]);
    expect(found.status).toMatchObject({
      currentReplicas: 3,
      desiredReplicas: 0,
      currentMetrics: [{ type: "" }],
    });
    await server.until(async () => {
      const events = await eventsOf("a");
      return events.some((each) => each.startsWith("Warning FailedComputeMetricsReplicas invalid"))
        ? true
        : undefined;
    }, 100);
  });

  it("leaves alone what somebody has scaled to nothing", async () => {
    await deploy(0);
    await scale("a");
    const found = await until("a", (each) => conditionsOf(each).length === 2);
    expect(conditionsOf(found)[1]).toBe("ScalingActive False ScalingDisabled");
    expect((await deployments().get({ namespace, name: "web" })).spec?.replicas).toBe(0);
  });

  it.each([
    [
      { apiVersion: "apps/v1", kind: "Deployment", name: "none" },
      'deployments.apps "none" not found',
    ],
    [
      { apiVersion: "apps/v1", kind: "Nothing", name: "none" },
      'no matches for kind "Nothing" in group "apps"',
    ],
  ])("says that it cannot scale %j", async (scaleTargetRef, text) => {
    await scale("a", { scaleTargetRef });
    const found = await until("a", (each) => conditionsOf(each).length === 1);
    expect(found.status?.conditions?.[0]).toMatchObject({
      type: "AbleToScale",
      status: "False",
      reason: "FailedGetScale",
      message: `the HPA controller was unable to get the target's current scale: ${text}`,
    });
  });

  it("does not share its pods with another one", async () => {
    await deploy(2);
    const spec = { containers: [{ name: "c", image: "i" }] };
    await server.client.resource(PODS).create({ metadata: { namespace, name: "p", labels }, spec });
    await scale("a");
    await scale("b");
    const found = await until("a", (each) =>
      conditionsOf(each).includes("ScalingActive False AmbiguousSelector"),
    );
    expect(found.status?.conditions?.[1]?.message).toBe(
      `pods by selector app=web are controlled by multiple HPAs: [${namespace}/a ${namespace}/b]`,
    );
    await autoscalers().delete({ namespace, name: "b" });
    await until("a", (each) => conditionsOf(each)[1]?.endsWith("FailedGetResourceMetric") === true);
  });

  it("does not share them with one that went while it was looked at", async () => {
    await deploy(2);
    const spec = { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" } };
    const known = new Map(
      ["a", "b"].map((name) => [
        name,
        { metadata: { namespace, name }, spec: { ...spec, maxReplicas: 4 } },
      ]),
    );
    const told: string[] = [];
    const reconciler = new AutoscalerReconciler({
      client: server.client,
      clock: server.clock,
      events: { record: (_about, _type, reason) => told.push(reason) },
      autoscalers: listing((name) => known.get(name)),
      pods: listing(() => undefined, [{ metadata: { namespace, name: "p", labels } }]),
    });
    const context = { signal: new AbortController().signal };
    const look = reconciler.reconcile({ namespace, name: "b" }, context);
    known.delete("b");
    reconciler.forget({ namespace, name: "b" });
    await look;
    await reconciler.reconcile({ namespace, name: "b" }, context);
    await reconciler.reconcile({ namespace, name: "a" }, context);
    expect(told).not.toContain("AmbiguousSelector");
  });
});

/** An informer that nobody runs. */
function listing<T extends ApiObject>(
  get: (name: string) => T | undefined,
  list: readonly T[] = [],
): Informer<T> {
  const lister = { get: (_namespace: string, name: string) => get(name), list: () => list };
  return { lister } as unknown as Informer<T>;
}
