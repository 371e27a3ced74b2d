import { writeAnyJson } from "../api/encode-json-text.ts";
import type { KubeObject } from "../api/object.ts";
import type { Entry } from "../storage/storage.ts";

/** Items are gathered to chunks of about this many characters. */
const CHUNK_LENGTH = 32 * 1024;

/**
 * The JSON of a long list whose items are made while it is sent, so that nothing is held as a whole
 * and others have their turn in between.
 * @param list - whose last member is the items; it is not read.
 * @param itemOf - the JSON text of an item.
 */
export function* streamedList(
  list: KubeObject,
  entries: readonly Entry[],
  itemOf: (entry: Entry) => string,
): Generator<Uint8Array> {
  const members = Object.keys(list);
  const text = writeAnyJson({ ...list, [members.at(-1) ?? ""]: [] });
  let chunk = text.slice(0, text.length - "]}".length);
  let first = true;
  for (const entry of entries) {
    if (!first) chunk += ",";
    first = false;
    chunk += itemOf(entry);
    if (chunk.length < CHUNK_LENGTH) continue;
    yield Buffer.from(chunk);
    chunk = "";
  }
  yield Buffer.from(`${chunk}]}\n`);
}
