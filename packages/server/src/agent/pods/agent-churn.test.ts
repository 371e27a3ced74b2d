import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { startAgentOfServer } from "./agent-of-server.fixture.ts";
import { C, isRunning, withContainers } from "./pod-lifecycle.fixture.ts";

const AT_ONCE = 25;
const ROUNDS = 2;

it("nothing is left of pods that have come and gone", async () => {
  await using agent = await startAgentOfServer();
  const list = async () => (await agent.pods.list({ namespace: "ns" })).items;
  for (let round = 0; round < ROUNDS; round++) {
    await Promise.all(
      Array.from({ length: AT_ONCE }, (_, index) =>
        agent.create(`p-${round}-${index}`, withContainers(C)),
      ),
    );
    await agent.eventually(async () => (await list()).filter(isRunning).length === AT_ONCE, 10);
    await agent.pods.deleteCollection({ namespace: "ns" });
    await agent.eventually(async () => (await list()).length === 0, 100);
  }
  await agent.eventually(() => [...agent.agent.pods.all()].length === 0, 100);
  const { runtime, volumes, directory } = agent;
  expect(runtime.sandboxes.size).toBe(0);
  expect(runtime.runs.size).toBe(0);
  expect(volumes.left.size).toBe(0);
  expect(volumes.objects.size).toBe(0);
  expect(readdirSync(join(directory, "pods"))).toEqual([]);
  expect(readdirSync(join(directory, "logs"))).toEqual([]);
});
