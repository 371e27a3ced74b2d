import { chmodSync, closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { crc32 } from "node:zlib";
import {
  RECORD_HEADER_BYTES,
  type RecordHeader,
  readRecordHeader,
  recordBytes,
  writeRecordHeader,
} from "./sqlite-record.ts";

/**
 * The durable half of the log, in one SQLite file: one row per version, deleted ones included, in
 * revision order, and the revision up to which history is compacted. Rows up to that revision are
 * state; rows after it are history without a gap.
 */
export class SqliteDatabase {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #remove: StatementSync;
  readonly #removeFrom: StatementSync;
  readonly #setCompacted: StatementSync;
  /** The batch before failed: SQLite may have kept what was told to be lost. */
  #uncertain = false;

  constructor(file: string, maxPages: number | undefined) {
    this.#database = new DatabaseSync(file, { timeout: 0 });
    try {
      // Exclusive: no second process gets in, and the index of the WAL needs no shared memory file.
      this.#pragma("locking_mode = EXCLUSIVE", "exclusive");
      this.#pragma("journal_mode = WAL", "wal");
      this.#database.exec(`PRAGMA synchronous = FULL; PRAGMA journal_size_limit = ${WAL_BYTES}`);
      if (maxPages !== undefined) this.#database.exec(`PRAGMA max_page_count = ${maxPages}`);
      // Takes the lock now and not at the first write.
      this.#database.exec("BEGIN IMMEDIATE; COMMIT");
      // Left by the reader before us; an exclusive owner has no use for it.
      rmSync(`${file}-shm`, { force: true });
      this.#insert = this.#database.prepare("INSERT INTO log VALUES (?, ?, ?, ?, ?, ?)");
      this.#remove = this.#database.prepare("DELETE FROM log WHERE revision = ?");
      this.#removeFrom = this.#database.prepare("DELETE FROM log WHERE revision >= ?");
      this.#setCompacted = this.#database.prepare(
        "UPDATE state SET compacted_revision = max(compacted_revision, ?)",
      );
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  /** Newest revision ever written. */
  get revision(): number {
    return newestRevision(this.#database);
  }

  /** Writes the records of one batch, all or none; returns when they are on the disk. */
  write(records: Buffer): void {
    this.#transaction(() => {
      if (this.#uncertain) this.#removeFrom.run(readRecordHeader(records, 0).revision);
      for (let at = 0; at < records.length; ) {
        const header = readRecordHeader(records, at);
        const key = at + RECORD_HEADER_BYTES;
        const value = key + header.keyBytes;
        const end = value + header.valueBytes;
        this.#insert.run(
          header.revision,
          header.createRevision,
          header.deleted ? 1 : 0,
          crc32(records.subarray(at, end)),
          records.subarray(key, value),
          records.subarray(value, end),
        );
        at = end;
      }
    });
    this.#uncertain = false;
  }

  /** Forgets versions and moves the compacted revision. */
  compact(revision: number, dropped: Float64Array): void {
    this.#transaction(() => {
      for (const each of dropped) this.#remove.run(each);
      this.#setCompacted.run(revision);
    });
  }

  close(): void {
    this.#database.close();
  }

  #transaction(work: () => void): void {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      work();
      this.#database.exec("COMMIT");
    } catch (error) {
      this.#uncertain = true;
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  #pragma(setting: string, expected: string): void {
    const answer = this.#database.prepare(`PRAGMA ${setting}`).get();
    const value = Object.values(answer ?? {})[0];
    if (value !== expected) throw new Error(`SQLite refused ${setting}: it is ${String(value)}`);
  }
}

/** What is wrong with a database that cannot be used as it is. */
export class DamageFound extends Error {}

/** "CSGN": says whose file this is. */
const APPLICATION_ID = 0x4353474e;
const SCHEMA_VERSION = 1;
/** The WAL is cut back to this after a checkpoint, bytes. */
const WAL_BYTES = 16 * 1024 * 1024;
const CHUNK_BYTES = 1024 * 1024;

const SCHEMA = `
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
  CREATE TABLE log (
    revision INTEGER PRIMARY KEY,
    create_revision INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    key BLOB NOT NULL,
    value BLOB NOT NULL
  ) STRICT;
  CREATE TABLE state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    compacted_revision INTEGER NOT NULL
  ) STRICT;
  INSERT INTO state VALUES (1, 0);
`;

/**
 * Makes an empty database unless there is one. It is made beside its place and moved there complete,
 * so that a file in that place that is no database is always damage and never a beginning.
 * Only the owner may read it: it holds secrets.
 * @throws DamageFound when the file is gone and its WAL is not.
 */
export function ensureDatabase(file: string): void {
  if (existsSync(file)) return;
  if (existsSync(`${file}-wal`)) throw new DamageFound("the file is missing, its -wal file is not");
  const fresh = `${file}.new`;
  for (const left of [fresh, `${fresh}-journal`, `${fresh}-wal`]) rmSync(left, { force: true });
  closeSync(openSync(fresh, "wx", 0o600));
  const database = new DatabaseSync(fresh);
  database.exec(`PRAGMA synchronous = FULL; BEGIN; ${SCHEMA} COMMIT`);
  database.close();
  chmodSync(fresh, 0o600);
  renameSync(fresh, file);
  syncDirectory(dirname(file));
}

function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

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

function newestRevision(database: DatabaseSync): number {
  const row = database
    .prepare(
      "SELECT max(compacted_revision, coalesce((SELECT max(revision) FROM log), 0)) AS newest FROM state",
    )
    .get();
  return Number(row?.newest);
}

/** Primary result codes of SQLite. @see https://www.sqlite.org/rescode.html */
const SQLITE_ERROR = 1;
const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/** Whether another process holds the database. */
export function isBusy(error: unknown): boolean {
  return resultCode(error) === SQLITE_BUSY;
}

/** Whether what went wrong is the content of the file. */
export function isDamage(error: unknown): boolean {
  const code = resultCode(error);
  if (error instanceof DamageFound || code === SQLITE_CORRUPT || code === SQLITE_NOTADB)
    return true;
  // A table or column that our statements name is not there.
  return code === SQLITE_ERROR;
}

function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error)) return undefined;
  // The low byte is the primary code, the rest says more.
  return typeof error.errcode === "number" ? error.errcode & 0xff : undefined;
}
