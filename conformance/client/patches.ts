import { deepStrictEqual, rejects } from "node:assert";
import { PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { refusal } from "./crud.ts";
import type { ClientScenario } from "./scenario.ts";

/** The four kinds of patch. */
export const patches: ClientScenario = {
  name: "patches",
  async run({ core, namespace, check }) {
    const name = "conf";
    const as = (type: string) => setHeaderOptions("Content-Type", type);
    await core.createNamespacedConfigMap({
      namespace,
      body: { metadata: { name }, data: { a: "1", b: "2" } },
    });
    await check("merge patch: null removes", async () => {
      const { data } = await core.patchNamespacedConfigMap(
        { name, namespace, body: { data: { a: null, c: "3" } } },
        as(PatchStrategy.MergePatch),
      );
      deepStrictEqual(data, { b: "2", c: "3" });
    });
    await check("JSON patch: test, then replace", async () => {
      const body = [
        { op: "test", path: "/data/b", value: "2" },
        { op: "replace", path: "/data/b", value: "4" },
      ];
      const { data } = await core.patchNamespacedConfigMap(
        { name, namespace, body },
        as(PatchStrategy.JsonPatch),
      );
      deepStrictEqual(data, { b: "4", c: "3" });
      await rejects(
        core.patchNamespacedConfigMap({ name, namespace, body }, as(PatchStrategy.JsonPatch)),
        refusal(422, "Invalid"),
      );
    });
    await check("strategic merge patch: lists merge by key", async () => {
      await core.createNamespacedServiceAccount({
        namespace,
        body: { metadata: { name: "robot" }, secrets: [{ name: "a" }] },
      });
      const patched = await core.patchNamespacedServiceAccount(
        { name: "robot", namespace, body: { secrets: [{ name: "b" }] } },
        as(PatchStrategy.StrategicMergePatch),
      );
      deepStrictEqual(patched.secrets?.map((each) => each.name).sort(), ["a", "b"]);
    });
    await check("server-side apply: what is another's is a conflict unless forced", async () => {
      const applied = (value: string) => ({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "owned" },
        data: { a: value },
      });
      const apply = (fieldManager: string, value: string, force?: boolean) =>
        core.patchNamespacedConfigMap(
          {
            ...{ name: "owned", namespace, fieldManager, body: applied(value) },
            ...(force === undefined ? {} : { force }),
          },
          as(PatchStrategy.ServerSideApply),
        );
      await apply("one", "1");
      await rejects(apply("two", "2"), refusal(409, "Conflict"));
      const { data, metadata } = await apply("two", "2", true);
      deepStrictEqual(data, { a: "2" });
      deepStrictEqual(
        metadata?.managedFields?.map(({ manager }) => manager),
        ["two"],
      );
    });
  },
};
