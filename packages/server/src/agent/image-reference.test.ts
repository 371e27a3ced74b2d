import { describe, expect, test } from "vitest";
import { formatImageReference, parseImageReference } from "./image-reference.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;

describe("names of images", () => {
  test.each([
    ["busybox", "docker.io/library/busybox:latest"],
    ["node:26", "docker.io/library/node:26"],
    ["user/app", "docker.io/user/app:latest"],
    ["docker.io/busybox", "docker.io/library/busybox:latest"],
    ["index.docker.io/library/x", "docker.io/library/x:latest"],
    ["localhost/host", "localhost/host:latest"],
    ["localhost:5000/a/b:v1", "localhost:5000/a/b:v1"],
    ["registry.k8s.io/pause:3.10", "registry.k8s.io/pause:3.10"],
    [`a@${DIGEST}`, `docker.io/library/a@${DIGEST}`],
    [`a:1@${DIGEST}`, `docker.io/library/a:1@${DIGEST}`],
    ["[::1]:5000/a__b", "[::1]:5000/a__b:latest"],
    ["Registry/app", "Registry/app:latest"],
  ])("%s", (image, full) => {
    const reference = parseImageReference(image);
    expect("repository" in reference && formatImageReference(reference)).toBe(full);
  });

  test.each([
    ["Busybox", "repository name (library/Busybox) must be lowercase"],
    ["", "invalid reference format"],
    ["a b", "invalid reference format"],
    ["a:", "invalid reference format"],
    ["a@sha256:abc", "invalid reference format"],
    ["/absolute", "invalid reference format"],
    ["a//b", "invalid reference format"],
    ["a:tag!", "invalid reference format"],
    ["f".repeat(64), "cannot specify 64-byte hexadecimal strings"],
    [`docker.io/library/${"a".repeat(300)}`, "must not be more than 255 characters"],
  ])("%s is none", (image, problem) => {
    const reference = parseImageReference(image);
    expect("problem" in reference && reference.problem).toContain(problem);
  });
});
