import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import {
  type Containerd,
  canMakeNetworks,
  canRunContainerd,
  criHarness,
  criRuntimeOf,
  IMAGE,
} from "../../packages/server/src/agent/cri/containerd.fixture.ts";
import { RuntimeWorkbench } from "../../packages/server/src/agent/pod-runtime.fixture.ts";
import { median } from "../load.ts";
import { type Countersign, startCountersign } from "../processes.ts";
import { type NewPod, type Patience, timeToToken, until, untilNodeReady } from "../readiness.ts";
import type { BenchContext, Row } from "../table.ts";

const NAMESPACE = "bench";
const PODS = `/api/v1/namespaces/${NAMESPACE}/pods`;
const TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token";
const PATIENCE: Patience = { totalMs: 60_000, lookMs: 25 };
const NODE = "bench-node";

/** What a kubelet 1.36.2 with a containerd 1.6 needs on two cores. */
const BOUND_MS = 450;

/** A pod whose process reads its token, says so, and goes on. */
function readingPod(name: string, hostNetwork: boolean): NewPod {
  // It ends when it is told to, so that its end is no part of the next one's start.
  const end = "trap 'exit 0' TERM; sleep 1000000 & wait";
  const script = `read -r token < ${TOKEN} || test -n "$token"; echo token; ${end}`;
  return {
    metadata: { name },
    spec: {
      hostNetwork,
      terminationGracePeriodSeconds: 0,
      containers: [{ name: "reader", image: IMAGE, command: ["sh", "-c", script] }],
    },
  };
}

/** @param memory - where the node has its tokens */
async function removePod(server: Countersign, name: string, memory: string): Promise<void> {
  await server.call("DELETE", `${PODS}/${name}?gracePeriodSeconds=0`);
  // The API has forgotten it before the node has.
  await until(`the end of pod ${name}`, PATIENCE, async () => readdirSync(memory).length === 0);
}

interface Measurement {
  readonly count: number;
  readonly memory: string;
  readonly hostNetwork: boolean;
}

interface Times {
  readonly measured: number;
  /** Of what containerd alone needs for the same pod. */
  readonly floor: number;
}

async function measureTimes(
  server: Countersign,
  workbench: RuntimeWorkbench,
  { count, memory, hostNetwork }: Measurement,
): Promise<Times> {
  const measured: number[] = [];
  const floor: number[] = [];
  for (let number = 0; number < count; number++) {
    const name = `${hostNetwork ? "host" : "own"}-${number}`;
    measured.push(await timeToToken(server, PODS, readingPod(name, hostNetwork), PATIENCE));
    await removePod(server, name, memory);
    const startedAt = Date.now();
    const pod = await workbench.pod({ hostNetwork });
    await workbench.start(pod, { command: ["sleep", "1000000"] });
    floor.push(Date.now() - startedAt);
    await workbench.runtime.removePod(pod.id);
  }
  return { measured: median(measured), floor: median(floor) };
}

/** Pods live on when an agent ends, and so does the file system of their tokens. */
async function removeLeftovers(containerd: Containerd, memory: string): Promise<void> {
  spawnSync("umount", [memory], { stdio: "ignore" });
  await using runtime = await criRuntimeOf(containerd, { owner: NODE });
  for (const { id } of (await runtime.list()).pods) await runtime.removePod(id);
}

/** Pods of the runtime `cri`, in a containerd of the benchmark's own: how soon they have their token. */
export async function measureCriPods(context: BenchContext): Promise<readonly Row[]> {
  if (!canRunContainerd) {
    const hint = "rows of pods in containerd are left out: they want root, containerd and runc";
    process.stderr.write(`${hint} (Debian packages containerd, runc, busybox-static)\n`);
    return [];
  }
  const harness = await criHarness();
  try {
    return await measureIn(harness, join(context.scratch, "cri-pods"), context.rounds * 4);
  } finally {
    await harness.close();
  }
}

async function measureIn(
  harness: Awaited<ReturnType<typeof criHarness>>,
  directory: string,
  count: number,
): Promise<readonly Row[]> {
  const { containerd } = harness;
  const server = await startCountersign(
    directory,
    ...["--no-node=false", `--runtime=cri=${containerd.endpoint}`, `--node-name=${NODE}`],
  );
  const memory = join(directory, "node", "memory");
  const workbench = new RuntimeWorkbench(harness);
  try {
    await server.call("POST", "/api/v1/namespaces", { metadata: { name: NAMESPACE } });
    await untilNodeReady(server, PATIENCE);
    const rows: Row[] = [];
    for (const hostNetwork of canMakeNetworks ? [false, true] : [true]) {
      const times = await measureTimes(server, workbench, { count, memory, hostNetwork });
      rows.push(row(hostNetwork, times));
    }
    return rows;
  } finally {
    await server.stop();
    await removeLeftovers(containerd, memory);
  }
}

function row(hostNetwork: boolean, { measured, floor }: Times): Row {
  const network = hostNetwork ? "the host's network" : "a network of its own";
  return {
    name: `the same in containerd, a pod with ${network}`,
    measured: `${measured.toFixed(0)} ms`,
    floor: `${floor.toFixed(0)} ms of containerd's own`,
    bound: `≤ ${BOUND_MS} ms`,
    met: measured <= BOUND_MS,
  };
}
