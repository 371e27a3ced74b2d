import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { realClock } from "../src/runtime/clock.ts";
import { createSqliteStorage } from "../src/storage/sqlite.ts";
import type { Entry, Storage } from "../src/storage/storage.ts";

/**
 * Writes to databases and says on stdout what was acknowledged, until it is killed:
 * `ack <file> <revision> <put|delete> <key> <value>`. With `--once` it reads keys from stdin
 * instead, writes them one by one, and says `ack` or `refused <code>`.
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { once: { type: "boolean", default: false } },
});

/** Synchronous, so that what was acknowledged is in the pipe before anything else happens. */
function say(line: string): void {
  let rest = Buffer.from(`${line}\n`);
  while (rest.byteLength > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      // The pipe is full because the reader has other things to do: it will read.
      if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
    }
  }
}

async function put(storage: Storage, key: string, value: string): Promise<Entry> {
  const expected = storage.getForUpdate(key)?.modRevision ?? 0;
  return storage.put(key, expected, (revision) =>
    Buffer.from(JSON.stringify({ metadata: { resourceVersion: `${revision}` }, value })),
  );
}

async function putAcknowledged(file: string, storage: Storage, key: string): Promise<void> {
  const value = Math.random()
    .toString(36)
    .repeat(1 + Math.floor(Math.random() * 100));
  const entry = await put(storage, key, value);
  say(`ack ${file} ${entry.modRevision} put ${key} ${value}`);
}

async function deleteAcknowledged(file: string, storage: Storage, key: string): Promise<void> {
  const head = storage.getForUpdate(key);
  if (head === undefined) return;
  const entry = await storage.delete(key, head.modRevision);
  say(`ack ${file} ${entry.modRevision} delete ${key} -`);
}

/** Groups of one turn, each in keys of its own, busy keys that change and come and go, and compactions. */
async function writeForever(file: string): Promise<void> {
  const storage = await createSqliteStorage({ file, clock: realClock });
  say(`ready ${file}`);
  const run = storage.revision;
  for (let round = 0; ; round++) {
    const size = 1 + Math.floor(Math.random() * 12);
    const writes: Promise<void>[] = [];
    for (let i = 0; i < size; i++) {
      writes.push(putAcknowledged(file, storage, `/group/${run}-${round}-${size}/${i}`));
    }
    const busy = `/busy/${round % 5}`;
    writes.push(
      round % 7 < 5
        ? putAcknowledged(file, storage, busy)
        : deleteAcknowledged(file, storage, busy),
    );
    if (round % 11 === 0) storage.compact(Math.max(0, storage.revision - 20));
    // Sometimes the next turn's writes queue behind these, sometimes they wait for them.
    if (round % 3 === 0) await Promise.all(writes);
    else await Promise.race(writes);
  }
}

async function writeOnRequest(file: string): Promise<void> {
  await using storage = await createSqliteStorage({ file, clock: realClock });
  say(`ready ${file}`);
  for await (const key of createInterface({ input: process.stdin })) {
    try {
      const entry = await put(storage, key, "x".repeat(5000));
      say(`ack ${file} ${entry.modRevision} put ${key} -`);
    } catch (error) {
      say(`refused ${error instanceof Error && "code" in error ? error.code : error}`);
    }
  }
}

await Promise.all(
  positionals.map((file) => (values.once ? writeOnRequest(file) : writeForever(file))),
);
