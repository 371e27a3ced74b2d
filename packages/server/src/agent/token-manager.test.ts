import { describe, expect, it } from "vitest";
import type { LogFields, Logger } from "../runtime/logger.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { PodTokenError, TokenManager } from "./token-manager.ts";
import type { PodToken, PodTokenRequest } from "./token-request.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

function request(pod = "u-1", other: Partial<PodTokenRequest> = {}): PodTokenRequest {
  return {
    namespace: "ns",
    name: "builder",
    audiences: [],
    expirationSeconds: 600,
    pod: { name: "pod", uid: pod },
    ...other,
  };
}

/** A token whose claims name the account's uid. */
function jwt(number: number, accountUid: string): string {
  const claims = { "kubernetes.io": { serviceaccount: { uid: accountUid } } };
  return `h${number}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.s`;
}

/** A manager before an API server that answers as told. */
class Bench {
  readonly clock = new FakeClock();
  readonly asked: { readonly at: number; readonly request: PodTokenRequest }[] = [];
  readonly told: { readonly at: number; readonly podUid: string }[] = [];
  readonly complaints: LogFields[] = [];
  readonly manager: TokenManager;
  accountUid = "sa-1";
  /** What the server throws instead of answering. */
  failure: Error | undefined;
  /** Given in place of what was asked for. */
  lifetimeSeconds: number | undefined;
  /** Answers wait for it. */
  gate: Promise<void> = Promise.resolve();
  readonly #started: number;
  readonly #abort = new AbortController();
  readonly #running: Promise<void>;

  constructor(maxTokens?: number) {
    this.#started = this.clock.now();
    const complain = (fields: LogFields): void => {
      this.complaints.push(fields);
    };
    const logger: Logger = { debug() {}, info() {}, warn: complain, error: complain };
    this.manager = new TokenManager({
      requestToken: (asked, signal) => this.#answer(asked, signal),
      clock: this.clock,
      logger,
      ...(maxTokens === undefined ? {} : { maxTokens }),
    });
    this.manager.onDue((podUid) => this.told.push({ at: this.elapsed, podUid }));
    this.#running = this.manager.run({ signal: this.#abort.signal });
  }

