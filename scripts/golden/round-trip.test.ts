import { describe, expect, it } from "vitest";
import { encodeProtobuf } from "../../packages/server/src/api/protobuf.ts";
import { kindOf } from "../../packages/server/src/api/scheme.ts";
import { roundTripProblems } from "./round-trip.ts";

const kind = kindOf("", "v1", "ConfigMap");
if (kind === undefined) throw new Error("config maps are not in the scheme");
const value = { kind: "ConfigMap", apiVersion: "v1", metadata: { name: "a" }, data: { k: "v" } };
const json = JSON.stringify(value);
const bytes = encodeProtobuf(kind, value);

describe("roundTripProblems", () => {
  it("finds none where both ways give the same", () => {
    expect(roundTripProblems("core.v1.ConfigMap", json, bytes)).toEqual([]);
  });

  it.each([
    ["core.v1.ConfigMap", json.replace('"v"', '"w"'), ["other bytes", "another value"]],
    ["core.v1.ConfigMap", json.replace('"data"', '"dada"'), ["unknown field", "other bytes"]],
    ["core.v1.Nothing", json, ["not in the scheme"]],
  ])("%s from %s", (name, text, expected) => {
    const problems = roundTripProblems(name, text, bytes);
    for (const part of expected) expect(problems.join("\n")).toContain(part);
  });
});
