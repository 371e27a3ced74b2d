import type { KubeObject } from "../api/object.ts";
import { encodeListItem, protobufListFrame } from "../api/protobuf.ts";
import type { GroupVersionKind } from "../api/schema/language.ts";
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

/**
 * A list in protobuf. Objects are kept as JSON, so each is decoded and encoded: in portions, on the
 * page's snapshot, and once for unchanged runs that are listed again.
 */
export async function protobufList(
  store: ResourceStore,
  page: ListPage,
  form: ProtobufListForm,
): Promise<readonly Uint8Array[]> {
  const encoder = new ItemEncoder(store, form);
  const chunks: Uint8Array[] = [];
  let position = 0;
  for (const { run, start, end } of form.keeps ? (page.runs ?? []) : []) {
    chunks.push(await encoder.encode(page.entries.slice(position, start)));
    let bytes = store.runBytes.get(run, "protobuf");
    if (bytes === undefined) {
      bytes = await encoder.encode(page.entries.slice(start, end));
      if (store.runBytes.isWorthKeeping(run, "protobuf", bytes.byteLength)) {
        store.runBytes.keep(run, "protobuf", bytes);
      }
    }
    chunks.push(bytes);
    position = end;
  }
  chunks.push(await encoder.encode(page.entries.slice(position)));
  let length = 0;
  for (const chunk of chunks) length += chunk.byteLength;
  const { head, tail } = protobufListFrame(form.listKind, listMeta(page), length);
  return [head, ...chunks, tail];
}

class ItemEncoder {
  readonly #slice = new TimeSlice();
  readonly #store: ResourceStore;
  readonly #form: ProtobufListForm;

  constructor(store: ResourceStore, form: ProtobufListForm) {
    this.#store = store;
    this.#form = form;
  }

  async encode(entries: readonly Entry[]): Promise<Uint8Array> {
    const { itemType, present } = this.#form;
    const items: Uint8Array[] = [];
    for (const entry of entries) {
      items.push(encodeListItem(itemType, present(this.#store.peek(entry))));
      if (this.#slice.isOver) await this.#slice.next();
    }
    return Buffer.concat(items);
  }
}
