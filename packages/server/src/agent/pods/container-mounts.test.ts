import { describe, expect, it } from "vitest";
import type { VolumeMount } from "../../api/types.ts";
import { SubPathError } from "../volumes/sub-path.ts";
import { containerMounts } from "./container-mounts.ts";

const VOLUMES = [
  { name: "data", hostPath: "/v/data", readOnly: false },
  { name: "token", hostPath: "/v/token", readOnly: true },
];

function mount(volumeMount: VolumeMount, failure?: Error) {
  return containerMounts(
    { name: "c", volumeMounts: [volumeMount] },
    VOLUMES,
    new Map([["NAME", "app"]]),
    async (volume, subPath, index) => {
      if (failure !== undefined) throw failure;
      return `${volume.hostPath}/${subPath}#${index}`;
    },
  );
}

describe("mounts of a container", () => {
  it.each<[string, VolumeMount, object]>([
    [
      "are where they should be",
      { name: "data", mountPath: "/data" },
      { hostPath: "/v/data", containerPath: "/data", readOnly: false, propagation: "None" },
    ],
    [
      "are read-only if the mount says so",
      { name: "data", mountPath: "/d", readOnly: true },
      { readOnly: true },
    ],
    ["are read-only if the volume is", { name: "token", mountPath: "/t" }, { readOnly: true }],
    ["have absolute paths", { name: "data", mountPath: "data" }, { containerPath: "/data" }],
    [
      "show a part of a volume",
      { name: "data", mountPath: "/d", subPath: "a/b" },
      { hostPath: "/v/data/a/b#0" },
    ],
    [
      "show a part that variables name",
      { name: "data", mountPath: "/d", subPathExpr: "x-$(NAME)" },
      { hostPath: "/v/data/x-app#0" },
    ],
    [
      "spread",
      { name: "data", mountPath: "/d", mountPropagation: "HostToContainer" },
      { propagation: "HostToContainer" },
    ],
  ])("%s", async (_what, volumeMount, wanted) => {
    expect(await mount(volumeMount)).toEqual([expect.objectContaining(wanted)]);
  });

  it.each<[string, VolumeMount, Error | undefined]>([
    [
      'cannot find volume "none" to mount into container "c"',
      { name: "none", mountPath: "/d" },
      undefined,
    ],
    [
      "missing value for LEFT, RIGHT",
      { name: "data", mountPath: "/d", subPathExpr: "$(RIGHT)/$(LEFT)" },
      undefined,
    ],
    [
      'failed to prepare subPath for volumeMount "data" of container "c"',
      { name: "data", mountPath: "/d", subPath: "link" },
      new SubPathError("failed to prepare subPath: subpath /etc not within volume path /v/data"),
    ],
    [
      "error SubPath `/etc` must not be an absolute path",
      { name: "data", mountPath: "/d", subPath: "/etc" },
      new SubPathError("error SubPath `/etc` must not be an absolute path"),
    ],
  ])("fail: %s", async (message, volumeMount, failure) => {
    await expect(mount(volumeMount, failure)).rejects.toThrow(message);
  });
});
