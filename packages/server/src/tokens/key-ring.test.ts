import { createPrivateKey } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../testing/fake-clock.ts";
import { FIXED_OTHER_P256_KEY, FIXED_P256_KEY, FIXED_RSA_KEY } from "../testing/fixed-keys.ts";
import { KeyRing, type RingKey } from "./key-ring.ts";
import { openManagedKeyRing } from "./key-rotator.ts";
import { formatKeyRing, parseKeyRing, readKeyRing, writeKeyRing } from "./key-store.ts";
import { parsePrivateKeyPem } from "./pem-keys.ts";
import { signingKey } from "./signing-key.ts";

const a = signingKey(createPrivateKey(FIXED_P256_KEY));
const b = signingKey(createPrivateKey(FIXED_OTHER_P256_KEY));
const rsa = signingKey(createPrivateKey(FIXED_RSA_KEY));
const keys: readonly RingKey[] = [
  { key: rsa, state: "retired", createdAt: 1000, activatedAt: 2000, retiredAt: 3000 },
  { key: a, state: "active", createdAt: 2000, activatedAt: 3000 },
  { key: b, state: "next", createdAt: 4000 },
];
const ids = (list: readonly { readonly kid: string }[]): readonly string[] =>
  list.map(({ kid }) => kid);

describe("KeyRing", () => {
  it("signs with the active key and verifies with all, each once", () => {
    const ring = new KeyRing(keys, [rsa, b]);
    expect(ring.active.kid).toBe(a.kid);
    expect(ids(ring.all())).toEqual(ids([a, rsa, b]));
    expect(ids(ring.keysFor(""))).toEqual(ids([a, rsa, b]));
    expect(ids(ring.keysFor(b.kid))).toEqual([b.kid]);
    expect(ring.keysFor("unknown")).toEqual([]);
  });

  it("tells its listeners and counts generations", () => {
    const ring = new KeyRing(keys);
    let calls = 0;
    const stop = ring.onChange(() => calls++);
    const before = ring.generation;
    ring.replace(keys.slice(1));
    stop();
    ring.replace(keys);
    expect(calls).toBe(1);
    expect(ring.generation).toBe(before + 2);
  });

  it("may verify only", () => {
    const ring = new KeyRing([], [a]);
    expect(ids(ring.all())).toEqual([a.kid]);
    expect(() => ring.active).toThrow("the key ring holds no signing key");
  });

  it("does not take two active keys", () => {
    const twice: readonly RingKey[] = [
      { key: a, state: "active", createdAt: 0 },
      { key: b, state: "active", createdAt: 0 },
    ];
    expect(() => new KeyRing(twice)).toThrow("more than one active key");
  });
});

describe("the key file", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "key-ring-"));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it("comes back as it was, the signing key first", async () => {
    const path = join(directory, "keys.pem");
    await writeFile(`${path}.new`, "left by a crash", { mode: 0o644 });
    await writeKeyRing(path, keys);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(directory)).toEqual(["keys.pem"]);
    const read = await readKeyRing(path);
    const strip = (list: readonly RingKey[] | undefined): unknown =>
      list?.map(({ key, ...rest }) => ({ kid: key.kid, ...rest }));
    expect(strip(read)).toEqual(strip([keys[1], keys[2], keys[0]] as readonly RingKey[]));
    const first = signingKey(parsePrivateKeyPem(await readFile(path, "utf8")));
    expect(first.kid).toBe(a.kid);
  });

  it("may be missing", async () => {
    expect(await readKeyRing(join(directory, "none.pem"))).toBeUndefined();
  });

  const text = formatKeyRing(keys);
  it.each([
    ["empty", ""],
    ["cut within a key", text.slice(0, -40)],
    ["cut between keys", text.slice(text.lastIndexOf("# state"))],
    ["without states", FIXED_P256_KEY],
    ["with an unreadable time", text.replace("created=1970", "created=soon")],
    ["with an unknown state", text.replace("state=active", "state=asleep")],
  ])("is refused when it is %s", (_what, damaged) => {
    expect(() => parseKeyRing(damaged)).toThrow("the service account key file");
  });

  it("is named by the error and left alone", async () => {
    const path = join(directory, "keys.pem");
    await writeFile(path, "damaged");
    const options = {
      path,
      algorithm: "ES256",
      policy: { rotateEveryMs: Infinity, publishAheadMs: 0, retainMs: Infinity },
      clock: new FakeClock(),
    } as const;
    await expect(openManagedKeyRing(options)).rejects.toThrow(path);
    expect(await readFile(path, "utf8")).toBe("damaged");
  });

  it("is made at once, and written when it may be", async () => {
    const path = join(directory, "held.pem");
    const gate = Promise.withResolvers<void>();
    const opening = openManagedKeyRing({
      path,
      algorithm: "ES256",
      policy: { rotateEveryMs: Infinity, publishAheadMs: 0, retainMs: Infinity },
      clock: new FakeClock(),
      mayWrite: gate.promise,
    });
    await new Promise((resolve) => setTimeout(resolve, 30));
    await expect(readFile(path, "utf8")).rejects.toMatchObject({ code: "ENOENT" });
    gate.resolve();
    const { ring } = await opening;
    expect(await readFile(path, "utf8")).toContain("state=active");
    expect(ring.keys).toHaveLength(1);
  });

  it("is made, kept over a restart and rotated by the clock", async () => {
    const hour = 3_600_000;
    const clock = new FakeClock(0);
    const options = {
      path: join(directory, "keys.pem"),
      algorithm: "ES256",
      policy: { rotateEveryMs: 48 * hour, publishAheadMs: 2 * hour, retainMs: 24 * hour },
      clock,
    } as const;
    const first = await openManagedKeyRing(options);
    const kid = first.ring.active.kid;
    const { ring, run } = await openManagedKeyRing(options);
    expect(ring.active.kid).toBe(kid);

    const stop = new AbortController();
    const running = run({ signal: stop.signal });
    const states = (): readonly string[] => ring.keys.map(({ state }) => state);
    const advanceTo = async (at: number, wanted: readonly string[]): Promise<void> => {
      await clock.advance(at - clock.now());
      // The file is written for real, outside the fake time.
      await expect.poll(states).toEqual(wanted);
      await expect.poll(() => clock.pending()).toBe(1);
    };
    await advanceTo(24 * hour, ["active"]);
    await advanceTo(46 * hour, ["active", "next"]);
    expect(ring.active.kid).toBe(kid);
    await advanceTo(48 * hour, ["retired", "active"]);
    expect(ring.active.kid).not.toBe(kid);
    expect(ring.keysFor(kid)).toHaveLength(1);
    await advanceTo(72 * hour, ["active"]);
    expect(ring.keysFor(kid)).toEqual([]);
    expect((await readKeyRing(options.path))?.map(({ key }) => key.kid)).toEqual([ring.active.kid]);
    stop.abort();
    await running;
    expect(clock.pending()).toBe(0);
  });
});
