import * as nodeFs from "node:fs";
import { join } from "node:path";
import type { Random } from "../runtime/random.ts";
import { generationTime, isGenerationName, nextGenerationName } from "./volumes/generation.ts";
import { cleanPayload, firstElement, type Payload } from "./volumes/payload.ts";

/** The calls that a writer makes; all of them one after another, in one turn of the event loop. */
export type WriterFileSystem = Pick<
  typeof nodeFs,
  | "chmodSync"
  | "lchownSync"
  | "mkdirSync"
  | "readdirSync"
  | "readFileSync"
  | "readlinkSync"
  | "renameSync"
  | "rmSync"
  | "symlinkSync"
  | "writeFileSync"
>;

export interface AtomicWriteOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly random: Pick<Random, "fraction">;
  /** Called with the files written and not yet visible; what it throws undoes the write. */
  readonly setOwnership?: () => void;
  readonly fileSystem?: WriterFileSystem;
}

const DATA = "..data";
const NEW_DATA = "..data_tmp";
/** Generations before the current one that a reader may still be reading are left for so long … */
const RETAINED_MS = 10_000;
/** … but never more of them than this. */
const MAX_RETAINED = 3;

/**
 * Makes the files of a directory those of a payload, all at once:
 *
 *     target/..2026_01_31_12_00_00.123456789/token    real files, one directory a generation
 *     target/..data → ..2026_01_31_12_00_00.123456789  renamed over the old link: the switch
 *     target/token  → ..data/token                     one link for each first element of a path
 *
 * Whoever resolves `..data` once sees one generation, and has some seconds to read all of it: a
 * generation is removed by the first later call that finds it replaced for ten seconds (upstream
 * removes it at once, and a reader between two look-ups finds nothing). What a crash left half done,
 * at any point, is invisible, and is put right by the next call. Content alone decides whether there
 * is anything to write: modes and owners are those of the last change. Calls for one target must
 * not overlap, which they cannot within one process.
 * @param target - An existing directory.
 * @returns whether there was anything to write
 * @throws PayloadPathError; what the file system throws, with the old files still in place unless
 *   the switch was done
 * @see kubernetes pkg/volume/util/atomic_writer.go
 */
export function writeAtomically(
  target: string,
  payload: Payload,
  options: AtomicWriteOptions,
): boolean {
  const { fileSystem = nodeFs } = options;
  const files = cleanPayload(payload);
  const writer = new Writer(target, files, fileSystem);
  const current = writer.currentGeneration();
  const changed = current === undefined || writer.differs(current);
  const live = changed ? writer.writeGeneration(current, options) : current;
  const entries = fileSystem.readdirSync(target, { withFileTypes: true });
  writer.addVisibleLinks(entries);
  writer.removeStaleLinks(entries);
  writer.removeGenerations(
    entries.map(({ name }) => name),
    live,
    options.now,
  );
  return changed;
}

class Writer {
  readonly #target: string;
  readonly #files: Payload;
  readonly #fs: WriterFileSystem;

  constructor(target: string, files: Payload, fileSystem: WriterFileSystem) {
    this.#target = target;
    this.#files = files;
    this.#fs = fileSystem;
  }

  /** The directory that is live; none before the first write. */
  currentGeneration(): string | undefined {
    const name = this.#readLink(DATA);
    // Only what a writer made is ever followed, or removed.
    return name !== undefined && isGenerationName(name) ? name : undefined;
  }

  /** Whether the files on the disk are other files than the payload's. */
  differs(generation: string): boolean {
    const wanted = new Set<string>();
    for (const path of this.#files.keys()) {
      for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) {
        wanted.add(path.slice(0, end));
      }
    }
    const root = join(this.#target, generation);
    const found = ignoring(["ENOENT"], () => this.#fs.readdirSync(root, { recursive: true }));
    if (found === undefined || found.some((path) => !wanted.has(String(path)))) return true;
    return [...this.#files].some(([path, { data }]) => {
      const old = this.#read(join(root, path));
      return old === undefined || !old.equals(data);
    });
  }

