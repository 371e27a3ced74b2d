import { describe, expect, test } from "vitest";
import { StatusError } from "../status-error.ts";
import { applyStrategicMergePatch } from "./strategic-merge-patch.ts";

type Members = Record<string, unknown>;

const podOf = (spec: Members): Members => ({ spec });
const patchPod = (old: Members, patch: Members): unknown =>
  applyStrategicMergePatch(podOf(old), podOf(patch), "core.v1.Pod").spec;
const names = (...list: string[]): Members[] => list.map((name) => ({ name }));

function failureOf(old: Members, patch: unknown, typeName = "core.v1.Pod"): string {
  try {
    applyStrategicMergePatch(old, patch, typeName);
  } catch (error) {
    if (error instanceof StatusError) return `${error.code} ${error.reason} ${error.message}`;
    throw error;
  }
  return "applied";
}

const container = { name: "c", image: "i", env: [{ name: "A", value: "1" }], args: ["a"] };

test("what is left of a patch has no ordered lists", () => {
  const patch = {
    metadata: { labels: null },
    spec: {
      "$setElementOrder/containers": [{ name: "a" }],
      containers: [{ name: "a", image: "x" }],
    },
  };
  let rest: unknown;
  applyStrategicMergePatch(
    { metadata: {}, spec: { containers: [] } },
    patch,
    "core.v1.Pod",
    (left) => {
      rest = left;
    },
  );
  expect(rest).toEqual({ metadata: { labels: null }, spec: {} });
});

