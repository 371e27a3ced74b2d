import { describe, expect, it } from "vitest";
import { printFieldErrors } from "../status-error.ts";
import type { ObjectMeta } from "../types.ts";
import { validateObjectMeta } from "./metadata.ts";
import { validateObjectMetaUpdate } from "./metadata-update.ts";

const GOOD: ObjectMeta = { name: "a", namespace: "ns", resourceVersion: "1", uid: "u" };

describe("validateObjectMeta", () => {
  it.each<[string, ObjectMeta, RegExp | undefined]>([
    ["plain", {}, undefined],
    ["no name", { name: "" }, /^metadata\.name: Required value: name or generateName is required$/],
    ["prefix with a dash", { generateName: "a-" }, undefined],
    [
      "bad label",
      { labels: { "a b": "c" } },
      /^metadata\.labels: Invalid value: "a b": name part must consist of/,
    ],
    ["annotation in capitals", { annotations: { "EXAMPLE.com/A": "" } }, undefined],
    [
      "big annotations",
      { annotations: { a: "x".repeat(256 * 1024) } },
      /^metadata\.annotations: Too long: may not be more than 262144 bytes$/,
    ],
    [
      "plain finalizer",
      { finalizers: ["f"] },
      /^metadata\.finalizers\[0\]: Invalid value: "f": name is neither/,
    ],
    ["contradiction", { finalizers: ["orphan", "foregroundDeletion"] }, /cannot be both set$/],
    [
      "no owner",
      { ownerReferences: [{ apiVersion: "", kind: "", name: "", uid: "" }] },
      /^\[metadata\.ownerReferences\.apiVersion: Invalid value: "": version must not be empty, /,
    ],
    [
      "event as owner",
      { ownerReferences: [{ apiVersion: "v1", kind: "Event", name: "e", uid: "u" }] },
      /\/v1, Kind=Event is disallowed from being an owner$/,
    ],
  ])("%s", (_name, meta, expected) => {
    const errors = validateObjectMeta({ ...GOOD, ...meta }, { namespaced: true });
    if (expected === undefined) expect(errors).toEqual([]);
    else expect(printFieldErrors(errors)).toMatch(expected);
  });
});

describe("validateObjectMetaUpdate", () => {
  it.each<[string, ObjectMeta, ObjectMeta, string]>([
    ["nothing", {}, {}, ""],
    ["uid", { uid: "v" }, {}, 'metadata.uid: Invalid value: "v": field is immutable'],
    [
      "deletion",
      { deletionGracePeriodSeconds: 3 },
      {},
      "metadata.deletionGracePeriodSeconds: Invalid value: 3: field is immutable",
    ],
    [
      "new finalizer",
      { deletionTimestamp: "t", finalizers: ["a/b"] },
      { deletionTimestamp: "t" },
      'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"a/b"}',
    ],
  ])("%s", (_name, meta, old, text) => {
    const errors = validateObjectMetaUpdate({ ...GOOD, ...meta }, { ...GOOD, ...old });
    expect(errors.length === 0 ? "" : printFieldErrors(errors)).toBe(text);
  });
});
