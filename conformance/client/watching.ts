import { deepStrictEqual, ok, strictEqual } from "node:assert";
import { setTimeout as sleep } from "node:timers/promises";
import { makeInformer, type V1ConfigMap, Watch } from "@kubernetes/client-node";
import type { ClientScenario, ClientSession } from "./scenario.ts";

const WITHIN_MS = 10_000;

/** Watches from a resource version, and the library's informer. */
export const watching: ClientScenario = {
  name: "watch",
  async run(session) {
    await resumed(session);
    await informed(session);
  },
};

async function resumed({ config, core, namespace, check }: ClientSession): Promise<void> {
  await check("a watch tells what happened after its resource version, in order", async () => {
    const made = await core.createNamespacedConfigMap({
      namespace,
      body: { metadata: { name: "w" }, data: { n: "0" } },
    });
    for (const n of ["1", "2"]) {
      const body = { metadata: { name: "w" }, data: { n } };
      await core.replaceNamespacedConfigMap({ name: "w", namespace, body });
    }
    await core.deleteNamespacedConfigMap({ name: "w", namespace });
    const seen: string[] = [];
    const watch = await new Watch(config).watch(
      `/api/v1/namespaces/${namespace}/configmaps`,
      { resourceVersion: made.metadata?.resourceVersion, fieldSelector: "metadata.name=w" },
      (type, object: V1ConfigMap) => seen.push(`${type} ${object.data?.n}`),
      () => {},
    );
    await until(() => seen.length >= 3);
    watch.abort();
    deepStrictEqual(seen, ["MODIFIED 1", "MODIFIED 2", "DELETED 2"]);
  });
}

async function informed({ config, core, namespace, check }: ClientSession): Promise<void> {
  const selector = "informed=yes";
  const informer = makeInformer<V1ConfigMap>(
    config,
    `/api/v1/namespaces/${namespace}/configmaps`,
    () => core.listNamespacedConfigMap({ namespace, labelSelector: selector }),
    selector,
  );
  const seen: string[] = [];
  for (const event of ["add", "update", "delete"] as const) {
    informer.on(event, ({ metadata }) => seen.push(`${event} ${metadata?.name}`));
  }
  const labels = { informed: "yes" };
  await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: "old", labels } } });
  await check("an informer lists, then follows", async () => {
    await informer.start();
    await until(() => seen.length === 1);
    const metadata = { name: "new", labels };
    await core.createNamespacedConfigMap({ namespace, body: { metadata } });
    await until(() => seen.length === 2);
    await core.replaceNamespacedConfigMap({
      ...{ name: "new", namespace },
      body: { metadata, data: { a: "1" } },
    });
    await until(() => seen.length === 3);
    await core.deleteNamespacedConfigMap({ name: "old", namespace });
    await until(() => seen.length === 4);
    deepStrictEqual(seen, ["add old", "add new", "update new", "delete old"]);
    strictEqual(informer.list().length, 1);
    ok(informer.get("new", namespace));
  });
  await informer.stop();
}

async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + WITHIN_MS;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`not within ${WITHIN_MS} ms`);
    await sleep(20);
  }
}
