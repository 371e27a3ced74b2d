import { describe, expect, it } from "vitest";
import { parseDocumentReport } from "./compare-documents.ts";
import { logOf, outcomeLine, totalLines } from "./report.ts";

const scenario = {
  recording: { area: "writes", name: "json-patch", path: "" },
  equal: ["0", "1"],
  differ: ["2", "3"],
  log: "FAIL json-patch [2] test [1]\n      status: 1\nFAIL json-patch [3] add\n      body\nBAD  json-patch: 4 steps\n",
} as const;
const documents = {
  recording: { area: "documents", name: "paths", path: "" },
  equal: [],
  differ: ["root paths", "root"],
  log: "FAIL root paths\n      paths[0]\nFAIL root\n      x\npaths: 0 equal, 2 differ\n",
} as const;

describe("report", () => {
  it("says in a line how a recording came out", () => {
    expect(outcomeLine(scenario)).toBe("BAD  writes/json-patch: 2 equal, 2 differ");
    expect(outcomeLine({ ...scenario, differ: [] })).toBe("ok   writes/json-patch: 2 equal");
  });

  it("adds areas up", () => {
    expect(totalLines([documents, scenario, { ...scenario, differ: [] }])).toEqual([
      "writes: 4 of 6 equal, 1 of 2 recordings wholly",
      "documents: 0 of 2 equal, 0 of 1 recordings wholly",
    ]);
  });

  it("shows the differences that are asked for", () => {
    expect(logOf(scenario, ["3"])).toBe("FAIL json-patch [3] add\n      body\n");
    expect(logOf(documents, ["root"])).toContain("      x");
    expect(logOf(documents, ["root"])).not.toContain("paths[0]");
  });

  it("shows a step whose name ends like a number in brackets", () => {
    expect(logOf(scenario, ["2"])).toBe("FAIL json-patch [2] test [1]\n      status: 1\n");
  });
});

describe("parseDocumentReport", () => {
  it("counts and names", () => {
    expect(
      parseDocumentReport("FAIL a b\n      x\nnote c besides: d\nFAIL e\n7 passed, 2 failed\n"),
    ).toEqual({ equal: 7, differ: ["a b", "e"] });
  });

  it("wants the report to be whole", () => {
    expect(() => parseDocumentReport("Traceback")).toThrow("did not finish");
  });
});
