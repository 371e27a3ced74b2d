import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { servedGroups } from "../../api/schema/resources.ts";
import { createOpenApiDocuments, type OpenApiDocument } from "./documents.ts";

type Json = Record<string, unknown>;

const documents = createOpenApiDocuments(servedGroups());
const recordings = new URL("../../../../../../shared/golden/openapi/", import.meta.url);
const recorded = existsSync(recordings);
/** Groups of a real server that are not served here, in paths and in names of schemas. */
const ELSEWHERE = /apiextensions|apiregistration/;

function parse(document: OpenApiDocument | undefined): Json {
  return JSON.parse(Buffer.from(document?.json() ?? []).toString());
}

function recording(name: string): Json {
  return JSON.parse(readFileSync(new URL(`${name}.json`, recordings), "utf8"));
}

/** Without prose; below `properties`, `description` is a field. */
function withoutProse(value: unknown, inside = ""): unknown {
  if (Array.isArray(value)) return value.map((each) => withoutProse(each));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, each]) => inside === "properties" || !isProse(key, each))
      .map(([key, each]) => [key, withoutProse(each, key)]),
  );
}

function isProse(key: string, value: unknown): boolean {
  return (key === "description" || key === "title") && typeof value === "string";
}

/** Every object in a value that has the key. */
function* having(value: unknown, key: string): Generator<Json> {
  if (typeof value !== "object" || value === null) return;
  if (Object.hasOwn(value, key)) yield value as Json;
  for (const each of Object.values(value)) yield* having(each, key);
}

function at(value: unknown, ...keys: string[]): unknown {
  return keys.reduce<unknown>((inner, key) => (inner as Json | undefined)?.[key], value);
}

const v3Names = [...documents.v3.keys()];

describe("as a real server has it", () => {
  test.skipIf(!recorded).each(v3Names)("v3 %s", (name) => {
    const expected = recording(`v3_${name.replaceAll("/", "_")}`);
    expect(withoutProse(parse(documents.v3.get(name)))).toEqual(withoutProse(expected));
  });

  test.skipIf(!recorded)("the index", () => {
    const served = Object.entries(recording("v3_index")).filter(([name]) => !ELSEWHERE.test(name));
    const index = Buffer.from(documents.index())
      .toString()
      .replace(/hash=[0-9A-F]{128}/g, "hash=<hash>");
    expect(JSON.parse(index)).toEqual({ paths: Object.fromEntries(served) });
  });

  test.skipIf(!recorded)("v2", () => {
    const expected = recording("v2");
    for (const part of ["paths", "definitions"]) {
      const entries = Object.entries(expected[part] as Json);
      expected[part] = Object.fromEntries(entries.filter(([name]) => !ELSEWHERE.test(name)));
    }
    const actual = withoutProse(parse(documents.v2)) as Json;
    expect(Object.keys(actual)).toEqual(Object.keys(expected));
    for (const part of Object.keys(expected)) {
      expect(actual[part], part).toEqual((withoutProse(expected) as Json)[part]);
    }
  });
});

