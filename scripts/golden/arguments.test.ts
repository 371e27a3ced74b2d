import { describe, expect, it } from "vitest";
import { parseGoldenArguments } from "./arguments.ts";
import { AREAS } from "./recordings.ts";

describe("parseGoldenArguments", () => {
  it("runs everything when nothing is said", () => {
    expect(parseGoldenArguments([])).toMatchObject({
      mode: "report",
      areas: AREAS,
      names: [],
      maxWaitSeconds: undefined,
      jobs: 3,
    });
  });

  it("takes areas from the names of recordings", () => {
    const args = parseGoldenArguments(["writes/json-patch", "writes/dry-run", "kubectl"]);
    expect(args.areas).toEqual(["writes", "kubectl"]);
  });

  it("reads every option", () => {
    expect(
      parseGoldenArguments(
        "--area kubectl --area reads --max-wait 2.5 --verbose --versions 1.27,1.33 --kubectl 1.36=/k --jobs 1 --recordings /r --update".split(
          " ",
        ),
      ),
    ).toEqual({
      mode: "update",
      areas: ["kubectl", "reads"],
      names: [],
      maxWaitSeconds: 2.5,
      verbose: true,
      versions: ["1.27", "1.33"],
      kubectls: ["1.36=/k"],
      jobs: 1,
      folder: "/r",
    });
  });

  it.each([
    [["--area", "nothing"], 'no area "nothing"'],
    [["nothing/x"], 'no area "nothing"'],
    [["--max-wait", "soon"], "--max-wait takes a number"],
    [["--jobs", "0"], "--jobs takes a number"],
    [["--update", "--ci"], "not both"],
    [["--wrong"], "--wrong"],
  ])("refuses %j", (args, message) => {
    expect(() => parseGoldenArguments(args)).toThrow(message);
  });
});
