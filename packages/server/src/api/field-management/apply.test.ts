import { describe, expect, test } from "vitest";
import type { KubeObject } from "../object.ts";
import { StatusError } from "../status-error.ts";
import type { ManagedFieldsEntry } from "../types.ts";
import { type Applied, applyObject } from "./apply.ts";
import { withoutNoopTimes } from "./noop-times.ts";
import { shapeOf } from "./schema-shape.ts";
import { DEDUCED_SHAPE } from "./type-shape.ts";
import { updateOwnership } from "./update.ts";

const NOW = Date.parse("2026-01-02T03:04:05Z");

type Members = Record<string, unknown>;

interface Options {
  readonly manager?: string;
  readonly force?: boolean;
  readonly typeName?: string;
  readonly subresource?: string;
  readonly resetFields?: readonly (readonly string[])[];
}

function apply(live: KubeObject | undefined, body: Members, options: Options = {}): Applied {
  const { manager = "me", force = false, typeName = "core.v1.ConfigMap", ...rest } = options;
  const kind = typeName.slice(typeName.lastIndexOf(".") + 1);
  return applyObject({
    shape: shapeOf(typeName),
    apiVersion: "v1",
    kind,
    live: frozen(live),
    applied: frozen({ apiVersion: "v1", kind, ...body }),
    manager,
    force,
    now: NOW,
    ...rest,
  });
}

/** What the store has after an apply. */
function store(result: Applied): KubeObject {
  const object = structuredClone(result.object) as KubeObject;
  object.metadata.uid = "u";
  return object;
}

function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.values(value).forEach(frozen);
    Object.freeze(value);
  }
  return value;
}

const map = (data: Members | undefined, metadata: Members = {}): Members => ({
  metadata: { name: "m", ...metadata },
  ...(data === undefined ? {} : { data }),
});

function failureOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof StatusError) return `${error.code} ${error.reason} ${error.message}`;
    throw error;
  }
  return "applied";
}

const owners = (object: Members): unknown =>
  (object as KubeObject).metadata.managedFields?.map(({ manager, operation, fieldsV1 }) => [
    `${manager} ${operation}`,
    fieldsV1,
  ]);

