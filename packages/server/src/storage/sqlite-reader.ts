import { existsSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { crc32 } from "node:zlib";
import { APPLICATION_ID, newestRevision, SCHEMA_VERSION } from "./sqlite-database.ts";
import { DamageFound, isDamage } from "./sqlite-errors.ts";
import {
  RECORD_HEADER_BYTES,
  type RecordHeader,
  recordBytes,
  writeRecordHeader,
} from "./sqlite-record.ts";

/** Rows are handed out in buffers of this size; a larger row gets one of its own. */
const CHUNK_BYTES = 1024 * 1024;

/** Where the rows that were read stand. */
export interface LoadedState {
  readonly revision: number;
  readonly compactedRevision: number;
}

/**
 * Checks a database and reads all of it, without changing a byte of it.
 * @param begin - told the compacted revision before the first chunk.
 * @param chunk - takes records in revision order; the buffer is its own.
 * @throws DamageFound; whatever SQLite says of a file that it cannot read.
 */
export function readDatabase(
  file: string,
  begin: (compactedRevision: number) => void,
  chunk: (records: Buffer) => void,
): LoadedState {
  const made = [`${file}-shm`, `${file}-wal`].filter((side) => !existsSync(side));
  const database = new DatabaseSync(file, { readOnly: true, timeout: 0 });
  let damaged = false;
  try {
    return readChecked(database, begin, chunk);
  } catch (error) {
    damaged = isDamage(error);
    throw error;
  } finally {
    database.close();
    // A reader makes them and cannot take them away again. Nobody opens a damaged database; with a
    // good one they may be somebody's by now.
    if (damaged) for (const side of made) rmSync(side, { force: true });
  }
}

function readChecked(
  database: DatabaseSync,
  begin: (compactedRevision: number) => void,
  chunk: (records: Buffer) => void,
): LoadedState {
  checkFormat(database);
  const check = Object.values(database.prepare("PRAGMA quick_check(1)").get() ?? {})[0];
  if (check !== "ok") throw new DamageFound(String(check));
  const state = database.prepare("SELECT compacted_revision AS compacted FROM state").get();
  if (typeof state?.compacted !== "number") throw new DamageFound("its state row is missing");
  begin(state.compacted);
  readRows(database, state.compacted, chunk);
  return { revision: newestRevision(database), compactedRevision: state.compacted };
}

function checkFormat(database: DatabaseSync): void {
  const read = (name: string): unknown =>
    Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
  if (read("application_id") !== APPLICATION_ID)
    throw new DamageFound("it is not a Countersign database");
  const version = read("user_version");
  if (version !== SCHEMA_VERSION) {
    throw new DamageFound(`its format is ${String(version)}, this program reads ${SCHEMA_VERSION}`);
  }
}

function readRows(
  database: DatabaseSync,
  compactedRevision: number,
  chunk: (records: Buffer) => void,
): void {
  const rows = database.prepare("SELECT * FROM log ORDER BY revision");
  rows.setReturnArrays(true);
  let next = compactedRevision + 1;
  let buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  let used = 0;
  for (const row of rows.iterate() as Iterable<unknown>) {
    const { header, checksum, key, value } = parseRow(row);
    const length = recordBytes(header);
    if (used > 0 && used + length > buffer.length) {
      chunk(buffer.subarray(0, used));
      buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
      used = 0;
    }
    if (length > buffer.length) buffer = Buffer.allocUnsafeSlow(length);
    writeRecordHeader(buffer, used, header);
    buffer.set(key, used + RECORD_HEADER_BYTES);
    buffer.set(value, used + RECORD_HEADER_BYTES + header.keyBytes);
    if (crc32(buffer.subarray(used, used + length)) !== checksum) {
      throw new DamageFound(`the checksum of revision ${header.revision} is wrong`);
    }
    if (header.revision > compactedRevision && header.revision !== next++) {
      throw new DamageFound(`revision ${next - 1} is missing`);
    }
    used += length;
  }
  if (used > 0) chunk(buffer.subarray(0, used));
}

function parseRow(row: unknown): {
  header: RecordHeader;
  checksum: number;
  key: Uint8Array;
  value: Uint8Array;
} {
  const [revision, createRevision, deleted, checksum, key, value] = row as [
    number,
    number,
    number,
    number,
    Uint8Array,
    Uint8Array,
  ];
  const header: RecordHeader = {
    revision,
    createRevision,
    deleted: deleted === 1,
    keyBytes: key.length,
    valueBytes: value.length,
  };
  return { header, checksum, key, value };
}
