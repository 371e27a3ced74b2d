import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { realClock } from "../src/runtime/clock.ts";
import { createSqliteStorage } from "../src/storage/sqlite.ts";
import type { Storage, StorageEvent } from "../src/storage/storage.ts";

/** What is promised: an answered write is there after a crash, whole, and once. */

/** Processes killed; each has four databases open, so four times as many crashes are looked at. */
const KILLS = Number(process.env.COUNTERSIGN_DURABILITY_KILLS ?? 40);
const DATABASES = 4;

const script = fileURLToPath(new URL("./durability-child.ts", import.meta.url));
let directory = "";
const children = new Set<ChildProcess>();
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "countersign-durability-"));
});
afterEach(async () => {
  for (const child of children) await kill(child);
  rmSync(directory, { recursive: true });
});

function start(command: string, args: readonly string[]): ChildProcess {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  children.add(child);
  child.once("exit", () => children.delete(child));
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, "close");
  child.kill("SIGKILL");
  await closed;
}

/** The newest acknowledged write of a key. */
interface Acknowledged {
  readonly revision: number;
  readonly deleted: boolean;
  readonly value: string;
}

/** What one database has acknowledged over all its lives. */
class Ledger {
  readonly file: string;
  readonly keys = new Map<string, Acknowledged>();
  revision = 0;
  acknowledged = 0;

  constructor(file: string) {
    this.file = file;
  }

  add(revision: number, deleted: boolean, key: string, value: string): void {
    this.acknowledged++;
    this.revision = Math.max(this.revision, revision);
    if ((this.keys.get(key)?.revision ?? 0) < revision)
      this.keys.set(key, { revision, deleted, value });
  }

  async verify(): Promise<void> {
    await using storage = await createSqliteStorage({ file: this.file, clock: realClock });
    expect(storage.revision, "no revision is taken back").toBeGreaterThanOrEqual(this.revision);
    for (const [key, write] of this.keys) verifyWrite(storage, key, write);
    verifyGroups(storage);
    verifyHistory(storage);
  }
}

function verifyWrite(storage: Storage, key: string, write: Acknowledged): void {
  const entry = storage.get(key);
  // A later write may have reached the disk without its answer reaching us.
  const at = entry?.modRevision ?? storage.revision;
  expect(at, `${key} is there`).toBeGreaterThanOrEqual(write.revision);
  if (entry === undefined) {
    expect(write.deleted || key.startsWith("/busy/"), `${key} is there`).toBe(true);
  } else if (entry.modRevision === write.revision) {
    expect(write.deleted).toBe(false);
    expect(JSON.parse(Buffer.from(entry.bytes).toString())).toEqual({
      metadata: { resourceVersion: `${write.revision}` },
      value: write.value,
    });
  }
}

/** A group was written in one turn, so in one batch: all of it is there or nothing. */
function verifyGroups(storage: Storage): void {
  const found = new Map<string, number>();
  for (const { key } of storage.list("/group/").entries) {
    const group = key.slice(0, key.lastIndexOf("/"));
    found.set(group, (found.get(group) ?? 0) + 1);
  }
  for (const [group, count] of found) {
    expect(count, group).toBe(Number(group.slice(group.lastIndexOf("-") + 1)));
  }
}

function verifyHistory(storage: Storage): void {
  const revisions: number[] = [];
  const record = (events: readonly StorageEvent[]): void => {
    for (const event of events) revisions.push(event.revision);
  };
  const afterRevision = storage.compactedRevision;
  storage.watch("", { afterRevision }, { events: record, ended: () => {} }).close();
  const length = storage.revision - afterRevision;
  expect(revisions).toEqual(Array.from({ length }, (_, i) => afterRevision + 1 + i));
}

/** Runs a writer, kills it at a moment that nobody chose, and records what it had acknowledged. */
async function live(ledgers: readonly Ledger[], early: boolean): Promise<void> {
  const child = start(process.execPath, [script, ...ledgers.map((ledger) => ledger.file)]);
  if (child.stdout === null) throw new Error("the child has no stdout");
  let ready = 0;
  let startKilling = (): void => {};
  const allReady = new Promise<void>((resolve) => {
    startKilling = resolve;
  });
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => {
    const [what, file, revision, action, key = "", value = ""] = line.split(" ");
    if (what === "ready" && ++ready === ledgers.length) startKilling();
    const ledger = what === "ack" && ledgers.find((each) => each.file === file);
    if (ledger) ledger.add(Number(revision), action === "delete", key, value);
  });
  const drained = once(lines, "close");
  if (!early) await allReady;
  await realClock.sleep(Math.random() * (early ? 250 : 60));
  await kill(child);
  await drained;
}

