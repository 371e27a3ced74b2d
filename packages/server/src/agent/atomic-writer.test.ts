import { execFileSync } from "node:child_process";
import * as nodeFs from "node:fs";
import { chmodSync, lstatSync, mkdirSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type WriterFileSystem, writeAtomically } from "./atomic-writer.ts";
import { canMount, mountedDirectory } from "./mounted-directory.fixture.ts";
import type { Payload } from "./volumes/payload.ts";
import {
  layoutOf,
  modeOf,
  payloadOf,
  temporaryDirectory,
  visibleFiles,
} from "./written-volume.fixture.ts";

const START = Date.UTC(2026, 0, 31, 12);
const LATER = START + 60_000;
const random = { fraction: () => 0.25 };

function write(target: string, payload: Payload, now = START, setOwnership?: () => void): boolean {
  return writeAtomically(target, payload, {
    now,
    random,
    ...(setOwnership === undefined ? {} : { setOwnership }),
  });
}

function generationOf(target: string): string {
  return readlinkSync(join(target, "..data"));
}

describe("writing a volume", () => {
  it("puts files into a directory of their own and links to them, relatively", () => {
    const target = temporaryDirectory();
    expect(write(target, payloadOf({ token: "t", "a/b/c": "n", "a/d": "m" }))).toBe(true);
    expect(layoutOf(target)).toEqual([
      "..data → GENERATION",
      "GENERATION",
      "a → ..data/a",
      "token → ..data/token",
    ]);
    expect(generationOf(target)).toBe("..2026_01_31_12_00_00.125000000");
    expect(visibleFiles(target)).toEqual({ token: "t", "a/b/c": "n", "a/d": "m" });
  });

  it("touches nothing when nothing is different", () => {
    const target = temporaryDirectory();
    write(target, payloadOf({ token: "t", "a/b": "n" }));
    const before = [target, join(target, "..data"), join(target, "token"), join(target, "a/b")];
    const states = before.map((path) => lstatSync(path, { bigint: true }));
    expect(write(target, payloadOf({ token: "t", "a/b": "n" }), LATER)).toBe(false);
    for (const [index, path] of before.entries()) {
      const { ino, mtimeNs, ctimeNs } = lstatSync(path, { bigint: true });
      expect({ ino, mtimeNs, ctimeNs }).toEqual({
        ino: states[index]?.ino,
        mtimeNs: states[index]?.mtimeNs,
        ctimeNs: states[index]?.ctimeNs,
      });
    }
  });

  it("takes content for a difference, and modes only together with content", () => {
    const target = temporaryDirectory();
    write(target, payloadOf({ token: "t" }, 0o644));
    expect(write(target, payloadOf({ token: "t" }, 0o400), LATER)).toBe(false);
    expect(modeOf(join(target, "..data/token"))).toBe("0644");
    expect(write(target, payloadOf({ token: "u" }, 0o400), LATER)).toBe(true);
    expect(modeOf(join(target, "..data/token"))).toBe("0400");
  });

  it.each<[string, Record<string, string>, Record<string, string>]>([
    ["a change", { token: "1", ca: "1" }, { token: "2", ca: "2" }],
    ["a new file", { token: "1" }, { token: "1", ca: "1" }],
    ["a file that goes", { token: "1", ca: "1" }, { token: "1" }],
    ["a nested file that goes", { "a/b": "1", "a/c": "1" }, { "a/b": "1" }],
    ["the last file that goes", { token: "1" }, {}],
    ["a file that becomes a directory", { a: "1" }, { "a/b": "1" }],
    ["a directory that becomes a file", { "a/b": "1" }, { a: "1" }],
    ["a deep directory that becomes a file", { "a/b/c": "1" }, { "a/b": "1" }],
    ["a file of other bytes and the same length", { token: "ab" }, { token: "ba" }],
    ["an empty file", { token: "1" }, { token: "" }],
  ])("follows %s", (_what, before, after) => {
    const target = temporaryDirectory();
    write(target, payloadOf(before));
    expect(write(target, payloadOf(after), LATER)).toBe(true);
    expect(visibleFiles(target)).toEqual(after);
    write(target, payloadOf(after), LATER + 60_000);
    expect(layoutOf(target)).toEqual(
      [
        "..data → GENERATION",
        "GENERATION",
        ...new Set(Object.keys(after).map((path) => path.replace(/\/.*/, ""))),
      ]
        .map((name) => (/^[.G]/.test(name) ? name : `${name} → ..data/${name}`))
        .sort(),
    );
  });

  it("gives files exactly their mode, directories 0755, whatever the umask", () => {
    const target = temporaryDirectory();
    const file = (mode: number) => ({ data: Buffer.from("x"), mode });
    // The umask is the whole process's, which a thread must not change: 022 takes bits from these.
    write(
      target,
      new Map([
        ["open", file(0o666)],
        ["shut", file(0o400)],
        ["a/run", file(0o777)],
      ]),
    );
    const generation = join(target, generationOf(target));
    expect(modeOf(join(generation, "open"))).toBe("0666");
    expect(modeOf(join(generation, "shut"))).toBe("0400");
    expect(modeOf(join(generation, "a/run"))).toBe("0777");
    expect(modeOf(generation)).toBe("0755");
  });

  it("lets ownership be set before anything is visible", () => {
    const target = temporaryDirectory();
    write(target, payloadOf({ token: "old" }));
    const seen: unknown[] = [];
    write(target, payloadOf({ token: "new" }), LATER, () => seen.push(visibleFiles(target)));
    expect(seen).toEqual([{ token: "old" }]);
  });

  it("undoes all when ownership cannot be set", () => {
    const target = temporaryDirectory();
    write(target, payloadOf({ token: "old" }));
    const layout = layoutOf(target);
    const refuse = (): never => {
      throw new Error("EPERM");
    };
    expect(() => write(target, payloadOf({ token: "new" }), LATER, refuse)).toThrow("EPERM");
    expect(layoutOf(target)).toEqual(layout);
    expect(visibleFiles(target)).toEqual({ token: "old" });
  });

  it("refuses a bad path before it touches the disk", () => {
    const target = temporaryDirectory();
    expect(() => write(target, payloadOf({ good: "1", "../bad": "2" }))).toThrow("'..'");
    expect(layoutOf(target)).toEqual([]);
  });

  it("keeps replaced files for readers that are at them, for a while and not many", () => {
    const target = temporaryDirectory();
    for (let index = 0; index < 10; index++) write(target, payloadOf({ token: `${index}` }));
    const generations = () => layoutOf(target).filter((line) => line === "GENERATION").length;
    expect(generations()).toBe(4);
    write(target, payloadOf({ token: "9" }), START + 10_000);
    expect(generations()).toBe(4);
    write(target, payloadOf({ token: "9" }), START + 11_000);
    expect(generations()).toBe(1);
  });

  it("keeps the newest of them", () => {
    const target = temporaryDirectory();
    const names: string[] = [];
    for (let index = 0; index < 6; index++) {
      write(target, payloadOf({ token: `${index}` }));
      names.push(generationOf(target));
    }
    const kept = nodeFs.readdirSync(target).filter((name) => /^\.\.\d/.test(name));
    expect(kept.sort()).toEqual(names.slice(2));
  });

  it("forgets replaced files when the clock was put back", () => {
    const target = temporaryDirectory();
    write(target, payloadOf({ token: "1" }), LATER);
    write(target, payloadOf({ token: "2" }), LATER);
    write(target, payloadOf({ token: "2" }), START);
    expect(layoutOf(target)).toHaveLength(3);
  });

  it("leaves alone what others keep in the directory", () => {
    const target = temporaryDirectory();
    mkdirSync(join(target, "nested"));
    symlinkSync("/elsewhere", join(target, "theirs"));
    write(target, payloadOf({ "nested/x": "1", token: "t" }));
    write(target, payloadOf({ token: "u" }), LATER);
    write(target, payloadOf({ token: "u" }), LATER * 2);
    expect(layoutOf(target)).toEqual([
      "..data → GENERATION",
      "GENERATION",
      "nested",
      "theirs → /elsewhere",
      "token → ..data/token",
    ]);
  });

  it("follows no link that it did not make", () => {
    const target = temporaryDirectory();
    const elsewhere = temporaryDirectory();
    writeFileSync(join(elsewhere, "token"), "theirs");
    symlinkSync(elsewhere, join(target, "..data"));
    expect(write(target, payloadOf({ token: "theirs" }))).toBe(true);
    write(target, payloadOf({ token: "x" }), LATER);
    expect(visibleFiles(elsewhere)).toEqual({ token: "theirs" });
    expect(visibleFiles(target)).toEqual({ token: "x" });
  });

  it("brings back links that are missing", () => {
    const target = temporaryDirectory();
    write(target, payloadOf({ token: "t", ca: "c" }));
    nodeFs.rmSync(join(target, "token"));
    expect(write(target, payloadOf({ token: "t", ca: "c" }), LATER)).toBe(false);
    expect(visibleFiles(target)).toEqual({ token: "t", ca: "c" });
  });

  it("writes anew when its files are gone", () => {
    const target = temporaryDirectory();
    write(target, payloadOf({ token: "t" }));
    nodeFs.rmSync(join(target, generationOf(target)), { recursive: true });
    expect(write(target, payloadOf({ token: "t" }), LATER)).toBe(true);
    expect(visibleFiles(target)).toEqual({ token: "t" });
  });

  it("fails for a target that is not there", () => {
    expect(() => write("/nowhere/at/all", payloadOf({ token: "t" }))).toThrow("ENOENT");
  });
});

