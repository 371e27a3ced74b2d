import { describe, expect, it } from "vitest";
import { Query } from "../request/query.ts";
import { parseWriteOptions, type WriteOptionsKind } from "./write-options.ts";

function messageOf(query: string, kind: WriteOptionsKind, apply = false): string {
  try {
    parseWriteOptions(new Query(query), kind, apply);
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe("write options", () => {
  it.each([
    ["", { dryRun: false, fieldManager: "", fieldValidation: "Warn", force: false }],
    ["dryRun=All&dryRun=All", { dryRun: true }],
    ["fieldValidation=", { fieldValidation: "Warn" }],
    ["fieldManager=a&fieldManager=b", { fieldManager: "a" }],
    ["force=x", { force: true }],
  ])("%s", (query, wanted) => {
    expect(parseWriteOptions(new Query(query), "CreateOptions")).toMatchObject(wanted);
  });

  it.each([
    ["dryRun=", 'dryRun: Unsupported value: [""]: supported values: "All"'],
    ["dryRun=All&dryRun=No", 'dryRun: Unsupported value: ["All","No"]: supported values: "All"'],
    [
      "fieldValidation=strict",
      'fieldValidation: Unsupported value: "strict": supported values: "", "Ignore", "Strict", "Warn"',
    ],
    [`fieldManager=${"m".repeat(129)}`, "fieldManager: Too long: may not be more than 128 bytes"],
    [
      "fieldManager=a%0Ab",
      'fieldManager: Invalid value: "a\\nb": invalid character U+000A (at position 1)',
    ],
    [
      "fieldManager=%C3%A4%00",
      'fieldManager: Invalid value: "ä\\x00": invalid character U+0000 (at position 2)',
    ],
  ])("%s is refused", (query, why) => {
    expect(messageOf(query, "UpdateOptions")).toBe(
      `UpdateOptions.meta.k8s.io "" is invalid: ${why}`,
    );
  });

  it("force belongs to apply, and apply needs a manager", () => {
    expect(messageOf("force=false", "PatchOptions")).toContain(
      "force: Forbidden: may not be specified for non-apply patch",
    );
    expect(messageOf("", "PatchOptions", true)).toContain(
      "fieldManager: Required value: is required for apply patch",
    );
    expect(messageOf("fieldManager=me&force=true", "PatchOptions", true)).toBe("");
  });
});
