import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ensureDatabase, SqliteDatabase } from "./sqlite-database.ts";
import { readDatabase } from "./sqlite-reader.ts";
import {
  RECORD_HEADER_BYTES,
  readRecordHeader,
  recordBytes,
  writeRecordHeader,
} from "./sqlite-record.ts";

let directory = "";
let file = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "countersign-database-"));
  file = join(directory, "state.db");
  ensureDatabase(file);
});
afterEach(() => rmSync(directory, { recursive: true }));

function record(revision: number, value: string): Buffer {
  const key = Buffer.from(`/k/${revision}`);
  const buffer = Buffer.alloc(RECORD_HEADER_BYTES + key.length + value.length);
  const header = { revision, createRevision: revision, deleted: false };
  writeRecordHeader(buffer, 0, { ...header, keyBytes: key.length, valueBytes: value.length });
  key.copy(buffer, RECORD_HEADER_BYTES);
  buffer.write(value, RECORD_HEADER_BYTES + key.length);
  return buffer;
}

function stored(): readonly string[] {
  const found: string[] = [];
  readDatabase(
    file,
    () => {},
    (records) => {
      for (let at = 0; at < records.length; ) {
        const header = readRecordHeader(records, at);
        const end = at + recordBytes(header);
        found.push(`${header.revision} ${records.toString("utf8", end - header.valueBytes, end)}`);
        at = end;
      }
    },
  );
  return found;
}

it("writes a batch whole or not at all", () => {
  const database = new SqliteDatabase(file, undefined);
  database.write(Buffer.concat([record(1, "one"), record(2, "two")]));
  expect(() => database.write(Buffer.concat([record(3, "three"), record(2, "again")]))).toThrow();
  expect(database.revision).toBe(2);
  database.close();
  expect(stored()).toEqual(["1 one", "2 two"]);
});

it("replaces what a batch left on the disk that was answered as failed", () => {
  // A flush that fails after the transaction was written looks like this: the disk is ahead.
  const database = new SqliteDatabase(file, undefined);
  database.write(Buffer.concat([record(1, "one"), record(2, "lost"), record(3, "lost")]));
  expect(() => database.write(record(2, "refused"))).toThrow(/UNIQUE/);
  database.write(record(2, "two"));
  expect(() => database.write(record(2, "refused"))).toThrow(/UNIQUE/);
  database.close();
  expect(stored()).toEqual(["1 one", "2 two"]);
});

it("hands out records larger than a chunk", () => {
  const database = new SqliteDatabase(file, undefined);
  const large = "x".repeat(3_000_000);
  database.write(Buffer.concat([record(1, "one"), record(2, large), record(3, "three")]));
  database.close();
  expect(stored()).toEqual(["1 one", `2 ${large}`, "3 three"]);
});
