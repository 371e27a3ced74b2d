import { setTimeout as sleep } from "node:timers/promises";
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import type { KubectlSession } from "./kubectl-session.ts";
import { isCi } from "./required.ts";

/** A node on which pods of checks run. */
export interface TestNode {
  readonly name: string;
  /** Has `sh` and the usual small programs. */
  readonly image: string;
}

const READY_WITHIN_SECONDS = 20;
/** `True node-1 containerd://2.1` for each node. */
const NODE_LINES =
  '{range .items[*]}{.status.conditions[?(@.type=="Ready")].status}{" "}{.metadata.name}{" "}{.status.nodeInfo.containerRuntimeVersion}{"\\n"}{end}';

/**
 * A node that is ready, or gets so soon. Where there is none, what needs it is skipped, and in CI,
 * where there has to be one, fails.
 */
export async function findNode(session: KubectlSession): Promise<TestNode | undefined> {
  for (let left = READY_WITHIN_SECONDS; left > 0; left--) {
    const lines = await session.read(`get nodes -o 'jsonpath=${NODE_LINES}'`);
    const node = readyNode(lines);
    if (node !== undefined) return node;
    await sleep(1_000);
  }
  const problem = "no node is ready";
  if (!isCi()) session.skip("pods that run", problem);
  else {
    await session.check("pods that run", () => {
      throw new Error(problem);
    });
  }
  return undefined;
}

/** The process runtime has the host itself as an image. */
function readyNode(lines: string): TestNode | undefined {
  for (const line of lines.split("\n")) {
    const [ready, name = "", runtime = ""] = line.split(" ");
    if (ready !== "True") continue;
    return { name, image: runtime.startsWith("process://") ? "host" : "busybox:1.36" };
  }
  return undefined;
}

const GONE_WITHIN_SECONDS = 40;

/**
 * Resolves when all pods are gone, whose namespaces have been deleted: a node that stops with pods
 * on it keeps their files for the next start.
 */
export async function podsGone(kubeconfig: string): Promise<void> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const core = config.makeApiClient(CoreV1Api);
  for (let left = GONE_WITHIN_SECONDS; ; left--) {
    const { items } = await core.listPodForAllNamespaces();
    if (items.length === 0) return;
    const names = items.map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}`);
    if (left === 0) throw new Error(`still there: ${names.join(", ")}`);
    await sleep(1_000);
  }
}
