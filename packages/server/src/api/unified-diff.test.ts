import { describe, expect, it } from "vitest";
import { unifiedDiff } from "./unified-diff.ts";

const LETTERS = "a b c d e f g h i j k l m n o p".split(" ");

function text(lines: readonly string[]): string {
  return lines.join("\n");
}

describe("unifiedDiff", () => {
  it("says nothing about equal texts", () => {
    expect(unifiedDiff("a\nb", "a\nb")).toBe("");
  });

  it("shows three lines around a change", () => {
    const after = LETTERS.map((letter) => (letter === "h" ? "H" : letter));
    expect(unifiedDiff(text(LETTERS), text(after))).toBe(
      "@@ -5,7 +5,7 @@\n e\n f\n g\n-h\n+H\n i\n j\n k\n",
    );
  });

  it("joins changes that are close, and parts those that are not", () => {
    const near = LETTERS.filter((letter) => letter !== "d" && letter !== "k");
    expect(unifiedDiff(text(LETTERS), text(near)).match(/^@@.*$/gm)).toEqual(["@@ -1,14 +1,12 @@"]);
    const far = LETTERS.filter((letter) => letter !== "b" && letter !== "o");
    expect(unifiedDiff(text(LETTERS), text(far)).match(/^@@.*$/gm)).toEqual([
      "@@ -1,5 +1,4 @@",
      "@@ -12,5 +11,4 @@",
    ]);
  });

  it("counts single lines and nothing as git does", () => {
    expect(unifiedDiff("a", "b")).toBe("@@ -1 +1 @@\n-a\n+b\n");
    expect(unifiedDiff("a\nb", "b")).toBe("@@ -1,2 +1 @@\n-a\n b\n");
  });

  it("gives up on texts that say the same over and over, and soon", () => {
    const env = (from: number) =>
      Array.from({ length: 16_000 }, (_, n) => `name: ${(n + from) % 101}`);
    const before = ["same", ...env(0), "end"];
    const after = ["same", ...env(50), "end"];
    const startedAt = performance.now();
    const diff = unifiedDiff(text(before), text(after));
    expect(performance.now() - startedAt).toBeLessThan(2000);
    expect(diff.split("\n").slice(0, 3)).toEqual(["@@ -1,16002 +1,16002 @@", " same", "-name: 0"]);
    expect(diff.endsWith("+name: 91\n end\n")).toBe(true);
  });

  it("does not look for matches by lines that are everywhere in long texts", () => {
    const body = Array.from({ length: 120 }, (_, n) => [`item ${n}`, "null"]).flat();
    const after = ["null", "new", ...body];
    expect(unifiedDiff(text(body), text(after))).toBe(
      "@@ -1,3 +1,5 @@\n+null\n+new\n item 0\n null\n item 1\n",
    );
  });
});
