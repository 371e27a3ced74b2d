/** What is wrong with a database that cannot be used as it is. */
export class DamageFound extends Error {}

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
