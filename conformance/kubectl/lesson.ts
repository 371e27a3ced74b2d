import { json } from "../expectation.ts";
import type { KubectlSession } from "../kubectl-session.ts";
import type { KubectlScenario } from "./scenario.ts";

const PODS = `apiVersion: v1
kind: Pod
metadata:
  name: plain
spec:
  containers:
  - {name: main, image: registry.example/pause:1}
---
apiVersion: v1
kind: Pod
metadata:
  name: dashboard
spec:
  serviceAccountName: dashboard-sa
  containers:
  - {name: main, image: registry.example/dashboard:1}
`;

/** The service account lesson: an account, a pod that runs as it, a token, and a right. */
export const lesson: KubectlScenario = {
  name: "lesson",
  async run(k) {
    await accounts(k);
    await pods(k);
    const token = await k.read("create token dashboard-sa");
    await forbidden(k, token);
    await allowed(k, token);
    await gone(k, token);
  },
};

async function accounts(k: KubectlSession): Promise<void> {
  await k.step("get namespace $ns", { out: "NAME  STATUS  AGE\n$ns  Active  AGE" });
  await k.eventually("get serviceaccounts", { out: "NAME  AGE\ndefault  AGE" });
  await k.eventually("get configmap kube-root-ca.crt -o name", {
    out: "configmap/kube-root-ca.crt",
  });
  await k.step("get cm kube-root-ca.crt -o jsonpath={.data.ca\\.crt}", {
    out: /^-----BEGIN CERTIFICATE-----/,
  });
  await k.step("create serviceaccount dashboard-sa", {
    out: "serviceaccount/dashboard-sa created",
  });
  await k.step("create sa dashboard-sa", {
    code: 1,
    err: 'error: failed to create serviceaccount: serviceaccounts "dashboard-sa" already exists',
  });
  await k.step("get sa", { out: "NAME  AGE\ndashboard-sa  AGE\ndefault  AGE" });
  await k.step("describe serviceaccount dashboard-sa", {
    out: /^Name: +dashboard-sa\nNamespace: +\$ns\nLabels: +<none>\nAnnotations: +<none>\nImage pull secrets: +<none>\n(Mountable secrets: +<none>\nTokens: +<none>\n)?Events: +<none>$/,
  });
  await k.step("get secrets", { out: "", err: "No resources found in $ns namespace." });
}

async function pods(k: KubectlSession): Promise<void> {
  k.file("pods.yaml", PODS);
  await k.step("apply -f pods.yaml", { out: "pod/plain created\npod/dashboard created" });
  await k.step("get pod plain -o jsonpath={.spec.serviceAccountName}", { out: "default" });
  await k.step("get pod dashboard -o jsonpath={.spec.serviceAccountName}/{.spec.serviceAccount}", {
    out: "dashboard-sa/dashboard-sa",
  });
  await k.step("get pod dashboard -o jsonpath={.spec.volumes}", {
    out: json([
      {
        name: "kube-api-access-RANDOM",
        projected: {
          defaultMode: 420,
          sources: [
            { serviceAccountToken: { expirationSeconds: 3607, path: "token" } },
            {
              configMap: {
                name: "kube-root-ca.crt",
                items: [{ key: "ca.crt", path: "ca.crt" }],
              },
            },
            {
              downwardAPI: {
                items: [
                  {
                    path: "namespace",
                    fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" },
                  },
                ],
              },
            },
          ],
        },
      },
    ]),
  });
  await k.step("get pod dashboard -o jsonpath={.spec.containers[0].volumeMounts}", {
    out: json([
      {
        name: "kube-api-access-RANDOM",
        mountPath: "/var/run/secrets/kubernetes.io/serviceaccount",
        readOnly: true,
      },
    ]),
  });
  await k.step("describe pod dashboard", { out: /^Service Account: +dashboard-sa$/m });
}

async function forbidden(k: KubectlSession, token: string): Promise<void> {
  await k.step("auth can-i list pods --as system:serviceaccount:$ns:dashboard-sa", {
    code: 1,
    out: "no",
  });
  await k.step(
    "get pods",
    {
      code: 1,
      out: "",
      err: 'Error from server (Forbidden): pods is forbidden: User "system:serviceaccount:$ns:dashboard-sa" cannot list resource "pods" in API group "" in the namespace "$ns"',
    },
    { token },
  );
}

async function allowed(k: KubectlSession, token: string): Promise<void> {
  await k.step("create role pod-reader --verb=get,list,watch --resource=pods", {
    out: "role.rbac.authorization.k8s.io/pod-reader created",
  });
  await k.step(
    "create rolebinding dashboard-reads-pods --role=pod-reader --serviceaccount=$ns:dashboard-sa",
    { out: "rolebinding.rbac.authorization.k8s.io/dashboard-reads-pods created" },
  );
  await k.eventually("auth can-i list pods --as system:serviceaccount:$ns:dashboard-sa", {
    out: "yes",
  });
  await k.step("auth can-i list pods --as system:serviceaccount:$ns:default", {
    code: 1,
    out: "no",
  });
  await k.eventually("get pods -o name", { out: "pod/dashboard\npod/plain" }, { token });
  await k.step("auth can-i watch pods", { out: "yes" }, { token });
  const cannot = 'User "system:serviceaccount:$ns:dashboard-sa" cannot';
  await k.step(
    "get secrets",
    {
      code: 1,
      err: `Error from server (Forbidden): secrets is forbidden: ${cannot} list resource "secrets" in API group "" in the namespace "$ns"`,
    },
    { token },
  );
  await k.step(
    "get pods -n kube-system",
    {
      code: 1,
      err: `Error from server (Forbidden): pods is forbidden: ${cannot} list resource "pods" in API group "" in the namespace "kube-system"`,
    },
    { token },
  );
  await k.step(
    "delete pod plain",
    {
      code: 1,
      err: `Error from server (Forbidden): pods "plain" is forbidden: ${cannot} delete resource "pods" in API group "" in the namespace "$ns"`,
    },
    { token },
  );
}

async function gone(k: KubectlSession, token: string): Promise<void> {
  await k.step("delete serviceaccount dashboard-sa", {
    out: 'serviceaccount "dashboard-sa" deleted',
  });
  await k.eventually(
    "get pods",
    { code: 1, err: "error: You must be logged in to the server (Unauthorized)" },
    { token },
  );
  await k.step("create token dashboard-sa", {
    code: 1,
    err: 'error: failed to create token: serviceaccounts "dashboard-sa" not found',
  });
  await k.step("delete sa default", { out: 'serviceaccount "default" deleted' });
  await k.eventually("get sa", { out: "NAME  AGE\ndefault  AGE" });
}