  get elapsed(): number {
    return (this.clock.now() - this.#started) / SECOND;
  }

  get(asked: PodTokenRequest = request(), signal?: AbortSignal): Promise<string> {
    return this.manager.get(asked, signal ?? new AbortController().signal);
  }

  async #answer(asked: PodTokenRequest, signal: AbortSignal): Promise<PodToken> {
    this.asked.push({ at: this.elapsed, request: asked });
    const number = this.asked.length;
    const aborted = new Promise<never>((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    });
    await Promise.race([this.gate, aborted]);
    if (this.failure !== undefined) throw this.failure;
    const seconds = this.lifetimeSeconds ?? asked.expirationSeconds ?? 3600;
    return {
      token: jwt(number, this.accountUid),
      expiresAt: this.clock.now() + seconds * SECOND,
      lifetimeMs: seconds * SECOND,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    await this.#running;
    expect(this.clock.pending(), "timers that nobody cancelled").toBe(0);
  }
}

/** Asks every second until another token comes, and says how many seconds that took. */
async function secondsUntilAnother(bench: Bench, asked: PodTokenRequest): Promise<number> {
  const first = await bench.get(asked);
  const from = bench.elapsed;
  while ((await bench.get(asked)) === first) await bench.clock.advance(SECOND);
  return bench.elapsed - from;
}

describe("a token", () => {
  it("is asked for once and used again", async () => {
    await using bench = new Bench();
    const token = await bench.get();
    await bench.clock.advance(5 * MINUTE);
    expect(await bench.get()).toBe(token);
    expect(bench.asked).toHaveLength(1);
  });

  it.each([
    ["600 seconds", { expirationSeconds: 600 }, undefined, 480],
    ["3607 seconds, as every pod's", { expirationSeconds: 3607 }, undefined, 2885.6],
    ["two days", { expirationSeconds: 48 * 3600 }, undefined, 24 * 3600],
    ["a day, of which the server gave ten minutes", { expirationSeconds: 86400 }, 600, 480],
  ])("of %s is replaced in time", async (_what, other, given, wanted) => {
    await using bench = new Bench();
    bench.lifetimeSeconds = given;
    const seconds = await secondsUntilAnother(bench, request("u-1", other));
    expect(seconds).toBeGreaterThanOrEqual(Math.floor(wanted) - 10);
    expect(seconds).toBeLessThanOrEqual(Math.ceil(wanted) + 1);
  });

  it("is replaced after the same time for the same pod, wherever it runs", async () => {
    const seconds = new Set<number>();
    for (let round = 0; round < 2; round++) {
      await using bench = new Bench();
      seconds.add(await secondsUntilAnother(bench, request("u-7")));
    }
    expect(seconds.size).toBe(1);
  });

  it("of another audience, account, life or pod is another one", async () => {
    await using bench = new Bench();
    const tokens = [
      await bench.get(),
      await bench.get(request("u-1", { audiences: ["vault"] })),
      await bench.get(request("u-1", { name: "other" })),
      await bench.get(request("u-1", { expirationSeconds: 1200 })),
      await bench.get(request("u-2")),
    ];
    expect(new Set(tokens).size).toBe(5);
    expect(bench.manager.size).toBe(5);
  });

  it("is never replaced when the server does not say how long it lives", async () => {
    const clock = new FakeClock();
    let asked = 0;
    const complaints: string[] = [];
    const complain = (_fields: LogFields, message: string): void => {
      complaints.push(message);
    };
    const manager = new TokenManager({
      requestToken: () => {
        asked++;
        return Promise.resolve({
          token: "t",
          expiresAt: clock.now() + HOUR,
          lifetimeMs: undefined,
        });
      },
      clock,
      logger: { debug() {}, info() {}, warn: complain, error: complain },
    });
    const { signal } = new AbortController();
    await manager.get(request(), signal);
    await clock.advance(59 * MINUTE);
    await manager.get(request(), signal);
    expect(asked).toBe(1);
    expect(complaints).toHaveLength(1);
  });

  it("that is too old when it comes is not asked for again by itself", async () => {
    await using bench = new Bench();
    bench.lifetimeSeconds = -5;
    await bench.get();
    await bench.clock.advance(10 * MINUTE);
    expect(bench.asked).toHaveLength(1);
    expect(bench.told.length).toBeLessThanOrEqual(1);
  });
});

describe("requests for one token at one time", () => {
  it("are one", async () => {
    await using bench = new Bench();
    const { promise, resolve } = Promise.withResolvers<void>();
    bench.gate = promise;
    const all = Promise.all([bench.get(), bench.get(), bench.get()]);
    resolve();
    expect(new Set(await all).size).toBe(1);
    expect(bench.asked).toHaveLength(1);
  });

  it("can be given up one by one", async () => {
    await using bench = new Bench();
    const { promise, resolve } = Promise.withResolvers<void>();
    bench.gate = promise;
    const abort = new AbortController();
    const given = bench.get(request(), abort.signal);
    const kept = bench.get();
    abort.abort(new Error("given up"));
    await expect(given).rejects.toThrow("given up");
    resolve();
    expect(await kept).toContain("h1.");
    await expect(bench.get(request(), abort.signal)).rejects.toThrow("given up");
  });

  it("fail together, and the next one tries again", async () => {
    await using bench = new Bench();
    bench.failure = new Error("away");
    const both = await Promise.allSettled([bench.get(), bench.get()]);
    expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    bench.failure = undefined;
    expect(await bench.get()).toContain("h2.");
  });
});

describe("while the API server is away", () => {
  it("a first token cannot be had", async () => {
    await using bench = new Bench();
    bench.failure = new Error("connection refused");
    const failed = bench.get();
    await expect(failed).rejects.toThrow("failed to fetch token: connection refused");
    await expect(failed).rejects.toMatchObject({ name: "PodTokenError", code: "fetch-failed" });
  });

  it("a token that is still valid stays, and is asked for ever more rarely", async () => {
    await using bench = new Bench();
    const token = await bench.get(request("u-1", { expirationSeconds: 3600 }));
    bench.failure = new Error("away");
    for (let second = 0; second < 3550; second++) {
      await bench.clock.advance(SECOND);
      expect(await bench.get(request("u-1", { expirationSeconds: 3600 }))).toBe(token);
    }
    const attempts = bench.asked.slice(1).map(({ at }) => at);
    const pauses = attempts.slice(1).map((at, index) => at - (attempts[index] ?? 0));
    expect(attempts[0]).toBeGreaterThan(2860);
    expect(pauses.slice(0, 6).every((pause, index) => pause <= 2 ** index + 2)).toBe(true);
    expect(pauses[0]).toBeLessThanOrEqual(3);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(62);
    expect(attempts.length).toBeLessThan(20);
    expect(bench.complaints).toHaveLength(attempts.length);
  });

  it("a token is replaced soon after the server is back", async () => {
    await using bench = new Bench();
    const token = await bench.get();
    bench.failure = new Error("away");
    await bench.clock.advance(481 * SECOND);
    expect(await bench.get()).toBe(token);
    bench.failure = undefined;
    await bench.clock.advance(3 * SECOND);
    expect(await bench.get()).not.toBe(token);
  });

  it("a token that has expired is no longer given out", async () => {
    await using bench = new Bench();
    await bench.get();
    bench.failure = new Error("away");
    await bench.clock.advance(599 * SECOND);
    await bench.get();
    await bench.clock.advance(2 * SECOND);
    const failed = bench.get();
    await expect(failed).rejects.toThrow(
      /^token "builder"\/"ns"\/.* expired and refresh failed: away$/,
    );
    await expect(failed).rejects.toBeInstanceOf(PodTokenError);
  });

  it("a request that is not answered is given up", async () => {
    await using bench = new Bench();
    bench.gate = new Promise(() => {});
    const failed = bench.get();
    const check = expect(failed).rejects.toThrow("context deadline exceeded");
    await bench.clock.advance(10 * SECOND);
    await check;
  });
});

describe("a token that is no longer good", () => {
  it("is replaced at once when the API server has refused it", async () => {
    await using bench = new Bench();
    const token = await bench.get();
    await bench.get(request("u-2"));
    expect(bench.manager.reject(token)).toBe(true);
    expect(bench.told.map(({ podUid }) => podUid)).toEqual(["u-1"]);
    const next = await bench.get();
    expect(next).not.toBe(token);
    expect(await bench.get()).toBe(next);
    expect(bench.asked).toHaveLength(3);
  });

  it("is not given out when it cannot be replaced", async () => {
    await using bench = new Bench();
    bench.manager.reject(await bench.get());
    bench.failure = new Error("away");
    await expect(bench.get()).rejects.toThrow("was refused and refresh failed: away");
  });

  it("is none of ours, perhaps", async () => {
    await using bench = new Bench();
    await bench.get();
    expect(bench.manager.reject("another")).toBe(false);
    expect(bench.told).toEqual([]);
  });

  it("is replaced when its account was made anew, and others are not", async () => {
    await using bench = new Bench();
    const old = await bench.get();
    const other = await bench.get(request("u-2", { name: "other" }));
    bench.accountUid = "sa-2";
    bench.manager.accountChanged("ns", "builder", "sa-2");
    expect(bench.told.map(({ podUid }) => podUid)).toEqual(["u-1"]);
    const next = await bench.get();
    expect(next).not.toBe(old);
    expect(await bench.get(request("u-2", { name: "other" }))).toBe(other);
    bench.manager.accountChanged("ns", "builder", "sa-2");
    expect(await bench.get()).toBe(next);
  });

  it("is another one for a pod made anew under its name", async () => {
    await using bench = new Bench();
    const old = await bench.get(request("u-1"));
    expect(await bench.get(request("u-2"))).not.toBe(old);
  });
});

describe("tokens of pods that are gone", () => {
  it("are forgotten", async () => {
    await using bench = new Bench();
    await bench.get(request("u-1"));
    await bench.get(request("u-1", { audiences: ["vault"] }));
    await bench.get(request("u-11"));
    bench.manager.deletePodTokens("u-1");
    expect(bench.manager.size).toBe(1);
    await bench.clock.advance(HOUR);
    expect(new Set(bench.told.map(({ podUid }) => podUid))).toEqual(new Set(["u-11"]));
  });

  it("are forgotten when they come later, too", async () => {
    await using bench = new Bench();
    const { promise, resolve } = Promise.withResolvers<void>();
    bench.gate = promise;
    const late = bench.get();
    bench.manager.deletePodTokens("u-1");
    resolve();
    await late;
    expect(bench.manager.size).toBe(0);
  });

  it("are collected within a minute after they expired", async () => {
    await using bench = new Bench();
    await bench.get();
    await bench.clock.advance(600 * SECOND);
    expect(bench.manager.size).toBe(1);
    await bench.clock.advance(MINUTE);
    expect(bench.manager.size).toBe(0);
  });

  it("do not grow without bound: the longest unused goes first", async () => {
    await using bench = new Bench(3);
    for (const pod of ["u-1", "u-2", "u-3"]) await bench.get(request(pod));
    await bench.get(request("u-1"));
    await bench.get(request("u-4"));
    expect(bench.manager.size).toBe(3);
    expect(bench.asked).toHaveLength(4);
    await bench.get(request("u-1"));
    expect(bench.asked).toHaveLength(4);
    await bench.get(request("u-2"));
    expect(bench.asked).toHaveLength(5);
  });
});

describe("what is due", () => {
  it("is told once, in the second in which it is", async () => {
    await using bench = new Bench();
    await bench.get();
    await bench.clock.advance(590 * SECOND);
    expect(bench.told).toHaveLength(1);
    expect(bench.told[0]?.at).toBeGreaterThanOrEqual(470);
    expect(bench.told[0]?.at).toBeLessThanOrEqual(481);
  });

  it("is told again when the attempt failed", async () => {
    await using bench = new Bench();
    await bench.get();
    bench.failure = new Error("away");
    bench.manager.onDue(() => void bench.get().catch(() => {}));
    await bench.clock.advance(590 * SECOND);
    expect(bench.told.length).toBeGreaterThan(5);
    expect(bench.asked).toHaveLength(bench.told.length + 1);
  });

  it("is told to others when one listener fails, and to none that left", async () => {
    await using bench = new Bench();
    const leave = bench.manager.onDue(() => {
      throw new Error("of a listener");
    });
    let calls = 0;
    bench.manager.onDue(() => calls++);
    bench.manager.reject(await bench.get());
    expect([calls, bench.complaints.length]).toEqual([1, 1]);
    leave();
    bench.manager.reject(await bench.get());
    expect([calls, bench.complaints.length]).toEqual([2, 1]);
  });
});

/** How often each second was asked in, without the first `skip` requests. */
function loads(bench: Bench, skip: number): { mean: number; most: number } {
  const times = bench.asked.slice(skip).map(({ at }) => Math.floor(at));
  const perSecond = new Map<number, number>();
  for (const at of times) perSecond.set(at, (perSecond.get(at) ?? 0) + 1);
  const seconds = (times.at(-1) ?? 0) - (times[0] ?? 0) + 1;
  return { mean: times.length / seconds, most: Math.max(...perSecond.values()) };
}

describe("5,000 pods that start together", () => {
  const pods = Array.from({ length: 5000 }, (_, index) =>
    request(`${index}-4e1f-9a`, { expirationSeconds: 3607 }),
  );
  const byUid = new Map(pods.map((each) => [each.pod.uid, each]));

  it("never ask for more than three times the mean in one second, hour after hour", async () => {
    await using bench = new Bench();
    await Promise.all(pods.map((each) => bench.get(each)));
    const ages: number[] = [];
    const mintedAt = new Map(pods.map(({ pod }) => [pod.uid, 0]));
    bench.manager.onDue((podUid) => {
      ages.push(bench.elapsed - (mintedAt.get(podUid) ?? 0));
      mintedAt.set(podUid, bench.elapsed);
      void bench.get(byUid.get(podUid));
    });
    await bench.clock.advance(6 * HOUR);
    const { mean, most } = loads(bench, 5000);
    expect(mean).toBeGreaterThan(1.7);
    expect(most).toBeLessThanOrEqual(3 * mean);
    // The first time some come early, none before half its time; later hardly anybody does.
    expect(Math.min(...ages)).toBeGreaterThan(1440);
    expect(Math.max(...ages)).toBeLessThan(2888);
    expect(Math.min(...ages.slice(10_000))).toBeGreaterThan(2500);
  });

  it("do not ask all at once when the API server comes back", async () => {
    await using bench = new Bench();
    await Promise.all(pods.map((each) => bench.get(each)));
    const failed: unknown[] = [];
    bench.manager.onDue((podUid) => {
      bench.get(byUid.get(podUid)).catch((error) => failed.push(error));
    });
    await bench.clock.advance(2000 * SECOND);
    bench.failure = new Error("away");
    await bench.clock.advance(600 * SECOND);
    bench.failure = undefined;
    await bench.clock.advance(2 * HOUR);
    expect(failed).toEqual([]);
    const { mean, most } = loads(bench, 5000);
    expect(most).toBeLessThanOrEqual(3 * mean);
  });
});
