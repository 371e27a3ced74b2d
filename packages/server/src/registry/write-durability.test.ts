import { describe, expect, it } from "vitest";
import { createAdmissionChain } from "../admission/chain.ts";
import type { KubeObject } from "../api/object.ts";
import { resourceOf } from "../api/schema/resources.ts";
import { StatusError } from "../api/status-error.ts";
import { systemRandom } from "../runtime/random.ts";
import { type Engine, LocalStorage } from "../storage/local-storage.ts";
import { Log } from "../storage/log.ts";
import type { Storage } from "../storage/storage.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { createObject } from "./create.ts";
import { deleteObject } from "./delete.ts";
import { ResourceStore } from "./resource-store.ts";
import { strategyOf } from "./resources/index-of-strategies.ts";
import { type UpdateRequest, updateObject } from "./update.ts";
import type { RegistryDependencies, WriteContext } from "./write-context.ts";

/** An engine whose batches become durable, or fail, when the test says so. */
class GatedEngine implements Engine {
  #open = true;
  #waiting: ((failure?: Error) => void)[] = [];

  write(): Promise<void> {
    if (this.#open) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiting.push((failure) => (failure === undefined ? resolve() : reject(failure)));
    });
  }
  compact(): void {}
  async close(): Promise<void> {}
  shut(): void {
    this.#open = false;
  }
  /** Lets everything through, after what waits has ended so. */
  open(failure?: Error): void {
    this.#open = true;
    for (const settle of this.#waiting.splice(0)) settle(failure);
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function storeOf(resource: string): ResourceStore {
  const definition = resourceOf("", "v1", resource);
  if (definition === undefined) throw new Error(`no ${resource}`);
  const strategy = strategyOf("", resource) ?? { group: "", resource };
  return new ResourceStore(definition, strategy, { freeze: true });
}

const configMaps = storeOf("configmaps");

interface Fixture {
  readonly engine: GatedEngine;
  readonly storage: Storage;
  readonly dependencies: RegistryDependencies;
}

function start(options: { maxObjectBytes?: number; suffixes?: readonly string[] } = {}): Fixture {
  const engine = new GatedEngine();
  const clock = new FakeClock();
  const { maxObjectBytes, suffixes } = options;
  const limit = maxObjectBytes === undefined ? {} : { maxObjectBytes };
  const storage = new LocalStorage(new Log(), engine, { clock, ...limit });
  const left = [...(suffixes ?? [])];
  const random = { ...systemRandom, nameSuffix: () => left.shift() ?? "zzzzz" };
  const guard = { write: () => undefined, createByUpdate: () => undefined };
  const allocator = { allocate: () => undefined, settle: () => undefined };
  const admission = createAdmissionChain([]);
  const dependencies = { storage, clock, random, admission, guard, allocator };
  return { engine, storage, dependencies };
}

function contextOf(name: string, more: Partial<WriteContext> = {}): WriteContext {
  const user = { username: "u", uid: "", groups: [], extra: {} };
  const context = { user, namespace: "ns", name, dryRun: false, fieldManager: "test" };
  return { ...context, warn: () => {}, ...more };
}

const map = (name: string, value: string, metadata: object = {}): KubeObject => ({
  kind: "ConfigMap",
  apiVersion: "v1",
  metadata: { name, namespace: "ns", ...metadata },
  data: { k: value },
});

const create = ({ dependencies }: Fixture, object: KubeObject, more: Partial<WriteContext> = {}) =>
  createObject(dependencies, configMaps, object, contextOf("", more));

const put = (
  { dependencies }: Fixture,
  object: KubeObject,
  more: Partial<UpdateRequest & WriteContext> = {},
) => {
  const { name = "" } = object.metadata;
  return updateObject(dependencies, configMaps, contextOf(name, more), {
    subresource: "",
    transform: () => structuredClone(object),
    preconditionUid: "",
    mayCreate: false,
    source: "body",
    ...more,
  });
};

const ANY = {
  gracePeriodSeconds: undefined,
  propagationPolicy: undefined,
  orphanDependents: undefined,
  preconditionUid: undefined,
  preconditionResourceVersion: undefined,
};

const remove = (
  { dependencies }: Fixture,
  name: string,
  options: Partial<typeof ANY | { preconditionUid: string }> = {},
) => deleteObject(dependencies, configMaps, contextOf(name), { ...ANY, ...options });

/** The code that a write is refused with, its outcome otherwise; `pending` while nobody knows. */
function standing(write: Promise<unknown>): Promise<unknown> {
  const settled = write.then(
    () => "done",
    (error: unknown) => (error instanceof StatusError ? error.code : error),
  );
  return Promise.race([
    settled,
    turn()
      .then(() => turn())
      .then(() => "pending"),
  ]);
}

function ignoreFailure(write: Promise<unknown>): void {
  write.catch(() => {});
}

interface Case {
  readonly name: string;
  /** The write that is on its way. */
  readonly first: (fixture: Fixture) => Promise<unknown>;
  /** The one whose answer rests on it. */
  readonly second: (fixture: Fixture) => Promise<unknown>;
  /** Its answer when the first is durable, and when it has failed. */
  readonly after: unknown;
  readonly afterFailure: unknown;
}

const CASES: readonly Case[] = [
  {
    name: "a conflict",
    first: (fixture) => put(fixture, map("a", "2")),
    second: (fixture) => put(fixture, map("a", "3", { resourceVersion: "1" })),
    after: 409,
    afterFailure: "done",
  },
  {
    name: "an update that changes nothing",
    first: (fixture) => put(fixture, map("a", "2")),
    second: (fixture) => put(fixture, map("a", "2")),
    after: "done",
    afterFailure: "done",
  },
  {
    name: "a dry run of an update",
    first: (fixture) => put(fixture, map("a", "2")),
    second: (fixture) => put(fixture, map("a", "3", { resourceVersion: "1" }), { dryRun: true }),
    after: 409,
    afterFailure: "done",
  },
  {
    name: "a dry run of a name that is taken",
    first: (fixture) => create(fixture, map("b", "1")),
    second: (fixture) => create(fixture, map("b", "1"), { dryRun: true }),
    after: 409,
    afterFailure: "done",
  },
  {
    name: "a name that is taken",
    first: (fixture) => create(fixture, map("b", "1")),
    second: (fixture) => create(fixture, map("b", "1")),
    after: 409,
    // The second create was decided on top of the first and is undone with it.
    afterFailure: 500,
  },
  {
    name: "an update of what is being removed",
    first: (fixture) => remove(fixture, "a"),
    second: (fixture) => put(fixture, map("a", "2")),
    after: 404,
    afterFailure: "done",
  },
  {
    name: "a uid that is not there any more",
    first: (fixture) => remove(fixture, "a"),
    second: (fixture) => put(fixture, map("a", "2"), { preconditionUid: "u" }),
    after: 404,
    afterFailure: 409,
  },
  {
    name: "a delete of what is being removed",
    first: (fixture) => remove(fixture, "a"),
    second: (fixture) => remove(fixture, "a"),
    after: 404,
    afterFailure: "done",
  },
  {
    name: "a delete of another uid",
    first: (fixture) => create(fixture, map("b", "1")),
    second: (fixture) => remove(fixture, "b", { preconditionUid: "u" }),
    after: 409,
    afterFailure: 404,
  },
];

describe("what an answer rests on is durable first", () => {
  async function begun({ first, second }: Case) {
    const fixture = start();
    await create(fixture, map("a", "1"));
    fixture.engine.shut();
    const early = first(fixture);
    ignoreFailure(early);
    const late = second(fixture);
    expect(await standing(late)).toBe("pending");
    return { fixture, late };
  }

  it.each(CASES)("$name", async (scenario) => {
    const { fixture, late } = await begun(scenario);
    fixture.engine.open();
    expect(await standing(late)).toBe(scenario.after);
  });

  it.each(CASES)("$name, found anew when that write fails", async (scenario) => {
    const { fixture, late } = await begun(scenario);
    fixture.engine.open(new Error("disk full"));
    expect(await standing(late)).toBe(scenario.afterFailure);
  });
});

it("two that create the same by update: the second updates", async () => {
  const fixture = start();
  fixture.engine.shut();
  const both = [
    put(fixture, map("a", "1"), { mayCreate: true }),
    put(fixture, map("a", "2"), { mayCreate: true }),
  ];
  fixture.engine.open();
  const results = await Promise.all(both);
  expect(results.map(({ created }) => created)).toEqual([true, false]);
  expect(results[0]?.object.metadata.uid).toBe(results[1]?.object.metadata.uid);
});

describe("generated names", () => {
  const generate = (fixture: Fixture, store = configMaps, namespace = "ns") =>
    createObject(
      fixture.dependencies,
      store,
      { kind: store.kind.kind, apiVersion: "v1", metadata: { generateName: "p-" } },
      contextOf("", { namespace }),
    );

  it("are drawn again when they are taken", async () => {
    const fixture = start({ suffixes: ["aaaaa", "aaaaa", "aaaaa", "bbbbb"] });
    const made = await Promise.all([generate(fixture), generate(fixture)]);
    expect(made.map(({ object }) => object.metadata.name)).toEqual(["p-aaaaa", "p-bbbbb"]);
  });

  it("are followed by what is derived from them", async () => {
    const fixture = start({ suffixes: ["aaaaa", "aaaaa", "bbbbb"] });
    const namespaces = storeOf("namespaces");
    await generate(fixture, namespaces, "");
    const { object } = await generate(fixture, namespaces, "");
    expect(object.metadata.labels).toEqual({ "kubernetes.io/metadata.name": "p-bbbbb" });
  });

  it("are given up when eight were taken", async () => {
    const taken = (times: number) => Array.from({ length: times }, () => "zzzzz");
    const lucky = start({ suffixes: [...taken(8), "aaaaa"] });
    await generate(lucky);
    expect((await generate(lucky)).object.metadata.name).toBe("p-aaaaa");

    const unlucky = start({ suffixes: [...taken(9), "aaaaa"] });
    await generate(unlucky);
    await expect(generate(unlucky)).rejects.toMatchObject({
      status: {
        code: 409,
        reason: "AlreadyExists",
        message:
          'configmaps "p-zzzzz" already exists, the server was not able to generate a unique name for the object',
        details: { retryAfterSeconds: 1 },
      },
    });
  });

  it("keep within 63 characters", async () => {
    const fixture = start({ suffixes: ["aaaaa"] });
    const { object } = await createObject(
      fixture.dependencies,
      configMaps,
      { kind: "ConfigMap", apiVersion: "v1", metadata: { generateName: "x".repeat(100) } },
      contextOf(""),
    );
    expect(object.metadata.name).toBe(`${"x".repeat(58)}aaaaa`);
  });
});

describe("an object that is too large", () => {
  const wide = (keys: number): KubeObject => {
    const data = Object.fromEntries(Array.from({ length: keys }, (_, at) => [`key-${at}`, "v"]));
    return { ...map("wide", ""), data };
  };

  it("is stored without its managed fields", async () => {
    const fixture = start({ maxObjectBytes: 2000 });
    const { object } = await create(fixture, wide(80));
    expect(object.metadata.managedFields).toBeUndefined();
  });

  it("unless that is not enough", async () => {
    const fixture = start({ maxObjectBytes: 2000 });
    await expect(create(fixture, wide(400))).rejects.toMatchObject({
      status: { code: 500, message: "etcdserver: request is too large" },
    });
  });
});
