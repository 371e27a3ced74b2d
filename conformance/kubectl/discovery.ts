import { strictEqual } from "node:assert";
import { containing } from "../expectation.ts";
import type { KubectlScenario } from "./scenario.ts";

/** What kubectl learns about the server itself. */
export const discovery: KubectlScenario = {
  name: "discovery",
  async run(k) {
    await k.step("api-resources", {
      out: containing(
        /^serviceaccounts +sa +v1 +true +ServiceAccount$/m,
        /^secrets +v1 +true +Secret$/m,
        /^pods +po +v1 +true +Pod$/m,
        /^clusterroles +rbac\.authorization\.k8s\.io\/v1 +false +ClusterRole$/m,
        /^tokenreviews +authentication\.k8s\.io\/v1 +false +TokenReview$/m,
        /^leases +coordination\.k8s\.io\/v1 +true +Lease$/m,
      ),
    });
    await k.step("api-resources --api-group=rbac.authorization.k8s.io -o name", {
      out: [
        "clusterrolebindings.rbac.authorization.k8s.io",
        "clusterroles.rbac.authorization.k8s.io",
        "rolebindings.rbac.authorization.k8s.io",
        "roles.rbac.authorization.k8s.io",
      ].join("\n"),
    });
    await k.step("api-versions", {
      out: containing(
        /^v1$/m,
        /^rbac\.authorization\.k8s\.io\/v1$/m,
        /^authentication\.k8s\.io\/v1$/m,
        /^authorization\.k8s\.io\/v1$/m,
      ),
    });
    await k.check("version -o json", async () => {
      const version = JSON.parse(await k.read("version -o json")) as {
        serverVersion: { major: string };
      };
      strictEqual(version.serverVersion.major, "1");
    });
    await k.step("cluster-info", { out: /Kubernetes control plane.* is running at .*https:\/\// });
    await k.step("get --raw /readyz", { out: "ok" });
    await k.step("get --raw /nothing", {
      code: 1,
      err: "Error from server (NotFound): the server could not find the requested resource",
    });
    await k.step("get --raw /.well-known/openid-configuration", { out: /"issuer":/ });
    await k.step("config view --minify -o jsonpath={.contexts[0].context.namespace}", {
      out: "$ns",
    });
    await k.step("config view", { out: containing("kind: Config", "current-context: ") });
    await k.step("explain serviceaccount", {
      out: containing(
        /^KIND: +ServiceAccount$/m,
        /^VERSION: +v1$/m,
        "automountServiceAccountToken",
      ),
    });
    await k.step("explain pod.spec.serviceAccountName", {
      out: containing(/^KIND: +Pod$/m, /^FIELD: +serviceAccountName/m),
    });
    await k.step("explain role.rules.verbs", { out: containing(/^KIND: +Role$/m, "verbs") });
    await k.step("get clusterroles cluster-admin admin edit view -o name", {
      out: ["cluster-admin", "admin", "edit", "view"]
        .map((name) => `clusterrole.rbac.authorization.k8s.io/${name}`)
        .join("\n"),
    });
    await k.eventually("get clusterrole view -o jsonpath={.rules[*].resources[*]}", {
      out: /\bpods\b/, // aggregated
    });
  },
};
