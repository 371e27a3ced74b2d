import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { EXPLAINED_ERRORS } from "../src/cli/failure.ts";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
const page = read("../../../docs/errors.md");

/** Members of a union of strings, as its source lists them. */
function codesOf(path: string, union: string): readonly string[] {
  const [, members = ""] = new RegExp(`type ${union} =([^;]*);`).exec(read(path)) ?? [];
  return [...members.matchAll(/"([^"]+)"/g)].map(([, code = ""]) => code);
}

/** First cells of the table below a heading. */
function documentedCodes(heading: string): readonly string[] {
  const [, section = ""] = page.split(`## ${heading}\n`);
  const [own = ""] = section.split("\n## ");
  return [...own.matchAll(/^\| `([^`]+)` \|/gm)].map(([, code = ""]) => code);
}

describe("docs/errors.md", () => {
  it.each([
    ["../src/tokens/key-error.ts", "KeyErrorCode", "Codes of `KeyError`"],
    ["../src/storage/storage.ts", "StorageErrorCode", "Codes of `StorageError`"],
  ])("has the codes of %s", (path, union, heading) => {
    const codes = codesOf(path, union);
    expect(codes.length).toBeGreaterThan(3);
    expect(documentedCodes(heading)).toEqual(codes);
  });

  it("has every error that a start explains in one line", () => {
    expect([...EXPLAINED_ERRORS].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});
