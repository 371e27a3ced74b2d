import { describe, expect, it } from "vitest";
import type { OwnerReference, Pod, PodDisruptionBudgetSpec } from "../../api/types.ts";
import {
  DAEMON_SETS,
  DEPLOYMENTS,
  EVENTS,
  POD_DISRUPTION_BUDGETS,
  PODS,
  REPLICA_SETS,
  STATEFUL_SETS,
} from "../../client/resource-type.ts";
import { formatTime } from "../../runtime/clock.ts";
import { kubelet, namespace, runWorkloads, server } from "../workload.fixture.ts";

runWorkloads(
  ["deployment-controller", "replicaset-controller", "disruption-controller"],
  () => "ready",
);

const labels = { app: "web" };
const budgets = () => server.client.resource(POD_DISRUPTION_BUDGETS);
const pods = () => server.client.resource(PODS);
const template = {
  metadata: { labels },
  spec: { containers: [{ name: "main", image: "image" }] },
};

async function budget(spec: PodDisruptionBudgetSpec, name = "budget"): Promise<void> {
  await budgets().create({
    metadata: { namespace, name },
    spec: { selector: { matchLabels: labels }, ...spec },
  });
}

async function untilStatus(expected: object, name = "budget"): Promise<void> {
  let last: unknown;
  try {
    await server.until(async () => {
      const { status } = await budgets().get({ namespace, name });
      last = status;
      return matches(status, expected) ? true : undefined;
    }, 100);
  } catch (error) {
    expect(last).toMatchObject(expected);
    throw error;
  }
}

function matches(actual: object | undefined, expected: object): boolean {
  const found = actual as Record<string, unknown> | undefined;
  return Object.entries(expected).every(([key, value]) =>
    Array.isArray(value)
      ? value.every((each, index) => matches((found?.[key] as object[] | undefined)?.[index], each))
      : found?.[key] === value,
  );
}

async function untilEvent(text: string): Promise<void> {
  await server.until(async () => {
    const { items } = await server.client.resource(EVENTS).list({ namespace });
    const found = items.some(
      ({ type, reason, message }) => `${type} ${reason} ${message}` === text,
    );
    return found ? true : undefined;
  }, 500);
}

async function deploy(replicas: number): Promise<void> {
  await server.client.resource(DEPLOYMENTS).create({
    metadata: { namespace, name: "web" },
    spec: { replicas, selector: { matchLabels: labels }, template },
  });
}

async function pod(name: string, owner?: Omit<OwnerReference, "controller">): Promise<Pod> {
  const ownerReferences = owner === undefined ? [] : [{ ...owner, controller: true }];
  const metadata = { namespace, name, labels, ownerReferences };
  return await pods().create({ metadata, spec: template.spec });
}

async function evict(name: string): Promise<void> {
  await server.client.send("POST", `/api/v1/namespaces/${namespace}/pods/${name}/eviction`, {
    body: { apiVersion: "policy/v1", kind: "Eviction", metadata: { namespace, name } },
  });
}

describe("a budget of a deployment", () => {
  it("lets as many pods go as it can spare, one after the other", async () => {
    await deploy(3);
    await budget({ maxUnavailable: 1 });
    await untilStatus({
      disruptionsAllowed: 1,
      currentHealthy: 3,
      desiredHealthy: 2,
      expectedPods: 3,
      observedGeneration: 1,
      conditions: [{ type: "DisruptionAllowed", status: "True", reason: "SufficientPods" }],
    });
    kubelet.fate = () => "run";
    const [first, second] = (await pods().list({ namespace })).items;
    await evict(first?.metadata.name ?? "");
    await untilStatus({ disruptionsAllowed: 0, currentHealthy: 2, disruptedPods: undefined });
    await expect(evict(second?.metadata.name ?? "")).rejects.toMatchObject({
      status: {
        reason: "TooManyRequests",
        details: {
          causes: [
            {
              reason: "DisruptionBudget",
              message: "The disruption budget budget needs 2 healthy pods and has 2 currently",
            },
          ],
        },
      },
    });
    kubelet.fate = () => "ready";
    kubelet.look();
    await untilStatus({ disruptionsAllowed: 1, currentHealthy: 3 });
    await evict(second?.metadata.name ?? "");
  });

  it("follows its spec and the scale", async () => {
    await deploy(2);
    await budget({ minAvailable: "50%" });
    await untilStatus({ disruptionsAllowed: 1, expectedPods: 2, observedGeneration: 1 });
    const patch = { spec: { minAvailable: "100%" } };
    await budgets().patch({ namespace, name: "budget" }, "merge-patch", patch);
    await untilStatus({ disruptionsAllowed: 0, desiredHealthy: 2, observedGeneration: 2 });
    const deployments = server.client.resource(DEPLOYMENTS);
    await deployments.patch({ namespace, name: "web" }, "merge-patch", { spec: { replicas: 4 } });
    await untilStatus({ disruptionsAllowed: 0, desiredHealthy: 4, currentHealthy: 4 });
  });

  it("forgets after two minutes who was allowed to go and stayed", async () => {
    await deploy(2);
    await budget({ minAvailable: 1 });
    await untilStatus({ disruptionsAllowed: 1 });
    const key = { namespace, name: "budget" };
    const live = await budgets().get(key);
    const [stays] = (await pods().list({ namespace })).items;
    const disrupted = { [stays?.metadata.name ?? ""]: formatTime(server.clock.now()) };
    await budgets().update(
      { ...live, status: { ...live.status, disruptedPods: disrupted } },
      { subresource: "status" },
    );
    await untilStatus({ disruptionsAllowed: 0, currentHealthy: 1 });
    await server.clock.advance(121_000);
    await untilStatus({ disruptionsAllowed: 1, currentHealthy: 2, disruptedPods: undefined });
    await untilEvent(
      `Warning NotDeleted Pod was expected by PDB ${namespace}/${namespace} to be deleted but it wasn't`,
    );
  });
});

