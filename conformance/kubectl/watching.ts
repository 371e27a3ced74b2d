import { strictEqual } from "node:assert";
import type { KubectlScenario } from "./scenario.ts";

/** `kubectl get -w` in its forms, and `kubectl wait`. */
export const watching: KubectlScenario = {
  name: "watch",
  async run(k) {
    await k.step("create cm one --from-literal=a=1", { out: "configmap/one created" });
    await k.step("label cm one set=w", { out: "configmap/one labeled" });
    const rows = k.background("get cm -l set=w -w --output-watch-events");
    const names = k.background("get cm -l set=w -w -o name");
    await k.check("watches have begun", async () => {
      await k.read("get cm one"); // and a moment for the two beside
      await new Promise((resolve) => setTimeout(resolve, 1500));
    });
    await k.step('patch cm one -p \'{"data":{"b":"2"}}\'', { out: "configmap/one patched" });
    await k.step("create cm two", { out: "configmap/two created" });
    await k.step("label cm two set=w", { out: "configmap/two labeled" });
    await k.step("label cm two set-", { out: "configmap/two unlabeled" });
    await k.step("delete cm one", { out: 'configmap "one" deleted' });
    await k.check("each event of the selection, in order", async () => {
      strictEqual(
        await rows.lines(6),
        [
          "EVENT  NAME  DATA  AGE",
          "ADDED  one  1  AGE",
          "MODIFIED  one  2  AGE",
          "ADDED  two  0  AGE",
          "DELETED  two  0  AGE",
          "DELETED  one  2  AGE",
        ].join("\n"),
      );
    });
    await k.check("each name, in order", async () => {
      const [one, two] = ["configmap/one", "configmap/two"];
      strictEqual(await names.lines(5), [one, one, two, two, one].join("\n"));
    });
    const waiting = k.background("wait cm/two --for=delete --timeout=20s");
    await new Promise((resolve) => setTimeout(resolve, 500));
    await k.step("delete cm two --wait=false", { out: 'configmap "two" deleted' });
    await k.check("wait --for=delete ends with the object", async () => {
      const answer = await waiting.end();
      strictEqual(answer.code, 0, answer.stderr);
    });
    await k.step("get cm two -w", {
      code: 1,
      err: 'Error from server (NotFound): configmaps "two" not found',
    });
  },
};
