import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { realClock } from "../../runtime/clock.ts";
import { silentLogger } from "../../runtime/logger.ts";
import { systemRandom } from "../../runtime/random.ts";
import type { PodRuntime } from "../pod-runtime.ts";
import { createProcessRuntime } from "./create-process-runtime.ts";
import { childrenOf, startOf } from "./proc-status.ts";
import { canRunPods } from "./process-runtime.fixture.ts";

const AGENT = fileURLToPath(new URL("./process-agent.fixture.ts", import.meta.url));
const NOBODY = 65_534;

let directory = "";
let agent: ChildProcess | undefined;

afterEach(async () => {
  agent?.kill("SIGKILL");
  // Groups without processes are left by whoever was killed; the next to come removes them.
  const runtime = await openAgain();
  await runtime[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

/** Starts an agent in a process of its own, and waits until its pods run. */
async function startAgent(pods: number, uid?: number): Promise<number> {
  directory = mkdtempSync(join(tmpdir(), "process-crash-"));
  chmodSync(directory, 0o777);
  const identity = uid === undefined ? {} : { uid, gid: uid };
  agent = spawn(process.execPath, [AGENT, directory, String(pods)], {
    ...identity,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const { stdout } = agent;
  if (stdout === null) throw new Error("no output");
  let text = "";
  for await (const chunk of stdout) {
    text += String(chunk);
    if (text.includes("\n")) break;
  }
  expect(text).toContain('"ready":true');
  return agent.pid ?? 0;
}

/** Every process below one, with what names it for good. */
function descendants(pid: number): readonly string[] {
  return childrenOf(pid).flatMap((child) => [`${child}@${startOf(child)}`, ...descendants(child)]);
}

async function gone(processes: readonly string[]): Promise<readonly string[]> {
  let left = processes;
  for (let tries = 0; tries < 200 && left.length > 0; tries++) {
    await realClock.sleep(10);
    left = left.filter(
      (each) => each === `${each.split("@")[0]}@${startOf(Number(each.split("@")[0]))}`,
    );
  }
  return left;
}

function mounts(): readonly string[] {
  return readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .filter((line) => line.includes(directory));
}

function openAgain(): Promise<PodRuntime> {
  return createProcessRuntime({
    stateDirectory: join(directory, "state"),
    clock: realClock,
    random: systemRandom,
    logger: silentLogger,
    addresses: () => ["127.0.0.1"],
  });
}

describe.skipIf(!canRunPods)("an agent that is killed", () => {
  test("takes all of its pods with it: no process, no mount, no namespace is left", async () => {
    const pid = await startAgent(3);
    const processes = descendants(pid);
    // A pod and two containers and a command in one: each has more than one process.
    expect(processes.length).toBeGreaterThan(3 * 8);
    expect(mounts()).toEqual([]);
    agent?.kill("SIGKILL");
    expect(await gone(processes)).toEqual([]);
    expect(mounts()).toEqual([]);
  });

  test("is followed by one that knows what there was, and cleans up", async () => {
    await startAgent(2);
    const processes = descendants(agent?.pid ?? 0);
    agent?.kill("SIGKILL");
    await gone(processes);
    await using runtime = await openAgain();
    const { pods, containers } = await runtime.list();
    expect(pods.map(({ state }) => state)).toEqual(["not-ready", "not-ready"]);
    expect(containers.map(({ state, exitCode, reason }) => [state, exitCode, reason])).toEqual(
      Array.from({ length: 4 }, () => ["exited", 137, "Error"]),
    );
    for (const { id } of pods) await runtime.removePod(id);
    expect(await runtime.list()).toEqual({ pods: [], containers: [] });
    expect(readdirSync(join(directory, "state/containers"))).toEqual([]);
    expect(readdirSync(join(directory, "state/pods"))).toEqual([]);
  });

  test("and is no root takes all of its pods with it", async () => {
    if (process.geteuid?.() !== 0) return;
    const pid = await startAgent(2, NOBODY);
    const processes = descendants(pid);
    expect(processes.length).toBeGreaterThan(2 * 8);
    agent?.kill("SIGKILL");
    expect(await gone(processes)).toEqual([]);
  });
});
