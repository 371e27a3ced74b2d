import { containing } from "../expectation.ts";
import type { KubectlSession } from "../kubectl-session.ts";
import { findNode } from "../node.ts";
import type { KubectlScenario } from "./scenario.ts";

const ROLLED_OUT = { out: containing('deployment "web" successfully rolled out') };
const STATUS = "rollout status deployment/web --timeout=35s";
const ACCOUNTS = "get pods -l app=web -o jsonpath={.items[*].spec.serviceAccountName}";

/** An app that is deployed, gets an account of its own, is changed, put back and taken away. */
export const deployments: KubectlScenario = {
  name: "deployments",
  needsNode: true,
  async run(k) {
    const node = await findNode(k);
    if (node === undefined) return;
    await deploy(k, node.image);
    await giveAccount(k);
    await scaleAndRestart(k);
    await putBack(k);
    await takeAway(k);
  },
};

async function deploy(k: KubectlSession, image: string): Promise<void> {
  await k.step(`create deployment web --image=${image} --replicas=2 -- sleep 3600`, {
    out: "deployment.apps/web created",
  });
  // Its pods end as soon as they may.
  const grace = '{"spec":{"template":{"spec":{"terminationGracePeriodSeconds":1}}}}';
  await k.step(`patch deployment web -p '${grace}'`, { out: "deployment.apps/web patched" });
  await k.step(STATUS, ROLLED_OUT);
  await k.eventually(ACCOUNTS, { out: "default default" });
}

async function giveAccount(k: KubectlSession): Promise<void> {
  await k.step("create serviceaccount robot", { out: "serviceaccount/robot created" });
  await k.step("set serviceaccount deployment web robot", {
    out: "deployment.apps/web serviceaccount updated",
  });
  await k.step(STATUS, ROLLED_OUT);
  await k.eventually(ACCOUNTS, { out: "robot robot" });
}

async function scaleAndRestart(k: KubectlSession): Promise<void> {
  await k.step("scale deployment/web --replicas=3", { out: "deployment.apps/web scaled" });
  await k.step("wait --for=condition=Available deployment/web --timeout=35s", {
    out: "deployment.apps/web condition met",
  });
  await k.step("rollout restart deployment/web", { out: "deployment.apps/web restarted" });
  await k.step(STATUS, ROLLED_OUT);
  await k.eventually(ACCOUNTS, { out: "robot robot robot" });
}

/** The second revision is the one before the account was set. */
async function putBack(k: KubectlSession): Promise<void> {
  await k.step("rollout history deployment/web", {
    out: containing("REVISION  CHANGE-CAUSE", "2  <none>", "4  <none>"),
  });
  await k.step("rollout undo deployment/web --to-revision=2", {
    out: "deployment.apps/web rolled back",
  });
  await k.step(STATUS, ROLLED_OUT);
  await k.eventually(ACCOUNTS, { out: "default default default" });
}

async function takeAway(k: KubectlSession): Promise<void> {
  await k.step("delete deployment web --cascade=orphan", { out: containing("deleted") });
  await k.eventually("get replicasets -o jsonpath={.items[*].metadata.ownerReferences}", {
    out: "",
  });
  await k.step("delete replicasets --all --cascade=foreground --timeout=35s", {
    out: containing("deleted"),
  });
  await k.step("get pods -l app=web -o name", { out: "" });
}
