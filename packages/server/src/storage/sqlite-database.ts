import { chmodSync, closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { crc32 } from "node:zlib";
import { DamageFound } from "./sqlite-errors.ts";
import { RECORD_HEADER_BYTES, readRecordHeader } from "./sqlite-record.ts";

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

/** "CSGN": says whose file this is. */
export const APPLICATION_ID: number = 0x4353474e;
export const SCHEMA_VERSION: number = 1;
/** The WAL is cut back to this after a checkpoint, bytes. */
const WAL_BYTES = 16 * 1024 * 1024;

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

/** Newest revision that a database has ever held. */
export function newestRevision(database: DatabaseSync): number {
  const row = database
    .prepare(
      "SELECT max(compacted_revision, coalesce((SELECT max(revision) FROM log), 0)) AS newest FROM state",
    )
    .get();
  return Number(row?.newest);
}
