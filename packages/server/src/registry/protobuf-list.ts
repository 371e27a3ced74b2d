import type { KubeObject } from "../api/object.ts";
import { encodeListItem, protobufListFrame } from "../api/protobuf.ts";
import type { GroupVersionKind } from "../api/schema/language.ts";
import type { SizedChunks } from "../http/body-length.ts";
import { TimeSlice } from "../runtime/time-slice.ts";
import type { Entry } from "../storage/storage.ts";
import { type ListPage, listMeta } from "./list.ts";
import type { ResourceStore } from "./resource-store.ts";

/** What the items of a list are, and whether unchanged runs of them may be kept. */
export interface ProtobufListForm {
  readonly listKind: GroupVersionKind;
  readonly itemType: string;
  readonly present: (object: Readonly<KubeObject>) => KubeObject;
  readonly keeps: boolean;
}

/** What of a list is held while it is sent; its other items are encoded again as the client takes them. */
const HELD_BYTES = 8 * 1024 * 1024;
/** Items come in pieces of about this size. */
const PIECE_BYTES = 256 * 1024;

/** Some items, and what they are encoded; without bytes they are encoded again when their turn comes. */
interface Piece {
  readonly entries: readonly Entry[];
  readonly byteLength: number;
  readonly bytes: Uint8Array | undefined;
}

/**
 * A list in protobuf. Objects are kept as JSON, so each is decoded and encoded: in portions, on the
 * page's snapshot, and once for unchanged runs that are listed again. The length of all stands in
 * front of them, so that the items of a large list are encoded twice rather than held for as long as
 * a client takes.
 */
export async function protobufList(
  store: ResourceStore,
  page: ListPage,
  form: ProtobufListForm,
): Promise<readonly Uint8Array[] | SizedChunks> {
  const encoder = new ItemEncoder(store, form);
  const pieces: Piece[] = [];
  let held = 0;
  const add = (piece: Piece): void => {
    held += piece.byteLength;
    pieces.push(held <= HELD_BYTES ? piece : { ...piece, bytes: undefined });
  };
  let position = 0;
  for (const { run, start, end } of form.keeps ? (page.runs ?? []) : []) {
    for (const piece of await encoder.encode(page.entries.slice(position, start))) add(piece);
    const kept = store.runBytes.get(run, "protobuf");
    if (kept !== undefined) pieces.push(wholeOf(kept));
    else {
      const encoded = await encoder.encode(page.entries.slice(start, end));
      if (store.runBytes.isWorthKeeping(run, "protobuf", lengthOf(encoded))) {
        const bytes = Buffer.concat(encoded.flatMap((piece) => piece.bytes ?? []));
        store.runBytes.keep(run, "protobuf", bytes);
        pieces.push(wholeOf(bytes));
      } else for (const piece of encoded) add(piece);
    }
    position = end;
  }
  for (const piece of await encoder.encode(page.entries.slice(position))) add(piece);
  const { head, tail } = protobufListFrame(form.listKind, listMeta(page), lengthOf(pieces));
  const whole = [wholeOf(head), ...pieces, wholeOf(tail)];
  if (held <= HELD_BYTES) return whole.flatMap(({ bytes }) => bytes ?? []);
  return {
    byteLength: lengthOf(whole),
    *[Symbol.iterator]() {
      for (const { bytes, entries } of whole) yield bytes ?? encoder.join(entries);
    },
  };
}

function wholeOf(bytes: Uint8Array): Piece {
  return { entries: [], byteLength: bytes.byteLength, bytes };
}

function lengthOf(pieces: readonly Piece[]): number {
  let length = 0;
  for (const { byteLength } of pieces) length += byteLength;
  return length;
}

class ItemEncoder {
  readonly #slice = new TimeSlice();
  readonly #store: ResourceStore;
  readonly #form: ProtobufListForm;

  constructor(store: ResourceStore, form: ProtobufListForm) {
    this.#store = store;
    this.#form = form;
  }

  /** All of them, in portions. */
  async encode(entries: readonly Entry[]): Promise<readonly Piece[]> {
    const pieces: Piece[] = [];
    let items: Uint8Array[] = [];
    let length = 0;
    let start = 0;
    for (let index = 0; index < entries.length; index++) {
      const item = this.#item(entries[index] as Entry);
      items.push(item);
      length += item.byteLength;
      if (length >= PIECE_BYTES || index === entries.length - 1) {
        const taken = entries.slice(start, index + 1);
        pieces.push({ entries: taken, byteLength: length, bytes: Buffer.concat(items, length) });
        [items, length, start] = [[], 0, index + 1];
      }
      if (this.#slice.isOver) await this.#slice.next();
    }
    return pieces;
  }

  /** The same bytes once more: entries of a snapshot do not change. */
  join(entries: readonly Entry[]): Uint8Array {
    return Buffer.concat(entries.map((entry) => this.#item(entry)));
  }

  #item(entry: Entry): Uint8Array {
    const { itemType, present } = this.#form;
    return encodeListItem(itemType, present(this.#store.peek(entry)));
  }
}
