import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Node } from "../src/api/types.ts";
import { Client } from "../src/client/client.ts";
import { createHttpsTransport, type HttpsTransport } from "../src/client/node/https-transport.ts";
import { readKubeconfig } from "../src/client/node/kubeconfig.ts";
import { NODES } from "../src/client/resource-type.ts";
import { realClock } from "../src/runtime/clock.ts";
import { type CommandProcess, countersign } from "./command.fixture.ts";

let directory: string;
let up: CommandProcess;
let transport: HttpsTransport | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "countersign-up-node-"));
});
afterEach(async () => {
  await transport?.[Symbol.asyncDispose]();
  up.kill();
  await up.exited;
  await until(() => (agentsOf(directory).length === 0 ? true : undefined));
  try {
    // What an agent that was killed could not do.
    execFileSync("umount", ["--lazy", join(directory, "node", "memory")], { stdio: "ignore" });
  } catch {
    // Nothing was mounted.
  }
  rmSync(directory, { recursive: true, force: true });
});

/** Pids of agents that work in a directory. */
function agentsOf(where: string): readonly number[] {
  const lines = execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" }).split("\n");
  return lines
    .filter((line) => line.includes(` agent `) && line.includes(where))
    .map((line) => Number.parseInt(line, 10));
}

async function until<T>(check: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (let round = 0; round < 150; round++) {
    const found = await check();
    if (found !== undefined) return found;
    await realClock.sleep(100);
  }
  throw new Error(`it never came to be: ${up.stderr}`);
}

async function start(...flags: readonly string[]): Promise<Client> {
  up = countersign([
    "up",
    ...["--data-dir", directory, "--secure-port", "0", "--storage", "memory"],
    ...["--node-name", "n", ...flags],
  ]);
  await up.prints("countersign ready");
  const access = await readKubeconfig(join(directory, "kubeconfig"));
  const credential = () => access.credential;
  transport = createHttpsTransport({ ...access, credential, clock: realClock });
  return new Client(transport.send, { userAgent: "test" });
}

/** The node, once its agent has told how it is, after an instant. */
function reported(client: Client, after = 0): Promise<Node> {
  return until(async () => {
    const { items } = await client.resource(NODES).list();
    const ready = items[0]?.status?.conditions?.find(({ type }) => type === "Ready");
    const at = Date.parse(ready?.lastHeartbeatTime ?? "");
    return at >= after ? items[0] : undefined;
  });
}

describe.skipIf(process.platform !== "linux")("countersign up", () => {
  test("has a node, which joins as any other does, and ends with it", async () => {
    const client = await start("--node-max-pods", "250");
    expect(up.stdout.split("\n")).toHaveLength(2);
    const node = await reported(client);
    expect(node.metadata.name).toBe("n");
    expect(node.status?.capacity).toMatchObject({ pods: "250" });
    const [pid = 0] = agentsOf(directory);
    // No key of the server is in the reach of whoever lists processes.
    expect(readFileSync(`/proc/${pid}/cmdline`, "utf8")).not.toContain("PRIVATE");
    up.child.kill("SIGTERM");
    expect(await up.exited).toBe(0);
    expect(agentsOf(directory)).toEqual([]);
  });

  test("starts the agent of its node again", async () => {
    const client = await start();
    await reported(client);
    const [first = 0] = agentsOf(directory);
    process.kill(first, "SIGKILL");
    const second = await until(() => agentsOf(directory).find((pid) => pid !== first));
    expect(second).not.toBe(first);
    expect(up.stderr).toContain("the agent of the node has ended; starting it again");
    await reported(client, Math.floor(Date.now() / 1000) * 1000);
  });

  test("leaves no agent behind when it is killed", async () => {
    await reported(await start());
    up.child.kill("SIGKILL");
    await up.exited;
    await until(() => (agentsOf(directory).length === 0 ? true : undefined));
  });

  test("has none when it is told so", async () => {
    const client = await start("--no-node");
    await realClock.sleep(300);
    expect(agentsOf(directory)).toEqual([]);
    expect((await client.resource(NODES).list()).items).toEqual([]);
  });
});
