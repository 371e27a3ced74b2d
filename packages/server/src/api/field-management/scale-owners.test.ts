import { describe, expect, it } from "vitest";
import type { ManagedFieldsEntry } from "../types.ts";
import { entriesOfScale, entriesOfScaled } from "./scale-owners.ts";

const REPLICAS = { "f:spec": { "f:replicas": {} } };
const V1 = "apps/v1";

function entry(
  manager: string,
  operation: "Apply" | "Update",
  fieldsV1: object,
): ManagedFieldsEntry {
  const time = "2030-01-01T00:00:00Z";
  return { manager, operation, apiVersion: V1, time, fieldsType: "FieldsV1", fieldsV1 };
}

describe("entriesOfScale", () => {
  it("are those of whoever owns the number, in the scale's version", () => {
    const entries = [
      entry("a", "Apply", { "f:spec": { "f:replicas": {}, "f:paused": {} } }),
      entry("b", "Update", { "f:spec": { "f:paused": {} } }),
      { ...entry("c", "Update", REPLICAS), apiVersion: "apps/v1beta2" },
    ];
    expect(entriesOfScale(entries, V1)).toEqual([
      { ...entry("a", "Apply", REPLICAS), apiVersion: "autoscaling/v1" },
    ]);
  });
});

describe("entriesOfScaled", () => {
  const scaled = (each: ManagedFieldsEntry) => entriesOfScale([each], V1);

  it("leave an apply that still owns the number as it is", () => {
    const applied = entry("a", "Apply", { "f:spec": { "f:replicas": {}, "f:paused": {} } });
    expect(entriesOfScaled([applied], scaled(applied), V1)).toEqual([applied]);
  });

  it("take the number from who lost it", () => {
    const before = entry("a", "Apply", { "f:spec": { "f:replicas": {}, "f:paused": {} } });
    const only = entry("b", "Apply", REPLICAS);
    const expected = [entry("a", "Apply", { "f:spec": { "f:paused": {} } })];
    expect(entriesOfScaled([before, only], [], V1)).toEqual(expected);
  });

  it("give an update of the number an entry of its own, without a time", () => {
    const before = entry("a", "Update", { "f:spec": { "f:replicas": {}, "f:paused": {} } });
    const { time: _time, ...untimed } = entry("a", "Update", REPLICAS);
    expect(entriesOfScaled([before], scaled(before), V1)).toEqual([
      untimed,
      entry("a", "Update", { "f:spec": { "f:paused": {} } }),
    ]);
  });

  it("are none when nobody is left", () => {
    expect(entriesOfScaled([entry("a", "Apply", REPLICAS)], [], V1)).toBeUndefined();
  });
});
