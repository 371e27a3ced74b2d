import { describe, expect, test } from "vitest";
import {
  fstabText,
  keptOptions,
  mountOf,
  mountsBelow,
  OLD_ROOT,
  parseMountTable,
} from "./mount-table.ts";

const TABLE = String.raw`22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard
28 27 0:25 / /mnt/a\040b ro,nosuid,nodev,relatime master:2 - tmpfs none ro
29 27 0:26 / /mnt rw,noatime - xfs /dev/b rw
30 29 0:27 / /mnt/a\040b/c rw - tmpfs x rw
31 28 0:28 / /mnt/a\040b rw,noexec - btrfs y rw
`;
const mounts = parseMountTable(TABLE);

describe("the table of mounts", () => {
  test("is read with its escapes and its optional fields", () => {
    expect(mounts).toHaveLength(6);
    expect(mounts[2]).toEqual({
      mountPoint: "/mnt/a b",
      type: "tmpfs",
      options: ["ro", "nosuid", "nodev", "relatime"],
    });
  });

  test("what is mounted below, outer first, of two at one place the later", () => {
    const below = mountsBelow(mounts, "/mnt");
    expect(below.map(({ mountPoint, type }) => [mountPoint, type])).toEqual([
      ["/mnt/a b", "btrfs"],
      ["/mnt/a b/c", "tmpfs"],
    ]);
    expect(mountsBelow(mounts, "/").map(({ mountPoint }) => mountPoint)).not.toContain("/");
    expect(mountsBelow(mounts, "/m")).toEqual([]);
  });

  test.each([
    ["/mnt/a b/c/d", "/mnt/a b/c"],
    ["/mnt/a b", "/mnt/a b"],
    ["/mnt/a bc", "/mnt"],
    ["/other", "/"],
  ])("%s lies on %s", (path, mountPoint) => {
    expect(mountOf(mounts, path)?.mountPoint).toBe(mountPoint);
  });

  test("options that have to stay", () => {
    expect(keptOptions(mounts[2])).toEqual(["nosuid", "nodev"]);
    expect(keptOptions(mounts[3])).toEqual(["noatime"]);
    expect(keptOptions(undefined)).toEqual([]);
  });
});

test("lines of fstab(5)", () => {
  expect(
    fstabText(
      [
        {
          source: { host: "/with space" },
          target: "/t\\b",
          type: "none",
          options: ["bind", `lowerdir=${OLD_ROOT}/x`],
        },
        { source: { name: "proc" }, target: "/proc", type: "proc", options: ["ro"] },
      ],
      "/.pod/old",
    ),
  ).toBe(
    "/.pod/old/with\\040space /t\\134b none bind,lowerdir=/.pod/old/x 0 0\nproc /proc proc ro 0 0\n",
  );
});
