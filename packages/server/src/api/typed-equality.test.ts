import { describe, expect, it } from "vitest";
import { equalAs } from "./typed-equality.ts";

describe("equalAs", () => {
  it.each([
    // Pointers to nothing are not pointers to something empty.
    ["*meta.v1.LabelSelector", {}, undefined, false],
    ["*meta.v1.LabelSelector", null, undefined, true],
    ["core.v1.SecurityContext", { runAsUser: 0 }, {}, false],
    ["core.v1.SecurityContext", { capabilities: {} }, {}, false],
    // Empty lists, maps and zero values are none.
    ["meta.v1.LabelSelector", { matchLabels: {}, matchExpressions: [] }, {}, true],
    [
      "core.v1.Container",
      { name: "c", stdin: false, workingDir: "", resources: {} },
      { name: "c" },
      true,
    ],
    ["map[string]string", { a: "" }, {}, false],
    // Some texts mean the same.
    ["core.v1.ResourceList", { cpu: "1000m" }, { cpu: "1" }, true],
    ["core.v1.ResourceList", { cpu: "1" }, { memory: "1" }, false],
    ["IntOrString", 5, "5", false],
    ["int64", 5, 5n, true],
    ["int64", 9223372036854775807n, 9223372036854775806n, false],
    ["int64", 9223372036854775807n, 9223372036854775807n, true],
    ["int64", undefined, 0, true],
    ["RawExtension", { a: 9007199254740993n }, { a: 9007199254740993n }, true],
    ["RawExtension", { a: 9007199254740993n }, { a: 9007199254740992n }, false],
    ["[]string", ["a", "b"], ["b", "a"], false],
    // A pod always has a security context inside a server.
    ["core.v1.PodSpec", { securityContext: {} }, {}, true],
    ["core.v1.PodSpec", { hostNetwork: true }, {}, false],
    [
      "core.v1.PodSpec",
      { volumes: [{ name: "v", emptyDir: {} }] },
      { volumes: [{ name: "v" }] },
      false,
    ],
  ])("%s, case %#", (type, left, right, expected) => {
    expect(equalAs(type, left, right)).toBe(expected);
    expect(equalAs(type, right, left)).toBe(expected);
  });
});
