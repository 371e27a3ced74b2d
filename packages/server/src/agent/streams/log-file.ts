import type { Stats } from "node:fs";
import { type FileHandle, open, readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

const CHUNK_BYTES = 64 * 1024;
/** A runtime cuts lines at 16 KiB; what is longer is no line of a log. */
const MAX_LINE_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;

/** A log file that is read line by line while others write to it and put new ones in its place. */
export class LogFile implements AsyncDisposable {
  readonly #handle: FileHandle;
  #position = 0;
  /** The beginning of a line whose end has not been read. */
  #rest: Buffer[] = [];
  #restLength = 0;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** @throws what the file system says */
  static async open(path: string): Promise<LogFile> {
    return new LogFile(await open(path, "r"));
  }

  /**
   * Goes to the last `count` lines. The file is read from its end, and no more of it than that. A
   * last line without a newline is none yet.
   */
  async seekLastLines(count: number): Promise<void> {
    const { size } = await this.#handle.stat();
    const block = Buffer.allocUnsafe(CHUNK_BYTES);
    let newlines = 0;
    for (let end = size; end > 0; ) {
      const start = Math.max(0, end - CHUNK_BYTES);
      const { bytesRead } = await this.#handle.read(block, 0, end - start, start);
      for (let at = bytesRead - 1; at >= 0; at--) {
        // The newline before the wanted lines is one more than there are lines.
        if (block[at] !== NEWLINE || ++newlines <= count) continue;
        this.#position = start + at + 1;
        return;
      }
      end = start;
    }
    this.#position = 0;
  }

  /** The next lines, with their newlines; none when there are no more for now. */
  async readLines(): Promise<Buffer[]> {
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const { bytesRead } = await this.#handle.read(chunk, 0, CHUNK_BYTES, this.#position);
      if (bytesRead === 0) return [];
      this.#position += bytesRead;
      const lines = this.#split(chunk.subarray(0, bytesRead));
      if (lines.length > 0) return lines;
    }
  }

  /** A last line without a newline, as what it is. */
  takeRest(): Buffer[] {
    const rest = this.#rest;
    this.#rest = [];
    this.#restLength = 0;
    return rest.length === 0 ? [] : [Buffer.concat(rest)];
  }

  /**
   * The file that was begun after this one, when this one has been put aside: `path` itself, or one
   * that has been put aside since, under its name and a time. Undefined while this one is at `path`.
   * One that was emptied is read from its beginning.
   */
  async successor(path: string): Promise<LogFile | undefined> {
    const mine = await this.#handle.stat();
    if (mine.size < this.#position) this.#position = 0;
    const current = await statIfThere(path);
    if (current === undefined || isSame(current, mine)) return undefined;
    const all = [...(await filesPutAside(path)), path];
    // One that is not there any more was the oldest.
    let next = 0;
    for (const [index, each] of all.entries()) {
      const found = await statIfThere(each);
      if (found !== undefined && isSame(found, mine)) next = index + 1;
    }
    return await LogFile.open(all[next] ?? path).catch(() => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }

  #split(chunk: Buffer): Buffer[] {
    const lines: Buffer[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const line = chunk.subarray(start, end + 1);
      lines.push(this.#rest.length === 0 ? line : Buffer.concat([...this.#rest, line]));
      this.#rest = [];
      this.#restLength = 0;
      start = end + 1;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
    return lines;
  }

  #keep(part: Buffer): void {
    this.#restLength += part.length;
    // What is dropped makes the line one that cannot be read, and so it is passed over.
    if (this.#restLength > MAX_LINE_BYTES) this.#rest = [Buffer.of(0)];
    else this.#rest.push(part);
  }
}

function isSame(one: Stats, other: Stats): boolean {
  return one.ino === other.ino && one.dev === other.dev;
}

/** The oldest first; their names end with a time. Those that were packed since are left out. */
async function filesPutAside(path: string): Promise<readonly string[]> {
  const prefix = `${basename(path)}.`;
  const names = await readdir(dirname(path)).catch(() => []);
  return names
    .filter((name) => name.startsWith(prefix) && !/\.(?:gz|tmp)$/.test(name))
    .sort()
    .map((name) => join(dirname(path), name));
}

async function statIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch {
    return undefined;
  }
}
