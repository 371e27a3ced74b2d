import type { Countersign } from "../processes.ts";

/** Namespace and account that requests are made with. */
export const NAMESPACE = "bench";

/** An account that may read accounts and review, with a token for it. */
export async function prepareAccount(server: Countersign): Promise<string> {
  await server.call("POST", "/api/v1/namespaces", { metadata: { name: NAMESPACE } });
  const accounts = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts`;
  await server.call("POST", accounts, { metadata: { name: "reader" } });
  const rbac = "/apis/rbac.authorization.k8s.io/v1";
  await server.call("POST", `${rbac}/clusterroles`, {
    metadata: { name: "bench" },
    rules: [
      {
        verbs: ["*"],
        apiGroups: [""],
        resources: ["serviceaccounts", "pods", "serviceaccounts/token"],
      },
      { verbs: ["create"], apiGroups: ["authentication.k8s.io"], resources: ["tokenreviews"] },
    ],
  });
  await server.call("POST", `${rbac}/clusterrolebindings`, {
    metadata: { name: "bench" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "bench" },
    subjects: [{ kind: "ServiceAccount", name: "reader", namespace: NAMESPACE }],
  });
  const answer = (await server.call("POST", `${accounts}/reader/token`, {
    spec: { expirationSeconds: 86_400 },
  })) as { status: { token: string } };
  return answer.status.token;
}
