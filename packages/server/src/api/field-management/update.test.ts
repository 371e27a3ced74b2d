import { describe, expect, test } from "vitest";
import type { KubeObject } from "../object.ts";
import type { ManagedFieldsEntry } from "../types.ts";
import { managerFromUserAgent } from "./manager-name.ts";
import { shapeOf } from "./schema-shape.ts";
import { type OwnershipUpdate, updateOwnership } from "./update.ts";

const START = Date.parse("2026-01-02T03:04:05Z");
const time = (seconds: number): string =>
  new Date(START + seconds * 1000).toISOString().replace(".000", "");

interface Extra {
  readonly finalizers?: string[];
  readonly labels?: Record<string, string>;
  readonly managedFields?: ManagedFieldsEntry[];
}

/** A map as the store has it. */
function map(data: Record<string, string> | undefined, extra: Extra = {}): KubeObject {
  return frozen({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "m", namespace: "n", uid: "u", ...extra },
    ...(data === undefined ? {} : { data }),
  });
}

function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.values(value).forEach(frozen);
    Object.freeze(value);
  }
  return value;
}

type Options = Partial<Omit<OwnershipUpdate, "live" | "object">>;

function update(live: KubeObject | undefined, object: KubeObject, options: Options = {}) {
  const made = updateOwnership({
    shape: shapeOf("core.v1.ConfigMap"),
    apiVersion: "v1",
    manager: "a",
    now: START,
    live,
    object,
    ...options,
  });
  return made === undefined ? undefined : frozen(made);
}

function entry(
  manager: string,
  fieldsV1: unknown,
  more: ManagedFieldsEntry = {},
): ManagedFieldsEntry {
  const head = { manager, operation: "Update", apiVersion: "v1", time: time(0) };
  return { ...head, fieldsType: "FieldsV1", fieldsV1, ...more };
}

/** Runs writes one after the other: manager, data it leaves; one second between them. */
function history(...writes: readonly [manager: string, data: Record<string, string>][]) {
  let live: KubeObject | undefined;
  let at = 0;
  for (const [manager, data] of writes) {
    const managedFields = update(live, map(data), { manager, now: START + 1000 * at++ });
    live = map(data, managedFields === undefined ? {} : { managedFields });
  }
  return live?.metadata.managedFields;
}

describe("a create", () => {
  test("gives its manager every field", () => {
    expect(JSON.stringify(update(undefined, map({ k: "v", "a.b": "" })))).toBe(
      JSON.stringify([entry("a", { "f:data": { ".": {}, "f:a.b": {}, "f:k": {} } })]),
    );
  });

  test("of an object without fields of its own has no entry", () => {
    expect(update(undefined, map(undefined))).toBeUndefined();
  });

  test("takes sets by value and members named like those of every object", () => {
    const made = update(
      undefined,
      map({ constructor: "x", toString: "y" }, { finalizers: ["example.com/b", "example.com/a"] }),
      { manager: "" },
    );
    expect(made).toEqual([
      entry("unknown", {
        "f:data": { ".": {}, "f:constructor": {}, "f:toString": {} },
        "f:metadata": {
          "f:finalizers": { ".": {}, 'v:"example.com/a"': {}, 'v:"example.com/b"': {} },
        },
      }),
    ]);
  });

  test("drops what entries of the body say of its fields, and keeps what they say of others", () => {
    const sent = [entry("me", { "f:data": { "f:k": {}, "f:other": {} } })];
    expect(
      update(undefined, map({ k: "v" }, { managedFields: sent }), { now: START + 1000 }),
    ).toEqual([
      entry("me", { "f:data": { "f:other": {} } }),
      entry("a", { "f:data": { ".": {}, "f:k": {} } }, { time: time(1) }),
    ]);
  });
});

