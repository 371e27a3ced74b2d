import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { realClock } from "../../runtime/clock.ts";
import type { LogOptions } from "./log-format.ts";
import { type LogSource, readLog } from "./log-reader.ts";

const directory = mkdtempSync(join(tmpdir(), "countersign-log-"));
afterAll(() => rmSync(directory, { recursive: true }));
const path = join(directory, "0.log");

/** A container whose log a test writes. */
class Container implements LogSource {
  readonly path: string = path;
  running = true;
  listeners = new Set<() => void>();

  isRunning(): boolean {
    return this.running;
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  end(): void {
    this.running = false;
    for (const listener of this.listeners) listener();
  }
}

let container: Container;
beforeEach(() => {
  container = new Container();
});

const PLAIN: LogOptions = { follow: false, timestamps: false };
const FOLLOW: LogOptions = { follow: true, timestamps: false };

function line(text: string, at = "2026-01-01T00:00:00.5Z", stream = "stdout", tag = "F"): string {
  return `${at} ${stream} ${tag} ${text}\n`;
}

async function read(options: Partial<LogOptions> = {}): Promise<string> {
  const reader = readLog(container, { ...PLAIN, ...options }, realClock, neverAborted());
  const chunks: Uint8Array[] = [];
  for await (const chunk of reader) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function neverAborted(): AbortSignal {
  return new AbortController().signal;
}

/** A reader that follows; `text` is what it has got so far. */
function follow(options: Partial<LogOptions> = {}) {
  const stop = new AbortController();
  const got = { text: "", ended: false };
  const reading = (async () => {
    const reader = readLog(container, { ...FOLLOW, ...options }, realClock, stop.signal);
    for await (const chunk of reader) got.text += Buffer.from(chunk).toString();
    got.ended = true;
  })();
  return { got, reading, stop };
}

async function until(check: () => boolean): Promise<void> {
  while (!check()) await sleep(2);
}

describe("a log that is read", () => {
  test("is what the container wrote, both outputs in order", async () => {
    const log = [
      line("one"),
      line("two", "2026-01-01T00:00:01Z", "stderr"),
      "no line of a log\n",
      "2026-13-01 stdout F neither\n",
      line("of a stream nobody knows", "2026-01-01T00:00:01Z", "stdlog"),
      line("", "2026-01-01T00:00:02Z"),
      line("a long line ", "2026-01-01T00:00:03Z", "stdout", "P"),
      line("goes on", "2026-01-01T00:00:04+02:00", "stdout", "F:later:tags"),
    ];
    writeFileSync(path, log.join(""));
    expect(await read()).toBe("one\ntwo\n\na long line goes on\n");
    expect(await read({ stream: "stderr" })).toBe("two\n");
    expect(await read({ timestamps: true })).toBe(
      [
        "2026-01-01T00:00:00.500000000Z one\n",
        "2026-01-01T00:00:01.000000000Z two\n",
        "2026-01-01T00:00:02.000000000Z \n",
        "2026-01-01T00:00:03.000000000Z a long line goes on\n",
      ].join(""),
    );
  });

  test("may hold any bytes, and lines longer than what is read at once", async () => {
    const bytes = Buffer.alloc(150_000, "x");
    bytes.set([0, 255, 13, 27], 0);
    const head = Buffer.from("2026-01-01T00:00:00Z stdout F ");
    writeFileSync(path, Buffer.concat([head, bytes, Buffer.from("\n"), Buffer.from(line("next"))]));
    const chunks: Uint8Array[] = [];
    for await (const chunk of readLog(container, PLAIN, realClock, neverAborted()))
      chunks.push(chunk);
    const all = Buffer.concat(chunks);
    expect(all.subarray(0, bytes.length).equals(bytes)).toBe(true);
    expect(all.subarray(bytes.length).toString()).toBe("\nnext\n");
  });

  test("a line without an end is shown at the end, and one without any is passed over", async () => {
    writeFileSync(path, `${line("whole")}${line("half").trimEnd()}`);
    expect(await read()).toBe("whole\nhalf");
    writeFileSync(path, `${"x".repeat(1_500_000)}\n${line("next")}`);
    expect(await read()).toBe("next\n");
  });

  test.each([
    [0, ""],
    [1, "line 3\n"],
    [2, "line 2\nline 3\n"],
    [3, "line 1\nline 2\nline 3\n"],
    [99, "line 1\nline 2\nline 3\n"],
  ])("its last %i lines", async (tailLines, text) => {
    writeFileSync(path, [1, 2, 3].map((each) => line(`line ${each}`)).join(""));
    expect(await read({ tailLines })).toBe(text);
  });

  test("its last lines are those that reading all of it ends with", async () => {
    const content = fc.array(fc.nat({ max: 30_000 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(content, fc.nat({ max: 14 }), async (lengths, tailLines) => {
        const lines = lengths.map((length) => `${"y".repeat(length)}\n`);
        writeFileSync(path, lines.map((each) => line(each.trimEnd())).join(""));
        const wanted = tailLines === 0 ? [] : lines.slice(-tailLines);
        expect(await read({ tailLines })).toBe(wanted.join(""));
      }),
      { numRuns: 25 },
    );
  });

  test("no more bytes than the limit, timestamps counted", async () => {
    writeFileSync(path, line("one") + line("two"));
    expect(await read({ limitBytes: 5 })).toBe("one\nt");
    expect(await read({ limitBytes: 33, timestamps: true })).toBe(
      "2026-01-01T00:00:00.500000000Z on",
    );
    expect(await read({ limitBytes: 8 })).toBe("one\ntwo\n");
  });

  test("nothing older than an instant", async () => {
    const at = (text: string): number => Date.parse(text);
    writeFileSync(
      path,
      line("a", "2026-01-01T00:00:00.999999999Z") +
        line("b", "2026-01-01T00:00:01Z") +
        line("c", "2026-01-01T02:00:01.5+02:00"),
    );
    expect(await read({ sinceAt: at("2026-01-01T00:00:01Z") })).toBe("b\nc\n");
    expect(await read({ sinceAt: at("2026-01-01T00:00:01.500Z") })).toBe("c\n");
  });

  test("a file that is not there is an error", async () => {
    rmSync(path, { force: true });
    await expect(read()).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("a log that is followed", () => {
  test("goes on until the container ends, with its last words", async () => {
    writeFileSync(path, line("one"));
    const { got, reading } = follow();
    await until(() => got.text === "one\n");
    appendFileSync(path, line("two"));
    await until(() => got.text === "one\ntwo\n");
    appendFileSync(path, line("last"));
    container.end();
    await reading;
    expect(got.text).toBe("one\ntwo\nlast\n");
    expect(container.listeners.size).toBe(0);
  });

  test("of a container that has ended already, is what there is", async () => {
    container.running = false;
    writeFileSync(path, line("one"));
    const { got, reading } = follow({ tailLines: 5 });
    await reading;
    expect(got.text).toBe("one\n");
  });

  test("a line comes whole, in however many pieces it is written", async () => {
    writeFileSync(path, "");
    const { got, reading } = follow();
    const whole = line("in pieces");
    for (const piece of [whole.slice(0, 10), whole.slice(10, 35), whole.slice(35)]) {
      expect(got.text).toBe("");
      appendFileSync(path, piece);
      await sleep(5);
    }
    await until(() => got.text === "in pieces\n");
    container.end();
    await reading;
  });

  test("loses nothing when the file is rotated", async () => {
    writeFileSync(path, line("0"));
    const { got, reading } = follow();
    await until(() => got.text !== "");
    for (let turn = 1; turn <= 5; turn++) {
      appendFileSync(path, line(`${turn} old`));
      renameSync(path, `${path}.${turn}`);
      // Whoever writes has the old file open for a moment longer.
      appendFileSync(`${path}.${turn}`, line(`${turn} late`));
      writeFileSync(path, line(`${turn} new`));
      await until(() => got.text.endsWith(`${turn} new\n`));
    }
    container.end();
    await reading;
    const turns = [1, 2, 3, 4, 5].flatMap((each) => [`${each} old`, `${each} late`, `${each} new`]);
    expect(got.text).toBe(`0\n${turns.join("\n")}\n`);
  });

  test("catches up with files that were put aside meanwhile", async () => {
    for (const name of readdirSync(directory)) rmSync(join(directory, name));
    writeFileSync(path, line("0"));
    const { got, reading } = follow();
    await until(() => got.text !== "");
    for (let turn = 1; turn <= 4; turn++) {
      renameSync(path, `${path}.20260101-00000${turn}`);
      writeFileSync(path, line(`${turn}`));
    }
    writeFileSync(`${path}.20260101-000000.gz`, "packed");
    await until(() => got.text.endsWith("4\n"));
    container.end();
    await reading;
    expect(got.text).toBe("0\n1\n2\n3\n4\n");
  });

  test("goes on in a file that was emptied", async () => {
    writeFileSync(path, line("before, and long enough"));
    const { got, reading } = follow();
    await until(() => got.text !== "");
    truncateSync(path);
    await sleep(20);
    appendFileSync(path, line("after"));
    await until(() => got.text.endsWith("after\n"));
    container.end();
    await reading;
  });

  test("ends at the limit, and when nobody reads any more", async () => {
    writeFileSync(path, line("one"));
    const limited = follow({ limitBytes: 5 });
    await until(() => limited.got.text !== "");
    appendFileSync(path, line("two"));
    await limited.reading;
    expect(limited.got.text).toBe("one\nt");
    const left = follow({ tailLines: 0 });
    await sleep(10);
    left.stop.abort();
    await left.reading;
    expect([left.got.text, container.listeners.size]).toEqual(["", 0]);
  });
});
