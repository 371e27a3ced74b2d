import { describe, expect, it } from "vitest";
import {
  DEFAULT_IMAGE_COLLECTION,
  findShortage,
  formatSize,
  insufficientSpace,
} from "./image-collection-policy.ts";

const MIB = 1024 ** 2;

describe("a disk", () => {
  it.each([
    ["is half empty", 1000, 500, undefined],
    ["is not quite full enough: parts of a percent count as used", 1000, 160, undefined],
    ["is just full enough", 1000, 159, { usedPercent: 85, bytes: 41 }],
    ["has nothing left", 1000, 0, { usedPercent: 100, bytes: 200 }],
    ["says that more is free than there is", 1000, 2000, undefined],
  ])("%s", (_what, capacityBytes, availableBytes, expected) => {
    expect(findShortage({ capacityBytes, availableBytes }, DEFAULT_IMAGE_COLLECTION)).toEqual(
      expected,
    );
  });

  it("of which too little could be freed is told of in a kubelet's words", () => {
    const disk = { capacityBytes: 250 * MIB, availableBytes: 0 };
    expect(insufficientSpace({ usedPercent: 100, bytes: 50 * MIB }, disk, 0)).toBe(
      "Insufficient free disk space on the node's image filesystem (100% of 250.0 MiB used). " +
        "Failed to free sufficient space by deleting unused images (freed 0 bytes). " +
        "Investigate disk usage, as it could be used by active images, logs, volumes, or other data.",
    );
  });
});

it.each([
  [0, "0 B"],
  [1023, "1023 B"],
  [1024, "1.0 KiB"],
  [1.5 * MIB, "1.5 MiB"],
  [MIB - 1, "1024.0 KiB"],
  [1024 * MIB, "1.0 GiB"],
  [2 ** 40, "1.0 TiB"],
  [2 ** 51, "2048.0 TiB"],
])("%i bytes are %s", (bytes, expected) => {
  expect(formatSize(bytes)).toBe(expected);
});