describe("an update", () => {
  test("takes the fields whose values it changes", () => {
    expect(history(["a", { k: "v", l: "w" }], ["b", { k: "v2", l: "w" }])).toEqual([
      entry("a", { "f:data": { ".": {}, "f:l": {} } }),
      entry("b", { "f:data": { "f:k": {} } }, { time: time(1) }),
    ]);
  });

  test("that changes nothing leaves the very entries", () => {
    const live = map(
      { k: "v" },
      { managedFields: [entry("a", { "f:data": { ".": {}, "f:k": {} } })] },
    );
    const after = update(live, map({ k: "v" }), { manager: "b", now: START + 5000 });
    expect(after?.[0]).toBe(live.metadata.managedFields?.[0]);
  });

  test("of fields the manager owns moves its time", () => {
    expect(history(["a", { k: "v" }], ["a", { k: "w" }])).toEqual([
      entry("a", { "f:data": { ".": {}, "f:k": {} } }, { time: time(1) }),
    ]);
  });

  test("that removes fields ends their ownership, and the entries left empty", () => {
    expect(history(["a", { k: "v" }], ["b", { k: "v", l: "w" }], ["c", { k: "v" }])).toEqual([
      entry("a", { "f:data": { ".": {}, "f:k": {} } }),
    ]);
  });

  test("of a subresource has an entry of its own, and does not look at entries of the body", () => {
    const managedFields = [entry("a", { "f:data": { ".": {}, "f:k": {} } })];
    const live = map({ k: "v" }, { managedFields });
    const forged = map({ k: "w" }, { managedFields: [entry("x", {})] });
    expect(update(live, forged, { subresource: "status", now: START + 1000 })).toEqual([
      entry("a", { "f:data": {} }),
      entry("a", { "f:data": { "f:k": {} } }, { time: time(1), subresource: "status" }),
    ]);
  });

  test("does not own what its endpoint resets", () => {
    const live = map(
      { k: "v" },
      { managedFields: [entry("a", { "f:data": { ".": {}, "f:k": {} } })] },
    );
    const changed = map({ k: "w" }, { labels: { x: "y" } });
    expect(update(live, changed, { manager: "b", resetFields: [["data"]] })).toEqual([
      entry("a", { "f:data": { ".": {}, "f:k": {} } }),
      entry("b", { "f:metadata": { "f:labels": { ".": {}, "f:x": {} } } }),
    ]);
  });

  test("orders entries by operation, time, manager", () => {
    const managedFields = [
      entry("b", { "f:data": { "f:k": {} } }),
      entry("z", { "f:data": { "f:l": {} } }, { time: time(-5) }),
      entry("y", { "f:data": { "f:k": {} } }, { operation: "Apply", time: time(9) }),
      entry("a", { "f:data": { "f:l": {} } }),
    ];
    const object = map({ k: "v", l: "w" }, { managedFields });
    expect(update(map({ k: "v", l: "w" }), object)?.map(({ manager }) => manager)).toEqual([
      "y",
      "z",
      "a",
      "b",
    ]);
  });
});

describe("entries of the body", () => {
  const stored = [entry("a", { "f:data": { ".": {}, "f:k": {} } })];
  const live = map({ k: "v" }, { managedFields: stored });
  const put = (managedFields: ManagedFieldsEntry[]) =>
    update(live, map({ k: "v" }, { managedFields }), { manager: "d" });

  test.each<[string, ManagedFieldsEntry[], ManagedFieldsEntry[] | undefined]>([
    ["an empty list resets", [], undefined],
    ["an empty entry resets", [{}], undefined],
    ["valid ones are taken over", [entry("x", { "f:data": {} })], [entry("x", { "f:data": {} })]],
    ["a wrong operation keeps the stored", [entry("x", {}, { operation: "Bogus" })], stored],
    ["no version keeps the stored", [entry("x", {}, { apiVersion: "" })], stored],
    ["another type of fields keeps the stored", [entry("x", {}, { fieldsType: "V2" })], stored],
    ["malformed fields keep the stored", [entry("x", { bad: {} })], stored],
    ["fields of an unknown kind end tracking", [entry("x", { "q:data": {} })], undefined],
    ["a version that is not served is dropped", [entry("x", {}, { apiVersion: "v9" })], undefined],
    [
      "the last of two of one manager counts",
      [entry("x", { "f:data": {} }), entry("x", { "f:metadata": {} })],
      [entry("x", { "f:metadata": {} })],
    ],
    [
      "fields that are not there are kept",
      [entry("x", { "f:data": { "f:zzz": {} } })],
      [entry("x", { "f:data": { "f:zzz": {} } })],
    ],
  ])("%s", (_, sent, after) => {
    expect(put(sent)).toEqual(after);
  });

  test("once reset, updates do not start tracking again", () => {
    expect(update(map({ k: "v" }), map({ k: "w" }))).toBeUndefined();
  });
});

