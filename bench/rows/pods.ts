import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { median } from "../load.ts";
import { type Countersign, residentMiB, startCountersign } from "../processes.ts";
import {
  type Conditioned,
  isReady,
  type NewPod,
  type Patience,
  timeToToken,
  until,
  untilNodeReady,
} from "../readiness.ts";
import type { BenchContext, Row } from "../table.ts";

const NAMESPACE = "bench";
const PODS = `/api/v1/namespaces/${NAMESPACE}/pods`;
const TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token";
/** Time that a pod has to do what it is there for. */
const PATIENCE: Patience = { totalMs: 120_000, lookMs: 50 };

/** A pod whose process reads its token, says so, and goes on. */
function readingPod(name: string): NewPod {
  const script = `read -r token < ${TOKEN} || test -n "$token"; echo token; exec sleep infinity`;
  return {
    metadata: { name },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [{ name: "reader", image: "host", command: ["sh", "-c", script] }],
    },
  };
}

async function readyPods(server: Countersign): Promise<number> {
  const { items } = (await server.call("GET", PODS)) as { items: readonly Conditioned[] };
  return items.filter(isReady).length;
}

async function removePods(server: Countersign): Promise<void> {
  await server.call("DELETE", `${PODS}?gracePeriodSeconds=0`);
  await until("removing pods", PATIENCE, async () => {
    const { items } = (await server.call("GET", PODS)) as { items: readonly unknown[] };
    return items.length === 0;
  });
}

/** Pods that are created all together: how long it takes until every one of them is ready. */
async function startAtOnce(server: Countersign, count: number): Promise<Row> {
  const startedAt = Date.now();
  await Promise.all(
    Array.from({ length: count }, (_, number) =>
      server.call("POST", PODS, readingPod(`many-${number}`)),
    ),
  );
  await until(`${count} pods`, PATIENCE, async () => (await readyPods(server)) === count);
  const seconds = (Date.now() - startedAt) / 1000;
  return {
    name: `${count} pods on one node at once, until all are ready`,
    measured: `${seconds.toFixed(1)} s`,
    floor: `${((seconds / count) * 1000).toFixed(0)} ms each`,
    bound: "all of them",
    met: true,
  };
}

/** The agent is a child of the server. */
function agentMiB(server: Countersign): number {
  const children = readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      return Number(stat.slice(stat.lastIndexOf(")") + 4).split(" ")[0]) === server.process.pid;
    } catch {
      // It has ended meanwhile.
      return false;
    }
  });
  return Math.max(0, ...children.map((name) => residentMiB(Number(name))));
}

/** Pods of the runtime `process`: how soon they have their token, many at once, what the agent holds. */
export async function measurePods(context: BenchContext): Promise<readonly Row[]> {
  const many = context.manyPods;
  const server = await startCountersign(
    join(context.scratch, "pods"),
    "--no-node=false",
    // Besides those that are being removed.
    `--node-max-pods=${many + 20}`,
  );
  try {
    await server.call("POST", "/api/v1/namespaces", { metadata: { name: NAMESPACE } });
    await untilNodeReady(server, PATIENCE);
    const times: number[] = [];
    const count = context.rounds * 6;
    for (let number = 0; number < count; number++) {
      times.push(await timeToToken(server, PODS, readingPod(`one-${number}`), PATIENCE));
      await server.call("DELETE", `${PODS}/one-${number}?gracePeriodSeconds=0`);
    }
    await removePods(server);
    const half = await startAtOnce(server, many / 2);
    const memory = agentMiB(server);
    await removePods(server);
    const all = await startAtOnce(server, many);
    await removePods(server);
    return [
      figure("from a pod's creation to its process reading the token", median(times), " ms", 150),
      half,
      all,
      figure(`memory of the agent with ${many / 2} pods`, memory, " MiB", 120),
    ];
  } finally {
    await server.stop();
  }
}

function figure(name: string, value: number, unit: string, atMost: number): Row {
  return {
    name,
    measured: `${value.toFixed(0)}${unit}`,
    floor: "",
    bound: `≤ ${atMost}${unit}`,
    met: value <= atMost,
  };
}