describe("apply", () => {
  test("creates, and owns the fields it names", () => {
    const { object, changed } = apply(undefined, map({ k: "v" }));
    expect(changed).toBe(true);
    expect(object.data).toEqual({ k: "v" });
    expect((object as KubeObject).metadata.managedFields).toEqual([
      {
        manager: "me",
        operation: "Apply",
        apiVersion: "v1",
        time: "2026-01-02T03:04:05Z",
        fieldsType: "FieldsV1",
        fieldsV1: { "f:data": { "f:k": {} } },
      },
    ]);
  });

  test("of the same changes nothing", () => {
    const live = store(apply(undefined, map({ k: "v" })));
    const again = apply(live, map({ k: "v" }));
    expect(again.changed).toBe(false);
    expect(again.object).toEqual(live);
  });

  test("removes what it named before, but not what others own", () => {
    const first = store(apply(undefined, map({ k: "v", l: "w", m: "x" })));
    const shared = store(apply(first, map({ l: "w" }), { manager: "you" }));
    const second = apply(shared, map({ k: "v" }));
    expect(second.object.data).toEqual({ k: "v", l: "w" });
    expect(owners(second.object)).toEqual([
      ["you Apply", { "f:data": { "f:l": {} } }],
      ["me Apply", { "f:data": { "f:k": {} } }],
    ]);
  });

  test("of shared fields alone has no time", () => {
    const first = store(apply(undefined, map({ k: "v" })));
    const { object, changed } = apply(first, map({ k: "v" }), { manager: "you" });
    expect(changed).toBe(false);
    const entries: ManagedFieldsEntry[] = (object as KubeObject).metadata.managedFields ?? [];
    expect(entries.map(({ manager, time }) => [manager, time])).toEqual([
      ["you", undefined],
      ["me", "2026-01-02T03:04:05Z"],
    ]);
  });

  test("conflicts, unless forced", () => {
    const first = store(apply(undefined, map({ k: "v", l: "w" })));
    expect(failureOf(() => apply(first, map({ k: "x" }), { manager: "you" }))).toBe(
      '409 Conflict Apply failed with 1 conflict: conflict with "me": .data.k',
    );
    const { object } = apply(first, map({ k: "x" }), { manager: "you", force: true });
    expect(owners(object)).toEqual([
      ["me Apply", { "f:data": { "f:l": {} } }],
      ["you Apply", { "f:data": { "f:k": {} } }],
    ]);
  });

  test("keys of elements that are left out are their zero values", () => {
    const spec = { containers: [{ image: "i", ports: [{}] }] };
    const body = { metadata: { name: "p" }, spec };
    const { object } = apply(undefined, body, { typeName: "core.v1.Pod" });
    const fields = {
      "f:spec": {
        "f:containers": {
          'k:{"name":""}': {
            ".": {},
            "f:image": {},
            "f:ports": { 'k:{"containerPort":0,"protocol":"TCP"}': {} },
          },
        },
      },
    };
    expect(owners(object)).toEqual([["me Apply", fields]]);
  });

  test("lists conflicts by manager", () => {
    const first = store(apply(undefined, map({ k: "v", l: "w" })));
    const changed = { ...first, data: { k: "v", l: "x", n: "o" } };
    const managedFields = updateOwnership({
      shape: shapeOf("core.v1.ConfigMap"),
      apiVersion: "v1",
      live: first,
      object: changed,
      manager: "up",
      subresource: "status",
      now: NOW,
    });
    const live = {
      ...changed,
      metadata: { ...changed.metadata, ...(managedFields === undefined ? {} : { managedFields }) },
    };
    const run = (): unknown => apply(live, map({ k: "1", l: "2", n: "3" }), { manager: "you" });
    expect(failureOf(run)).toBe(
      [
        '409 Conflict Apply failed with 3 conflicts: conflicts with "me":',
        "- .data.k",
        'conflicts with "up" with subresource "status" using v1:',
        "- .data.l",
        "- .data.n",
      ].join("\n"),
    );
  });

  test("to an object without owners gives what is there to before-first-apply", () => {
    const live = map({ k: "v" }, { uid: "u" }) as unknown as KubeObject;
    const { object } = apply(live, map({ k: "v" }));
    expect(owners(object)).toEqual([
      ["me Apply", { "f:data": { "f:k": {} } }],
      ["before-first-apply Update", { "f:data": { ".": {}, "f:k": {} } }],
    ]);
  });

  test("does not own what its endpoint resets", () => {
    const options = { typeName: "core.v1.Namespace", resetFields: [["status"]] };
    const { object } = apply(
      undefined,
      { metadata: { labels: { a: "b" } }, status: { phase: "x" } },
      options,
    );
    expect(owners(object)).toEqual([["me Apply", { "f:metadata": { "f:labels": { "f:a": {} } } }]]);
  });

  test("empties what it removes the last of", () => {
    const live = store(apply(undefined, map({ k: "v" }, { labels: { a: "b" } })));
    expect(apply(live, map(undefined)).object.data).toBeUndefined();
    const named = store(apply(undefined, map({ k: "v" })));
    const kept = apply({ ...named, data: { k: "v", other: "x" } }, map({}));
    expect(kept.object.data).toEqual({ other: "x" });
  });

  test.each<[Members, string]>([
    [{ kind: "Secret" }, "400 BadRequest invalid object type: /v1, Kind=Secret"],
    [{ apiVersion: "apps/v1" }, "400 BadRequest invalid object type: apps/v1, Kind=ConfigMap"],
    [{ apiVersion: undefined, kind: undefined }, "400 BadRequest invalid object type: /, Kind="],
    [{ metadata: { managedFields: [] } }, "400 BadRequest metadata.managedFields must be nil"],
    [
      { bogus: 1 },
      "500  failed to create typed patch object (/m; /v1, Kind=ConfigMap): .bogus: field not declared in schema",
    ],
    [
      { data: { k: 1 } },
      "500  failed to create typed patch object (/m; /v1, Kind=ConfigMap): .data.k: expected string, got &value.valueUnstructured{Value:1}",
    ],
    [
      { data: [1] },
      "500  failed to create typed patch object (/m; /v1, Kind=ConfigMap): .data: expected map, got &{[1]}",
    ],
    [
      { data: { k: { a: "b" }, l: true } },
      '500  failed to create typed patch object (/m; /v1, Kind=ConfigMap): errors:\n  .data.k: expected string, got &value.valueUnstructured{Value:map[string]interface {}{"a":"b"}}\n  .data.l: expected string, got &value.valueUnstructured{Value:true}',
    ],
    [
      { metadata: { name: "m", namespace: "n", finalizers: ["a", "a"] } },
      '500  failed to create typed patch object (n/m; /v1, Kind=ConfigMap): .metadata.finalizers: duplicate entries for key [="a"]',
    ],
    [
      { immutable: "x" },
      "500  failed to create typed patch object (/m; /v1, Kind=ConfigMap): .immutable: expected boolean, got &{x}",
    ],
    [
      { metadata: { name: "m", generation: "x" } },
      "500  failed to create typed patch object (/m; /v1, Kind=ConfigMap): .metadata.generation: expected numeric (int or float), got string",
    ],
    [
      { metadata: { name: "m", finalizers: "x" } },
      "500  failed to create typed patch object (/m; /v1, Kind=ConfigMap): .metadata.finalizers: expected list, got &{x}",
    ],
    [
      { metadata: { name: "m", finalizers: [null] } },
      "500  failed to create typed patch object (/m; /v1, Kind=ConfigMap): .metadata.finalizers: element 0: associative list without keys has an element that's an explicit null",
    ],
    [
      { metadata: { name: 5, namespace: null } },
      "500  failed to create typed patch object (/; /v1, Kind=ConfigMap): .metadata.name: expected string, got &value.valueUnstructured{Value:5}",
    ],
    [
      { metadata: { name: "m", ownerReferences: [{ uid: ["u", { a: true }] }] } },
      '500  failed to create typed patch object (/m; /v1, Kind=ConfigMap): .metadata.ownerReferences[uid=["u",a=true]].uid: expected string, got &value.valueUnstructured{Value:[]interface {}{"u", map[string]interface {}{"a":true}}}',
    ],
  ])("refuses %j", (body, text) => {
    expect(failureOf(() => apply(undefined, { ...map(undefined), ...body }))).toBe(text);
  });
});

