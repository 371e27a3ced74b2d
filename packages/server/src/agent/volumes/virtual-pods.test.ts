import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Pod } from "../../api/types.ts";
import { silentLogger } from "../../runtime/logger.ts";
import { FakeClock } from "../../testing/fake-clock.ts";
import { TokenManager } from "../token-manager.ts";
import { onlyVolume } from "./pod-volumes-bench.fixture.ts";
import { startVolumesOnDisk } from "./volumes-on-disk.fixture.ts";

const PODS = 5000;
const LIFE_SECONDS = 3607;
const HOURS = 2;

const SPEC = onlyVolume({
  projected: {
    sources: [{ serviceAccountToken: { path: "token", expirationSeconds: LIFE_SECONDS } }],
  },
});

/** Tokens of 5,000 pods in their files, on a virtual clock; all pods start in the same second. */
async function runPods(hours: number) {
  const clock = new FakeClock();
  const startedAt = clock.now();
  const minted: number[] = [];
  const tokens = new TokenManager({
    requestToken: () => {
      minted.push(Math.floor((clock.now() - startedAt) / 1000));
      const lifetimeMs = LIFE_SECONDS * 1000;
      const expiresAt = clock.now() + lifetimeMs;
      return Promise.resolve({ token: `${expiresAt}`, expiresAt, lifetimeMs });
    },
    clock,
    logger: silentLogger,
  });
  await using at = await startVolumesOnDisk({ tokens, clock });
  const abort = new AbortController();
  const running = tokens.run({ signal: abort.signal });
  const pods = new Map<string, { readonly pod: Pod; readonly token: string }>();
  for (let index = 0; index < PODS; index++) {
    const uid = `${index.toString(16).padStart(8, "0")}-5e0c-4b6f-9d5e`;
    const { pod, paths } = await at.start(uid, SPEC);
    pods.set(uid, { pod, token: join(paths.v ?? "", "token") });
  }
  const syncs = new Set<Promise<unknown>>();
  at.volumes.onChange((podUid) => {
    const known = pods.get(podUid);
    if (known === undefined) return;
    const sync = at.sync(known.pod).finally(() => syncs.delete(sync));
    syncs.add(sync);
  });
  await clock.advance(hours * 3_600_000);
  await Promise.all(syncs);
  const now = clock.now();
  const lives = [...pods.values()].map(({ token }) => Number(readFileSync(token, "utf8")) - now);
  abort.abort();
  await running;
  await Promise.all([...pods.keys()].map((podUid) => at.volumes.tearDown(podUid)));
  return { minted, lives, kept: tokens.size, leftovers: await at.volumes.leftovers() };
}

describe("5,000 pods whose tokens live for an hour", () => {
  it("are renewed in time, no second with more than three times the mean, and leave nothing", async () => {
    const { minted, lives, kept, leftovers } = await runPods(HOURS);
    const renewals = minted.slice(PODS);
    expect(minted.slice(0, PODS).every((second) => second === 0)).toBe(true);
    const perSecond = new Map<number, number>();
    for (const second of renewals) perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
    const mean = renewals.length / ((renewals.at(-1) ?? 0) - (renewals[0] ?? 0) + 1);
    expect(Math.max(...perSecond.values())).toBeLessThanOrEqual(3 * mean);
    // At the end every file holds a token with at least a fifth of its life before it.
    expect(lives).toHaveLength(PODS);
    expect(Math.min(...lives)).toBeGreaterThan(0.19 * LIFE_SECONDS * 1000);
    expect([kept, leftovers]).toEqual([0, []]);
  }, 60_000);
});

describe("2,000 pods, one after another", () => {
  it("leave no file, mount, timer or token behind", async () => {
    const clock = new FakeClock();
    const tokens = new TokenManager({
      requestToken: ({ pod }) =>
        Promise.resolve({
          token: pod.uid,
          expiresAt: clock.now() + 3_600_000,
          lifetimeMs: 3_600_000,
        }),
      clock,
      logger: silentLogger,
    });
    await using at = await startVolumesOnDisk({ tokens, clock });
    const abort = new AbortController();
    const running = tokens.run({ signal: abort.signal });
    for (let index = 0; index < 2000; index++) {
      const uid = `uid-${index}`;
      const { paths } = await at.start(uid, { volumes: [{ name: "e", emptyDir: {} }] });
      if (index % 100 === 0) writeFileSync(join(paths.e ?? "", "file"), "x");
      await at.volumes.tearDown(uid);
    }
    expect([tokens.size, await at.volumes.leftovers()]).toEqual([0, []]);
    expect(readdirSync(join(at.root, "pods"))).toEqual([]);
    expect(readdirSync(at.memory.path)).toEqual([]);
    abort.abort();
    await running;
    expect(clock.pending()).toBe(0);
  }, 60_000);
});
