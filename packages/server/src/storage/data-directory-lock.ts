import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Another process works on this data directory. */
export class DataDirectoryLockedError extends Error {
  readonly directory: string;
  constructor(directory: string, options?: { cause?: unknown }) {
    super(`data directory ${directory} is in use by another process`, options);
    this.name = "DataDirectoryLockedError";
    this.directory = directory;
  }
}

export interface DataDirectoryLock extends Disposable {
  readonly directory: string;
}

const LOCK_FILE = "lock";

/**
 * Makes this process the only one on `directory`, which is made if it is missing, whatever is
 * stored in it and how. The lock is an exclusive transaction on an empty SQLite database: the
 * operating system's own lock on the file, so it ends with its owner however the owner ends, and
 * there is no stale one to clean up. Nothing may open the lock file besides.
 * @throws DataDirectoryLockedError, having changed nothing; file system errors as they are.
 */
export function lockDataDirectory(directory: string): DataDirectoryLock {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const file = join(directory, LOCK_FILE);
  makeFile(file);
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    database.close();
    throw isLocked(cause) ? new DataDirectoryLockedError(directory, { cause }) : cause;
  }
  return { directory, [Symbol.dispose]: () => database.isOpen && database.close() };
}

/** Only the owner may open it: whoever can, can hold it. */
function makeFile(file: string): void {
  try {
    closeSync(openSync(file, "wx", 0o600));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}

function isLocked(error: unknown): boolean {
  // SQLITE_BUSY, https://www.sqlite.org/rescode.html
  return error instanceof Error && "errcode" in error && error.errcode === 5;
}
