import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { describe, expect, it, onTestFinished } from "vitest";
import { writeAtomically } from "../atomic-writer.ts";
import { canMount } from "../mounted-directory.fixture.ts";
import { modeOf, payloadOf, temporaryDirectory } from "../written-volume.fixture.ts";
import { createMounter } from "./mounter.ts";
import { bindSubPath, resolveSubPath, SubPathError } from "./sub-path.ts";

/** A volume with `dir/inner`, `file`, links inside and out, beside what is outside. */
function makeVolume(): { volume: string; outside: string } {
  const root = temporaryDirectory();
  const [volume, outside] = [join(root, "volume"), join(root, "outside")];
  mkdirSync(join(volume, "dir/inner"), { recursive: true });
  mkdirSync(join(outside, "secret"), { recursive: true });
  mkdirSync(join(root, "volume-not"));
  writeFileSync(join(volume, "file"), "in the volume");
  writeFileSync(join(outside, "file"), "outside");
  symlinkSync("dir/inner", join(volume, "link-in"));
  symlinkSync(join(volume, "dir"), join(volume, "link-absolute"));
  symlinkSync("../outside", join(volume, "link-out"));
  symlinkSync("../outside/none", join(volume, "link-nowhere"));
  symlinkSync("/", join(volume, "link-root"));
  symlinkSync("../volume-not", join(volume, "link-alike"));
  symlinkSync("loop", join(volume, "loop"));
  return { volume, outside };
}