  /** Writes a new generation, makes it live, and answers its name. */
  writeGeneration(current: string | undefined, options: AtomicWriteOptions): string {
    const name = this.#makeGeneration(current, options);
    try {
      this.#writeFiles(join(this.#target, name));
      options.setOwnership?.();
      // A crash may have left one.
      this.#remove(NEW_DATA);
      this.#fs.symlinkSync(name, join(this.#target, NEW_DATA));
      this.#fs.renameSync(join(this.#target, NEW_DATA), join(this.#target, DATA));
    } catch (error) {
      this.#remove(NEW_DATA);
      this.#remove(name);
      throw error;
    }
    return name;
  }

  #makeGeneration(current: string | undefined, { now, random }: AtomicWriteOptions): string {
    let name = current;
    for (;;) {
      name = nextGenerationName(name, now, random);
      const path = join(this.#target, name);
      const made = ignoring(["EEXIST"], () => {
        this.#fs.mkdirSync(path);
        return true;
      });
      if (made !== true) continue;
      // Everybody may pass, whatever the umask: modes of the files decide who may read.
      this.#fs.chmodSync(path, 0o755);
      return name;
    }
  }

  #writeFiles(root: string): void {
    for (const [path, { data, mode, ownerUid }] of this.#files) {
      const fullPath = join(root, path);
      if (path.includes("/")) this.#fs.mkdirSync(join(fullPath, ".."), { recursive: true });
      this.#fs.writeFileSync(fullPath, data, { mode, flag: "wx" });
      // The umask has taken bits from the mode.
      this.#fs.chmodSync(fullPath, mode);
      if (ownerUid !== undefined) this.#fs.lchownSync(fullPath, ownerUid, -1);
    }
  }

  addVisibleLinks(entries: readonly nodeFs.Dirent[]): void {
    const there = new Set(entries.map(({ name }) => name));
    for (const [path, { ownerUid }] of this.#files) {
      const name = firstElement(path);
      if (there.has(name)) continue;
      there.add(name);
      this.#fs.symlinkSync(`${DATA}/${name}`, join(this.#target, name));
      if (ownerUid !== undefined) this.#fs.lchownSync(join(this.#target, name), ownerUid, -1);
    }
  }

  /** Removes links to what is no longer there; directories that others mount on stay. */
  removeStaleLinks(entries: readonly nodeFs.Dirent[]): void {
    const wanted = new Set([...this.#files.keys()].map(firstElement));
    for (const entry of entries) {
      if (!entry.isSymbolicLink() || entry.name === DATA || wanted.has(entry.name)) continue;
      if (this.#readLink(entry.name) === `${DATA}/${entry.name}`) this.#remove(entry.name);
    }
  }

  /** Removes replaced generations, and those that never became live, once nobody can be reading them. */
  removeGenerations(names: readonly string[], live: string, now: number): void {
    const old = names.filter((name) => isGenerationName(name) && name !== live).sort();
    const aloneForMs = now - (generationTime(live) ?? 0);
    // A clock that was put back must not keep them for ever.
    const isSettled = aloneForMs > RETAINED_MS || aloneForMs < 0;
    const keep = isSettled ? 0 : MAX_RETAINED;
    for (const name of old.slice(0, Math.max(0, old.length - keep))) this.#remove(name);
  }

  #read(path: string): Buffer | undefined {
    // A file may have become a directory, or the other way round.
    return ignoring(["ENOENT", "ENOTDIR", "EISDIR", "EACCES"], () => this.#fs.readFileSync(path));
  }

  #readLink(name: string): string | undefined {
    const path = join(this.#target, name);
    return ignoring(["ENOENT", "EINVAL"], () => this.#fs.readlinkSync(path));
  }

  #remove(name: string): void {
    this.#fs.rmSync(join(this.#target, name), { recursive: true, force: true });
  }
}

/** What the call answers; undefined when it fails with one of the codes. */
function ignoring<T>(codes: readonly string[], call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    if (codes.includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}
