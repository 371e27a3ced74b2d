import { json } from "../expectation.ts";
import type { KubectlScenario } from "./scenario.ts";

const RBAC = "rbac.authorization.k8s.io";

/** `kubectl create KIND NAME` for each kind that has a command of its own. */
export const generators: KubectlScenario = {
  name: "create",
  async run(k) {
    const namespace = `${k.namespace}-more`;
    k.ownClusterScoped(`namespace ${namespace}`);
    await k.step(`create namespace ${namespace}`, { out: `namespace/${namespace} created` });
    await k.step(`create ns ${namespace}`, {
      code: 1,
      err: `Error from server (AlreadyExists): namespaces "${namespace}" already exists`,
    });
    await k.step("create sa robot --dry-run=server -o name", { out: "serviceaccount/robot" });
    await k.step("create sa robot -o jsonpath={.metadata.name}", { out: "robot" });
    await k.step("create sa Robot_1", {
      code: 1,
      err: /^error: failed to create serviceaccount: ServiceAccount "Robot_1" is invalid: metadata.name: Invalid value: "Robot_1": a lowercase RFC 1123 subdomain/,
    });
    await k.step("create sa robot -n nowhere-at-all", {
      code: 1,
      err: 'error: failed to create serviceaccount: namespaces "nowhere-at-all" not found',
    });
    await k.step("create secret generic box --from-literal=user=ann --from-literal=pass=word", {
      out: "secret/box created",
    });
    await k.step("get secret box -o jsonpath={.type}{.data}", {
      out: 'Opaque{"pass":"d29yZA==","user":"YW5u"}',
    });
    await k.step("create configmap conf --from-literal=a=1", { out: "configmap/conf created" });
    await k.step("create cm conf", {
      code: 1,
      err: 'error: failed to create configmap: configmaps "conf" already exists',
    });
    await k.step(
      "create role reader --verb=get --verb=list --resource=pods,services --resource-name=one",
      { out: `role.${RBAC}/reader created` },
    );
    await k.step("get role reader -o jsonpath={.rules}", {
      out: json([
        {
          apiGroups: [""],
          resources: ["pods", "services"],
          resourceNames: ["one"],
          verbs: ["get", "list"],
        },
      ]),
    });
    await k.step("create rolebinding reading --role=reader --user=ann --group=ops", {
      out: `rolebinding.${RBAC}/reading created`,
    });
    await k.step("get rolebinding reading -o wide", {
      out: "NAME  ROLE  AGE  USERS  GROUPS  SERVICEACCOUNTS\nreading  Role/reader  AGE  ann  ops",
    });
    for (const kind of ["clusterrole", "clusterrolebinding"])
      k.ownClusterScoped(`${kind} $ns-paths`);
    await k.step("create clusterrole $ns-paths --verb=get --non-resource-url=/metrics", {
      out: `clusterrole.${RBAC}/$ns-paths created`,
    });
    await k.step(
      "create clusterrolebinding $ns-paths --clusterrole=$ns-paths --serviceaccount=$ns:robot",
      { out: `clusterrolebinding.${RBAC}/$ns-paths created` },
    );
    await k.step("describe clusterrolebinding $ns-paths", {
      out: /ServiceAccount +robot +\$ns$/m,
    });
    await k.step("create token robot", { out: "JWT" });
  },
};
