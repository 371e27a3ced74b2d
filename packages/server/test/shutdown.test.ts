import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { SHUTDOWN_PHASES } from "../src/server/lifecycle.ts";
import {
  createScratch,
  openRequest,
  type ReadyServer,
  removeScratch,
  send,
  startUp,
} from "./command.fixture.ts";

let scratch = "";
beforeEach(() => {
  scratch = createScratch();
});
afterEach(() => removeScratch(scratch));

const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

function phasesOf({ process }: ReadyServer): readonly unknown[] {
  return process.stderr
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).phase)
    .filter((phase) => phase !== undefined);
}

/** Resolves when the log tells of the phase. */
async function reaches(server: ReadyServer, phase: string): Promise<void> {
  await expect.poll(() => phasesOf(server), { timeout: 10_000, interval: 20 }).toContain(phase);
}

it.each(["SIGTERM", "SIGINT"] as const)("%s ends it with 0, in order", async (signal) => {
  await using server = await startUp(join(scratch, "state"));
  server.process.child.kill(signal);
  expect(await server.process.exited).toBe(0);
  expect(phasesOf(server)).toEqual(SHUTDOWN_PHASES);
});

it("answers what had begun, ends watches, refuses what is new, and keeps what it answered", async () => {
  const dataDir = join(scratch, "state");
  const body = JSON.stringify({ metadata: { name: "late" }, data: { key: "value" } });
  {
    await using server = await startUp(dataDir);
    const watch = openRequest(server, "GET", `${CONFIG_MAPS}?watch=true`);
    watch.request.end();
    const late = openRequest(server, "POST", CONFIG_MAPS);
    late.request.write(body.slice(0, 10));
    // Both have reached the server when a request that was sent later is answered.
    await send(server, "GET", "/version");
    await new Promise((resolve) => setTimeout(resolve, 100));

    server.process.child.kill("SIGTERM");
    await reaches(server, "refusing");
    await expect(send(server, "GET", "/version")).rejects.toMatchObject({ code: "ECONNREFUSED" });
    expect(phasesOf(server)).not.toContain("drained");

    late.request.end(body.slice(10));
    expect((await late.answer).status).toBe(201);
    const events = (await watch.answer).body.trimEnd().split("\n");
    expect(JSON.parse(events.at(-1) ?? "").object.metadata.name).toBe("late");
    expect(await server.process.exited).toBe(0);
    expect(phasesOf(server)).toEqual(SHUTDOWN_PHASES);
  }
  await using again = await startUp(dataDir);
  const { body: found } = await send(again, "GET", `${CONFIG_MAPS}/late`);
  expect(JSON.parse(found).data).toEqual({ key: "value" });
});

it("serves on for a while when it is to, with readyz failing", async () => {
  await using server = await startUp(join(scratch, "state"), "--shutdown-delay-duration=1500ms");
  expect((await send(server, "GET", "/readyz")).status).toBe(200);
  server.process.child.kill("SIGTERM");
  await reaches(server, "not-ready");
  const ready = await send(server, "GET", "/readyz");
  expect(ready.status).toBe(500);
  expect(ready.body).toContain("[-]shutdown failed: reason withheld");
  expect((await send(server, "GET", "/livez")).status).toBe(200);
  expect((await send(server, "GET", CONFIG_MAPS)).status).toBe(200);
  expect(await server.process.exited).toBe(0);
});

it("a second signal ends it at once, with 1", async () => {
  await using server = await startUp(join(scratch, "state"));
  const { request } = openRequest(server, "POST", CONFIG_MAPS);
  request.on("error", () => {});
  request.write("{");
  await send(server, "GET", "/version");
  await new Promise((resolve) => setTimeout(resolve, 100));
  server.process.child.kill("SIGTERM");
  await reaches(server, "refusing");
  server.process.child.kill("SIGTERM");
  expect(await server.process.exited).toBe(1);
});
