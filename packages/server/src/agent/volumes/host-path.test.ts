import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { canMount } from "../mounted-directory.fixture.ts";
import { modeOf, temporaryDirectory } from "../written-volume.fixture.ts";
import { setUpHostPath } from "./host-path.ts";

const ALL = { allowed: ["/"] };

describe("a path of the host", () => {
  const there = (): string => {
    const root = temporaryDirectory();
    mkdirSync(join(root, "directory"));
    writeFileSync(join(root, "file"), "x");
    symlinkSync("directory", join(root, "link"));
    return root;
  };

  it.each([
    ["Directory", "directory"],
    ["Directory", "link"],
    ["DirectoryOrCreate", "directory"],
    ["File", "file"],
    ["FileOrCreate", "file"],
    ["", "file"],
    ["", "directory"],
  ] as const)("of type '%s' may be %s", (type, name) => {
    const root = there();
    const wanted = name === "link" ? "directory" : name;
    expect(setUpHostPath({ path: join(root, name), type }, ALL)).toBe(join(root, wanted));
  });

  it.each([
    ["Directory", "file", "is not a directory"],
    ["Directory", "none", "is not a directory"],
    ["DirectoryOrCreate", "file", "is not a directory"],
    ["File", "directory", "is not a file"],
    ["File", "none", "is not a file"],
    ["FileOrCreate", "directory", "is not a file"],
    ["Socket", "file", "is not a socket file"],
    ["CharDevice", "file", "is not a character device"],
    ["BlockDevice", "none", "is not a block device"],
  ] as const)("of type %s is not %s", (type, name, message) => {
    const path = join(there(), name);
    expect(() => setUpHostPath({ path, type }, ALL)).toThrow(
      `hostPath type check failed: ${path} ${message}`,
    );
    expect(existsSync(path)).toBe(name !== "none");
  });

  it("of no type that there is is refused", () => {
    expect(() => setUpHostPath({ path: there(), type: "Pipe" as never }, ALL)).toThrow(
      "Pipe is an invalid volume type",
    );
    expect(() => setUpHostPath({ path: there(), type: "toString" as never }, ALL)).toThrow(
      "toString is an invalid volume type",
    );
  });

  it.each([
    ["DirectoryOrCreate", "a/b", "0755"],
    ["", "a/b", "0755"],
    ["FileOrCreate", "f", "0644"],
  ] as const)("of type '%s' is made when it is missing", (type, name, mode) => {
    const path = join(there(), name);
    expect(setUpHostPath({ path, type }, ALL)).toBe(path);
    expect(modeOf(path)).toBe(mode);
    expect(setUpHostPath({ path, type }, ALL)).toBe(path);
  });

  it("is not made with the directory it would be in, if it is a file", () => {
    const path = join(there(), "none/f");
    expect(() => setUpHostPath({ path, type: "FileOrCreate" }, ALL)).toThrow("ENOENT");
  });

  it("may be a socket or a device", async () => {
    const path = join(temporaryDirectory(), "socket");
    const server = createServer().listen(path);
    await new Promise((resolve) => server.once("listening", resolve));
    expect(setUpHostPath({ path, type: "Socket" }, ALL)).toBe(path);
    server.close();
    expect(setUpHostPath({ path: "/dev/null", type: "CharDevice" }, ALL)).toBe("/dev/null");
  });

  it.runIf(canMount)("may be a block device", () => {
    const path = join(temporaryDirectory(), "block");
    execFileSync("mknod", [path, "b", "7", "200"]);
    expect(setUpHostPath({ path, type: "BlockDevice" }, ALL)).toBe(path);
  });

  it.each([
    ["/a/../etc", "invalid HostPath `/a/../etc`: must not contain '..'"],
    ["etc", "invalid HostPath `etc`: must be an absolute path"],
  ])("%s is refused", (path, message) => {
    expect(() => setUpHostPath({ path }, ALL)).toThrow(message);
  });
});

describe("the policy for paths of the host", () => {
  const make = () => {
    const root = temporaryDirectory();
    for (const name of ["allowed/inner", "allowed-not", "other"]) {
      mkdirSync(join(root, name), { recursive: true });
    }
    symlinkSync("../other", join(root, "allowed/out"));
    symlinkSync("inner", join(root, "allowed/in"));
    symlinkSync("../other/none", join(root, "allowed/nowhere"));
    symlinkSync("allowed", join(root, "alias"));
    return { root, policy: { allowed: [join(root, "allowed")] } };
  };
  const refusal = (path: string): string =>
    `hostPath ${path} is not allowed by the policy of this node`;

  it.each([
    ["the directory", "allowed", "allowed"],
    ["what is below", "allowed/inner", "allowed/inner"],
    ["a link that stays within", "allowed/in", "allowed/inner"],
    ["what is made within", "allowed/new/deep", "allowed/new/deep"],
    ["another way of writing it", "allowed//inner/.", "allowed/inner"],
  ])("allows %s", (_what, path, wanted) => {
    const { root, policy } = make();
    expect(setUpHostPath({ path: `${root}/${path}` }, policy)).toBe(join(root, wanted));
  });

  it.each([
    ["a neighbour", "other"],
    ["a neighbour whose name begins alike", "allowed-not"],
    ["the directory above", "."],
    ["a link that leads out", "allowed/out"],
    ["what would be made behind such a link", "allowed/out/new"],
    ["a link from elsewhere", "alias"],
  ])("refuses %s, and makes nothing", (_what, path) => {
    const { root, policy } = make();
    const full = path === "." ? root : join(root, path);
    expect(() => setUpHostPath({ path: full }, policy)).toThrow(refusal(full));
    expect(existsSync(join(root, "other/new"))).toBe(false);
  });

  it("refuses a link to nothing, wherever it would be", () => {
    const { root, policy } = make();
    const path = join(root, "allowed/nowhere");
    expect(() => setUpHostPath({ path, type: "DirectoryOrCreate" }, policy)).toThrow();
    expect(existsSync(join(root, "other/none"))).toBe(false);
  });

  it("takes an allowed directory that is a link for what it leads to", () => {
    const { root } = make();
    const path = join(root, "alias/inner");
    const policy = { allowed: [`${join(root, "alias")}/`] };
    expect(setUpHostPath({ path }, policy)).toBe(join(root, "allowed/inner"));
  });

  it("of nothing allows nothing", () => {
    expect(() => setUpHostPath({ path: "/" }, { allowed: [] })).toThrow(refusal("/"));
  });
});
