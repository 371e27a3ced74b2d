import { deepStrictEqual, notStrictEqual, ok, rejects, strictEqual } from "node:assert";
import { ApiException, KubernetesObjectApi, RbacAuthorizationV1Api } from "@kubernetes/client-node";
import type { ClientScenario } from "./scenario.ts";

/** Create, read, list in pages, replace, delete; conflicts and preconditions. */
export const crud: ClientScenario = {
  name: "objects",
  async run({ core, config, namespace, check }) {
    await check("create and read a service account", async () => {
      const made = await core.createNamespacedServiceAccount({
        namespace,
        body: { metadata: { name: "robot", labels: { a: "1" } } },
      });
      const read = await core.readNamespacedServiceAccount({ name: "robot", namespace });
      deepStrictEqual(read, made);
      ok(read.metadata?.creationTimestamp instanceof Date);
    });
    await check("409 AlreadyExists", async () => {
      await rejects(
        core.createNamespacedServiceAccount({ namespace, body: { metadata: { name: "robot" } } }),
        refusal(409, "AlreadyExists"),
      );
    });
    await check("404 NotFound", async () => {
      await rejects(
        core.readNamespacedSecret({ name: "none", namespace }),
        refusal(404, "NotFound"),
      );
    });
    await check("replace changes the resource version; a stale one is a conflict", async () => {
      const before = await core.readNamespacedServiceAccount({ name: "robot", namespace });
      const body = { ...before, automountServiceAccountToken: false };
      const after = await core.replaceNamespacedServiceAccount({ name: "robot", namespace, body });
      notStrictEqual(after.metadata?.resourceVersion, before.metadata?.resourceVersion);
      await rejects(
        core.replaceNamespacedServiceAccount({
          name: "robot",
          namespace,
          body: { ...before, automountServiceAccountToken: true },
        }),
        refusal(409, "Conflict"),
      );
    });
    await check("a list in pages is the whole list", async () => {
      for (const name of ["a", "b", "c", "d", "e"]) {
        await core.createNamespacedConfigMap({
          namespace,
          body: { metadata: { name, labels: { page: "y" } } },
        });
      }
      const names: (string | undefined)[] = [];
      let _continue: string | undefined;
      do {
        const page = await core.listNamespacedConfigMap({
          ...{ namespace, labelSelector: "page=y", limit: 2 },
          ...(_continue === undefined ? {} : { _continue }),
        });
        names.push(...page.items.map(({ metadata }) => metadata?.name));
        _continue = page.metadata?._continue || undefined;
      } while (_continue !== undefined);
      deepStrictEqual(names, ["a", "b", "c", "d", "e"]);
    });
    await check("delete a collection by label", async () => {
      await core.deleteCollectionNamespacedConfigMap({ namespace, labelSelector: "page=y" });
      const { items } = await core.listNamespacedConfigMap({ namespace, labelSelector: "page=y" });
      strictEqual(items.length, 0);
    });
    await check("a wrong uid as precondition is a conflict", async () => {
      const body = { preconditions: { uid: "11111111-1111-1111-1111-111111111111" } };
      await rejects(
        core.deleteNamespacedServiceAccount({ name: "robot", namespace, body }),
        refusal(409, "Conflict"),
      );
    });
    await check("422 Invalid names each field", async () => {
      const rbac = config.makeApiClient(RbacAuthorizationV1Api);
      const body = { metadata: { name: "r" }, rules: [{ verbs: [], resources: ["pods"] }] };
      await rejects(
        rbac.createNamespacedRole({ namespace, body }),
        (error) =>
          refusal(422, "Invalid")(error) &&
          /rules\[0\]\.verbs/.test((error as ApiException<string>).body),
      );
    });
    await check("any kind by its discovery", async () => {
      const objects = KubernetesObjectApi.makeApiClient(config);
      const metadata = { name: "lease", namespace };
      await objects.create({ apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata });
      const read = await objects.read({
        apiVersion: "coordination.k8s.io/v1",
        kind: "Lease",
        metadata,
      });
      strictEqual(read.metadata?.name, "lease");
    });
  },
};

/** A Status with this code and reason. */
export function refusal(code: number, reason: string): (error: unknown) => boolean {
  return (error) => {
    if (!(error instanceof ApiException)) throw error;
    strictEqual(error.code, code);
    const status = (typeof error.body === "string" ? JSON.parse(error.body) : error.body) as {
      readonly reason?: string;
    };
    strictEqual(status.reason, reason);
    return true;
  };
}
