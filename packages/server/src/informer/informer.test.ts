import { describe, expect, it } from "vitest";
import { expired } from "../api/status-error.ts";
import type { ConfigMap } from "../api/types.ts";
import { Client } from "../client/client.ts";
import { CONFIG_MAPS } from "../client/resource-type.ts";
import { type ScriptedAnswer, ScriptedTransport } from "../client/scripted-transport.fixture.ts";
import { silentLogger } from "../runtime/logger.ts";
import { systemRandom } from "../runtime/random.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { createInformer } from "./informer.ts";

interface Item {
  readonly name: string;
  readonly version: string;
  /** The name again when not given: objects of one name are the same. */
  readonly uid?: string;
}

function object({ name, version, uid = name }: Item): ConfigMap {
  return { metadata: { namespace: "n", name, uid, resourceVersion: version }, data: { big: "x" } };
}

function list(resourceVersion: string, items: readonly Item[], more?: string): ScriptedAnswer {
  const metadata = { resourceVersion, ...(more === undefined ? {} : { continue: more }) };
  return { body: { metadata, items: items.map(object) } };
}

function watch(events: readonly (readonly [type: string, item: Item])[]): ScriptedAnswer {
  const chunks = events.map(
    ([type, item]) => `${JSON.stringify({ type, object: object(item) })}\n`,
  );
  return { chunks, hold: true };
}

const TOO_OLD: ScriptedAnswer = {
  chunks: [`${JSON.stringify({ type: "ERROR", object: expired("too old").status })}\n`],
};

/** Runs an informer over scripted answers, until nothing happens any more. */
async function observe(answers: readonly ScriptedAnswer[]) {
  const transport = new ScriptedTransport(answers);
  const clock = new FakeClock();
  const informer = createInformer({
    client: new Client(transport.send, { userAgent: "test" }).resource(CONFIG_MAPS),
    selection: { namespace: "n" },
    transform: ({ metadata }: ConfigMap) => ({ metadata }),
    clock,
    random: systemRandom,
    logger: silentLogger,
  });
  const told: string[] = [];
  informer.addHandler({
    added: ({ metadata }) => told.push(`+${metadata.name}@${metadata.resourceVersion}`),
    updated: ({ metadata }, before) =>
      told.push(`~${metadata.name}@${before.metadata.resourceVersion}-${metadata.resourceVersion}`),
    deleted: ({ metadata }) => told.push(`-${metadata.name}@${metadata.resourceVersion}`),
  });
  const abort = new AbortController();
  const running = informer.run({ signal: abort.signal });
  for (let turn = 0; turn < 20; turn++) await clock.advance(5_000);
  abort.abort();
  await running;
  expect(clock.pending()).toBe(0);
  const names = [...informer.lister.all()].map(({ metadata }) => metadata.name);
  return { told, names, informer, lines: transport.lines };
}

const A = { name: "a", version: "1" };
const B = { name: "b", version: "2" };

describe("an informer", () => {
  it("lists in pages, then follows changes from the revision of the list", async () => {
    const { told, names, lines, informer } = await observe([
      list("5", [A], "t"),
      list("5", [B]),
      watch([
        ["MODIFIED", { ...A, version: "6" }],
        ["DELETED", { ...B, version: "7" }],
        ["ADDED", { name: "c", version: "8" }],
      ]),
    ]);
    expect(told).toEqual(["+a@1", "+b@2", "~a@1-6", "-b@7", "+c@8"]);
    expect(names).toEqual(["a", "c"]);
    expect(lines).toEqual([
      "GET /api/v1/namespaces/n/configmaps?limit=500",
      "GET /api/v1/namespaces/n/configmaps?limit=500&continue=t",
      "GET /api/v1/namespaces/n/configmaps?watch=true&allowWatchBookmarks=true&resourceVersion=5",
    ]);
    await informer.synced;
  });

  it("keeps what the transform leaves, and the same copy for everybody", async () => {
    const { informer } = await observe([list("5", [A]), watch([])]);
    const kept = informer.lister.get("n", "a");
    expect(kept).not.toHaveProperty("data");
    expect([...informer.lister.list("n")][0]).toBe(kept);
    expect(informer.lister.size).toBe(1);
    expect([...informer.lister.list("other")]).toEqual([]);
  });

  it("lists anew when its revision is no longer kept, and tells only what is different", async () => {
    const { told, names } = await observe([
      list("5", [A, B, { name: "c", version: "3" }]),
      TOO_OLD,
      list("9", [A, { ...B, version: "8" }, { name: "d", version: "9" }]),
      watch([]),
    ]);
    expect(told).toEqual(["+a@1", "+b@2", "+c@3", "~b@2-8", "+d@9", "-c@3"]);
    expect(names.sort()).toEqual(["a", "b", "d"]);
  });

  it("takes an object made anew under the same name for another one", async () => {
    const { told } = await observe([
      list("5", [A]),
      TOO_OLD,
      list("9", [{ name: "a", version: "9", uid: "other" }]),
      watch([]),
    ]);
    expect(told).toEqual(["+a@1", "-a@1", "+a@9"]);
  });

  it("starts over when a list expires between two pages, and forgets nothing", async () => {
    const { told, names } = await observe([
      list("5", [A], "t"),
      { status: 410, body: expired("old").status },
      list("9", [A, B]),
      watch([]),
    ]);
    expect(told).toEqual(["+a@1", "+b@2"]);
    expect(names).toEqual(["a", "b"]);
  });

  it("keeps trying when it may not list, and is not synced until then", async () => {
    const { told, lines } = await observe([
      { status: 403, body: "no" },
      { status: 500, body: "no" },
      list("5", [A]),
      watch([]),
    ]);
    expect(told).toEqual(["+a@1"]);
    expect(lines).toHaveLength(4);
  });

  it("resumes a watch that the server ended", async () => {
    const { told, lines } = await observe([
      list("5", []),
      {
        chunks: [`${JSON.stringify({ type: "ADDED", object: object({ ...A, version: "6" }) })}\n`],
      },
      watch([["DELETED", { ...A, version: "7" }]]),
    ]);
    expect(told).toEqual(["+a@6", "-a@7"]);
    expect(lines[2]).toContain("resourceVersion=6");
  });

  it("tells a handler that comes late what is there, and goes on after one that fails", async () => {
    const { informer } = await observe([list("5", [A, B]), watch([])]);
    const told: unknown[] = [];
    informer.addHandler({
      added: ({ metadata }) => {
        told.push(metadata.name);
        throw new Error("of this handler");
      },
    });
    expect(told).toEqual(["a", "b"]);
  });
});
