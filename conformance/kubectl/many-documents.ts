import type { KubectlScenario } from "./scenario.ts";

const DOCUMENTS = `apiVersion: v1
kind: ServiceAccount
metadata: {name: robot}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader}
rules: [{apiGroups: [""], resources: [pods], verbs: [list]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reading}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: ServiceAccount, name: robot}]
`;

/** Files with several documents, folders, and objects of several kinds at once. */
export const manyDocuments: KubectlScenario = {
  name: "many documents",
  async run(k) {
    const printed = (did: string): string =>
      [
        `serviceaccount/robot ${did}`,
        `role.rbac.authorization.k8s.io/reader ${did}`,
        `rolebinding.rbac.authorization.k8s.io/reading ${did}`,
      ].join("\n");
    k.file("all.yaml", DOCUMENTS);
    await k.step("create -f all.yaml", { out: printed("created") });
    await k.step("get sa,role,rolebinding -o name", {
      out: /serviceaccount\/robot\nrole\.rbac.*\/reader\nrolebinding\.rbac.*\/reading$/,
    });
    await k.step("delete -f all.yaml", {
      out: [
        'serviceaccount "robot" deleted',
        'role.rbac.authorization.k8s.io "reader" deleted',
        'rolebinding.rbac.authorization.k8s.io "reading" deleted',
      ].join("\n"),
    });
    await k.step("apply -f -", { out: printed("created") }, { stdin: DOCUMENTS });
    await k.step("apply -f -", { out: printed("unchanged") }, { stdin: DOCUMENTS });
    const token = await k.read("create token robot");
    await k.eventually("get pods", { err: "No resources found in $ns namespace." }, { token });
  },
};
