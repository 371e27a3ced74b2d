import { describe, expect, test } from "vitest";
import { packageOf, resolveType, structOf } from "../scheme.ts";
import { definePackage, field, inline, object, struct } from "./define.ts";
import type { FieldDefinition, SchemaPackage } from "./language.ts";
import { kindPackages, typePackages } from "./packages.ts";

const packages: readonly SchemaPackage[] = [...kindPackages, ...typePackages];

/** Not served: nobody asks what their fields mean. */
const UNDESCRIBED: ReadonlySet<string> = new Set(["apiextensions.v1", "apiregistration.v1"]);
/** Packages in which nothing may be without a description. */
const DESCRIBED: readonly string[] = packages
  .map((each) => each.name)
  .filter((name) => !UNDESCRIBED.has(name));

/** Every row, with the struct that holds it. */
const rows: readonly (readonly [struct: string, row: FieldDefinition])[] = packages.flatMap(
  (each) =>
    Object.entries(each.structs).flatMap(([name, { fields }]) =>
      fields.map((row) => [`${each.name}.${name}`, row] as const),
    ),
);

/** Names at one level of JSON: a struct's own and those of the structs inlined into it. */
function jsonNames(typeName: string): readonly string[] {
  return structOf(typeName).fields.flatMap((row) =>
    row.name === "" ? jsonNames(row.type) : [row.name],
  );
}

const structNames: readonly string[] = packages.flatMap((each) =>
  Object.keys(each.structs).map((name) => `${each.name}.${name}`),
);

describe("the tables", () => {
  test("there is a package for each group version, named once", () => {
    const names = packages.map((each) => each.name);
    expect(new Set(names).size).toBe(names.length);
    expect(packages.map((each) => `${each.name}: ${each.openApiPrefix}`)).toContain(
      "rbac.v1: io.k8s.api.rbac.v1",
    );
  });

  test("every type reference names a type", () => {
    const broken = rows.filter(([, row]) => {
      try {
        resolveType(row.type);
        return false;
      } catch {
        return true;
      }
    });
    expect(broken).toEqual([]);
  });

  test("every alias names a type", () => {
    for (const each of packages) {
      for (const name of Object.keys(each.aliases)) {
        expect(resolveType(`${each.name}.${name}`)).toBeDefined();
      }
    }
  });

  test("no name stands for a struct and an alias at once", () => {
    for (const each of packages) {
      expect(Object.keys(each.structs).filter((name) => name in each.aliases)).toEqual([]);
    }
  });

  test("protobuf numbers and JSON names are distinct within a message", () => {
    const twice = structNames.filter((name) => {
      const numbers = structOf(name)
        .fields.map((row) => row.number)
        .filter((number) => number !== 0);
      const names = jsonNames(name);
      return new Set(numbers).size < numbers.length || new Set(names).size < names.length;
    });
    expect(twice).toEqual([]);
  });

  test("only the kinds of Table, which has no protobuf form, have rows without a number", () => {
    const unnumbered = new Set(rows.filter(([, row]) => row.number === 0).map(([name]) => name));
    expect([...unnumbered].sort()).toEqual([
      "meta.v1.Table",
      "meta.v1.TableColumnDefinition",
      "meta.v1.TableRow",
      "meta.v1.TableRowCondition",
    ]);
  });

  test("list keys are fields of the items, and merge keys too", () => {
    const wrong = rows.filter(([, row]) => {
      const keys = [...(row.listMapKeys ?? []), ...(row.patchMergeKey ? [row.patchMergeKey] : [])];
      if (keys.length === 0) return false;
      const list = resolveType(row.type);
      if (list.kind !== "list" || list.element.kind !== "struct") return true;
      const names = jsonNames(list.element.typeName);
      return !keys.every((key) => names.includes(key));
    });
    expect(wrong).toEqual([]);
  });

  test("list markers stand on lists, map markers on maps", () => {
    const wrong = rows.filter(([, row]) => {
      const { kind } = resolveType(row.type);
      const listable = kind === "list" || row.type === "bytes";
      return (row.listType !== undefined && !listable) || (row.mapType && kind !== "map");
    });
    expect(wrong).toEqual([]);
  });

  test("a keyed list says its keys", () => {
    expect(rows.filter(([, row]) => row.listType === "map" && !row.listMapKeys?.length)).toEqual(
      [],
    );
  });

  test("inlined rows are structs", () => {
    const inlined = rows.filter(([, row]) => row.name === "");
    expect(inlined.length).toBeGreaterThan(10);
    for (const [, row] of inlined) expect(resolveType(row.type).kind).toBe("struct");
  });

  test("a default is one of the values its type declares", () => {
    for (const [, row] of rows.filter(([, each]) => each.default !== undefined)) {
      const type = resolveType(row.type);
      const scalar = type.kind === "pointer" ? type.element : type;
      if (scalar.kind === "scalar" && scalar.enum !== undefined && row.default !== "") {
        expect(scalar.enum).toContain(row.default);
      }
    }
  });

  test("a top-level object keeps apiVersion and kind out of its rows", () => {
    const wrong = structNames.filter(
      (name) =>
        structOf(name).topLevel === true &&
        structOf(name).fields.some((row) => ["apiVersion", "kind"].includes(row.name)),
    );
    expect(wrong).toEqual([]);
  });

  test("every list kind holds its items, and metadata that is list metadata", () => {
    for (const name of structNames.filter(
      (each) => each.endsWith("List") && structOf(each).topLevel,
    )) {
      if (/API(Group|Resource)List$/.test(name)) continue;
      const [metadata, items] = structOf(name).fields;
      expect([metadata?.type, items?.name]).toEqual(["meta.v1.ListMeta", "items"]);
    }
  });
});

