/**
 * Lists the pods of its namespace again and again with its in-cluster configuration. It prints a line
 * for each request, `START_MS END_MS STATUS`, where status 0 stands for no answer.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { ApiException, CoreV1Api, KubeConfig } from "@kubernetes/client-node";

const PAUSE_MS = 200;

const config = new KubeConfig();
config.loadFromCluster();
const namespace = config.getContextObject(config.currentContext)?.namespace ?? "default";
const core = config.makeApiClient(CoreV1Api);

async function list(): Promise<number> {
  try {
    await core.listNamespacedPod({ namespace });
    return 200;
  } catch (error) {
    if (error instanceof ApiException) return error.code;
    console.error(error);
    return 0;
  }
}

for (;;) {
  const startedAt = Date.now();
  const status = await list();
  console.log(startedAt, Date.now(), status);
  await sleep(PAUSE_MS);
}
