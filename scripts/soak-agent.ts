/**
 * Lets many pods come and go on one node and shows that nothing of them is left: a server, and an agent
 * with the runtime `process`, each a process of its own, pods through the API.
 * `node scripts/soak-agent.ts [--pods 10000] [--at-once 20] [--minutes 60]`. It ends by itself, prints a
 * line now and then, and the exit code says whether it leaked.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { residentMiB } from "../bench/processes.ts";
import type { Pod, PodSpec } from "../packages/server/src/api/types.ts";
import { Client } from "../packages/server/src/client/client.ts";
import { createHttpsTransport } from "../packages/server/src/client/node/https-transport.ts";
import { readKubeconfig } from "../packages/server/src/client/node/kubeconfig.ts";
import { PODS, SERVICE_ACCOUNTS } from "../packages/server/src/client/resource-type.ts";
import { realClock } from "../packages/server/src/runtime/clock.ts";
import {
  descendantsOf,
  namespacesBelow,
  startAgent,
  tracesOf,
} from "../packages/server/test/agent-process.fixture.ts";
import { startUp } from "../packages/server/test/command.fixture.ts";

const { values } = parseArgs({
  options: {
    pods: { type: "string", default: "10000" },
    "at-once": { type: "string", default: "20" },
    minutes: { type: "string", default: "60" },
  },
});
const pods = Number(values.pods);
const atOnce = Number(values["at-once"]);
const endAt = realClock.now() + Number(values.minutes) * 60_000;

const NODE = "soak";
const NAMESPACE = "soak";
const TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token";
const REPORT_EVERY = Math.max(atOnce, Math.min(1000, Math.floor(pods / 5)));
/**
 * So many pods come before anything is counted. What an agent needs once, it has then, and what it keeps
 * within bounds (of events, as a kubelet, the last 4,096 of three kinds) is full.
 */
const WARM_UP = Math.min(2000, Math.floor(pods / 5));
/** Beyond that the agent keeps something of every pod: a kilobyte of 4,000 of them. */
const MAX_GROWTH: Partial<Record<keyof Held, number>> = { usedMiB: 4, rssMiB: 16 };
const LOOK_MS = 100;
const PATIENCE_MS = 300_000;

const directory = mkdtempSync(join(tmpdir(), "soak-agent-"));
const root = join(directory, "node");
mkdirSync(root);
const server = await startUp(join(directory, "server"), "--storage", "memory");
const kubeconfig = join(directory, "server/kubeconfig");
const agent = await startAgent({
  kubeconfig,
  directory: root,
  nodeName: NODE,
  flags: ["--log-level", "error"],
  nodeFlags: [
    "--expose-gc",
    "--import",
    fileURLToPath(new URL("soak-agent-probe.ts", import.meta.url)),
  ],
});
const pid = agent.child.pid ?? 0;
const access = await readKubeconfig(kubeconfig);
const transport = createHttpsTransport({
  ...access,
  credential: () => access.credential,
  clock: realClock,
});
const client = new Client(transport.send, { userAgent: "soak" });

/** Of every four pods: two that go on until they are deleted, one that ends, one that fails. */
function specOf(number: number): Partial<PodSpec> {
  const script = [
    `read -r token < ${TOKEN} || test -n "$token"; exec sleep 1000`,
    `read -r token < ${TOKEN} || test -n "$token"; echo "$token" > /data/token; exec sleep 1000`,
    "echo done",
    "echo failed >&2; exit 3",
  ][number % 4];
  return {
    nodeName: NODE,
    restartPolicy: number % 4 < 2 ? "Always" : "Never",
    terminationGracePeriodSeconds: 1,
    containers: [
      {
        name: "c",
        image: "host",
        imagePullPolicy: "IfNotPresent",
        command: ["sh", "-c", script ?? ""],
        volumeMounts: [{ name: "data", mountPath: "/data" }],
      },
    ],
    volumes: [{ name: "data", emptyDir: {} }],
  };
}

/** Whether a pod has done what it is there for. */
function isDone({ metadata, status }: Pod): boolean {
  const number = Number(metadata.name?.slice("pod-".length));
  if (number % 4 === 2) return status?.phase === "Succeeded";
  if (number % 4 === 3) return status?.phase === "Failed";
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  return ready?.status === "True";
}

