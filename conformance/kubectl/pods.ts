import { containing, json } from "../expectation.ts";
import type { KubectlScenario } from "./scenario.ts";

const pod = (name: string, spec: string): string => `apiVersion: v1
kind: Pod
metadata: {name: ${name}}
spec: {${spec}containers: [{name: c, image: registry.example/pause}]}
`;

/** What a pod gets without asking for it, and how to do without a token. */
export const pods: KubectlScenario = {
  name: "pods",
  async run(k) {
    await k.eventually("get sa default -o name", { out: "serviceaccount/default" });
    await k.step("run plain --image=registry.example/pause", { out: "pod/plain created" });
    await k.step("get pods", {
      out: "NAME  READY  STATUS  RESTARTS  AGE\nplain  0/1  Pending  0  AGE",
    });
    await k.step("get pods -o wide", {
      out: "NAME  READY  STATUS  RESTARTS  AGE  IP  NODE  NOMINATED NODE  READINESS GATES\nplain  0/1  Pending  0  AGE  <none>  <none>  <none>  <none>",
    });
    await k.step(
      "get pod plain -o jsonpath={.spec.restartPolicy},{.spec.dnsPolicy},{.spec.schedulerName},{.spec.terminationGracePeriodSeconds},{.spec.enableServiceLinks},{.status.phase},{.status.qosClass}",
      { out: "Always,ClusterFirst,default-scheduler,30,true,Pending,BestEffort" },
    );
    await k.step(
      "get pod plain -o jsonpath={.spec.containers[0].imagePullPolicy},{.spec.containers[0].terminationMessagePath},{.spec.containers[0].terminationMessagePolicy}",
      { out: "Always,/dev/termination-log,File" },
    );
    await k.step("get pod plain -o jsonpath={.spec.tolerations[*].key}", {
      out: "node.kubernetes.io/not-ready node.kubernetes.io/unreachable",
    });
    k.file("unknown.yaml", pod("unknown", "serviceAccountName: nobody, "));
    await k.step("create -f unknown.yaml", {
      code: 1,
      err: 'Error from server (Forbidden): error when creating "unknown.yaml": pods "unknown" is forbidden: error looking up service account $ns/nobody: serviceaccount "nobody" not found',
    });
    k.file("bare.yaml", pod("bare", "automountServiceAccountToken: false, "));
    await k.step("create -f bare.yaml", { out: "pod/bare created" });
    await k.step("get pod bare -o jsonpath={.spec.volumes}{.spec.containers[0].volumeMounts}", {
      out: "",
    });
    await k.step("create sa quiet", { out: "serviceaccount/quiet created" });
    await k.step("patch sa quiet -p '{\"automountServiceAccountToken\":false}'", {
      out: "serviceaccount/quiet patched",
    });
    k.file("quiet.yaml", pod("quiet", "serviceAccountName: quiet, "));
    await k.step("create -f quiet.yaml", { out: "pod/quiet created" });
    await k.step("get pod quiet -o jsonpath={.spec.volumes}", { out: "" });
    k.file(
      "loud.yaml",
      pod("loud", "serviceAccountName: quiet, automountServiceAccountToken: true, "),
    );
    await k.step("create -f loud.yaml", { out: "pod/loud created" });
    await k.step("get pod loud -o jsonpath={.spec.volumes[*].name}", {
      out: "kube-api-access-RANDOM",
    });
    await k.step('patch sa quiet -p \'{"imagePullSecrets":[{"name":"registry"}]}\'', {
      out: "serviceaccount/quiet patched",
    });
    k.file("pulling.yaml", pod("pulling", "serviceAccountName: quiet, "));
    await k.step("create -f pulling.yaml", { out: "pod/pulling created" });
    await k.step("get pod pulling -o jsonpath={.spec.imagePullSecrets}", {
      out: json([{ name: "registry" }]),
    });
    await k.step('patch pod plain --type=merge -p \'{"spec":{"serviceAccountName":"quiet"}}\'', {
      code: 1,
      err: containing('The Pod "plain" is invalid', "pod updates may not change fields other than"),
    });
    await k.step(
      'patch pod plain --subresource=status -p \'{"status":{"conditions":[{"type":"Ready","status":"True"}]}}\'',
      { out: "pod/plain patched" },
    );
    await k.step("wait pod/plain --for=condition=Ready --timeout=5s", {
      out: "pod/plain condition met",
    });
    await k.step("wait pod/bare --for=condition=Ready --timeout=1s", {
      code: 1,
      err: "error: timed out waiting for the condition on pods/bare",
    });
  },
};
