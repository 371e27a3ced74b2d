import { expect, test } from "vitest";
import { defaultPullPolicy, imageTag } from "./image-reference.ts";

const DIGEST = `sha256:${"0".repeat(64)}`;

test.each([
  ["shop", "latest"],
  ["shop:v1", "v1"],
  ["reg.example:5000/team/shop:v1", "v1"],
  [`shop@${DIGEST}`, ""],
  [`shop:v1@${DIGEST}`, "v1"],
  ["0".repeat(64), ""],
  ["Shop", ""],
  // A path has 255 characters at most, its host aside and `library` with it.
  ["s".repeat(247), "latest"],
  ["s".repeat(248), ""],
  [`reg.example/${"s".repeat(255)}`, "latest"],
  [`reg.example/${"s".repeat(256)}`, ""],
  [`docker.io/${"s".repeat(248)}`, ""],
  [`t/${"s".repeat(253)}:v1`, "v1"],
  [`t/${"s".repeat(254)}:v1`, ""],
])("the tag of %s is %j", (image, tag) => {
  expect(imageTag(image)).toBe(tag);
});

test("what has no tag is not pulled when it is there", () => {
  expect(defaultPullPolicy("Shop")).toBe("IfNotPresent");
  expect(defaultPullPolicy("shop")).toBe("Always");
});
