import { describe, expect, it } from "vitest";
import { resourceOf } from "../api/schema/resources.ts";
import type { Negotiated } from "../http/negotiation.ts";
import type { Entry } from "../storage/storage.ts";
import { createEventEncoder } from "./event-encoder.ts";
import { ResourceStore } from "./resource-store.ts";

const definition = resourceOf("", "v1", "configmaps");
if (definition === undefined) throw new Error("config maps are not served");
const store = new ResourceStore(
  definition,
  { group: "", resource: "configmaps" },
  { freeze: true },
);
const START = Date.parse("2026-01-01T00:00:00Z");

function entry(createdAt: number): Entry {
  const object = {
    kind: "ConfigMap",
    apiVersion: "v1",
    metadata: {
      name: "a",
      namespace: "default",
      resourceVersion: "7",
      creationTimestamp: new Date(createdAt).toISOString().replace(".000Z", "Z"),
    },
  };
  return {
    key: store.key("default", "a"),
    bytes: Buffer.from(`${JSON.stringify(object)}\n`),
    createRevision: 7,
    modRevision: 7,
  };
}

describe("a watch as Tables", () => {
  const negotiated: Negotiated = {
    mediaType: "json",
    pretty: false,
    as: "Table",
    group: "meta.k8s.io",
    version: "v1",
  };

  it("counts ages when the event is sent, and has columns once", () => {
    let now = START;
    const encoder = createEventEncoder(
      store,
      { negotiated, includeObject: "None", now },
      { now: () => now },
    );
    now = START + 65_000;
    const read = (frame: Uint8Array): { type: string; object: Record<string, unknown> } =>
      JSON.parse(Buffer.from(frame).toString());
    const first = read(encoder.event("ADDED", entry(START + 60_000)));
    expect(first.object).toMatchObject({ kind: "Table", rows: [{ cells: ["a", 0, "5s"] }] });
    expect(first.object.columnDefinitions).toHaveLength(3);

    now = START + 70_000;
    const second = read(encoder.event("MODIFIED", entry(START + 60_000)));
    expect(second.object).toMatchObject({
      columnDefinitions: null,
      rows: [{ cells: ["a", 0, "10s"] }],
    });
  });
});

describe("the mark that ends initial events", () => {
  const rowOf = (resource: string, group = "", version = "v1"): unknown => {
    const negotiated: Negotiated = {
      mediaType: "json",
      pretty: false,
      as: "Table",
      group: "meta.k8s.io",
      version: "v1",
    };
    const definition = resourceOf(group, version, resource);
    if (definition === undefined) throw new Error(`no ${resource}`);
    const kinds = new ResourceStore(definition, { group, resource }, { freeze: true });
    const encoder = createEventEncoder(
      kinds,
      { negotiated, includeObject: "None", now: START },
      { now: () => START },
    );
    const frame = JSON.parse(Buffer.from(encoder.bookmark(9, true)).toString()) as {
      object: { rows: unknown[] };
    };
    return frame.object.rows[0];
  };

  it("is in a row of those who want no objects", () => {
    expect(rowOf("roles", "rbac.authorization.k8s.io")).toEqual({
      cells: ["", "0001-01-01T00:00:00Z"],
      object: {
        kind: "PartialObjectMetadata",
        apiVersion: "meta.k8s.io/v1",
        metadata: {
          resourceVersion: "9",
          annotations: { "k8s.io/initial-events-end": "true" },
        },
      },
    });
  });

  it("of an autoscaler has no spec to convert", () => {
    expect(rowOf("horizontalpodautoscalers", "autoscaling", "v1")).toMatchObject({
      cells: expect.arrayContaining(["", 0]),
    });
  });
});

describe("a watch in protobuf", () => {
  it("has the length of each event in front of it", () => {
    const negotiated: Negotiated = {
      mediaType: "protobuf",
      pretty: false,
      as: undefined,
      group: "",
      version: "",
    };
    const encoder = createEventEncoder(
      store,
      { negotiated, includeObject: "None", now: START },
      { now: () => START },
    );
    for (const frame of [encoder.event("ADDED", entry(START)), encoder.bookmark(9, false)]) {
      const bytes = Buffer.from(frame);
      expect(bytes.readUInt32BE()).toBe(bytes.length - 4);
      // The type, and the object in an envelope of its own.
      expect(bytes.toString("latin1", 4)).toMatch(/^\n.(?:ADDED|BOOKMARK).+?k8s\0/s);
    }
  });
});
