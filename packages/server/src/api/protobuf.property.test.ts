/** Protobuf against another implementation of it, and against whatever bytes come along. */
import fc from "fast-check";
import protobufjs from "protobufjs";
import { describe, expect, it } from "vitest";
import { objectOf, SAMPLE_TYPES } from "./codec.arbitrary.ts";
import { decodeMessage, encodeMessage, openProtobuf, ProtobufError } from "./protobuf.ts";
import { isWrappedList } from "./protobuf-encode.ts";
import { type ResolvedType, resolveType, structOf } from "./scheme.ts";

interface Field {
  id: number;
  type: string;
  rule?: string;
  keyType?: string;
  options?: Record<string, unknown>;
}
type Types = Record<string, { fields: Record<string, Field> }>;

const WELL_KNOWN: Types = {
  Time: { fields: { seconds: { id: 1, type: "int64" }, nanos: { id: 2, type: "int32" } } },
  MicroTime: { fields: { seconds: { id: 1, type: "int64" }, nanos: { id: 2, type: "int32" } } },
  Quantity: { fields: { string: { id: 1, type: "string" } } },
  Duration: { fields: { duration: { id: 1, type: "int64" } } },
  IntOrString: {
    fields: {
      type: { id: 1, type: "int64" },
      intVal: { id: 2, type: "int32" },
      strVal: { id: 3, type: "string" },
    },
  },
  FieldsV1: { fields: { raw: { id: 1, type: "bytes" } } },
  RawExtension: { fields: { raw: { id: 1, type: "bytes" } } },
  JSON: { fields: { raw: { id: 1, type: "bytes" } } },
  StringList: {
    fields: { items: { id: 1, type: "string", rule: "repeated", options: { packed: false } } },
  },
};

/** A protobufjs type with the fields that the tables say, and everything below it. */
function describeType(typeName: string): protobufjs.Type {
  const types: Types = { ...WELL_KNOWN };
  collect(typeName, types);
  return protobufjs.Root.fromJSON({ nested: asProto2(types) }).lookupType(nameOf(typeName));
}

/** Presence is explicit there: a zero that was read is written again. */
function asProto2(types: Types): Record<string, protobufjs.IType> {
  return Object.fromEntries(
    Object.entries(types).map(([name, type]) => [name, { ...type, edition: "proto2" }]),
  );
}

function nameOf(typeName: string): string {
  return typeName.replaceAll(".", "_");
}

function collect(typeName: string, types: Types): void {
  if (types[nameOf(typeName)] !== undefined) return;
  const fields: Record<string, Field> = {};
  types[nameOf(typeName)] = { fields };
  structOf(typeName).fields.forEach(({ number, type }, index) => {
    if (number === 0) return;
    const resolved = resolveType(type);
    fields[`field${index}`] = isWrappedList(type)
      ? { id: number, type: "StringList" }
      : { id: number, ...fieldOf(resolved, types) };
  });
}

function fieldOf(type: ResolvedType, types: Types): Omit<Field, "id"> {
  switch (type.kind) {
    case "pointer":
      return fieldOf(type.element, types);
    case "list":
      return { ...fieldOf(type.element, types), rule: "repeated", options: { packed: false } };
    case "map":
      return type.value.kind === "list"
        ? { keyType: "string", type: "StringList" }
        : { keyType: "string", ...fieldOf(type.value, types) };
    case "wellKnown":
      return { type: type.name };
    case "scalar":
      return { type: type.scalar === "float64" ? "double" : type.scalar };
    case "struct":
      collect(type.typeName, types);
      return { type: nameOf(type.typeName) };
  }
}

describe("messages", () => {
  it.each(SAMPLE_TYPES)("of %s are what protobufjs reads and writes", (typeName) => {
    const foreign = describeType(typeName);
    fc.assert(
      fc.property(objectOf(typeName), (object) => {
        const bytes = encodeMessage(typeName, object);
        expect(decodeMessage(typeName, bytes)).toEqual(object);
        const again = foreign.encode(foreign.decode(bytes)).finish();
        expect(Buffer.from(again).toString("hex")).toBe(Buffer.from(bytes).toString("hex"));
      }),
      { numRuns: 40 },
    );
  });

  it("pass over fields that no table has, groups among them", () => {
    const foreign = Uint8Array.of(0xfa, 0x3f, 1, 9, 0xfb, 0x3f, 8, 1, 0xfc, 0x3f, 0x0a, 0);
    expect(decodeMessage("core.v1.ServiceAccount", foreign)).toEqual({ metadata: {} });
  });

  it.each([
    ["a length beyond the end", [0x0a, 0xff, 0xff, 0xff, 0xff, 0x07], "unexpected EOF"],
    ["a negative length", [0x0a, ...Array(9).fill(0xff), 1], "proto: negative length"],
    ["a varint without end", [0x20, ...Array(11).fill(0xff)], "proto: integer overflow"],
    ["a varint cut off", [0x20, 0xff], "unexpected EOF"],
    ["field number zero", [0x02, 0], "proto: ServiceAccount: illegal tag 0 (wire type 2)"],
    ["another wire type", [0x08, 0], "proto: wrong wireType = 0 for field ObjectMeta"],
    ["an end in place of field zero", [0x04], "proto: ServiceAccount: wiretype end group"],
    ["an end without a group", [0x0c], "proto: ServiceAccount: wiretype end group for non-group"],
    ["a wire type that is none", [0xfe, 0x3f], "proto: illegal wireType 6"],
  ])("refuse %s", (_name, bytes, message) => {
    expect(() => decodeMessage("core.v1.ServiceAccount", Uint8Array.from(bytes))).toThrow(message);
  });

  it("refuse fields of the envelope that are no bytes", () => {
    const text = (bytes: number[]) => Buffer.from([0x6b, 0x38, 0x73, 0, ...bytes]);
    expect(() => openProtobuf(text([0x08]))).toThrow("wrong wireType = 0 for field TypeMeta");
    expect(() => openProtobuf(text([0x20, 1]))).toThrow("wrong wireType = 0 for field ContentType");
  });

  it("refuse nesting without end", () => {
    let bytes = new Uint8Array(0);
    for (let depth = 0; depth < 1000; depth++) {
      // JSONSchemaProps.not is field 28.
      bytes = Uint8Array.from([0xe2, 1, ...varint(bytes.length), ...bytes]);
    }
    expect(() => decodeMessage("apiextensions.v1.JSONSchemaProps", bytes)).toThrow(
      "exceeded max depth",
    );
  });

  it("never fail otherwise than with an error of their own, whatever is changed", () => {
    const mutation = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(objectOf("core.v1.Pod"), mutation, fc.nat(), (object, changes, cut) => {
        const bytes = encodeMessage("core.v1.Pod", object);
        for (const [at, value] of changes) {
          if (bytes.length > 0) bytes[at % bytes.length] = value;
        }
        for (const input of [bytes, bytes.subarray(0, cut % (bytes.length + 1))]) {
          try {
            decodeMessage("core.v1.Pod", input);
          } catch (error) {
            expect(error).toBeInstanceOf(ProtobufError);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >> 7)];
}
