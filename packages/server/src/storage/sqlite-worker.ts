import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { ensureDatabase, SqliteDatabase } from "./sqlite-database.ts";
import { isBusy, isDamage } from "./sqlite-errors.ts";
import { readDatabase } from "./sqlite-reader.ts";

/** The thread that owns the database: it opens, reads and writes, one message after the other. */

export interface SqliteWorkerData {
  readonly file: string;
  /** Largest size of the database file in pages; SQLite's own limit when absent. */
  readonly maxPages: number | undefined;
}

export type SqliteRequest =
  /** The first one: nothing is touched before it. */
  | { readonly type: "open" }
  | { readonly type: "write"; readonly records: Uint8Array<ArrayBuffer> }
  | {
      readonly type: "compact";
      readonly revision: number;
      readonly dropped: Float64Array<ArrayBuffer>;
    }
  | { readonly type: "close" };

/** To `open`: `begin`, `chunk`s and `opened`, or `failed`; then one `done` per request, in order. */
export type SqliteReply =
  | { readonly type: "begin"; readonly compactedRevision: number }
  | { readonly type: "chunk"; readonly records: Uint8Array<ArrayBuffer> }
  | { readonly type: "opened" }
  | {
      readonly type: "failed";
      readonly reason: "locked" | "damaged" | "unavailable";
      readonly message: string;
    }
  | { readonly type: "done"; readonly error: string | undefined };

function serve(port: MessagePort, data: SqliteWorkerData): void {
  port.once("message", () => openAndServe(port, data));
}

function openAndServe(port: MessagePort, { file, maxPages }: SqliteWorkerData): void {
  const reply = (message: SqliteReply, transfer: ArrayBuffer[] = []): void =>
    port.postMessage(message, transfer);
  let database: SqliteDatabase;
  try {
    database = open(file, maxPages, reply);
  } catch (error) {
    const reason = isBusy(error) ? "locked" : isDamage(error) ? "damaged" : "unavailable";
    reply({ type: "failed", reason, message: describe(error) });
    port.close();
    return;
  }
  reply({ type: "opened" });
  port.on("message", (request: SqliteRequest) => {
    let error: string | undefined;
    try {
      handle(database, request);
    } catch (cause) {
      error = describe(cause);
    }
    reply({ type: "done", error });
    if (request.type === "close") port.close();
  });
}

function open(
  file: string,
  maxPages: number | undefined,
  reply: (message: SqliteReply, transfer?: ArrayBuffer[]) => void,
): SqliteDatabase {
  ensureDatabase(file);
  const loaded = readDatabase(
    file,
    (compactedRevision) => reply({ type: "begin", compactedRevision }),
    (records) => {
      const whole = records as Buffer<ArrayBuffer>;
      reply({ type: "chunk", records: whole }, [whole.buffer]);
    },
  );
  const database = new SqliteDatabase(file, maxPages);
  if (database.revision === loaded.revision) return database;
  database.close();
  throw new Error("another process wrote to the database while it was opened");
}

function handle(database: SqliteDatabase, request: SqliteRequest): void {
  switch (request.type) {
    case "write": {
      const { records } = request;
      database.write(Buffer.from(records.buffer, records.byteOffset, records.byteLength));
      break;
    }
    case "compact":
      database.compact(request.revision, request.dropped);
      break;
    case "close":
      database.close();
      break;
    case "open":
      throw new Error("the database is open already");
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

if (parentPort !== null) serve(parentPort, workerData as SqliteWorkerData);