describe("version 3", () => {
  test("has a document for each group, each version and each root", () => {
    expect(v3Names).toEqual([...v3Names].sort());
    for (const name of ["api", "api/v1", "apis", "apis/apps", "apis/apps/v1", "version"]) {
      expect(v3Names).toContain(name);
    }
    expect(v3Names).not.toContain("apis/apiextensions.k8s.io/v1");
  });

  test("writes a kind with its defaults, keys and words of our own", () => {
    const schemas = at(parse(documents.v3.get("api/v1")), "components", "schemas");
    const port = at(schemas, "io.k8s.api.core.v1.ServicePort");
    expect(at(port, "required")).toEqual(["port"]);
    expect(at(port, "properties", "port", "default")).toBe(0);
    expect(at(port, "properties", "protocol")).toMatchObject({
      default: "TCP",
      enum: ["SCTP", "TCP", "UDP"],
    });
    const account = at(schemas, "io.k8s.api.core.v1.ServiceAccount");
    expect(at(account, "x-kubernetes-group-version-kind")).toEqual([
      { group: "", version: "v1", kind: "ServiceAccount" },
    ]);
    expect(at(account, "properties", "secrets")).toMatchObject({
      type: "array",
      items: { $ref: "#/components/schemas/io.k8s.api.core.v1.ObjectReference" },
      "x-kubernetes-list-map-keys": ["name"],
      "x-kubernetes-list-type": "map",
      "x-kubernetes-patch-merge-key": "name",
      "x-kubernetes-patch-strategy": "merge",
    });
    expect(at(account, "properties", "metadata")).toMatchObject({
      default: {},
      allOf: [{ $ref: "#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta" }],
    });
  });

  test("tells kubectl that the server validates fields", () => {
    const paths = at(parse(documents.v3.get("api/v1")), "paths");
    const patch = at(paths, "/api/v1/namespaces/{namespace}/serviceaccounts/{name}", "patch");
    expect(at(patch, "x-kubernetes-group-version-kind")).toEqual({
      group: "",
      version: "v1",
      kind: "ServiceAccount",
    });
    expect(at(patch, "parameters")).toContainEqual(
      expect.objectContaining({ name: "fieldValidation", in: "query" }),
    );
  });

  test.each(v3Names)("every reference in %s leads somewhere", (name) => {
    const document = parse(documents.v3.get(name));
    const schemas = new Set(Object.keys((at(document, "components", "schemas") ?? {}) as Json));
    const used = new Set<string>();
    for (const { $ref } of having(document, "$ref")) {
      used.add(String($ref).replace("#/components/schemas/", ""));
    }
    expect(used).toEqual(schemas);
  });

  test("every field of a served kind has words", () => {
    const silent: string[] = [];
    for (const name of v3Names) {
      const schemas = at(parse(documents.v3.get(name)), "components", "schemas") ?? {};
      for (const [type, schema] of Object.entries(schemas as Json)) {
        for (const [field, property] of Object.entries((at(schema, "properties") ?? {}) as Json)) {
          if (at(property, "description") === undefined) silent.push(`${type}.${field}`);
        }
      }
    }
    // Upstream's reference is bare here, and so is ours.
    expect(silent).toEqual(["io.k8s.api.networking.v1.IngressRule.http"]);
  });

  test("kinds of all group versions are told for the document's own", () => {
    const name = "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions";
    const kinds = (document: string): unknown =>
      at(
        parse(documents.v3.get(document)),
        ...["components", "schemas", name, "x-kubernetes-group-version-kind"],
      );
    expect(kinds("api/v1")).toEqual([{ group: "", version: "v1", kind: "DeleteOptions" }]);
    expect(kinds("apis/autoscaling/v2")).toEqual([
      { group: "", version: "v1", kind: "DeleteOptions" },
      { group: "autoscaling", version: "v2", kind: "DeleteOptions" },
    ]);
  });
});

describe("version 2", () => {
  const document = parse(documents.v2);

  test("keeps shared parameters under upstream's names, and all of them are used", () => {
    const names = Object.keys(at(document, "parameters") as Json);
    const used = new Set<string>();
    for (const { $ref } of having(at(document, "paths"), "$ref")) {
      if (String($ref).startsWith("#/parameters/")) used.add(String($ref).slice(13));
    }
    expect(names).toContain("namespace-vgWSWtn3");
    expect([...used].sort()).toEqual(names);
  });

  test("spells out the parameters that old clients look for", () => {
    const patch = at(document, "paths", "/api/v1/namespaces/{namespace}/pods/{name}", "patch");
    expect(at(patch, "parameters")).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: "dryRun", in: "query" }),
        expect.objectContaining({ name: "fieldValidation", in: "query" }),
      ]),
    );
  });

  test("has no defaults and no operation twice", () => {
    expect([...having(at(document, "paths"), "default")]).toEqual([]);
    const ids = [...having(at(document, "paths"), "operationId")].map((each) =>
      at(each, "operationId"),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe("making", () => {
  test("waits for the first request, and happens once", () => {
    let reads = 0;
    const counted = servedGroups().map(({ group, versions }) => ({
      group,
      versions: versions.map(({ version, resources }) => ({
        version,
        get resources() {
          reads++;
          return resources;
        },
      })),
    }));
    const lazy = createOpenApiDocuments(counted);
    expect(reads).toBe(0);
    const first = lazy.v3.get("api/v1")?.json();
    expect(reads).toBe(1);
    expect(lazy.v3.get("api/v1")?.json()).toBe(first);
    lazy.v3.get("api/v1")?.hash();
    expect(reads).toBe(1);
    expect(lazy.index()).toBe(lazy.index());
  });

  test("gives the same bytes again, and a hash of them", () => {
    const again = createOpenApiDocuments(servedGroups());
    for (const [name, document] of documents.v3) {
      const other = again.v3.get(name);
      expect(other?.hash()).toBe(document.hash());
      expect(document.hash()).toBe(
        createHash("sha512").update(document.json()).digest("hex").toUpperCase(),
      );
      expect(other?.protobuf()).toEqual(document.protobuf());
    }
  });
});