/** Files below a directory that this process has open. */
function openFiles(root: string): readonly string[] {
  return readdirSync("/proc/self/fd").flatMap((descriptor) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${descriptor}`);
      return path.startsWith(root) ? [path] : [];
    } catch {
      // Closed meanwhile, by another test of this process.
      return [];
    }
  });
}

describe("a subpath", () => {
  it.each([
    ["dir", "dir"],
    ["dir/inner", "dir/inner"],
    ["./dir//inner/", "dir/inner"],
    ["file", "file"],
    ["link-in", "dir/inner"],
    ["link-absolute/inner", "dir/inner"],
    [".", ""],
  ])("%s is %s of its volume", (subPath, wanted) => {
    const { volume } = makeVolume();
    expect(resolveSubPath(volume, subPath)).toBe(join(volume, wanted));
  });

  it.each([
    ["/etc", "error SubPath `/etc` must not be an absolute path"],
    ["..", "unable to provision SubPath `..`: must not contain '..'"],
    ["dir/../../outside", "must not contain '..'"],
    ["link-out", "not within volume path"],
    ["link-out/secret", "not within volume path"],
    ["link-out/new", "not within volume path"],
    ["link-root/etc/passwd", "not within volume path"],
    ["link-alike", "not within volume path"],
    ["link-nowhere", "failed to prepare subPath"],
    ["link-nowhere/new", "failed to prepare subPath"],
    ["file/new", "failed to prepare subPath"],
    ["loop", "failed to prepare subPath"],
    ["%00", "failed to prepare subPath"],
  ])("%s is refused, nothing made and nothing left open", (text, message) => {
    // Names of tests hold no such characters.
    const subPath = text === "%00" ? "a\u0000b" : text;
    const { volume, outside } = makeVolume();
    expect(() => resolveSubPath(volume, subPath)).toThrow(SubPathError);
    expect(() => resolveSubPath(volume, subPath)).toThrow(message);
    expect(readdirSync(outside).sort()).toEqual(["file", "secret"]);
    expect(openFiles(volume)).toEqual([]);
  });

  it("that is missing is made with the mode of the volume, below links inside as well", () => {
    const { volume } = makeVolume();
    expect(resolveSubPath(volume, "new/deep")).toBe(join(volume, "new/deep"));
    expect(resolveSubPath(volume, "link-in/new")).toBe(join(volume, "dir/inner/new"));
    expect(modeOf(join(volume, "new"))).toBe(modeOf(volume));
    expect(modeOf(join(volume, "new/deep"))).toBe(modeOf(volume));
    expect(openFiles(volume)).toEqual([]);
  });

  it("of a volume that is found through a link is in the volume itself", () => {
    const { volume } = makeVolume();
    const alias = join(temporaryDirectory(), "alias");
    symlinkSync(volume, alias);
    expect(resolveSubPath(alias, "dir")).toBe(join(volume, "dir"));
  });

  it("of written files is the file itself, which then never changes", () => {
    const target = temporaryDirectory();
    const random = { fraction: () => 0.5 };
    writeAtomically(target, payloadOf({ "a/token": "one" }), { now: 0, random });
    const path = resolveSubPath(target, "a/token");
    expect(path).toBe(join(target, readlinkSync(join(target, "..data")), "a/token"));
    writeAtomically(target, payloadOf({ "a/token": "two" }), { now: 0, random });
    expect(readFileSync(path, "utf8")).toBe("one");
  });

  it("never leads out, however fast somebody swaps what is on its way", async () => {
    const { volume, outside } = makeVolume();
    const state = new Int32Array(new SharedArrayBuffer(8));
    const swapper = new Worker(new URL("./path-swapper.fixture.ts", import.meta.url), {
      workerData: { volume, outside, state },
    });
    await once(swapper, "message");
    const results = { resolved: 0, refused: 0 };
    for (let round = 0; round < 20_000; round++) {
      try {
        resolveSubPath(volume, `swap/inner/new-${round % 7}`);
        results.resolved++;
      } catch (error) {
        expect(error).toBeInstanceOf(SubPathError);
        results.refused++;
      }
    }
    Atomics.store(state, 1, 1);
    await once(swapper, "message");
    expect(Atomics.load(state, 0)).toBeGreaterThan(100);
    expect(readdirSync(outside).sort()).toEqual(["file", "secret"]);
    expect(results.resolved).toBeGreaterThan(10);
    expect(results.refused).toBeGreaterThan(10);
  });
});

describe.runIf(canMount)("a bound subpath", () => {
  const mounter = createMounter();

  function targetIn(root: string): string {
    const target = join(root, "volume-subpaths/v/c/0");
    onTestFinished(() => mounter.unmount(target));
    return target;
  }

  it.each([
    ["dir", "directory"],
    ["file", "file"],
  ])("%s is seen at its target, a %s", async (subPath) => {
    const { volume } = makeVolume();
    const target = targetIn(temporaryDirectory());
    await bindSubPath({ volumeHostPath: volume, subPath, target }, mounter);
    expect(openFiles(volume)).toEqual([]);
    if (subPath === "file") expect(readFileSync(target, "utf8")).toBe("in the volume");
    else expect(readdirSync(target)).toEqual(["inner"]);
  });

  it("stays the same place, whatever becomes of its path", async () => {
    const { volume } = makeVolume();
    const target = targetIn(temporaryDirectory());
    await bindSubPath({ volumeHostPath: volume, subPath: "dir", target }, mounter);
    renameSync(join(volume, "dir"), join(volume, "away"));
    symlinkSync("../outside", join(volume, "dir"));
    expect(readdirSync(target)).toEqual(["inner"]);
  });

  it("is bound once, and anew when it is another place", async () => {
    const { volume } = makeVolume();
    const root = temporaryDirectory();
    const target = targetIn(root);
    const bind = () => bindSubPath({ volumeHostPath: volume, subPath: "dir", target }, mounter);
    await bind();
    await bind();
    expect(await mounter.mountPointsBelow(root)).toEqual([target]);
    renameSync(join(volume, "dir"), join(volume, "old"));
    mkdirSync(join(volume, "dir/fresh"), { recursive: true });
    await bind();
    expect(readdirSync(target)).toEqual(["fresh"]);
    expect(await mounter.mountPointsBelow(root)).toEqual([target]);
  });

  it("that leads out is not bound", async () => {
    const { volume } = makeVolume();
    const root = temporaryDirectory();
    const request = { volumeHostPath: volume, subPath: "link-out", target: targetIn(root) };
    await expect(bindSubPath(request, mounter)).rejects.toThrow("not within");
    expect(existsSync(request.target)).toBe(false);
  });

  it("keeps nothing open when binding fails", async () => {
    const { volume } = makeVolume();
    const broken = { ...mounter, bind: () => Promise.reject(new Error("no")) };
    const request = {
      volumeHostPath: volume,
      subPath: "dir",
      target: targetIn(temporaryDirectory()),
    };
    await expect(bindSubPath(request, broken)).rejects.toThrow("no");
    expect(openFiles(volume)).toEqual([]);
  });
});
