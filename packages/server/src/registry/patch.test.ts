import { describe, expect, it } from "vitest";
import type { KubeObject } from "../api/object.ts";
import { resourceOf } from "../api/schema/resources.ts";
import { type PatchType, patchTypeOf, readPatch } from "./patch.ts";
import { ResourceStore } from "./resource-store.ts";

function configMaps(): ResourceStore {
  const definition = resourceOf("", "v1", "configmaps");
  if (definition === undefined) throw new Error("no config maps");
  return new ResourceStore(definition, { group: "", resource: "configmaps" }, { freeze: true });
}

const CURRENT: KubeObject = Object.freeze({
  kind: "ConfigMap",
  apiVersion: "v1",
  metadata: Object.freeze({ name: "a", namespace: "n" }),
  data: Object.freeze({ k: "v" }),
});

function applyText(
  type: Exclude<PatchType, "apply">,
  text: string,
  fieldValidation: "Warn" | "Strict" | "Ignore" = "Warn",
): { readonly object: KubeObject; readonly warnings: readonly string[] } {
  const warnings: string[] = [];
  const apply = readPatch(configMaps(), type, Buffer.from(text), {
    fieldValidation,
    applyDefaults: () => {},
    warn: (warning) => warnings.push(warning),
  });
  return { object: apply(CURRENT), warnings };
}

describe("patches", () => {
  it.each([
    ["json", '[{"op":"replace","path":"/data/k","value":"w"}]'],
    ["merge", '{"data":{"k":"w"}}'],
    ["strategic", '{"data":{"k":"w"}}'],
  ] as const)("%s changes a copy", (type, text) => {
    expect(applyText(type, text).object).toEqual({ ...CURRENT, data: { k: "w" } });
    expect(CURRENT.data).toEqual({ k: "v" });
  });

  it("unknown and duplicate fields are warned of, once", () => {
    const { warnings } = applyText("merge", '{"data":{"k":"1","k":"2"},"bogus":1}');
    expect(warnings).toEqual(['duplicate field "data.k"', 'unknown field "bogus"']);
    expect(applyText("merge", '{"bogus":1}', "Ignore").warnings).toEqual([]);
  });

  it.each([
    [
      "merge",
      '{"bogus":1}',
      ' "" is invalid: patch: Invalid value: "{\\"apiVersion\\":\\"v1\\",\\"bogus\\":1,\\"data\\":{\\"k\\":\\"v\\"},\\"kind\\":\\"ConfigMap\\",\\"metadata\\":{\\"name\\":\\"a\\",\\"namespace\\":\\"n\\"}}": strict decoding error: unknown field "bogus"',
    ],
    [
      "strategic",
      '{"data":{"k":"v6"},"bogus":1}',
      ' "" is invalid: patch: Invalid value: "map[bogus:1 data:map[k:v6]]": strict decoding error: unknown field "bogus"',
    ],
  ] as const)("Strict refuses them: %s", (type, text, message) => {
    expect(() => applyText(type, text, "Strict")).toThrow(message);
  });

  it.each([
    ["json", "{", "error decoding patch: unexpected end of JSON input"],
    ["merge", "", "error decoding patch: unexpected end of JSON input"],
    ["strategic", "{", "unexpected end of JSON input"],
  ] as const)("what is no JSON is told: %s", (type, text, message) => {
    expect(() => applyText(type, text)).toThrow(message);
  });

  it("unknown fields of a strategic patch are told sorted", () => {
    const { warnings } = applyText("strategic", '{"z":1,"metadata":{"b":1,"a":2},"a":3}');
    const unknown = (name: string) => `unknown field "${name}"`;
    expect(warnings).toEqual(["a", "metadata.a", "metadata.b", "z"].map(unknown));
  });

  it("its text is read when it is applied, so that a missing object is told of first", () => {
    const broken = readPatch(configMaps(), "merge", Buffer.from("{"), {
      fieldValidation: "Warn",
      applyDefaults: () => {},
      warn: () => {},
    });
    expect(() => broken(CURRENT)).toThrow("error decoding patch");
  });

  it.each([
    ["merge", '{"apiVersion":null}'],
    ["json", '[{"op":"replace","path":"/apiVersion","value":""}]'],
  ] as const)("nothing is left of an object without a version: %s", (type, text) => {
    const { object, warnings } = applyText(type, text);
    expect(object).toEqual({ kind: "ConfigMap", apiVersion: "v1", metadata: {} });
    expect(warnings).toEqual(['unknown field "data"', 'unknown field "metadata"']);
  });

  it("a strategic patch cannot change what an object is", () => {
    const { object } = applyText("strategic", '{"kind":"Pod","apiVersion":"v7"}');
    expect(object).toEqual(CURRENT);
  });

  it("types are told by their content type, parameters aside", () => {
    expect(patchTypeOf("application/merge-patch+json; charset=utf-8")).toBe("merge");
    const others = ["application/json", "application/apply-patch+json", "constructor", "__proto__"];
    for (const none of [undefined, "", ...others]) {
      expect(() => patchTypeOf(none)).toThrow("415: Unsupported Media Type");
    }
  });

  it.each([
    ['{"spec":{"replicas":"many"}}', "unrecognized type: int32"],
    ['{"spec":{"replicas":1.5}}', "cannot convert float64 to int32"],
    ['{"spec":{"paused":"yes"}}', "unrecognized type: bool"],
    ['{"spec":{"strategy":"Recreate"}}', "cannot restore struct from: string"],
    ['{"spec":{"strategy":{"type":1}}}', "cannot convert int64 to v1.DeploymentStrategyType"],
    ['{"spec":{"strategy":{"type":true}}}', "unrecognized type: string"],
    ['{"spec":{"strategy":{"type":1.5}}}', "unrecognized type: string"],
    ['{"spec":{"template":{"spec":{"volumes":2.5}}}}', "cannot restore slice from float64"],
    [
      '{"metadata":{"creationTimestamp":5}}',
      "json: cannot unmarshal number into Go value of type string",
    ],
    ['{"metadata":{"labels":"a"}}', "cannot restore map from string"],
    ['{"metadata":{"labels":{"a":1}}}', "cannot convert int64 to string"],
    ['{"metadata":{"finalizers":{"a":"b"}}}', "cannot restore slice from map"],
    // The first in the order of Go's structs, not of the text.
    [
      '{"spec":{"replicas":"many"},"metadata":{"labels":{"a":1}}}',
      "cannot convert int64 to string",
    ],
    ['{"status":"x","spec":{"template":{"spec":7}}}', "cannot restore struct from: int64"],
    ['{"metadata":{"creationTimestamp":5,"generation":"x"}}', "unrecognized type: int64"],
  ])("a strategic patch of a wrong type: %s", (text, why) => {
    const definition = resourceOf("apps", "v1", "deployments");
    if (definition === undefined) throw new Error("no deployments");
    const strategy = { group: "apps", resource: "deployments" };
    const store = new ResourceStore(definition, strategy, { freeze: true });
    const apply = readPatch(store, "strategic", Buffer.from(text), {
      fieldValidation: "Strict",
      applyDefaults: () => {},
      warn: () => {},
    });
    const current = { kind: "Deployment", apiVersion: "apps/v1", metadata: { name: "a" } };
    expect(() => apply(current)).toThrow(new RegExp(`: ${why}$`));
  });
});
