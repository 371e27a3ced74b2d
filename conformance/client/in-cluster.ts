import { rejects, strictEqual } from "node:assert";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CoreV1Api, KubeConfig, RbacAuthorizationV1Api } from "@kubernetes/client-node";
import { refusal } from "./crud.ts";
import type { ClientScenario } from "./scenario.ts";

const FOLDER = "var/run/secrets/kubernetes.io/serviceaccount";

/** A program in a pod: address from the environment, token, CA and namespace from files. */
export const inCluster: ClientScenario = {
  name: "in-cluster",
  async run({ core, config, namespace, directory, check }) {
    await core.createNamespacedServiceAccount({ namespace, body: { metadata: { name: "robot" } } });
    const prefix = join(directory, `${namespace}-pod`);
    const folder = join(prefix, FOLDER);
    mkdirSync(folder, { recursive: true });
    const { status } = await core.createNamespacedServiceAccountToken({
      ...{ name: "robot", namespace },
      body: { spec: { audiences: [], expirationSeconds: 3607 } },
    });
    const cluster = config.getCurrentCluster();
    writeFileSync(join(folder, "token"), status?.token ?? "");
    writeFileSync(join(folder, "ca.crt"), Buffer.from(cluster?.caData ?? "", "base64"));
    writeFileSync(join(folder, "namespace"), namespace);
    const { hostname, port } = new URL(cluster?.server ?? "");
    process.env.KUBERNETES_SERVICE_HOST = hostname;
    process.env.KUBERNETES_SERVICE_PORT = port === "" ? "443" : port;
    const mounted = new KubeConfig();
    mounted.loadFromCluster(`${prefix}/`);
    const robot = mounted.makeApiClient(CoreV1Api);
    await check("403 before a role is bound", async () => {
      await rejects(robot.listNamespacedPod({ namespace }), refusal(403, "Forbidden"));
    });
    await check("pods after a role is bound", async () => {
      const rbac = config.makeApiClient(RbacAuthorizationV1Api);
      const rules = [{ apiGroups: [""], resources: ["pods"], verbs: ["list"] }];
      await rbac.createNamespacedRole({ namespace, body: { metadata: { name: "r" }, rules } });
      await rbac.createNamespacedRoleBinding({
        namespace,
        body: {
          metadata: { name: "r" },
          roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "r" },
          subjects: [{ kind: "ServiceAccount", name: "robot", namespace }],
        },
      });
      const { items } = await robot.listNamespacedPod({ namespace });
      strictEqual(items.length, 0);
    });
  },
};
