import type { Slab, SlabItem } from "./slab.ts";
import type { Entry } from "./storage.ts";

/** What a version is made of, apart from its bytes. */
export interface EntryHeader {
  readonly key: string;
  readonly createRevision: number;
  readonly modRevision: number;
  /** The version that ends the key; its bytes are the last ones under the delete's revision. */
  readonly deleted: boolean;
}

/** An `Entry` whose bytes are a piece of a slab; the view of them is made when first asked for. */
export class StoredEntry implements Entry, SlabItem {
  readonly key: string;
  readonly createRevision: number;
  readonly modRevision: number;
  readonly deleted: boolean;
  readonly length: number;
  slab: Slab;
  offset: number;
  released = false;
  decoded: unknown = undefined;
  written: unknown = undefined;
  /** The versions before, oldest first, as far as history goes; only the newest version has them. */
  older: StoredEntry[] | undefined = undefined;
  private view: Uint8Array | undefined = undefined;

  constructor(header: EntryHeader, slab: Slab, offset: number, length: number) {
    this.key = header.key;
    this.createRevision = header.createRevision;
    this.modRevision = header.modRevision;
    this.deleted = header.deleted;
    this.slab = slab;
    this.offset = offset;
    this.length = length;
  }

  get bytes(): Uint8Array {
    this.view ??= this.slab.buffer.subarray(this.offset, this.offset + this.length);
    return this.view;
  }

  moved(): void {
    this.view = undefined;
  }
}

/** The version that a snapshot of `revision` shows, given the newest one; undefined where there is none. */
export function versionAt(newest: StoredEntry, revision: number): StoredEntry | undefined {
  const version = newest.modRevision <= revision ? newest : lastUpTo(newest.older, revision);
  return version?.deleted ? undefined : version;
}

function lastUpTo(
  versions: readonly StoredEntry[] | undefined,
  revision: number,
): StoredEntry | undefined {
  if (versions === undefined) return undefined;
  return versions[countUpTo(versions, revision) - 1];
}

/** How many of the versions, oldest first, are not newer than `revision`. */
export function countUpTo(versions: readonly StoredEntry[], revision: number): number {
  let low = 0;
  let high = versions.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const version = versions[middle];
    if (version !== undefined && version.modRevision <= revision) low = middle + 1;
    else high = middle;
  }
  return low;
}
