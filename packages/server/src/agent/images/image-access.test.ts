import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { silentLogger } from "../../runtime/logger.ts";
import { FakeClock } from "../../testing/fake-clock.ts";
import type { RegistryCredential } from "../registry-credential.ts";
import { ImageAccess } from "./image-access.ts";
import { PullRecords } from "./pull-records.ts";

const IMAGE = "r.example/app:1";
const FOUND = { id: "r.example/app@sha256:1", reference: "sha256:1", pulled: false };
const ANNA: RegistryCredential = {
  username: "anna",
  password: "secret",
  source: { kind: "secret", namespace: "ns", name: "s", uid: "u" },
};

let directory: string;
let access: ImageAccess;

/** An agent that begins anew. */
function open(): ImageAccess {
  const records = new PullRecords(directory);
  return new ImageAccess({ records, clock: new FakeClock(), logger: silentLogger });
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "image-access-"));
  access = open();
});
afterEach(() => rmSync(directory, { recursive: true }));

function mustPull(...credentials: readonly RegistryCredential[]): Promise<boolean> {
  return access.mustPull(IMAGE, FOUND, async () => credentials);
}

function pull(pulledWith?: RegistryCredential): void {
  access.begin(IMAGE);
  access.pulled(IMAGE, {
    ...FOUND,
    pulled: true,
    ...(pulledWith === undefined ? {} : { pulledWith }),
  });
}

const files = (name: string): readonly string[] =>
  readdirSync(join(directory, "image_manager", name));

describe("an image that is there", () => {
  it("was not pulled by this node: anybody's", async () => {
    expect(await mustPull()).toBe(false);
  });

  it("was pulled with a secret: theirs who have it, also for a later agent", async () => {
    pull(ANNA);
    access = open();
    expect(await mustPull()).toBe(true);
    expect(await mustPull(ANNA)).toBe(false);
    expect(files("pulling")).toEqual([]);
    const [file = ""] = files("pulled");
    const text = readFileSync(join(directory, "image_manager", "pulled", file), "utf8");
    expect(JSON.parse(text)).toMatchObject({
      apiVersion: "kubelet.config.k8s.io/v1beta1",
      kind: "ImagePulledRecord",
      imageRef: "sha256:1",
      credentialMapping: { "r.example/app": { kubernetesSecrets: [{ name: "s", uid: "u" }] } },
    });
    expect(text).not.toContain(ANNA.password);
  });

  it("by another name is asked for anew", async () => {
    pull();
    expect(await mustPull()).toBe(false);
    expect(await access.mustPull("r.example/other:1", FOUND, async () => [])).toBe(true);
  });

  it("is anybody's without that anybody's credentials are asked for", async () => {
    pull();
    const asked = access.mustPull(IMAGE, FOUND, () => Promise.reject(new Error("asked")));
    expect(await asked).toBe(false);
  });

  it("whose pull an agent did not see the end of is asked for anew", async () => {
    access.begin(IMAGE);
    access = open();
    expect(await mustPull(ANNA)).toBe(true);
    pull(ANNA);
    expect(await mustPull(ANNA)).toBe(false);
    expect(files("pulling")).toEqual([]);
  });

  it("that two pull at once is under way until both are through", async () => {
    access.begin(IMAGE);
    access.begin(IMAGE);
    access.failed(IMAGE);
    expect(await mustPull()).toBe(true);
    expect(files("pulling")).toHaveLength(1);
    access.failed(IMAGE);
    expect(await mustPull()).toBe(false);
    expect(files("pulling")).toEqual([]);
  });

  it("whose pull could not be written down is asked for until one was", async () => {
    const records = new PullRecords(directory);
    const write = records.writePulled.bind(records);
    access = new ImageAccess({ records, clock: new FakeClock(), logger: silentLogger });
    records.writePulled = () => {
      throw new Error("no space left on device");
    };
    pull(ANNA);
    records.writePulled = write;
    // Somebody without a credential, twice: that they may not does not make the image anybody's.
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(await mustPull()).toBe(true);
      access.begin(IMAGE);
      access.failed(IMAGE);
    }
    expect(files("pulling")).toHaveLength(1);
    pull(ANNA);
    expect(files("pulling")).toEqual([]);
    expect(await mustPull()).toBe(true);
    expect(await mustPull(ANNA)).toBe(false);
  });

  it("whose pull an agent did not see the end of is not anybody's after one that failed", async () => {
    access.begin(IMAGE);
    access = open();
    access.begin(IMAGE);
    access.failed(IMAGE);
    expect(await mustPull()).toBe(true);
  });

  it("of which nothing can be read is asked for anew", async () => {
    pull(ANNA);
    const [file = ""] = files("pulled");
    writeFileSync(join(directory, "image_manager", "pulled", file), "{");
    expect(await mustPull(ANNA)).toBe(true);
    pull(ANNA);
    expect(await mustPull(ANNA)).toBe(false);
  });

  it("is remembered as long as it is there", async () => {
    const clock = new FakeClock();
    const records = new PullRecords(directory);
    access = new ImageAccess({ records, clock, logger: silentLogger });
    pull(ANNA);
    const abort = new AbortController();
    let images = ["sha256:1"];
    const running = access.forgetGone(async () => images, abort);
    await clock.advance(60 * 60_000);
    expect(files("pulled")).toHaveLength(1);
    images = [];
    await clock.advance(60 * 60_000);
    expect(files("pulled")).toEqual([]);
    // What is pulled while it is looked which there are is none of those that are gone.
    access.begin("other");
    access.pulled("other", { ...FOUND, pulled: true });
    records.forgetOthers(new Set(), clock.now());
    expect(files("pulled")).toHaveLength(1);
    abort.abort();
    await running;
    expect(clock.pending()).toBe(0);
  });

  it("is known by a secret that has got another content, from then on", async () => {
    pull(ANNA);
    const changed = { ...ANNA, password: "new" };
    expect(await mustPull(changed)).toBe(false);
    const copied = {
      ...changed,
      source: { kind: "secret", namespace: "other", name: "copy", uid: "c" } as const,
    };
    expect(await mustPull(copied)).toBe(false);
  });
});
