/**
 * What has to be known of an ELF file to run a copy of it in a root directory that is not the one it
 * was built for. @see System V ABI, "Program Header"; only the 64-bit form: Node has no other on Linux.
 */
const MAGIC = 0x7f454c46;
const CLASS_64 = 2;
const DATA_LITTLE_ENDIAN = 1;
const PT_INTERP = 3;

/** Where the path of the dynamic loader stands in a program; `undefined` for a static one. */
export interface Interpreter {
  readonly path: string;
  readonly offset: number;
  /** With the terminating zero. */
  readonly size: number;
}

/** @throws Error when it is no 64-bit ELF file */
export function interpreterOf(file: Buffer): Interpreter | undefined {
  if (file.length < 64 || file.readUInt32BE(0) !== MAGIC || file[4] !== CLASS_64) {
    throw new Error("not a 64-bit ELF file");
  }
  const little = file[5] === DATA_LITTLE_ENDIAN;
  const u16 = (at: number): number => (little ? file.readUInt16LE(at) : file.readUInt16BE(at));
  const u32 = (at: number): number => (little ? file.readUInt32LE(at) : file.readUInt32BE(at));
  const u64 = (at: number): number =>
    Number(little ? file.readBigUInt64LE(at) : file.readBigUInt64BE(at));
  const table = u64(32);
  const entrySize = u16(54);
  for (let index = 0; index < u16(56); index++) {
    const entry = table + index * entrySize;
    if (u32(entry) !== PT_INTERP) continue;
    const offset = u64(entry + 8);
    const size = u64(entry + 32);
    const [path = ""] = file.toString("latin1", offset, offset + size).split("\0");
    return { path, offset, size };
  }
  return undefined;
}

/** A copy that asks for another loader. @throws Error when the new path has no room */
export function withInterpreter(file: Buffer, path: string): Buffer {
  const found = interpreterOf(file);
  if (found === undefined) return file;
  if (path.length >= found.size) throw new Error(`no room for ${path} in place of ${found.path}`);
  const copy = Buffer.from(file);
  copy.fill(0, found.offset, found.offset + found.size);
  copy.write(path, found.offset, "latin1");
  return copy;
}

/**
 * A copy in which every path below `/etc`, and that of the name service's socket, leads into
 * `directory`, where nothing of that name is: the loader's list of libraries to preload, the switch of
 * name services, the tables of users. Each path keeps its length, so it may be cut to less than
 * `directory`.
 */
export function withoutConfiguration(file: Buffer, directory: string): Buffer {
  const copy = Buffer.from(file);
  const needle = Buffer.from("\0/etc/", "latin1");
  for (let at = copy.indexOf(needle); at !== -1; at = copy.indexOf(needle, at + 1)) {
    const end = copy.indexOf(0, at + 1);
    if (end !== -1) redirect(copy, at + 1, end, directory);
  }
  // Compilers copy this one in pieces, so no zero stands around it.
  for (let at = copy.indexOf(NAME_SERVICE); at !== -1; at = copy.indexOf(NAME_SERVICE, at)) {
    redirect(copy, at, at + NAME_SERVICE.length, directory);
  }
  return copy;
}

/** @see glibc nscd/nscd-client.h (_PATH_NSCDSOCKET) */
const NAME_SERVICE: Buffer = Buffer.from("/var/run/nscd", "latin1");

function redirect(file: Buffer, start: number, end: number, directory: string): void {
  file.fill("-", start, end, "latin1");
  file.write(`${directory}/`.slice(0, end - start), start, "latin1");
}