/** Keeps so many pods at once until `until` have begun, and comes back when all are gone. */
async function churn(until: number): Promise<void> {
  const resource = client.resource(PODS);
  let movedAt = realClock.now();
  for (;;) {
    const { items } = await resource.list({ namespace: NAMESPACE });
    const room = realClock.now() > endAt ? 0 : Math.min(atOnce - items.length, until - begun);
    if (items.length === 0 && room <= 0) return;
    const done = items.filter((pod) => pod.metadata.deletionTimestamp === undefined && isDone(pod));
    if (done.length > 0 || room > 0) movedAt = realClock.now();
    if (realClock.now() - movedAt > PATIENCE_MS) {
      throw new Error(`stuck: ${JSON.stringify(items.map(({ metadata }) => metadata.name))}`);
    }
    await Promise.all([
      ...done.map(({ metadata: { name = "" } }) => resource.delete({ namespace: NAMESPACE, name })),
      ...Array.from({ length: Math.max(0, room) }, () => {
        const number = begun++;
        const metadata = { name: `pod-${number}`, namespace: NAMESPACE };
        return resource.create({ metadata, spec: specOf(number) } as Pod);
      }),
    ]);
    await realClock.sleep(LOOK_MS);
  }
}

interface Held {
  readonly processes: number;
  readonly namespaces: number;
  readonly mounts: number;
  readonly cgroups: number;
  readonly files: number;
  readonly descriptors: number;
  readonly usedMiB: number;
  readonly rssMiB: number;
}

async function ask(): Promise<{ readonly used: number; readonly descriptors: number }> {
  const seen = agent.stderr.length;
  agent.child.kill("SIGUSR2");
  for (let tries = 0; tries < 300; tries++) {
    const line = /^held (\{.*\})$/m.exec(agent.stderr.slice(seen))?.[1];
    if (line !== undefined) return JSON.parse(line);
    await realClock.sleep(LOOK_MS);
  }
  throw new Error(`the agent does not say what it holds: ${agent.stderr}`);
}

/** What the agent holds when it is at rest: the last requests and commands have come to their end. */
async function measure(): Promise<Held> {
  await realClock.sleep(5_000);
  const { used, descriptors } = await ask();
  // V8 gives pages back a little later.
  await realClock.sleep(1_000);
  return {
    processes: descendantsOf(pid).length,
    namespaces: namespacesBelow(pid).size,
    ...(await tracesOf(root)),
    descriptors,
    usedMiB: Math.round(used / 2 ** 20),
    rssMiB: Math.round(residentMiB(pid)),
  };
}

function report(held: Held): void {
  const seconds = Math.round((realClock.now() - startedAt) / 1000);
  console.log(JSON.stringify({ pods: begun, seconds, ...held }));
}

/** What has grown, as `descriptors 40 → 44`. */
function growthOf(before: Held, after: Held): readonly string[] {
  const keys = Object.keys(before) as (keyof Held)[];
  return keys
    .filter((key) => after[key] - before[key] > (MAX_GROWTH[key] ?? 0))
    .map((key) => `${key} ${before[key]} → ${after[key]}`);
}

let begun = 0;
const startedAt = realClock.now();
await client.send("POST", "/api/v1/namespaces", { body: { metadata: { name: NAMESPACE } } });
// A pod can be created as soon as its account is there.
for (let tries = 0; tries < 100; tries++) {
  const { items } = await client.resource(SERVICE_ACCOUNTS).list({ namespace: NAMESPACE });
  if (items.length > 0) break;
  await realClock.sleep(LOOK_MS);
}
await churn(WARM_UP);
const before = await measure();
report(before);
let after = before;
while (begun < pods && realClock.now() < endAt) {
  await churn(Math.min(pods, begun + REPORT_EVERY));
  after = await measure();
  report(after);
}
const grown = growthOf(before, after);
agent.child.kill("SIGTERM");
const code = await agent.exited;
const left = await tracesOf(root);
await transport[Symbol.asyncDispose]();
await server[Symbol.asyncDispose]();
console.log(`the agent ended with ${code}, and has left ${JSON.stringify(left)}`);
const clean = code === 0 && Object.values(left).every((count) => count === 0);
if (clean) rmSync(directory, { recursive: true, force: true });
console.log(
  grown.length === 0 && clean
    ? `${begun} pods: nothing is left`
    : `leaked: ${[...grown, ...(clean ? [] : [directory])].join(", ")}`,
);
process.exitCode = grown.length === 0 && clean ? 0 : 1;
