import { encodeYaml } from "../api/codec-encode-yaml.ts";
import { prettyJson, writeAnyJson } from "../api/encode-json-text.ts";
import { parseJson } from "../api/json-parser-plain.ts";
import type { KubeObject } from "../api/object.ts";
import type { Entry } from "../storage/storage.ts";

/** Items are gathered to chunks of about this many characters. */
const CHUNK_LENGTH = 32 * 1024;

/** How a list is written around its items. */
interface Frame {
  /** The list up to its first item. */
  readonly head: string;
  readonly tail: string;
  readonly separator: string;
  /** An item from its JSON text. */
  readonly item: (text: string) => string;
}

/** Whether lists are JSON in one line, JSON for people, or YAML. */
export type ListFormat = "json" | "pretty" | "yaml";

/**
 * The text of a long list whose items are made while it is sent, so that nothing is held as a whole
 * and others have their turn in between.
 * @param list - whose last member is the items; it is not read.
 * @param itemOf - the JSON text of an item.
 */
export function* streamedList(
  list: KubeObject,
  entries: readonly Entry[],
  itemOf: (entry: Entry) => string,
  format: ListFormat = "json",
): Generator<Uint8Array> {
  const { head, tail, separator, item } = FRAMES[format](list, Object.keys(list).at(-1) ?? "");
  let chunk = head;
  let first = true;
  for (const entry of entries) {
    if (!first) chunk += separator;
    first = false;
    chunk += item(itemOf(entry));
    if (chunk.length < CHUNK_LENGTH) continue;
    yield Buffer.from(chunk);
    chunk = "";
  }
  yield Buffer.from(`${chunk}${tail}`);
}

const FRAMES: Readonly<Record<ListFormat, (list: KubeObject, items: string) => Frame>> = {
  json: (list, items) => {
    const text = writeAnyJson({ ...list, [items]: [] });
    const head = text.slice(0, text.length - "]}".length);
    return { head, tail: "]}\n", separator: ",", item: (each) => each };
  },
  pretty: (list, items) => {
    const text = prettyJson({ ...list, [items]: [] });
    const head = `${text.slice(0, text.length - "]\n}".length)}\n    `;
    const item = (each: string): string => prettyJson(each).replaceAll("\n", "\n    ");
    return { head, tail: "\n  ]\n}", separator: ",\n    ", item };
  },
  // Keys are in order, so that something follows the items; an item is a list of one.
  yaml: (list, items) => {
    const text = encodeYaml({ ...list, [items]: [] });
    const empty = `\n${items}: []\n`;
    const at = text.indexOf(empty);
    return {
      head: `${text.slice(0, at)}\n${items}:\n`,
      tail: text.slice(at + empty.length),
      separator: "",
      item: (each) => encodeYaml([parseJson(each).value]),
    };
  },
};
