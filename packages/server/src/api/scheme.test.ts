import { existsSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  aliasOf,
  isVersionRegistered,
  kindOf,
  kindsIn,
  kindsRegistered,
  packageOf,
  resolveType,
  structOf,
} from "./scheme.ts";

const recordings = new URL("../../../../../shared/golden/roundtrip/", import.meta.url);

describe("kindOf", () => {
  test.each([
    ["", "v1", "ServiceAccount", "core.v1.ServiceAccount"],
    ["", "v1", "ServiceAccountList", "core.v1.ServiceAccountList"],
    ["", "v1", "Status", "meta.v1.Status"],
    ["", "v1", "List", "meta.v1.List"],
    ["", "v1", "DeleteOptions", "meta.v1.DeleteOptions"],
    ["", "v1", "PodExecOptions", "core.v1.PodExecOptions"],
    ["apps", "v1", "DeleteOptions", "meta.v1.DeleteOptions"],
    ["apps", "v1", "WatchEvent", "meta.v1.WatchEvent"],
    ["apps", "v1", "Deployment", "apps.v1.Deployment"],
    ["autoscaling", "v1", "Scale", "autoscaling.v1.Scale"],
    ["autoscaling", "v2", "HorizontalPodAutoscaler", "autoscaling.v2.HorizontalPodAutoscaler"],
    ["policy", "v1", "Eviction", "policy.v1.Eviction"],
    ["events.k8s.io", "v1", "Event", "events.v1.Event"],
    ["rbac.authorization.k8s.io", "v1", "RoleBindingList", "rbac.v1.RoleBindingList"],
    ["authentication.k8s.io", "v1", "TokenRequest", "authentication.v1.TokenRequest"],
    ["authentication.k8s.io", "v1beta1", "TokenReview", "authentication.v1beta1.TokenReview"],
    ["admission.k8s.io", "v1", "AdmissionReview", "admission.v1.AdmissionReview"],
    ["meta.k8s.io", "v1", "Table", "meta.v1.Table"],
    ["meta.k8s.io", "v1", "PartialObjectMetadataList", "meta.v1.PartialObjectMetadataList"],
  ])("%s/%s %s is %s", (group, version, kind, typeName) => {
    const found = kindOf(group, version, kind);
    expect(found).toEqual({ group, version, kind, typeName });
    expect(kindOf(group, version, kind)).toBe(found);
    expect(structOf(typeName).fields).toBeDefined();
  });

  test.each([
    ["", "v1", "Deployment"],
    ["", "v2", "Pod"],
    ["apps", "v1", "Scale"],
    ["apps", "v1", "Status"],
    ["apps", "v1", "PodSpec"],
    ["apps", "v1beta1", "Deployment"],
    ["meta.k8s.io", "v1", "Status"],
    ["apiextensions.k8s.io", "v1", "CustomResourceDefinition"],
    ["", "v1", "ObjectMeta"],
    ["", "v1", "constructor"],
    ["", "v1", ""],
  ])("%s/%s has no %s", (group, version, kind) => {
    expect(kindOf(group, version, kind)).toBeUndefined();
  });

  test.skipIf(!existsSync(recordings))("knows every kind that was recorded", () => {
    const missing = readdirSync(recordings)
      .filter((file) => file.endsWith(".pb"))
      .filter((file) => {
        const [, group = "", version = "", kind = ""] =
          /^(.+)\.(v\d\w*)\.(\w+)\.pb$/.exec(file) ?? [];
        return kindOf(group === "core" ? "" : group, version, kind) === undefined;
      });
    expect(missing).toEqual([]);
  });
});

describe("versions", () => {
  test("kindsIn lists a version's own kinds and those of every version", () => {
    const kinds = [...(kindsIn("coordination.k8s.io", "v1")?.keys() ?? [])].sort();
    expect(kinds).toEqual([
      "CreateOptions",
      "DeleteOptions",
      "GetOptions",
      "Lease",
      "LeaseList",
      "ListOptions",
      "PatchOptions",
      "UpdateOptions",
      "WatchEvent",
    ]);
    expect(kindsIn("coordination.k8s.io", "v2")).toBeUndefined();
  });

  test("isVersionRegistered", () => {
    expect(isVersionRegistered("", "v1")).toBe(true);
    expect(isVersionRegistered("meta.k8s.io", "v1")).toBe(true);
    expect(isVersionRegistered("apps", "v2")).toBe(false);
  });

  test("kindsRegistered finds a kind in all its versions", () => {
    const versions = (kind: string): string[] =>
      kindsRegistered(kind).map((found) => `${found.group}/${found.version}`);
    expect(versions("Event")).toEqual(["/v1", "events.k8s.io/v1"]);
    expect(versions("HorizontalPodAutoscaler")).toEqual(["autoscaling/v1", "autoscaling/v2"]);
    expect(versions("Nothing")).toEqual([]);
    expect(versions("DeleteOptions").length).toBeGreaterThan(20);
  });
});

describe("resolveType", () => {
  test.each([
    ["string", { kind: "scalar", scalar: "string" }],
    ["bytes", { kind: "scalar", scalar: "bytes" }],
    ["Quantity", { kind: "wellKnown", name: "Quantity" }],
    ["*int64", { kind: "pointer", element: { kind: "scalar", scalar: "int64" } }],
    ["core.v1.Container", { kind: "struct", typeName: "core.v1.Container" }],
    ["core.v1.SecretType", { kind: "scalar", scalar: "string", alias: "core.v1.SecretType" }],
    [
      "core.v1.PullPolicy",
      {
        kind: "scalar",
        scalar: "string",
        alias: "core.v1.PullPolicy",
        enum: ["Always", "Never", "IfNotPresent"],
      },
    ],
    ["core.v1.ResourceList", { kind: "map", value: { kind: "wellKnown", name: "Quantity" } }],
    [
      "map[string]authentication.v1.ExtraValue",
      {
        kind: "map",
        value: { kind: "list", element: { kind: "scalar", scalar: "string" } },
      },
    ],
    [
      "[]*core.v1.Pod",
      {
        kind: "list",
        element: { kind: "pointer", element: { kind: "struct", typeName: "core.v1.Pod" } },
      },
    ],
  ])("%s", (reference, expected) => {
    expect(resolveType(reference)).toEqual(expected);
    expect(resolveType(reference)).toBe(resolveType(reference));
  });

  test.each([
    "core.v1.Nothing",
    "nowhere.v1.Pod",
    "int",
    "",
    "map[int32]string",
    "[]",
    "core.v1.toString",
  ])("refuses %j", (reference) => {
    expect(() => resolveType(reference)).toThrow(/no struct is named/);
  });
});

test("structOf refuses names that no table has", () => {
  expect(() => structOf("core.v1.PullPolicy")).toThrow("no struct is named core.v1.PullPolicy");
});

test("aliasOf and packageOf tell where a name belongs", () => {
  expect(aliasOf("core.v1.Protocol")?.enum).toEqual(["TCP", "UDP", "SCTP"]);
  expect(aliasOf("core.v1.Pod")).toBeUndefined();
  expect(packageOf("rbac.v1.Role")?.group).toBe("rbac.authorization.k8s.io");
  expect(packageOf("Pod")).toBeUndefined();
});
