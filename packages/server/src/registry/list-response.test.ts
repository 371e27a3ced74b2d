import { expect, test } from "vitest";
import { encodeObject } from "../api/codec.ts";
import { resourceOf } from "../api/schema/resources.ts";
import { kindOf } from "../api/scheme.ts";
import type { SizedChunks } from "../http/body-length.ts";
import type { Negotiated } from "../http/negotiation.ts";
import { realClock } from "../runtime/clock.ts";
import { createMemoryStorage } from "../storage/memory.ts";
import { conversionOf } from "./conversions.ts";
import { listMeta } from "./list.ts";
import { listResponse } from "./list-response.ts";
import { collectionResponse } from "./representation.ts";
import { ResourceStore } from "./resource-store.ts";

const JSON_FORM: Negotiated = {
  mediaType: "json",
  as: undefined,
  group: "",
  version: "",
  pretty: false,
};
const META = { group: "meta.k8s.io", version: "v1" };

function storeOf(group: string, resource: string, kind: string): ResourceStore {
  const definition = resourceOf(group, "v1", resource);
  if (definition === undefined) throw new Error(`${resource} are not served`);
  const conversion = conversionOf(group, "v1", kind);
  return new ResourceStore(
    definition,
    { group, resource },
    { freeze: true, ...(conversion === undefined ? {} : { conversion }) },
  );
}

/** A page of so many events, and the same without runs. */
async function pageOf(store: ResourceStore, count: number, note = "") {
  const storage = await createMemoryStorage({ clock: realClock });
  for (let number = 0; number < count; number++) {
    const name = `event-${String(number).padStart(5, "0")}`;
    const object = {
      kind: "Event",
      apiVersion: store.apiVersion,
      metadata: { name, namespace: "n", labels: { number: String(number) } },
      reason: "R<é>",
      ...(note === "" ? {} : { message: note }),
    };
    await store.put(storage, store.key("n", name), 0, object);
  }
  const read = () => ({
    ...storage.list(store.prefix),
    continueToken: "t",
    remainingItemCount: 3,
  });
  return { read, [Symbol.asyncDispose]: () => storage[Symbol.asyncDispose]() };
}

async function bytesOf(response: ReturnType<typeof listResponse>): Promise<Buffer> {
  const { body } = await response;
  if (typeof body === "string") return Buffer.from(body);
  if (body instanceof Uint8Array) return Buffer.from(body);
  return Buffer.concat([...(body as Iterable<Uint8Array>)]);
}

const forms: readonly (readonly [string, Negotiated])[] = [
  ["JSON", JSON_FORM],
  ["metadata", { ...JSON_FORM, ...META, as: "PartialObjectMetadataList" }],
  ["a Table", { ...JSON_FORM, ...META, as: "Table" }],
  ["YAML", { ...JSON_FORM, mediaType: "yaml" }],
  [
    "metadata in YAML",
    { ...JSON_FORM, ...META, as: "PartialObjectMetadataList", mediaType: "yaml" },
  ],
  ["a Table in YAML", { ...JSON_FORM, ...META, as: "Table", mediaType: "yaml" }],
  ["JSON for people", { ...JSON_FORM, pretty: true }],
  ["metadata for people", { ...JSON_FORM, ...META, as: "PartialObjectMetadataList", pretty: true }],
  ["a Table for people", { ...JSON_FORM, ...META, as: "Table", pretty: true }],
  ["protobuf", { ...JSON_FORM, mediaType: "protobuf" }],
  [
    "metadata in protobuf",
    { ...JSON_FORM, ...META, as: "PartialObjectMetadataList", mediaType: "protobuf" },
  ],
];

test.each(
  forms.flatMap(([name, negotiated]) =>
    [0, 1, 40, 1200].flatMap((count) =>
      ["", "events.k8s.io"].map((group) => ({ name, negotiated, count, group })),
    ),
  ),
)(
  "$name of $count events of group '$group' is what it is when encoded at once",
  async ({ negotiated, count, group }) => {
    const store = storeOf(group, "events", "Event");
    await using pages = await pageOf(store, count);
    const representation = { negotiated, includeObject: "Metadata", now: 0 } as const;
    const page = pages.read();
    const objects = page.entries.map((entry) => store.peek(entry));
    const whole = collectionResponse(store, objects, listMeta(page), representation);
    const expected = Buffer.from(whole.body as string | Uint8Array).toString("latin1");
    const isKept =
      negotiated.mediaType === "json" && negotiated.as === undefined && !negotiated.pretty;
    for (let time = 0; time < 3; time++) {
      const bytes = await bytesOf(listResponse(store, pages.read(), representation));
      if (isKept && group === "") {
        expect(JSON.parse(bytes.toString("utf8"))).toEqual(JSON.parse(whole.body as string));
      } else {
        expect(bytes.toString("latin1")).toBe(expected);
      }
    }
  },
);

test("the core group's kept protobuf is not what the events group sends", async () => {
  const core = storeOf("", "events", "Event");
  const grouped = storeOf("events.k8s.io", "events", "Event");
  await using pages = await pageOf(core, 300);
  const negotiated: Negotiated = { ...JSON_FORM, mediaType: "protobuf" };
  const representation = { negotiated, includeObject: "None", now: 0 } as const;
  for (let time = 0; time < 3; time++)
    await bytesOf(listResponse(core, pages.read(), representation));
  const page = pages.read();
  const kind = kindOf("events.k8s.io", "v1", "EventList");
  if (kind === undefined) throw new Error("no EventList");
  const list = {
    metadata: listMeta(page),
    items: page.entries.map((entry) => grouped.peek(entry)),
  };
  const bytes = await bytesOf(listResponse(grouped, page, representation));
  expect(bytes.equals(encodeObject(kind, list, "protobuf"))).toBe(true);
});

test("a large list in protobuf is not held, and is the same each time its client takes it", async () => {
  const store = storeOf("", "events", "Event");
  await using pages = await pageOf(store, 150, "x".repeat(100_000));
  const negotiated: Negotiated = { ...JSON_FORM, mediaType: "protobuf" };
  const representation = { negotiated, includeObject: "None", now: 0 } as const;
  const page = pages.read();
  const objects = page.entries.map((entry) => store.peek(entry));
  const whole = collectionResponse(store, objects, listMeta(page), representation);
  const expected = Buffer.from(whole.body as Uint8Array);
  expect(expected.length).toBeGreaterThan(10_000_000);
  const { body } = await listResponse(store, pages.read(), representation);
  const chunks = body as SizedChunks;
  expect(chunks.byteLength).toBe(expected.length);
  for (let time = 0; time < 2; time++) {
    expect(Buffer.concat([...chunks]).equals(expected)).toBe(true);
  }
});
