import { describe, expect, test } from "vitest";
import { interpreterOf, withInterpreter, withoutConfiguration } from "./elf.ts";

const LOADER = "/lib64/ld-linux-x86-64.so.2";

/** A 64-bit program with nothing in it but the path of its loader, of either order of bytes. */
function program(littleEndian: boolean): Buffer {
  const file = Buffer.alloc(256);
  file.writeUInt32BE(0x7f454c46, 0);
  file[4] = 2;
  file[5] = littleEndian ? 1 : 2;
  const u16 = (value: number, at: number) =>
    littleEndian ? file.writeUInt16LE(value, at) : file.writeUInt16BE(value, at);
  const u32 = (value: number, at: number) =>
    littleEndian ? file.writeUInt32LE(value, at) : file.writeUInt32BE(value, at);
  const u64 = (value: bigint, at: number) =>
    littleEndian ? file.writeBigUInt64LE(value, at) : file.writeBigUInt64BE(value, at);
  u64(64n, 32); // table of segments
  u16(56, 54); // size of an entry
  u16(2, 56); // how many
  u32(1, 64); // PT_LOAD
  u32(3, 64 + 56); // PT_INTERP
  u64(200n, 64 + 56 + 8);
  u64(BigInt(LOADER.length + 1), 64 + 56 + 32);
  file.write(LOADER, 200, "latin1");
  return file;
}

describe("a program's loader", () => {
  test.each([true, false])("is found and replaced (little endian: %s)", (littleEndian) => {
    const file = program(littleEndian);
    expect(interpreterOf(file)).toEqual({ path: LOADER, offset: 200, size: LOADER.length + 1 });
    const copy = withInterpreter(file, "/.pod/bin/ld.so");
    expect(copy.toString("latin1", 200, 228)).toBe("/.pod/bin/ld.so".padEnd(28, "\0"));
    expect(copy.subarray(0, 200)).toEqual(file.subarray(0, 200));
    expect(interpreterOf(file)?.path).toBe(LOADER);
  });

  test("keeps its room", () => {
    expect(() => withInterpreter(program(true), "x".repeat(28))).toThrow("no room");
  });

  test("a static program has none", () => {
    const file = program(true);
    file.writeUInt32LE(1, 64 + 56);
    expect(interpreterOf(file)).toBeUndefined();
    expect(withInterpreter(file, "/x")).toBe(file);
  });

  test.each([
    ["empty", Buffer.alloc(0)],
    ["a script", Buffer.from("#!/bin/sh\n".padEnd(100))],
    ["32 bits", Buffer.from([0x7f, 0x45, 0x4c, 0x46, 1, 1, ...Array(60).fill(0)])],
  ])("%s is no program", (_, file) => {
    expect(() => interpreterOf(file)).toThrow("not a 64-bit ELF file");
  });
});

describe("paths of configuration", () => {
  const redirected = (text: string): string =>
    withoutConfiguration(Buffer.from(text, "latin1"), "/.pod/bin").toString("latin1");

  test.each([
    ["\0/etc/ld.so.preload\0", "\0/.pod/bin/--------\0"],
    ["\0/etc/passwd\0/etc/group\0", "\0/.pod/bin/-\0/.pod/bin/\0"],
    ["\0/etc/rpc\0", "\0/.pod/bi\0"],
    ["x/var/run/nscd/socket", "x/.pod/bin/---/socket"],
    // Of a longer path, or what only looks like one.
    ["\0/usr/etc/passwd\0", "\0/usr/etc/passwd\0"],
    ["\0/etcetera\0", "\0/etcetera\0"],
  ])("%j", (before, after) => {
    expect(redirected(before)).toBe(after);
  });
});
