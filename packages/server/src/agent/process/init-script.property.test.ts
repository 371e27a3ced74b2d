import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RuntimeError } from "../pod-runtime.ts";
import { quote, quoteAll } from "./shell-text.ts";

const word = fc.string({
  unit: fc.constantFrom(..."ab '\"\\$`*?!~#;|&<>(){}[]\n\t-=é€".split("")),
  maxLength: 20,
});

describe("words for a shell", () => {
  test("come out as they went in", () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), (words) => {
        const script = `for each in ${quoteAll(words)}; do printf '%s\\0' "$each"; done`;
        const { stdout } = spawnSync("/bin/sh", ["-c", script], { encoding: "utf8" });
        expect(stdout.split("\0").slice(0, -1)).toEqual(words);
      }),
      { numRuns: 60 },
    );
  });

  test("a zero byte cannot", () => {
    expect(() => quote("a\0b")).toThrow(RuntimeError);
  });
});
