import { describe, expect, it } from "vitest";
import type { KubeObject } from "../api/object.ts";
import { attributesWith } from "./admission-attributes.fixture.ts";
import type { AdmissionAttributes } from "./admission-plugin.ts";
import { protectStorageInUse } from "./storage-in-use.ts";

function finalizersOf(more: Partial<AdmissionAttributes>, finalizers?: string[]) {
  const object: KubeObject = { metadata: finalizers === undefined ? {} : { finalizers } };
  const resource = "persistentvolumeclaims";
  void protectStorageInUse.mutate?.(attributesWith({ resource, object, ...more }));
  return object.metadata.finalizers;
}

describe("what is in use is protected", () => {
  it.each<[string, Partial<AdmissionAttributes>, string[] | undefined, string[] | undefined]>([
    ["claims", {}, undefined, ["kubernetes.io/pvc-protection"]],
    ["volumes", { resource: "persistentvolumes" }, undefined, ["kubernetes.io/pv-protection"]],
    [
      "classes of attributes",
      { group: "storage.k8s.io", resource: "volumeattributesclasses" },
      undefined,
      ["kubernetes.io/vac-protection"],
    ],
    ["behind others", {}, ["a/b"], ["a/b", "kubernetes.io/pvc-protection"]],
    ["once", {}, ["kubernetes.io/pvc-protection"], ["kubernetes.io/pvc-protection"]],
    ["not on a change", { operation: "UPDATE" }, undefined, undefined],
    ["and nothing else", { resource: "pods" }, undefined, undefined],
    ["of no other group", { group: "example.com" }, undefined, undefined],
  ])("%s", (_case, more, before, after) => {
    expect(finalizersOf(more, before)).toEqual(after);
  });
});