/** A file system whose machine stops before call number `calls`: that call and all later ones fail. */
function stopping(calls: number): { fileSystem: WriterFileSystem; stopped: () => boolean } {
  let made = 0;
  const fileSystem = new Proxy(nodeFs, {
    get: (real, name) => {
      const call = real[name as keyof typeof real] as (...given: unknown[]) => unknown;
      return (...given: unknown[]): unknown => {
        if (made >= calls) throw new Error("the machine stopped");
        made++;
        return call(...given);
      };
    },
  });
  return { fileSystem, stopped: () => made >= calls };
}

const BEFORE = { token: "old token", "ca.crt": "old ca", "a/b": "old", gone: "old" };
const AFTER = { token: "new token", "ca.crt": "new ca", "a/b": "new", come: "new" };

/** Stops a write from BEFORE to AFTER before its call number `calls`; false when it came to its end. */
function stoppedWrite(target: string, calls: number): boolean {
  write(target, payloadOf(BEFORE));
  const { fileSystem } = stopping(calls);
  try {
    writeAtomically(target, payloadOf(AFTER), { now: LATER, random, fileSystem });
    return false;
  } catch (error) {
    expect((error as Error).message).toBe("the machine stopped");
    return true;
  }
}

/** The state behind `..data`, as a reader sees it who resolves the link once. */
function liveFiles(target: string): Record<string, string> {
  return visibleFiles(join(target, generationOf(target)));
}

