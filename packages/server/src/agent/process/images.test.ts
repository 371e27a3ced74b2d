import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RuntimeError } from "../pod-runtime.ts";
import { Images } from "./images.ts";

describe("the table of images", () => {
  let directory = "";
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "images-"));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const rootOf = (images: Images, image: string): string | undefined => {
    try {
      return images.resolve(images.ensure({ image, policy: "IfNotPresent" }).reference).root;
    } catch (error) {
      if (error instanceof RuntimeError) return error.code;
      throw error;
    }
  };

  test("rows with a version, without one, and the last resort", () => {
    const images = new Images({ "node:26": "host", node: directory, "example.org/x": "host" });
    expect(rootOf(images, "host")).toBe("/");
    expect(rootOf(images, "host:any")).toBe("/");
    expect(rootOf(images, "localhost/host")).toBe("/");
    expect(rootOf(images, "docker.io/library/node:26")).toBe("/");
    expect(rootOf(images, "node:27")).toBe(directory);
    expect(rootOf(images, "example.org/x:1")).toBe("/");
    expect(rootOf(images, "busybox")).toBe("image-not-found");
    expect(rootOf(new Images({ "*": "host" }), "busybox")).toBe("/");
  });

  test("a directory that is not there is an image that is not there", () => {
    const images = new Images({ gone: "/no/such/directory" });
    expect(() => images.ensure({ image: "gone", policy: "Always" })).toThrow(
      'failed to pull and unpack image "docker.io/library/gone:latest"',
    );
  });

  test("errors in the words of a kubelet", () => {
    const images = new Images({});
    expect(() => images.ensure({ image: "busybox", policy: "Never" })).toThrow(
      'Container image "busybox" is not present with pull policy of Never',
    );
    expect(() => images.ensure({ image: "a b", policy: "Never" })).toThrow(
      'couldn\'t parse image name "a b": invalid reference format',
    );
  });

  test("what an image brings", () => {
    const images = new Images({
      app: {
        root: "host",
        command: ["serve"],
        args: ["--all"],
        user: "app:staff",
        environment: { A: "1" },
      },
    });
    const image = images.ensure({ image: "app", policy: "IfNotPresent" });
    expect(image).toMatchObject({ user: "app", pulled: false });
    expect(images.resolve(image.reference)).toEqual({
      root: "/",
      command: ["serve"],
      args: ["--all"],
      environment: { A: "1" },
      workingDirectory: "/",
      user: "app:staff",
    });
  });

  test.each([{ "Bad Name": "host" }, { app: "relative/path" }])("%j is a wrong row", (table) => {
    expect(() => new Images(table)).toThrow(RuntimeError);
  });
});
