import { expect, it } from "vitest";
import { type Patience, timeToToken, until } from "./readiness.ts";

const PATIENCE: Patience = { totalMs: 5000, lookMs: 1 };

it("waits for the first line of a pod that is ready before it has said anything", async () => {
  const said = ["", "", `${new Date(Date.now() + 60_000).toISOString()} token\n`];
  const server = {
    call: async (method: string, path: string): Promise<Record<string, unknown>> => {
      if (method === "POST") return {};
      if (path.includes("/log?")) return { text: said.shift() };
      return { status: { conditions: [{ type: "Ready", status: "True" }] } };
    },
  };
  const pod = { metadata: { name: "p" }, spec: {} };
  const time = await timeToToken(server, "/api/v1/namespaces/bench/pods", pod, PATIENCE);
  expect(said).toEqual([]);
  expect(time).toBeGreaterThan(50_000);
  expect(time).toBeLessThanOrEqual(60_000);
});

it("does not wait for ever", async () => {
  const waiting = until("a thing", { totalMs: 20, lookMs: 1 }, async () => false);
  await expect(waiting).rejects.toThrow("a thing took more than 0.02 s");
});
