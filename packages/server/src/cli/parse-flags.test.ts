import { describe, expect, it } from "vitest";
import { OPTION_ROWS } from "../server/option-table.ts";
import { OptionsError } from "../server/options.ts";
import { type Flags, parseFlags } from "./parse-flags.ts";

function parseUpFlags(args: readonly string[]): Flags {
  return parseFlags(args, OPTION_ROWS);
}

describe("parseFlags", () => {
  it.each<[string, Record<string, unknown>]>([
    ["", {}],
    ["--data-dir x", { "data-dir": "x" }],
    ["--data-dir=x=y", { "data-dir": "x=y" }],
    ["--data-dir=", { "data-dir": "" }],
    ["--data-dir x --data-dir y", { "data-dir": "y" }],
    ["--no-node", { "no-node": true }],
    ["--no-node=false", { "no-node": "false" }],
    ["--anonymous-auth=false --no-node", { "anonymous-auth": "false", "no-node": true }],
    ["--api-audiences a,b --api-audiences=c", { "api-audiences": ["a,b", "c"] }],
  ])("%s", (line, options) => {
    expect(parseUpFlags(line === "" ? [] : line.split(" ")).options).toEqual(options);
  });

  it("a boolean takes no word after it", () => {
    expect(() => parseUpFlags(["--no-node", "false"])).toThrow('unknown argument "false"');
  });

  it.each([
    ["--foo", "unknown flag: --foo"],
    ["--foo=1", "unknown flag: --foo"],
    ["-x", 'unknown shorthand flag: "x" in -x'],
    ["word", 'unknown argument "word"'],
    ["--data-dir", "flag needs an argument: --data-dir"],
  ])("%s is refused", (word, problem) => {
    expect(() => parseUpFlags([word])).toThrow(new OptionsError([problem]));
  });

  it("all that is wrong is told at once", () => {
    expect(() => parseUpFlags(["--a", "--b"])).toThrow("unknown flag: --a; unknown flag: --b");
  });

  it("asking for help counts whatever stands beside it", () => {
    expect(parseUpFlags(["--foo", "-h"]).help).toBe(true);
  });

  it("names the configuration file", () => {
    expect(parseUpFlags(["--config=a.yaml"]).config).toBe("a.yaml");
  });
});
