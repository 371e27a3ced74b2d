import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ContainerStatus } from "../../api/types.ts";
import { boundMessages, lastLines, readTerminationMessage } from "./termination-message.ts";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "last-words-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

const line = (text: string, tag = "F"): string => `2026-01-01T00:00:00.1Z stderr ${tag} ${text}\n`;

describe("last words", () => {
  it.each<[string, string | undefined, string | undefined, string]>([
    ["are those of the file", "bye", line("log"), "bye"],
    ["are the end of a long file", `${"a".repeat(5_000)}bye`, undefined, `${"a".repeat(4_093)}bye`],
    ["are none", "", undefined, ""],
    ["are those of the log, where the file is empty", "", line("one") + line("two"), "one\ntwo\n"],
    ["are those of the log, where there is no file", undefined, line("one"), "one\n"],
  ])("%s", async (_what, words, log, message) => {
    const sources = {
      file: words === undefined ? join(directory, "none") : file("words", words),
      log: log === undefined ? undefined : file("log", log),
    };
    expect(await readTerminationMessage(sources)).toBe(message);
  });

  it("tell why they cannot be read", async () => {
    const sources = { file: directory, log: undefined };
    expect(await readTerminationMessage(sources)).toMatch(
      /^Error on reading termination log .*EISDIR/,
    );
    const missing = { file: undefined, log: join(directory, "none") };
    expect(await readTerminationMessage(missing)).toMatch(
      /^Error on reading termination message from logs: .*ENOENT/,
    );
  });
});

describe("the last lines of a log", () => {
  it.each<[string, string, string]>([
    ["are joined from parts", line("a", "P") + line("b", "P") + line("c"), "abc\n"],
    ["leave out what was cut off", `stderr F half\n${line("whole")}`, "whole\n"],
    ["may lack their end", line("a") + line("b", "P"), "a\nb"],
  ])("%s", (_what, log, text) => {
    expect(lastLines(Buffer.from(log))).toBe(text);
  });

  it("are 80, and 2 KiB at most", () => {
    const many = Array.from({ length: 100 }, (_, index) => line(String(index))).join("");
    expect(lastLines(Buffer.from(many)).split("\n")).toHaveLength(81);
    expect(lastLines(Buffer.from(line("x".repeat(5_000))))).toHaveLength(2_048);
  });
});

describe("messages of a pod", () => {
  it("share 12 KiB", () => {
    const status: ContainerStatus = {
      name: "c",
      image: "",
      imageID: "",
      ready: false,
      restartCount: 0,
      state: { terminated: { exitCode: 1, message: "x".repeat(10_000) } },
      lastState: { terminated: { exitCode: 1, message: "short" } },
    };
    const [bound] = boundMessages([status], 3);
    expect(bound?.state?.terminated?.message).toHaveLength(4_096);
    expect(bound?.lastState?.terminated?.message).toBe("short");
  });
});
