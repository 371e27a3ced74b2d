import { containing, type ExpectedAnswer } from "../expectation.ts";
import type { KubectlScenario } from "./scenario.ts";

const RBAC = "rbac.authorization.k8s.io";
const RULES = (verbs: string): string => `apiVersion: ${RBAC}/v1
kind: Role
metadata: {name: fromfile, namespace: $ns}
rules:
- {apiGroups: [""], resources: [configmaps], verbs: [${verbs}]}
`;

/** `kubectl auth can-i`, with and without somebody else's name, and `auth reconcile`. */
export const authorization: KubectlScenario = {
  name: "authorization",
  async run(k) {
    const robot = "--as=system:serviceaccount:$ns:robot";
    await k.step("create sa robot", { out: "serviceaccount/robot created" });
    await k.step("create role deployer --verb=get,list --resource=deployments.apps", {
      out: `role.${RBAC}/deployer created`,
    });
    await k.step(
      "create rolebinding deployer --role=deployer --serviceaccount=$ns:robot --group=deployers",
      { out: `rolebinding.${RBAC}/deployer created` },
    );
    await k.step("auth can-i '*' '*'", { out: "yes" });
    await k.eventually(`auth can-i list deployments ${robot}`, { out: "yes" });
    await k.step(`auth can-i get deployments.apps/web ${robot}`, { out: "yes" });
    await k.step(`auth can-i delete deployments ${robot}`, { code: 1, out: "no" });
    await k.step(`auth can-i get deployments --subresource=scale ${robot}`, {
      code: 1,
      out: "no",
    });
    await k.step(`auth can-i list deployments -n default ${robot}`, { code: 1, out: "no" });
    await k.step(`auth can-i list deployments -A ${robot}`, { code: 1, out: "no" });
    await k.step(`auth can-i get /api ${robot}`, { out: "yes" });
    await k.step(`auth can-i get /secret ${robot}`, { code: 1, out: "no" });
    await k.step("auth can-i list deployments --as=ann --as-group=deployers", { out: "yes" });
    await k.step("auth can-i list deployments --as=ann", { code: 1, out: "no" });
    await k.step(`auth can-i delete deployments -q ${robot}`, { code: 1, out: "" });
    await k.step(`auth can-i --list ${robot}`, {
      out: containing(
        /^Resources +Non-Resource URLs +Resource Names +Verbs$/m,
        /^deployments\.apps +\[\] +\[\] +\[get list\]$/m,
        /^selfsubjectaccessreviews\.authorization\.k8s\.io +\[\] +\[\] +\[create\]$/m,
        /\[\/healthz\] +\[\] +\[get\]$/m,
      ),
    });
    await k.step(`get pods ${robot}`, {
      code: 1,
      err: 'Error from server (Forbidden): pods is forbidden: User "system:serviceaccount:$ns:robot" cannot list resource "pods" in API group "" in the namespace "$ns"',
    });
    k.file("role.yaml", RULES("get"));
    await k.step("auth reconcile -f role.yaml", reconciled("create", "get"));
    k.file("role.yaml", RULES("list"));
    await k.step("auth reconcile -f role.yaml", reconciled("update", "list"));
    await k.step("get role fromfile -o jsonpath={.rules[*].verbs[*]}", { out: "get list" });
    await escalation(k);
  },
};

/** kubectl explains on standard error what it did. */
function reconciled(operation: string, verb: string): ExpectedAnswer {
  return {
    out: /^role\.rbac\.authorization\.k8s\.io\/fromfile reconciled/,
    err: containing(`reconciliation required ${operation}`, `{Verbs:[${verb}] APIGroups:[]`),
  };
}

/** Nobody can hand out what he does not have. */
async function escalation(k: Parameters<KubectlScenario["run"]>[0]): Promise<void> {
  await k.step("create role rbac-writer --verb=create --resource=roles,rolebindings", {
    out: `role.${RBAC}/rbac-writer created`,
  });
  await k.step("create rolebinding rbac-writer --role=rbac-writer --user=mallory", {
    out: `rolebinding.${RBAC}/rbac-writer created`,
  });
  await k.eventually("auth can-i create roles --as=mallory", { out: "yes" });
  await k.step("create role greedy --verb=get --resource=secrets --as=mallory", {
    code: 1,
    err: containing(
      "attempting to grant RBAC permissions not currently held",
      'Resources:["secrets"]',
    ),
  });
  await k.step(
    "create rolebinding greedy --clusterrole=cluster-admin --user=mallory --as=mallory",
    {
      code: 1,
      err: containing("attempting to grant RBAC permissions not currently held"),
    },
  );
}
