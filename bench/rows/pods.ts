import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { median } from "../load.ts";
import { type Countersign, residentMiB, startCountersign } from "../processes.ts";
import type { BenchContext, Row } from "../table.ts";

const NAMESPACE = "bench";
const PODS = `/api/v1/namespaces/${NAMESPACE}/pods`;
const TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token";
/** Time that a pod has to do what it is there for. */
const PATIENCE_MS = 120_000;
const LOOK_MS = 50;

/** A pod whose process reads its token, says so, and goes on. */
function readingPod(name: string): Record<string, unknown> {
  const script = `read -r token < ${TOKEN} || test -n "$token"; echo token; exec sleep infinity`;
  return {
    metadata: { name },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [{ name: "reader", image: "host", command: ["sh", "-c", script] }],
    },
  };
}

interface Pod {
  readonly status?: { readonly conditions?: readonly { type: string; status: string }[] };
}

function isReady({ status }: Pod): boolean {
  return (
    status?.conditions?.some((each) => each.type === "Ready" && each.status === "True") === true
  );
}

async function until(what: string, look: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!(await look())) {
    if (Date.now() > end) throw new Error(`${what} took more than ${PATIENCE_MS / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

async function readyPods(server: Countersign): Promise<number> {
  const { items } = (await server.call("GET", PODS)) as unknown as { items: readonly Pod[] };
  return items.filter(isReady).length;
}

async function removePods(server: Countersign): Promise<void> {
  await server.call("DELETE", `${PODS}?gracePeriodSeconds=0`);
  await until("removing pods", async () => {
    const { items } = (await server.call("GET", PODS)) as { items: readonly unknown[] };
    return items.length === 0;
  });
}

/** Milliseconds from the request that creates a pod to its process having read the token. */
async function timeToToken(server: Countersign, name: string): Promise<number> {
  const startedAt = Date.now();
  await server.call("POST", PODS, readingPod(name));
  await until(`pod ${name}`, async () =>
    isReady((await server.call("GET", `${PODS}/${name}`)) as Pod),
  );
  const { text = "" } = (await server.call("GET", `${PODS}/${name}/log?timestamps=true`)) as {
    text?: string;
  };
  const [time = ""] = text.split(" ", 1);
  if (!text.includes(" token")) throw new Error(`pod ${name} said ${JSON.stringify(text)}`);
  return Date.parse(time) - startedAt;
}

/** Pods that are created all together: how long it takes until every one of them is ready. */
async function startAtOnce(server: Countersign, count: number): Promise<Row> {
  const startedAt = Date.now();
  await Promise.all(
    Array.from({ length: count }, (_, number) =>
      server.call("POST", PODS, readingPod(`many-${number}`)),
    ),
  );
  await until(`${count} pods`, async () => (await readyPods(server)) === count);
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
    await until("the node", async () => {
      const { items } = (await server.call("GET", "/api/v1/nodes")) as unknown as {
        items: readonly Pod[];
      };
      return items.some(isReady);
    });
    const times: number[] = [];
    const count = context.rounds * 6;
    for (let number = 0; number < count; number++) {
      times.push(await timeToToken(server, `one-${number}`));
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
