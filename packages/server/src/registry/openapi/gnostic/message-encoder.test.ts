import { readFileSync } from "node:fs";
import protobuf from "protobufjs";
import { describe, expect, test } from "vitest";
import { servedGroups } from "../../../api/schema/resources.ts";
import { v2Source, v3Sources } from "../document-sources.ts";
import { createDocumentEncoder, type DocumentEncoder } from "./message-encoder.ts";
import { encodeV2Document } from "./v2-messages.ts";
import { encodeV3Document } from "./v3-messages.ts";

type Plain = Record<string, unknown>;

/** A reader that knows nothing of our tables: field numbers come from the `.proto` files. */
function documentType(version: 2 | 3): protobuf.Type {
  const text = readFileSync(new URL(`openapi-v${version}.proto`, import.meta.url), "utf8");
  const { root } = protobuf.parse(text, new protobuf.Root(), { keepCase: true });
  root.resolveAll();
  return root.lookupType(`openapi.v${version}.Document`);
}

function at(value: unknown, ...keys: string[]): unknown {
  return keys.reduce<unknown>((inner, key) => (inner as Plain | undefined)?.[key], value);
}

/** What the JSON document says, read from the message: wrappers opened, lists of names made maps. */
function toJson(type: protobuf.Type, message: Plain): unknown {
  if (type.name === "Any") return JSON.parse(String(at(message, "yaml")));
  // Decoded messages have a list, be it empty, for each field that may repeat.
  const set = type.fieldsArray.filter(
    ({ name, repeated }) =>
      Object.hasOwn(message, name) && !(repeated && Object(message[name]).length === 0),
  );
  if (type.oneofsArray.length > 0) {
    const [field] = set;
    return field === undefined ? {} : fieldToJson(field, message[field.name]);
  }
  if (type.name === "StringArray") return at(message, "value");
  if (type.name === "TypeItem" || type.name === "ItemsItem") {
    const [field] = type.fieldsArray;
    const items = field === undefined ? [] : fieldToJson(field, message[field.name]);
    return Array.isArray(items) ? items[0] : items;
  }
  const object: Plain = {};
  for (const field of set) {
    const value = fieldToJson(field, message[field.name]);
    if (isMap(field)) Object.assign(object, value);
    else object[jsonName(field.name)] = value;
  }
  return object;
}

function fieldToJson(field: protobuf.Field, value: unknown): unknown {
  const type = field.resolvedType;
  if (!(type instanceof protobuf.Type)) return value;
  if (!field.repeated) return toJson(type, value as Plain);
  const items = value as Plain[];
  if (!isMap(field)) return items.map((item) => toJson(type, item));
  const entry = type.fieldsById[2];
  return Object.fromEntries(
    items.map((item) => [
      at(item, "name"),
      entry === undefined ? undefined : fieldToJson(entry, at(item, "value") ?? {}),
    ]),
  );
}

function isMap(field: protobuf.Field): boolean {
  return field.repeated && field.type.startsWith("Named");
}

function jsonName(name: string): string {
  if (name === "_ref") return "$ref";
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Every part of a message in ascending order of fields, as Go writes it. */
function expectAscending(type: protobuf.Type, bytes: Uint8Array): void {
  const reader = protobuf.Reader.create(bytes);
  let last = 0;
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    expect(tag >>> 3, type.fullName).toBeGreaterThanOrEqual(last);
    last = tag >>> 3;
    const field = type.fieldsById[last];
    if (field?.resolvedType instanceof protobuf.Type) {
      expectAscending(field.resolvedType, reader.bytes());
    } else {
      reader.skipType(tag & 7);
    }
  }
}

const groups = servedGroups();
const documents: [name: string, source: () => Plain, encode: DocumentEncoder, version: 2 | 3][] = [
  ["v2", v2Source(groups), encodeV2Document, 2],
  ...[...v3Sources(groups)].map(([name, source]): (typeof documents)[number] => [
    `v3 ${name}`,
    source,
    encodeV3Document,
    3,
  ]),
];
const types = { 2: documentType(2), 3: documentType(3) };

describe("gnostic's messages", () => {
  test.each(documents)("%s says what its JSON says", (_, source, encode, version) => {
    const type = types[version];
    const document = source();
    const decoded = type.decode(encode(document)) as unknown as Plain;
    expect(toJson(type, decoded)).toEqual(document);
  });

  test.each([
    ["api/v1", 3],
    ["v2", 2],
  ] as const)("fields of %s are in ascending order", (name, version) => {
    const row = documents.find(([each]) => each.endsWith(name));
    const bytes = row?.[2](row[1]()) ?? new Uint8Array();
    expect(bytes.length).toBeGreaterThan(100_000);
    expectAscending(types[version], bytes);
  });

  test("a document begins as a real server's does", () => {
    const v2 = encodeV2Document({ swagger: "2.0", info: { title: "Kubernetes", version: "1.36" } });
    const v3 = encodeV3Document({ openapi: "3.0.0", info: { title: "a", version: "b" } });
    expect(Buffer.from(v2).toString("hex")).toMatch(/^0a03322e3012120a/);
    expect(Buffer.from(v3).toString("hex")).toMatch(/^0a05332e302e3012/);
  });

  test("extensions are YAML", () => {
    const schema = { "x-kubernetes-list-map-keys": ["name"], type: "array" };
    const bytes = encodeV2Document({ definitions: { a: schema } });
    const decoded = types[2].toObject(types[2].decode(bytes));
    const value = at(decoded, "definitions", "additional_properties", "0", "value");
    expect(at(value, "vendor_extension")).toEqual([
      { name: "x-kubernetes-list-map-keys", value: { yaml: '["name"]\n' } },
    ]);
  });

  test.each([
    [{}, {}],
    ["", { string: "" }],
    [0, { number: 0 }],
    [false, { boolean: false }],
    [1.5, { number: 1.5 }],
  ])("default %j keeps its kind", (value, expected) => {
    const bytes = encodeV3Document({ components: { schemas: { a: { default: value } } } });
    const decoded = types[3].toObject(types[3].decode(bytes));
    const schema = at(decoded, "components", "schemas", "additional_properties", "0", "value");
    expect(at(schema, "schema", "default")).toEqual(expected);
  });

  test("refuses what its tables do not have, rather than losing it", () => {
    expect(() => encodeV3Document({ servers: [] })).toThrow("Document has no field servers");
    expect(() => encodeV2Document({ definitions: { a: { oneOf: [] } } })).toThrow(
      "Schema has no field oneOf",
    );
    expect(() => createDocumentEncoder({ Document: { a: [1, "B"] } })({ a: {} })).toThrow(
      "no message is named B",
    );
  });
});
