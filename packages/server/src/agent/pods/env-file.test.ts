import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseEnvFile, readEnvFile } from "./env-file.ts";

describe("a file of variables", () => {
  it.each<[string, string]>([
    ["A='1'", "1"],
    ["# comment\n\n  \tA='1' # why", "1"],
    ["B='2'\nA='1'", "1"],
    ["A='two\nlines'", "two\nlines"],
    ["B='two\nA=lines'\nA='1'", "1"],
    ["A='$HOME \\n #'", "$HOME \\n #"],
    ["A= '1'", ""],
    ["B= '1'\nA='1'", "1"],
    ["A=''", ""],
    ["B='1'", ""],
    ["", ""],
    ["A='1'\nnonsense", "1"],
  ])("%j", (text, value) => {
    expect(parseEnvFile(text, "A")).toBe(value);
  });

  it.each<[string, string]>([
    ["nonsense", "at line 1: missing '='"],
    ["='1'", "at line 1: empty variable name"],
    ["A ='1'", "at line 1: whitespace before '=' is not allowed"],
    ["\nA=1", "at line 2: value must be enclosed in single quotes"],
    ["A='1' 2", "at line 1: unexpected content after closing quote"],
    ["B='1\n\n", "starting at line 1: unclosed single quote"],
  ])("%j is none", (text, complaint) => {
    expect(() => parseEnvFile(text, "A")).toThrow(
      `invalid environment variable format ${complaint}`,
    );
  });
});

describe("a file of variables in a volume", () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "env-file-"));
    mkdirSync(join(root, "volume/real"), { recursive: true });
    writeFileSync(join(root, "outside"), "A='stolen'");
    writeFileSync(join(root, "volume/real/env"), "A='1'");
    symlinkSync("real", join(root, "volume/link"));
    symlinkSync("../outside", join(root, "volume/escape"));
    writeFileSync(join(root, "volume/large"), "#".repeat(1024 * 1024 + 1));
  });
  afterAll(() => rmSync(root, { recursive: true }));

  it.each(["real/env", "link/env"])("is read: %s", async (path) => {
    expect(await readEnvFile(join(root, "volume"), path, "A")).toBe("1");
  });

  it.each(["escape", "none", "real", "large"])("is not read: %s", async (path) => {
    await expect(readEnvFile(join(root, "volume"), path, "A")).rejects.toThrow();
  });
});
