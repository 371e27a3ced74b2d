import { lchownSync, lstatSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Container, EphemeralContainer, PodSpec } from "../../api/types.ts";
import { canMount } from "../mounted-directory.fixture.ts";
import { modeOf, temporaryDirectory } from "../written-volume.fixture.ts";
import { fileOwnerOf, giveToGroup, type OwnershipFileSystem, SAME_IDS } from "./ownership.ts";
import { podOf } from "./volume-source.fixture.ts";

function user(runAsUser?: number): Container & EphemeralContainer {
  return { name: "c", ...(runAsUser === undefined ? {} : { securityContext: { runAsUser } }) };
}

describe("whose files are", () => {
  it.each<[string, Partial<PodSpec>, object]>([
    ["nobody's in particular", { containers: [user()] }, {}],
    ["the container's user's", { containers: [user(1000)] }, { uid: 1000 }],
    ["the pod's user's", { securityContext: { runAsUser: 7 }, containers: [user()] }, { uid: 7 }],
    [
      "the user's of the containers, whatever the pod's",
      { securityContext: { runAsUser: 7 }, containers: [user(8), user(8)] },
      { uid: 8 },
    ],
    ["nobody's, with two users", { containers: [user(1), user(2)] }, {}],
    ["nobody's, with one container of unknown user", { containers: [user(1), user()] }, {}],
    ["nobody's, with another init user", { containers: [user(1)], initContainers: [user(2)] }, {}],
    [
      "nobody's, with an ephemeral container of unknown user",
      { containers: [user(1)], ephemeralContainers: [user()] },
      {},
    ],
    [
      "the common user's of all three kinds",
      { containers: [user(1)], initContainers: [user(1)], ephemeralContainers: [user(1)] },
      { uid: 1 },
    ],
    ["root's, if that is said", { containers: [user(0)] }, { uid: 0 }],
    ["a group's", { securityContext: { fsGroup: 10000 }, containers: [user()] }, { gid: 10000 }],
    ["both's", { securityContext: { fsGroup: 0, runAsUser: 5 } }, { uid: 5, gid: 0 }],
  ])("%s", (_what, spec, wanted) => {
    expect(fileOwnerOf(podOf(spec), SAME_IDS)).toEqual(wanted);
  });

  it("is told in ids of the host", () => {
    const pod = podOf({ securityContext: { runAsUser: 5, fsGroup: 6 } });
    const ids = { user: (id: number) => id + 100_000, group: (id: number) => id + 200_000 };
    expect(fileOwnerOf(pod, ids)).toEqual({ uid: 100_005, gid: 200_006 });
  });
});

/** `v`, `v/file` 0600, `v/shut` 0400, `v/dir` 0700 with `v/dir/run` 0755, `v/link` → /etc/passwd. */
function makeTree(): string {
  const root = join(temporaryDirectory(), "v");
  mkdirSync(join(root, "dir"), { recursive: true, mode: 0o700 });
  writeFileSync(join(root, "file"), "x", { mode: 0o600 });
  writeFileSync(join(root, "shut"), "x", { mode: 0o400 });
  writeFileSync(join(root, "dir/run"), "x", { mode: 0o755 });
  symlinkSync("/etc/passwd", join(root, "link"));
  return root;
}

const ENTRIES = [".", "file", "shut", "dir", "dir/run", "link"];

function modes(root: string): readonly string[] {
  return ENTRIES.map((name) => `${name} ${modeOf(join(root, name))}`);
}

describe.runIf(canMount)("what is given to a group", () => {
  it("is given whole, links as links, and nothing outside", () => {
    const root = makeTree();
    const { gid } = lstatSync("/etc/passwd");
    giveToGroup(root, 10000, { readOnly: true });
    for (const name of ENTRIES) expect(lstatSync(join(root, name)).gid).toBe(10000);
    expect(lstatSync("/etc/passwd").gid).toBe(gid);
  });

  it.each([
    [true, [". 2750", "file 0640", "shut 0440", "dir 2750", "dir/run 0755", "link 0777"]],
    [false, [". 2770", "file 0660", "shut 0660", "dir 2770", "dir/run 0775", "link 0777"]],
  ])("gets rights of the group (read only: %s)", (readOnly, wanted) => {
    const root = makeTree();
    giveToGroup(root, 10000, { readOnly });
    expect(modes(root)).toEqual(wanted);
  });

  it("keeps its owner, and hands the group on to what is made in it", () => {
    const root = makeTree();
    lchownSync(join(root, "file"), 1000, 0);
    giveToGroup(root, 10000, { readOnly: false });
    expect(lstatSync(join(root, "file")).uid).toBe(1000);
    writeFileSync(join(root, "dir/new"), "x");
    symlinkSync("x", join(root, "dir/newlink"));
    expect(lstatSync(join(root, "dir/new")).gid).toBe(10000);
    expect(lstatSync(join(root, "dir/newlink")).gid).toBe(10000);
  });
});

describe("what cannot be given to a group", () => {
  it("is an error", () => {
    const refused: OwnershipFileSystem = {
      chmodSync: () => {},
      lchownSync: () => {
        throw new Error("EPERM: operation not permitted, lchown");
      },
      lstatSync,
      readdirSync: (() => []) as never,
    };
    expect(() =>
      giveToGroup(temporaryDirectory(), 1, { readOnly: true, fileSystem: refused }),
    ).toThrow("EPERM");
  });
});