test("a container for debugging without a name has an empty one", () => {
  const ephemeralContainers = [{ image: "i" }];
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "p" } };
  const { object } = apply(
    undefined,
    { ...pod, spec: { ephemeralContainers } },
    {
      typeName: "core.v1.Pod",
    },
  );
  expect(object.spec).toMatchObject({ ephemeralContainers });
});

test("what is a number or a text may be anything until it is decoded", () => {
  const spec = { minAvailable: { a: 1 } };
  const budget = { apiVersion: "v1", kind: "PodDisruptionBudget", metadata: { name: "b" }, spec };
  const { object } = apply(undefined, budget, { typeName: "policy.v1.PodDisruptionBudget" });
  expect(object.spec).toEqual(spec);
});

test("what is applied does not nest without bound", () => {
  let extension: unknown = 1;
  for (let depth = 0; depth < 100_000; depth++) extension = { a: extension };
  const run = (): unknown =>
    applyObject({
      shape: DEDUCED_SHAPE,
      apiVersion: "v1",
      kind: "Thing",
      live: undefined,
      applied: { apiVersion: "v1", kind: "Thing", extension },
      manager: "me",
      force: false,
      now: NOW,
    });
  expect(failureOf(run)).toMatch(/^500 .*exceeded max depth$/);
});

describe("lists under apply", () => {
  const pod = (...containers: Members[]): Members => ({
    metadata: { name: "p" },
    spec: { containers },
  });
  const options = { typeName: "core.v1.Pod" };
  const names = (object: Members): unknown =>
    ((object.spec as Members).containers as Members[]).map(({ name }) => name);

  test("stand in the order of what is applied, others near their neighbours", () => {
    const live = store(apply(undefined, pod({ name: "a" }, { name: "b" }, { name: "c" }), options));
    const second = apply(live, pod({ name: "c" }, { name: "x" }, { name: "a" }), {
      ...options,
      manager: "you",
    });
    expect(names(second.object)).toEqual(["b", "c", "x", "a"]);
  });

  test("merge by key with defaults, and lose what is left out", () => {
    const ports = [{ containerPort: 80 }, { containerPort: 81, protocol: "UDP" }];
    const live = store(apply(undefined, pod({ name: "a", image: "i", ports }), options));
    const { object } = apply(
      live,
      pod({ name: "a", ports: [{ containerPort: 80, protocol: "TCP", name: "w" }] }),
      options,
    );
    expect((object.spec as Members).containers).toEqual([
      { name: "a", ports: [{ containerPort: 80, protocol: "TCP", name: "w" }] },
    ]);
    expect(owners(object)).toEqual([
      [
        "me Apply",
        {
          "f:spec": {
            "f:containers": {
              'k:{"name":"a"}': {
                ".": {},
                "f:name": {},
                "f:ports": {
                  'k:{"containerPort":80,"protocol":"TCP"}': {
                    ".": {},
                    "f:containerPort": {},
                    "f:name": {},
                    "f:protocol": {},
                  },
                },
              },
            },
          },
        },
      ],
    ]);
  });

  test("name elements in conflicts", () => {
    const live = store(apply(undefined, pod({ name: "a", image: "i" }), options));
    const run = (): unknown =>
      apply(live, pod({ name: "a", image: "j" }), { ...options, manager: "you" });
    expect(failureOf(run)).toBe(
      '409 Conflict Apply failed with 1 conflict: conflict with "me": .spec.containers[name="a"].image',
    );
  });

  test("that are atomic are replaced", () => {
    const live = store(apply(undefined, pod({ name: "a", args: ["x"] }), options));
    const { object } = apply(live, pod({ name: "a", args: ["y", "z"] }), options);
    expect((object.spec as Members).containers).toEqual([{ name: "a", args: ["y", "z"] }]);
  });
});

