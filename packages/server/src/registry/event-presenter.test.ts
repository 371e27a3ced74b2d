import { describe, expect, it } from "vitest";
import type { KubeObject } from "../api/object.ts";
import { resourceOf } from "../api/schema/resources.ts";
import { expired } from "../api/status-error.ts";
import type { Negotiated } from "../http/negotiation.ts";
import type { Entry } from "../storage/storage.ts";
import { conversionOf } from "./conversions.ts";
import { createEventEncoder } from "./event-encoder.ts";
import { createEventPresenter } from "./event-presenter.ts";
import type { Representation } from "./representation.ts";
import { ResourceStore } from "./resource-store.ts";

const definition = resourceOf("", "v1", "pods");
if (definition === undefined) throw new Error("pods are not served");
const store = new ResourceStore(definition, { group: "", resource: "pods" }, { freeze: true });
const CLOCK = { now: () => 0 };

/** As the registry has it when it is stored: members that are always written may be missing. */
function pod(): KubeObject {
  return {
    kind: "Pod",
    apiVersion: "v1",
    metadata: { name: "a", namespace: "n", labels: {}, annotations: { a: "b" } },
    spec: { containers: [{ name: "c", image: "i", command: [], stdin: false }] },
  };
}

function entryOf(object: KubeObject, written: KubeObject | undefined): Entry {
  const bytes = store.encodeAt(object, "7");
  return { key: store.key("n", "a"), bytes, createRevision: 7, modRevision: 7, written };
}

function negotiate(as?: "PartialObjectMetadata" | "Table"): Representation {
  const group = as === undefined ? "" : "meta.k8s.io";
  const version = as === undefined ? "" : "v1";
  const negotiated: Negotiated = { mediaType: "json", pretty: false, as, group, version };
  return { negotiated, includeObject: "None", now: 0 };
}

/** Of events in one of their two groups. */
function storeOf(group: string): ResourceStore {
  const events = resourceOf(group, "v1", "events");
  if (events === undefined) throw new Error("events are not served");
  const conversion = conversionOf(group, "v1", "Event");
  const strategy = { group, resource: "events" };
  const options = { freeze: true, ...(conversion === undefined ? {} : { conversion }) };
  return new ResourceStore(events, strategy, options);
}

const lineOf = (frame: Uint8Array): unknown => JSON.parse(Buffer.from(frame).toString());

describe("events for readers in this process", () => {
  it.each([
    ["whole", negotiate()],
    ["metadata", negotiate("PartialObjectMetadata")],
  ])("are what the same watch writes: %s", (_, representation) => {
    const encoder = createEventEncoder(store, representation, CLOCK);
    const presenter = createEventPresenter(store, representation);
    const object = pod();
    for (const entry of [entryOf(object, object), entryOf(pod(), undefined)]) {
      for (const type of ["ADDED", "MODIFIED", "DELETED"] as const) {
        const { bytes, ...event } = presenter?.event(type, entry) ?? { bytes: 0 };
        expect(event).toStrictEqual(lineOf(encoder.event(type, entry)));
        expect(bytes).toBe(entry.bytes.byteLength);
      }
    }
    for (const ends of [true, false]) {
      const { bytes: _bytes, ...event } = presenter?.bookmark(9, ends) ?? { bytes: 0 };
      expect(event).toStrictEqual(lineOf(encoder.bookmark(9, ends)));
    }
    const { status } = expired("old");
    expect(presenter?.error(status)).toMatchObject(lineOf(encoder.error(status)) as object);
  });

  it("share what has just been written", () => {
    const object = pod();
    const entry = entryOf(object, object);
    const presenter = createEventPresenter(store, negotiate());
    const first = presenter?.event("ADDED", entry).object as KubeObject;
    expect(first.metadata.annotations).toBe(object.metadata.annotations);
    expect(presenter?.event("MODIFIED", entry).object).toBe(first);
    expect(Object.isFrozen(first)).toBe(true);
  });

  it("are in the version that is watched, whichever has been written", () => {
    const events = storeOf("events.k8s.io");
    const written = {
      kind: "Event",
      apiVersion: "v1",
      metadata: { name: "a", namespace: "n" },
      involvedObject: { kind: "Pod" },
      message: "it ran",
    };
    const bytes = storeOf("").encodeAt(written, "7");
    const entry = { key: events.key("n", "a"), bytes, createRevision: 7, modRevision: 7, written };
    const encoder = createEventEncoder(events, negotiate(), CLOCK);
    const { bytes: _bytes, ...event } =
      createEventPresenter(events, negotiate())?.event("ADDED", entry) ?? {};
    expect(event).toStrictEqual(lineOf(encoder.event("ADDED", entry)));
    expect(event).toMatchObject({ object: { apiVersion: "events.k8s.io/v1", note: "it ran" } });
  });

  it("are not there for Tables", () => {
    expect(createEventPresenter(store, negotiate("Table"))).toBeUndefined();
  });
});
