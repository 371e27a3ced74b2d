import { describe, expect, it } from "vitest";
import { expandVariables } from "./expansion.ts";

const VALUES: Readonly<Record<string, string>> = { A: "1", B: "two", EMPTY: "", "a.b": "dots" };

describe("variables in a text", () => {
  it.each([
    ["$(A)", "1"],
    ["x$(A)y$(B)z", "x1ytwoz"],
    ["$(EMPTY)|", "|"],
    ["$(MISSING)", "$(MISSING)"],
    ["$$(A)", "$(A)"],
    ["$$$(A)", "$1"],
    ["$$$$(A)", "$$(A)"],
    ["$A", "$A"],
    ["$(A", "$(A"],
    ["$", "$"],
    ["a$", "a$"],
    ["$(a.b)", "dots"],
    ["$()", "$()"],
    ["$($(A))", "$($(A))"],
    ["", ""],
    ["日本$(A)語", "日本1語"],
  ])("%s", (text, expanded) => {
    expect(expandVariables(text, (name) => VALUES[name])).toBe(expanded);
  });
});
