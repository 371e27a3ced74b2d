import { describe, expect, it } from "vitest";
import { expired } from "../../api/status-error.ts";
import type { ObjectMeta } from "../../api/types.ts";
import { Client } from "../../client/client.ts";
import { CONFIG_MAPS } from "../../client/resource-type.ts";
import { type ScriptedAnswer, ScriptedTransport } from "../../client/scripted-transport.fixture.ts";
import { silentLogger } from "../../runtime/logger.ts";
import { systemRandom } from "../../runtime/random.ts";
import { FakeClock } from "../../testing/fake-clock.ts";
import { CollectionMonitor } from "./collection-monitor.ts";
import { DependencyGraph } from "./dependency-graph.ts";

const CONFIG_MAP = { apiVersion: "v1", kind: "ConfigMap" };

function meta(name: string, ...owners: readonly string[]): ObjectMeta {
  return {
    ...{ name, uid: name, namespace: "n", resourceVersion: "1" },
    ownerReferences: owners.map((owner) => ({ ...CONFIG_MAP, name: owner, uid: owner })),
  };
}

function list(...objects: readonly ObjectMeta[]): ScriptedAnswer {
  const items = objects.map((metadata) => ({ metadata }));
  return { body: { metadata: { resourceVersion: "5" }, items } };
}

function line(type: string, object: object): string {
  return `${JSON.stringify({ type, object })}\n`;
}

const TOO_OLD = line("ERROR", expired("too old").status);

/** Runs a monitor over scripted answers; answers what the graph was asked to look into, and the graph. */
async function monitor(answers: readonly ScriptedAnswer[], graphHas: readonly ObjectMeta[] = []) {
  const transport = new ScriptedTransport(answers);
  const clock = new FakeClock();
  const doubted: string[] = [];
  const ignore = (): void => {};
  const graph = new DependencyGraph({
    attemptToDelete: ({ identity }) => doubted.push(identity.name),
    attemptToDeleteLater: ignore,
    attemptToOrphan: ignore,
    ownerIsAbsent: ignore,
    namespaceIsWrong: ignore,
  });
  for (const each of graphHas) graph.observe({ apiVersion: "v1", kind: "Secret" }, each);
  doubted.length = 0;
  const collection = new CollectionMonitor(
    new Client(transport.send, { userAgent: "test" }),
    { ...CONFIG_MAP, type: CONFIG_MAPS },
    graph,
    { clock, random: systemRandom, logger: silentLogger },
  );
  const abort = new AbortController();
  const running = collection.run({ signal: abort.signal });
  for (let turn = 0; turn < 10; turn++) await clock.advance(1_000);
  abort.abort();
  await running;
  expect(clock.pending()).toBe(0);
  return { graph, doubted, transport };
}

describe("a monitor of a collection", () => {
  it("asks for metadata, in lists and in watches", async () => {
    const { transport } = await monitor([list(), { hold: true }]);
    expect(transport.requests.map(({ headers }) => headers.accept)).toEqual([
      "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
      "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1",
    ]);
  });

  it("tells the graph of what is there, what comes and what goes", async () => {
    const added = line("ADDED", { metadata: meta("new", "top") });
    const deleted = line("DELETED", { metadata: meta("old", "top") });
    const { graph } = await monitor([
      list(meta("old", "top"), meta("free")),
      { chunks: [added, deleted], hold: true },
    ]);
    expect([...graph.all()].map(({ identity }) => identity.name).sort()).toEqual(["new", "top"]);
  });

  it("doubts what a later list does not have, and nothing else", async () => {
    const { graph, doubted } = await monitor([
      list(meta("a", "top"), meta("b", "top"), meta("top")),
      { chunks: [TOO_OLD] },
      list(meta("b", "top"), meta("top")),
      { hold: true },
    ]);
    expect(doubted).toEqual(["top", "a"]);
    expect(graph.get("a")?.isVirtual).toBe(true);
    expect(graph.get("b")?.isVirtual).toBe(false);
  });

  it("doubts nothing of other kinds, nor after half a list", async () => {
    const half: ScriptedAnswer = {
      body: { metadata: { resourceVersion: "5", continue: "t" }, items: [] },
    };
    const { doubted } = await monitor(
      [
        list(meta("a", "top")),
        { chunks: [TOO_OLD] },
        half,
        { status: 500, body: "" },
        list(meta("a")),
      ],
      [meta("secret", "other")],
    );
    expect(doubted).toEqual(["top"]);
  });
});