/** Prose that is no rule of the language: a full stop at its end, nothing at its edges. */
const SENTENCE = /^\S.*[.]$/;

describe("descriptions", () => {
  test("are sentences", () => {
    const texts = [
      ...structNames.map((name) => [name, structOf(name).description] as const),
      ...rows.map(([name, row]) => [`${name}.${row.name}`, row.description] as const),
    ];
    const odd = texts.filter(([, text]) => text !== undefined && !SENTENCE.test(text));
    expect(odd).toEqual([]);
  });

  test.each(DESCRIBED)("of %s are complete", (packageName) => {
    const own = structNames.filter((name) => packageOf(name)?.name === packageName);
    const bare = [
      ...own.filter((name) => structOf(name).description === undefined),
      ...rows
        .filter(([name, row]) => own.includes(name) && row.name !== "" && !row.description)
        .map(([name, row]) => `${name}.${row.name}`),
    ];
    expect(bare).toEqual([]);
  });
});

describe("definePackage", () => {
  const source = {
    name: "toys.v1",
    group: "toys",
    version: "v1",
    openApiPrefix: "io.toys.v1",
    aliases: () => ({ Colour: { type: "string" } }),
  };

  test("builds nothing before somebody looks, and then once", () => {
    let builds = 0;
    const toys = definePackage({
      ...source,
      structs: () => {
        builds++;
        return { Ball: struct([]) };
      },
    });
    expect(builds).toBe(0);
    expect(toys.structs).toBe(toys.structs);
    expect(builds).toBe(1);
  });

  test("joins descriptions to structs and rows", () => {
    const toys = definePackage({
      ...source,
      structs: () => ({ Ball: struct([field("colour", "toys.v1.Colour", 1)]), Cube: struct([]) }),
      descriptions: [() => ({ Ball: { "": "It rolls.", colour: "Its paint." } })],
    });
    expect(toys.structs).toEqual({
      Ball: {
        description: "It rolls.",
        fields: [{ name: "colour", type: "toys.v1.Colour", number: 1, description: "Its paint." }],
      },
      Cube: { fields: [] },
    });
  });

  test("a field's own text wins over the file's, the file's over that of all packages", () => {
    const toys = definePackage({
      ...source,
      structs: () => ({
        Ball: object([field("spec", "string", 1), field("status", "string", 2)]),
        Cube: object([field("spec", "string", 1), field("status", "string", 2)]),
        Cone: object([field("spec", "string", 1)]),
      }),
      descriptions: [
        () => ({ "*": { spec: "Of the file." }, Ball: { spec: "Its own." }, Cube: { "": "Six." } }),
      ],
    });
    const texts = Object.values(toys.structs).map(({ fields }) =>
      fields.map((row) => row.description),
    );
    expect(texts).toEqual([
      ["Its own.", "What has been observed."],
      ["Of the file.", "What has been observed."],
      ["What is wanted."],
    ]);
  });

  test.each([
    ["a struct", { Bal: { "": "Typo." } }, "toys.v1 does not define Bal"],
    ["a field", { Ball: { color: "Typo." } }, "toys.v1.Ball has no field color"],
  ])("refuses prose about %s that is not there", (_, descriptions, message) => {
    const toys = definePackage({
      ...source,
      structs: () => ({ Ball: struct([inline("toys.v1.Skin", 1)]) }),
      descriptions: [() => descriptions],
    });
    expect(() => toys.structs).toThrow(message);
  });
});