describe("a budget of other pods", () => {
  it("says when there are none", async () => {
    await budget({ maxUnavailable: 1 });
    await untilEvent("Normal NoPods No matching pods found");
    await untilStatus({ disruptionsAllowed: 0, expectedPods: 0 });
  });

  it("says when nobody controls them", async () => {
    await pod("alone");
    await budget({ maxUnavailable: 1 });
    await untilEvent(
      'Warning UnmanagedPods Pods selected by this PodDisruptionBudget (selector: &LabelSelector{MatchLabels:map[string]string{app: web,},MatchExpressions:[]LabelSelectorRequirement{},}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.',
    );
    await untilStatus({ disruptionsAllowed: 0, expectedPods: 0, currentHealthy: 1 });
  });

  it("takes the scale of a stateful set", async () => {
    const set = await server.client.resource(STATEFUL_SETS).create({
      metadata: { namespace, name: "db" },
      spec: { serviceName: "db", replicas: 4, selector: { matchLabels: labels }, template },
    });
    const { uid = "" } = set.metadata;
    await pod("db-0", { apiVersion: "apps/v1", kind: "StatefulSet", name: "db", uid });
    await budget({ maxUnavailable: "50%" });
    await untilStatus({ expectedPods: 4, desiredHealthy: 2, currentHealthy: 1 });
  });

  it.each<[string, (uid: string) => Omit<OwnerReference, "controller">, string]>([
    [
      "a kind without a scale",
      (uid) => ({ apiVersion: "apps/v1", kind: "DaemonSet", name: "agents", uid }),
      "daemonsets.apps does not implement the scale subresource",
    ],
    [
      "a kind that nobody serves",
      (uid) => ({ apiVersion: "example.org/v1", kind: "Widget", name: "agents", uid }),
      'no matches for kind "Widget" in version "example.org/v1"',
    ],
    [
      "a controller that is gone",
      (uid) => ({ apiVersion: "apps/v1", kind: "ReplicaSet", name: "agents", uid }),
      'found no controllers for pod "one"',
    ],
  ])("lets nobody go: %s", async (_case, owner, message) => {
    const set = await server.client.resource(DAEMON_SETS).create({
      metadata: { namespace, name: "agents" },
      spec: { selector: { matchLabels: labels }, template },
    });
    await pod("one", owner(set.metadata.uid ?? ""));
    await budget({ maxUnavailable: 1 });
    await untilStatus({
      disruptionsAllowed: 0,
      conditions: [{ type: "DisruptionAllowed", status: "False", reason: "SyncFailed", message }],
    });
    await untilEvent(
      `Warning CalculateExpectedPodCountFailed Failed to calculate the number of expected pods: ${message}`,
    );
  });

  it("asks a kind for its scale that it does not follow itself", async () => {
    const deployment = await server.client.resource(DEPLOYMENTS).create({
      metadata: { namespace, name: "direct" },
      spec: {
        paused: true,
        replicas: 6,
        selector: { matchLabels: { app: "x" } },
        template: { ...template, metadata: { labels: { app: "x" } } },
      },
    });
    const { uid = "" } = deployment.metadata;
    await pod("one", { apiVersion: "apps/v1", kind: "Deployment", name: "direct", uid });
    await budget({ maxUnavailable: 1 });
    await untilStatus({ expectedPods: 6, desiredHealthy: 5 });
  });

  it("is one of several for the same pod", async () => {
    await server.client.resource(REPLICA_SETS).create({
      metadata: { namespace, name: "web" },
      spec: { replicas: 1, selector: { matchLabels: labels }, template },
    });
    await budget({ maxUnavailable: 1 }, "b");
    await budget({ maxUnavailable: 1 }, "a");
    await untilStatus({ expectedPods: 1 }, "a");
    const name = (await pods().list({ namespace })).items[0]?.metadata.name ?? "";
    await pods().patch({ namespace, name }, "merge-patch", {
      metadata: { annotations: { x: "y" } },
    });
    await untilEvent(
      `Warning MultiplePodDisruptionBudgets Pod "${namespace}"/"${name}" matches multiple PodDisruptionBudgets.  Chose "a" arbitrarily.`,
    );
  });
});
