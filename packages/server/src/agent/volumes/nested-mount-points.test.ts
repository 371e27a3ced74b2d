import { describe, expect, it } from "vitest";
import { nestedMountPoints } from "./nested-mount-points.ts";
import { podOf } from "./volume-source.fixture.ts";

/** `v:/dir` mounts the volume v on /dir. */
function pod(...containers: readonly (readonly string[])[]) {
  return podOf({
    containers: containers.map((mounts, index) => ({
      name: `c${index}`,
      volumeMounts: mounts.map((mount) => {
        const [name = "", mountPath = ""] = mount.split(":");
        return { name, mountPath };
      }),
    })),
  });
}

describe("mount points within a volume", () => {
  it.each([
    ["none", [["v:/dir", "w:/other"]], []],
    ["one", [["v:/dir", "w:/dir/nested"]], ["nested"]],
    ["a deep one", [["v:/dir", "w:/dir/a/b/c"]], ["a/b/c"]],
    ["those right below, not those below these", [["v:/dir", "w:/dir/a", "x:/dir/a/b"]], ["a"]],
    [
      "names that begin alike",
      [["v:/dir", "a:/dir/nested", "b:/dir/nested-vol", "c:/dir/nested.vol", "d:/dir/nested2"]],
      ["nested", "nested-vol", "nested.vol", "nested2"],
    ],
    ["paths that are not in their shortest form", [["v:/dir/", "w:/dir//a/./b/"]], ["a/b"]],
    [
      "several containers",
      [
        ["v:/dir", "w:/dir/a"],
        ["v:/dir", "w:/dir/b"],
      ],
      ["a", "b"],
    ],
    ["several places", [["v:/x", "v:/y", "w:/x/a", "w:/y/b"]], ["a", "b"]],
    ["a neighbour whose name is longer", [["v:/dir", "w:/dirs/a"]], []],
    ["another volume's", [["w:/dir", "x:/dir/a"]], []],
  ])("%s", (_what, containers, wanted) => {
    expect(nestedMountPoints("v", pod(...containers))).toEqual(wanted);
  });

  it("refuses a mount that leads out of the container", () => {
    expect(() => nestedMountPoints("v", pod(["v:../etc"]))).toThrow(
      "invalid container mount point ../etc",
    );
  });
});