describe("strategic merge patch", () => {
  test.each<[string, Members, Members, Members]>([
    ["scalar", { nodeName: "a" }, { nodeName: "b" }, { nodeName: "b" }],
    ["null deletes", { nodeName: "a", x: 1 }, { nodeName: null, y: null }, { x: 1 }],
    [
      "map merges",
      { securityContext: { a: 1 } },
      { securityContext: { b: 2 } },
      { securityContext: { a: 1, b: 2 } },
    ],
    [
      "nulls in what is new go",
      {},
      { securityContext: { a: null, b: 2 } },
      { securityContext: { b: 2 } },
    ],
    [
      "elements by key, deep",
      { containers: [container] },
      { containers: [{ name: "c", env: [{ name: "B", value: "2" }], args: ["z"] }] },
      {
        containers: [
          {
            ...container,
            env: [
              { name: "B", value: "2" },
              { name: "A", value: "1" },
            ],
            args: ["z"],
          },
        ],
      },
    ],
    [
      "elements of the patch come first",
      { containers: names("a", "b") },
      { containers: names("n", "b") },
      { containers: names("n", "a", "b") },
    ],
    [
      "the old order stands between known ones",
      { containers: names("a", "b", "c") },
      { containers: names("c", "a") },
      { containers: names("b", "c", "a") },
    ],
    [
      "delete of an element",
      { containers: names("a", "b") },
      { containers: [{ name: "a", $patch: "delete" }] },
      { containers: names("b") },
    ],
    [
      "delete of an element that is not there",
      { containers: names("a") },
      { containers: [{ name: "z", $patch: "delete" }] },
      { containers: names("a") },
    ],
    [
      "replace of a list",
      { containers: names("a", "b") },
      { containers: [{ $patch: "replace" }, { name: "z" }] },
      { containers: names("z") },
    ],
    [
      "replace of a map",
      { securityContext: { a: 1 } },
      { securityContext: { $patch: "replace", b: 2 } },
      { securityContext: { b: 2 } },
    ],
    [
      "delete of a map",
      { securityContext: { a: 1 } },
      { securityContext: { $patch: "delete" } },
      { securityContext: {} },
    ],
    ["directives in what is new go", {}, { securityContext: { $patch: "delete" } }, {}],
    [
      "directives in new lists go",
      {},
      { containers: [{ $patch: "replace" }, { name: "a", $patch: "delete" }, { name: "b" }] },
      { containers: names("b") },
    ],
    [
      "order of a list",
      { containers: names("a", "b") },
      { "$setElementOrder/containers": names("b", "a"), containers: [{ name: "b", image: "x" }] },
      { containers: [{ name: "b", image: "x" }, { name: "a" }] },
    ],
    [
      "order alone",
      { containers: names("a", "b", "c") },
      { "$setElementOrder/containers": names("c", "a") },
      { containers: names("b", "c", "a") },
    ],
    [
      "order puts a new one in between",
      { containers: names("a", "b") },
      { "$setElementOrder/containers": names("a", "n", "b"), containers: names("n") },
      { containers: names("a", "n", "b") },
    ],
    [
      "order of a list that is not there",
      {},
      { "$setElementOrder/containers": names("a"), containers: names("a") },
      { containers: names("a") },
    ],
    ["order of nothing", {}, { "$setElementOrder/containers": names("a") }, {}],
    [
      "retained keys",
      { volumes: [{ name: "v", emptyDir: {} }] },
      { volumes: [{ name: "v", $retainKeys: ["name", "configMap"], configMap: { name: "m" } }] },
      { volumes: [{ name: "v", configMap: { name: "m" } }] },
    ],
    [
      "list without a key is replaced",
      { tolerations: [{ key: "a" }] },
      { tolerations: [{ key: "b" }] },
      { tolerations: [{ key: "b" }] },
    ],
    [
      "ports by port",
      { containers: [{ name: "c", ports: [{ containerPort: 80, name: "w" }] }] },
      { containers: [{ name: "c", ports: [{ containerPort: 80, protocol: "UDP" }] }] },
      { containers: [{ name: "c", ports: [{ containerPort: 80, name: "w", protocol: "UDP" }] }] },
    ],
    ["another kind of value", { containers: names("a") }, { containers: "x" }, { containers: "x" }],
    [
      "a list over null",
      { containers: null },
      { containers: names("a") },
      { containers: names("a") },
    ],
    [
      "members of maps",
      { nodeSelector: { a: "b" } },
      { nodeSelector: { c: "d", a: null } },
      { nodeSelector: { c: "d" } },
    ],
  ])("%s", (_, old, patch, result) => {
    const before = JSON.stringify([old, patch]);
    expect(patchPod(old, patch)).toEqual(result);
    expect(JSON.stringify([old, patch])).toBe(before);
  });

  test.each<[string, Members, string[]]>([
    ["added", { finalizers: ["c", "a"] }, ["c", "a", "b"]],
    ["taken away", { "$deleteFromPrimitiveList/finalizers": ["a", "z"] }, ["b"]],
    [
      "both, in order",
      {
        "$deleteFromPrimitiveList/finalizers": ["a"],
        "$setElementOrder/finalizers": ["c", "b"],
        finalizers: ["c"],
      },
      ["c", "b"],
    ],
  ])("values of a list are %s", (_, metadata, finalizers) => {
    const old = { metadata: { finalizers: ["a", "b"] } };
    expect(applyStrategicMergePatch(old, { metadata }, "core.v1.Pod")).toEqual({
      metadata: { finalizers },
    });
  });

  test("merges secrets of an account, and replaces its pull secrets", () => {
    const old = { secrets: names("a"), imagePullSecrets: names("a") };
    const patch = { secrets: names("b"), imagePullSecrets: names("b") };
    expect(applyStrategicMergePatch(old, patch, "core.v1.ServiceAccount")).toEqual({
      secrets: names("b", "a"),
      imagePullSecrets: names("b"),
    });
  });

  test.each<[string, Members, Members, string]>([
    [
      "directive that is none",
      { securityContext: {} },
      { securityContext: { $patch: "explode", a: [1, { b: null }] } },
      "500  unknown patch type: explode in map: map[$patch:explode a:[1 map[b:<nil>]]]",
    ],
    [
      "directive of an element that is none",
      { containers: names("a") },
      { containers: [{ name: "a", $patch: "explode" }] },
      "500  unknown patch type: explode in map: map[$patch:explode name:a]",
    ],
    ...[
      [1, "%!s(int64=1)", "1"],
      [true, "%!s(bool=true)", "true"],
      [null, "%!s(<nil>)", "<nil>"],
      [["x", 2.5], "[x %!s(float64=2.5)]", "[x 2.5]"],
    ].map(([directive, text, shown]): [string, Members, Members, string] => [
      `directive of an element that is no text: ${text}`,
      { containers: names("a") },
      { containers: [{ name: "a", $patch: directive }] },
      `500  unknown patch type: ${text} in map: map[$patch:${shown} name:a]`,
    ]),
    [
      "merge of an element",
      { containers: names("a") },
      { containers: [{ name: "a", $patch: "merge" }] },
      "500  merging lists cannot yet be specified in the patch",
    ],
    [
      "element without its key",
      { containers: names("a") },
      { containers: [{ image: "x" }] },
      "500  map: map[image:x] does not contain declared merge key: name",
    ],
    [
      "deleted element without its key",
      { containers: names("a") },
      { containers: [{ $patch: "delete" }] },
      "500  map: map[$patch:delete] does not contain declared merge key: name",
    ],
    [
      "order that misses an element",
      { containers: names("a", "b") },
      { "$setElementOrder/containers": names("a"), containers: [{ name: "b", image: "i" }] },
      "500  The order in patch list:\n[map[image:i name:b]]\n doesn't match $setElementOrder list:\n[map[name:a]]\n",
    ],
    [
      "order that is no list",
      { containers: names("a") },
      { "$setElementOrder/containers": "x" },
      "500  expected a []interface {}, but received a string",
    ],
    [
      "order of no list",
      {},
      { $setElementOrder: [] },
      "400 BadRequest invalid patch format of setElementOrder list",
    ],
    [
      "deletion of no list",
      {},
      { $deleteFromPrimitiveListx: [] },
      "400 BadRequest invalid patch format of primitive list",
    ],
    [
      "order of a field that is none",
      { bogus: [1] },
      { "$setElementOrder/bogus": [1] },
      '500  unable to find api field in struct PodSpec for the json field "bogus"',
    ],
    [
      "retained keys that miss one",
      { securityContext: { a: 1 } },
      { securityContext: { $retainKeys: ["a"], b: 1 } },
      "400 BadRequest invalid patch format of retainKeys",
    ],
    [
      "retained keys that are no list",
      { securityContext: { a: 1 } },
      { securityContext: { $retainKeys: "a" } },
      "400 BadRequest invalid patch format of retainKeys",
    ],
    [
      "lists of lists",
      { containers: [["a"]] },
      { containers: [["b"]] },
      "422 Invalid the server rejected our request due to an error in our request",
    ],
    [
      "items of several kinds",
      { containers: names("a") },
      { containers: ["x"] },
      "500  list element types are not identical: [[map[name:a]] [x]]",
    ],
  ])("refuses: %s", (_, old, patch, text) => {
    expect(failureOf(podOf(old), podOf(patch))).toBe(text);
  });

  test.each<[unknown, string]>([
    [
      [1],
      "400 BadRequest json: cannot unmarshal array into Go value of type map[string]interface {}",
    ],
    [
      "x",
      "400 BadRequest json: cannot unmarshal string into Go value of type map[string]interface {}",
    ],
    [null, "applied"],
    [{}, "applied"],
  ])("%j", (patch, text) => {
    expect(failureOf({ metadata: {} }, patch)).toBe(text);
  });

  test("replaces everything", () => {
    const patch = { $patch: "replace", metadata: { name: "d" } };
    expect(applyStrategicMergePatch({ spec: {} }, patch, "core.v1.Pod")).toEqual({
      metadata: { name: "d" },
    });
  });

  test("leaves the prototype alone", () => {
    const patch = JSON.parse('{"data":{"__proto__":{"polluted":"x"},"constructor":"y"}}');
    const merged = applyStrategicMergePatch({ data: { k: "v" } }, patch, "core.v1.ConfigMap");
    expect(JSON.stringify(merged)).toBe(
      '{"data":{"k":"v","__proto__":{"polluted":"x"},"constructor":"y"}}',
    );
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  test("does not nest without bound", () => {
    let patch: unknown = 1;
    for (let depth = 0; depth < 100_000; depth++) patch = { spec: patch };
    expect(failureOf({}, patch)).toBe("400 BadRequest exceeded max depth");
  });
});

test("long lists are merged in time by their length, not by its square", () => {
  const env = (value: string) =>
    Array.from({ length: 20_000 }, (_, index) => ({ name: `E${index}`, value }));
  const pod = (list: readonly object[]) => ({ spec: { containers: [{ name: "c", env: list }] } });
  const deletions = Array.from({ length: 10_000 }, (_, index) => ({
    name: `E${index}`,
    $patch: "delete",
  }));
  const start = performance.now();
  const schema = "core.v1.Pod";
  expect(applyStrategicMergePatch(pod(env("a")), pod(env("b")), schema)).toEqual(pod(env("b")));
  expect(applyStrategicMergePatch(pod(env("a")), pod(deletions), schema)).toEqual(
    pod(env("a").slice(10_000)),
  );
  // Each looked for its place from the start of the list: minutes of work.
  expect(performance.now() - start).toBeLessThan(5_000);
});