describe("a machine that stops while a volume is written", () => {
  it("leaves the old or the new files at every single step, and the next write puts all right", () => {
    const states = { old: 0, new: 0 };
    for (let calls = 0; ; calls++) {
      const target = temporaryDirectory();
      const stopped = stoppedWrite(target, calls);
      const live = liveFiles(target);
      const isNew = live.token === AFTER.token;
      expect(live).toEqual(isNew ? AFTER : BEFORE);
      states[isNew ? "new" : "old"]++;
      write(target, payloadOf(AFTER), LATER + 60_000);
      write(target, payloadOf(AFTER), LATER + 120_000);
      expect(visibleFiles(target)).toEqual(AFTER);
      expect(layoutOf(target)).toEqual([
        "..data → GENERATION",
        "GENERATION",
        "a → ..data/a",
        "ca.crt → ..data/ca.crt",
        "come → ..data/come",
        "token → ..data/token",
      ]);
      if (!stopped) break;
    }
    expect(states.old).toBeGreaterThan(15);
    expect(states.new).toBeGreaterThan(3);
  });

  it.each([
    ["after step 6, the directory without its files", ["..2026_01_31_12_00_30.5"]],
    ["after step 9, the new link not yet renamed", ["..2026_01_31_12_00_30.5", "..data_tmp"]],
  ])("left what it had: %s", (_what, left) => {
    const target = temporaryDirectory();
    write(target, payloadOf(BEFORE));
    mkdirSync(join(target, "..2026_01_31_12_00_30.5"));
    if (left.length === 2) symlinkSync(left[0] ?? "", join(target, "..data_tmp"));
    expect(write(target, payloadOf(BEFORE), LATER)).toBe(false);
    expect(visibleFiles(target)).toEqual(BEFORE);
    expect(write(target, payloadOf(AFTER), LATER)).toBe(true);
    expect(visibleFiles(target)).toEqual(AFTER);
    write(target, payloadOf(AFTER), LATER + 60_000);
    expect(layoutOf(target).filter((line) => /GENERATION|_tmp/.test(line))).toEqual([
      "..data → GENERATION",
      "GENERATION",
    ]);
  });

  it("left what it had: after step 10, links not yet as the new files are", () => {
    const target = temporaryDirectory();
    write(target, payloadOf(BEFORE));
    const old = generationOf(target);
    write(target, payloadOf(AFTER), LATER);
    nodeFs.rmSync(join(target, "come"));
    symlinkSync("..data/gone", join(target, "gone"));
    expect(write(target, payloadOf(AFTER), LATER + 60_000)).toBe(false);
    expect(visibleFiles(target)).toEqual(AFTER);
    expect(nodeFs.existsSync(join(target, old))).toBe(false);
  });
});

describe("files that cannot be read back", () => {
  it("are written anew rather than trusted", () => {
    const target = temporaryDirectory();
    write(target, payloadOf({ token: "t" }));
    chmodSync(join(target, "..data/token"), 0o000);
    const changed = write(target, payloadOf({ token: "t" }), LATER);
    // root reads everything.
    expect(changed).toBe(process.getuid?.() !== 0);
  });
});

describe.runIf(canMount)("a full disk", () => {
  it("leaves the old files in place and nothing half written, until there is room", () => {
    const target = mountedDirectory("64k");
    write(target, payloadOf(BEFORE));
    const layout = layoutOf(target);
    const large = payloadOf({ ...AFTER, large: "x".repeat(100_000) });
    expect(() => write(target, large, LATER)).toThrow("ENOSPC");
    expect(layoutOf(target)).toEqual(layout);
    expect(visibleFiles(target)).toEqual(BEFORE);
    execFileSync("mount", ["-o", "remount,size=256k", target]);
    expect(write(target, large, LATER)).toBe(true);
    expect(visibleFiles(target)["a/b"]).toBe("new");
  });
});