describe("kubectl", () => {
  const KEY = "kubectl.kubernetes.io/last-applied-configuration";
  const lastApplied = (data: Members): string =>
    JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "m" }, data });
  const clientSide = (data: Members, annotation: string): KubeObject => {
    const object = map(data, {
      uid: "u",
      annotations: { [KEY]: annotation },
    }) as unknown as KubeObject;
    const managedFields = updateOwnership({
      shape: shapeOf("core.v1.ConfigMap"),
      apiVersion: "v1",
      live: undefined,
      object,
      manager: "kubectl-client-side-apply",
      now: NOW,
    });
    return { ...object, metadata: { ...object.metadata, managedFields: managedFields ?? [] } };
  };
  const annotationOf = (object: Members): unknown =>
    (object as KubeObject).metadata.annotations?.[KEY];

  test("takes over what it applied from the client's side, and renews the annotation", () => {
    const live = clientSide({ b: "<", a: "1" }, lastApplied({ a: "1", b: "<" }));
    const { object } = apply(live, map({ b: ">", a: "2" }), { manager: "kubectl" });
    expect(object.data).toEqual({ b: ">", a: "2" });
    expect(annotationOf(object)).toBe(
      '{"apiVersion":"v1","data":{"a":"2","b":"\\u003e"},"kind":"ConfigMap","metadata":{"name":"m"}}\n',
    );
  });

  test("conflicts about fields that have changed since", () => {
    const live = clientSide({ a: "1", b: "x" }, lastApplied({ a: "1", b: "y" }));
    expect(failureOf(() => apply(live, map({ a: "2", b: "z" }), { manager: "kubectl" }))).toBe(
      '409 Conflict Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using v1: .data.b',
    );
  });

  test.each([["not json"], ["[]"], ['{"apiVersion":"v2"}'], ['{"apiVersion":"v1","data":1}']])(
    "does not trust the annotation %j",
    (annotation) => {
      const live = clientSide({ a: "1" }, annotation);
      expect(failureOf(() => apply(live, map({ a: "2" }), { manager: "kubectl" }))).toMatch(/^409/);
      const { object } = apply(live, map({ a: "1" }), { manager: "kubectl" });
      expect(annotationOf(object)).toMatch(/^\{"apiVersion":"v1"/);
    },
  );

  test("adds no annotation, nor does another manager renew it", () => {
    expect(
      apply(undefined, map({ a: "1" }), { manager: "kubectl" }).object.metadata,
    ).not.toHaveProperty("annotations");
    const old = lastApplied({ a: "1" });
    const { object } = apply(clientSide({ a: "1" }, old), map({ b: "2" }));
    expect(annotationOf(object)).toBe(old);
  });
});

describe("times of writes that change nothing", () => {
  const entry = (time: string, more: ManagedFieldsEntry = {}): ManagedFieldsEntry => ({
    manager: "a",
    operation: "Update",
    time,
    ...more,
  });
  const object = (data: Members, entries: ManagedFieldsEntry[]): KubeObject => ({
    metadata: { name: "m", managedFields: entries },
    data,
  });
  const live = object({ k: "v" }, [entry("1")]);

  test.each<[string, KubeObject, "old" | "new"]>([
    ["only a time", object({ k: "v" }, [entry("2")]), "old"],
    ["data too", object({ k: "w" }, [entry("2")]), "new"],
    ["a manager too", object({ k: "v" }, [entry("2", { manager: "b" })]), "new"],
    ["one entry more", object({ k: "v" }, [entry("2"), entry("1")]), "new"],
    ["no time", object({ k: "v" }, [entry("1")]), "new"],
  ])("differ in %s", (_, next, which) => {
    const expected = which === "old" ? live : next;
    expect(withoutNoopTimes(live, next)).toBe(expected.metadata.managedFields);
  });
});