describe("many managers", () => {
  test("keep ten entries, the oldest joined", () => {
    const writes = Array.from({ length: 12 }, (_, at): [string, Record<string, string>] => [
      `m${at}`,
      Object.fromEntries(Array.from({ length: at + 1 }, (_, key) => [`k${key}`, "v"])),
    ]);
    const entries = history(...writes) ?? [];
    expect(entries).toHaveLength(10);
    expect(entries[0]).toEqual(
      entry(
        "ancient-changes",
        { "f:data": { ".": {}, "f:k0": {}, "f:k1": {}, "f:k2": {} } },
        { time: time(2) },
      ),
    );
    expect(entries.slice(1).map(({ manager }) => manager)).toEqual(
      Array.from({ length: 9 }, (_, at) => `m${at + 3}`),
    );
  });
});

describe("lists", () => {
  const pod = (ports: unknown, env: unknown = []): KubeObject =>
    frozen({
      metadata: { name: "p", uid: "u" },
      spec: { containers: [{ name: "c", ports, env }] },
    });
  const own = (live: KubeObject | undefined, object: KubeObject) =>
    update(live, object, { shape: shapeOf("core.v1.Pod") })?.[0]?.fieldsV1;

  test("are taken by keys, with defaults for those that are missing", () => {
    expect(own(undefined, pod([{ containerPort: 80 }], [{ name: "A", value: "1" }]))).toEqual({
      "f:spec": {
        "f:containers": {
          'k:{"name":"c"}': {
            ".": {},
            "f:env": { ".": {}, 'k:{"name":"A"}': { ".": {}, "f:name": {}, "f:value": {} } },
            "f:name": {},
            "f:ports": {
              ".": {},
              'k:{"containerPort":80,"protocol":"TCP"}': { ".": {}, "f:containerPort": {} },
            },
          },
        },
      },
    });
  });

  test("with duplicates have those as a whole", () => {
    const twice = own(
      undefined,
      pod([
        { containerPort: 80, name: "a" },
        { containerPort: 80, name: "b" },
      ]),
    );
    expect(JSON.stringify(twice)).toContain(
      '"f:ports":{".":{},"k:{\\"containerPort\\":80,\\"protocol\\":\\"TCP\\"}":{}}',
    );
  });

  test("that cannot be told apart end tracking", () => {
    expect(own(undefined, pod([{ hostPort: 1, protocol: undefined }, null]))).toBeUndefined();
  });
});

describe("the manager of a User-Agent", () => {
  test.each([
    ["kubectl/v1.36.2 (linux/amd64)", "kubectl"],
    ["plain", "plain"],
    ["one two/3 (x) four/5", "one two"],
    ["", "unknown"],
    [undefined, "unknown"],
    ["/x", "unknown"],
    ["a\tb\u0000c/1", "abc"],
    ["a".repeat(150), "a".repeat(128)],
    [`${"a".repeat(127)}ä`, "a".repeat(127)],
  ])("%j", (userAgent, manager) => {
    expect(managerFromUserAgent(userAgent)).toBe(manager);
  });
});