describe("a killed process", () => {
  it(
    `has lost no acknowledged write, in ${KILLS * DATABASES} crashes`,
    async () => {
      const ledgers = Array.from(
        { length: DATABASES },
        (_, i) => new Ledger(join(directory, `${i}.db`)),
      );
      for (let i = 0; i < KILLS; i++) {
        await live(ledgers, i % 5 === 0);
        await Promise.all(ledgers.map((ledger) => ledger.verify()));
      }
      const acknowledged = ledgers.reduce((sum, ledger) => sum + ledger.acknowledged, 0);
      expect(acknowledged).toBeGreaterThan(KILLS * DATABASES);
    },
    // For a test that hangs; on a busy machine each life takes seconds.
    20_000 + KILLS * 8_000,
  );
});

/** A child that writes when asked. */
async function startOnRequest(
  command: readonly string[],
): Promise<{ child: ChildProcess; file: string; write: (key: string) => Promise<string> }> {
  const file = join(directory, "asked.db");
  const [program = "", ...args] = [...command, process.execPath, script, "--once", file];
  const child = start(program, args);
  if (child.stdout === null) throw new Error("the child has no stdout");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => String((await lines.next()).value);
  expect(await next()).toBe(`ready ${file}`);
  return {
    child,
    file,
    write: (key) => {
      child.stdin?.write(`${key}\n`);
      return next();
    },
  };
}

const has = (program: string, args: readonly string[]): boolean =>
  spawnSync(program, args, { stdio: "ignore" }).status === 0;

describe("a disk that refuses", () => {
  // The limit on file sizes makes every write to a file fail, as a full disk does.
  const limit = (child: ChildProcess, bytes: string): void => {
    execFileSync("prlimit", ["--pid", String(child.pid), `--fsize=${bytes}:`]);
  };

  it.skipIf(!has("prlimit", ["--version"]))(
    "loses the writes it refused, none it took, and is used again when it takes them",
    async () => {
      const { child, file, write } = await startOnRequest([]);
      for (let i = 0; i < 5; i++)
        expect(await write(`/before/${i}`)).toContain(`ack ${file} ${i + 1} `);
      limit(child, "0");
      for (let i = 0; i < 5; i++) expect(await write(`/refused/${i}`)).toBe("refused unavailable");
      limit(child, "unlimited");
      for (let i = 0; i < 5; i++)
        expect(await write(`/after/${i}`)).toContain(`ack ${file} ${i + 6} `);
      await kill(child);
      await using storage = await createSqliteStorage({ file, clock: realClock });
      expect(storage.list("").entries.map((entry) => [entry.key, entry.modRevision])).toEqual([
        ...Array.from({ length: 5 }, (_, i) => [`/after/${i}`, i + 6]),
        ...Array.from({ length: 5 }, (_, i) => [`/before/${i}`, i + 1]),
      ]);
    },
  );
});

describe("an answer", () => {
  it.skipIf(!has("strace", ["-f", "-o", "/dev/null", "true"]))(
    "comes only after the disk has confirmed all that was written for it",
    async () => {
      const trace = join(directory, "trace");
      const calls = "trace=pwrite64,fdatasync,fsync,write";
      const { child, write } = await startOnRequest([
        "strace",
        "-f",
        "-y",
        "-qq",
        "-e",
        calls,
        "-o",
        trace,
      ]);
      for (let i = 0; i < 20; i++) expect(await write(`/asked/${i}`)).toContain("ack");
      child.stdin?.end();
      await once(child, "exit");
      expect(answersAndUnflushed(readFileSync(trace, "utf8"))).toEqual(Array(20).fill(0));
    },
    60_000,
  );

  /** For each answer, how many writes to the database's files had not been flushed when it was given. */
  function answersAndUnflushed(trace: string): readonly number[] {
    const unflushed: number[] = [];
    let writes = 0;
    let flushes = 0;
    for (const line of trace.split("\n")) {
      if (/pwrite64\(\d+<[^>]*asked\.db/.test(line)) writes++;
      else if (/fdatasync|fsync/.test(line) && / = 0$/.test(line)) {
        writes = 0;
        flushes++;
      } else if (/write\(1<.*"ack/.test(line)) unflushed.push(flushes === 0 ? -1 : writes);
    }
    return unflushed;
  }
});
