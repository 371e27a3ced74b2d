import type { Pod, PodStatus } from "../api/types.ts";
import { isNotFound } from "../client/errors.ts";
import { keyOf, PODS } from "../client/resource-type.ts";
import { createInformer } from "../informer/informer.ts";
import { formatTime } from "../runtime/clock.ts";
import { silentLogger } from "../runtime/logger.ts";
import { systemRandom } from "../runtime/random.ts";
import type { ControlledServer } from "./controlled-server.fixture.ts";

/** What becomes of a pod: it waits, runs without getting ready, gets ready, or ends. */
export type Fate = "wait" | "run" | "ready" | "succeed" | "fail";

export interface FakeKubelet extends AsyncDisposable {
  /** Decides about pods that are not ready yet; look again after changing it. */
  fate: (pod: Readonly<Pod>) => Fate;
  /** Whether pods that are deleted end at once. */
  endsPods: boolean;
  /** Looks at every pod again. */
  look(): void;
}

const NODE = "node-1";

/** Binds pods to one node and pretends to run them. No process is started. */
export function startFakeKubelet({ client, clock }: ControlledServer): FakeKubelet {
  const pods = client.resource(PODS);
  const informer = createInformer({
    client: pods,
    transform: (pod: Pod) => pod,
    clock,
    random: systemRandom,
    logger: silentLogger,
  });
  const abort = new AbortController();
  const { signal } = abort;
  const writes = new Set<Promise<void>>();

  const act = async (pod: Readonly<Pod>): Promise<void> => {
    const { metadata, spec, status } = pod;
    const key = keyOf(pod);
    const { uid = "" } = metadata;
    if (metadata.deletionTimestamp !== undefined) {
      const preconditions = { uid };
      if (kubelet.endsPods)
        await pods.delete(key, { gracePeriodSeconds: 0, preconditions, signal });
      return;
    }
    if ((spec?.nodeName ?? "") === "") {
      const target = { apiVersion: "v1", kind: "Node", name: NODE };
      await client.send("POST", `/api/v1/namespaces/${key.namespace}/pods/${key.name}/binding`, {
        body: { apiVersion: "v1", kind: "Binding", metadata: { name: key.name }, target },
      });
      return;
    }
    const wanted = statusOf(kubelet.fate(pod), formatTime(clock.now()));
    const isDone = status?.phase === "Succeeded" || status?.phase === "Failed";
    if (isDone || wanted === undefined || isAlready(pod, wanted)) return;
    const patch = { metadata: { uid }, status: wanted };
    await pods.patch(key, "strategic-merge-patch", patch, { subresource: "status", signal });
  };
  const start = (pod: Readonly<Pod>): void => {
    const write = act(pod).catch((error: unknown) => {
      if (!signal.aborted && !isNotFound(error) && !String(error).includes("onflict")) throw error;
    });
    writes.add(write);
    void write.finally(() => writes.delete(write));
  };
  informer.addHandler({ added: start, updated: start });
  const running = informer.run({ signal });
  const kubelet: FakeKubelet = {
    fate: () => "ready",
    endsPods: true,
    look: () => {
      for (const pod of informer.lister.all()) start(pod);
    },
    [Symbol.asyncDispose]: async () => {
      abort.abort();
      await Promise.all([running, ...writes]);
    },
  };
  return kubelet;
}

function statusOf(fate: Fate, now: string): PodStatus | undefined {
  const ready = (status: "True" | "False") => ({
    startTime: now,
    conditions: [{ type: "Ready", status, lastTransitionTime: now }],
  });
  switch (fate) {
    case "wait":
      return undefined;
    case "run":
      return { phase: "Running", ...ready("False") };
    case "ready":
      return { phase: "Running", ...ready("True") };
    case "succeed":
      return { phase: "Succeeded", ...ready("False"), containerStatuses: [ended(0, now)] };
    case "fail":
      return { phase: "Failed", ...ready("False"), containerStatuses: [ended(1, now)] };
  }
}

function ended(exitCode: number, now: string) {
  const reason = exitCode === 0 ? "Completed" : "Error";
  return {
    name: "main",
    image: "image",
    imageID: "",
    ready: false,
    restartCount: 0,
    state: { terminated: { exitCode, reason, startedAt: now, finishedAt: now } },
  };
}

function isAlready({ status }: Readonly<Pod>, wanted: PodStatus): boolean {
  const ready = (each: PodStatus | undefined) => each?.conditions?.find((c) => c.type === "Ready");
  return status?.phase === wanted.phase && ready(status)?.status === ready(wanted)?.status;
}
