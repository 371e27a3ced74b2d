import { describe, expect, it } from "vitest";
import { notFound } from "../api/status-error.ts";
import type { TokenReview } from "../api/types.ts";
import { Client } from "../client/client.ts";
import type { TransportRequest } from "../client/transport.ts";
import { silentLogger } from "../runtime/logger.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { cachedToken } from "./token-cache.ts";
import { createTokenChecker } from "./token-checker.ts";

const MINUTE = 60_000;

/** A server that knows accounts, and tokens that it refuses, before a checker of one token for each name. */
class Bench {
  readonly clock = new FakeClock();
  /** Names of accounts that were got, and tokens that were reviewed, in one minute each. */
  readonly minutes: { readonly accounts: string[]; readonly reviews: string[] }[] = [];
  readonly reviewed: TokenReview[] = [];
  readonly changed: string[] = [];
  readonly rejected: string[] = [];
  readonly tokens;
  /** A uid, or the status of an answer without one. */
  uidOf: (name: string) => string | number = (name) => `uid-${name}`;
  refused: ReadonlySet<string> = new Set();
  readonly #asked = { accounts: [] as string[], reviews: [] as string[] };
  readonly #abort = new AbortController();
  readonly #running: Promise<void>;

  constructor(names: readonly string[]) {
    this.tokens = names.map((name, index) =>
      cachedToken(
        `${index}`,
        {
          namespace: "ns",
          name,
          audiences: index === 0 ? ["vault"] : [],
          pod: { name: "p", uid: `${index}` },
        },
        { token: `t${index}`, expiresAt: 0, lifetimeMs: 0 },
        0,
        0,
      ),
    );
    this.#running = createTokenChecker({
      client: new Client((request) => Promise.resolve(this.#answer(request)), {
        userAgent: "test",
      }),
      tokens: {
        tokens: () => this.tokens,
        accountChanged: (namespace, name, uid) => this.changed.push(`${namespace}/${name} ${uid}`),
        reject: (token) => this.rejected.push(token) > 0,
      },
      clock: this.clock,
      logger: silentLogger,
    }).run({ signal: this.#abort.signal });
  }

  async run(minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes; minute++) {
      await this.clock.advance(MINUTE);
      for (let turn = 0; turn < 600; turn++) await this.clock.advance(0);
      const { accounts, reviews } = this.#asked;
      this.minutes.push({ accounts: accounts.splice(0), reviews: reviews.splice(0) });
    }
  }

  #answer({ method, url, body }: TransportRequest) {
    const [status, answer] =
      method === "GET"
        ? this.#account(url)
        : [201, this.#review(JSON.parse(`${Buffer.from(body ?? [])}`))];
    return {
      status,
      header: () => undefined,
      text: () => Promise.resolve(JSON.stringify(answer)),
      chunks: () => (async function* () {})(),
    };
  }

  #account(url: string): [number, unknown] {
    const name = url.slice(url.lastIndexOf("/") + 1);
    this.#asked.accounts.push(name);
    const uid = this.uidOf(name);
    if (typeof uid === "string") return [200, { metadata: { name, uid } }];
    const { status } = notFound({ group: "", resource: "serviceaccounts" }, name);
    return [uid, uid === 404 ? status : {}];
  }

  #review(review: TokenReview): unknown {
    this.reviewed.push(review);
    this.#asked.reviews.push(review.spec.token);
    return { ...review, status: { authenticated: !this.refused.has(review.spec.token) } };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    await this.#running;
    expect(this.clock.pending()).toBe(0);
  }
}

describe("accounts of tokens", () => {
  it("are looked at once a minute, each once", async () => {
    await using bench = new Bench(["b", "a", "a"]);
    await bench.run(2);
    expect(bench.minutes.map(({ accounts }) => accounts)).toEqual([
      ["a", "b"],
      ["a", "b"],
    ]);
    expect(bench.changed.slice(0, 2)).toEqual(["ns/a uid-a", "ns/b uid-b"]);
  });

  it("that are missing stop nobody, and their tokens are left", async () => {
    await using bench = new Bench(["a", "b"]);
    bench.uidOf = (name) => (name === "a" ? 404 : "uid-b");
    bench.refused = new Set(["t0"]);
    await bench.run(1);
    expect(bench.changed).toEqual(["ns/b uid-b"]);
    expect(bench.rejected).toEqual([]);
  });

  it("that are not to be had are tried again a minute later", async () => {
    await using bench = new Bench(["a", "b"]);
    bench.uidOf = () => 503;
    await bench.run(2);
    expect(bench.minutes.map(({ accounts }) => accounts.length)).toEqual([1, 1]);
    expect(bench.changed).toEqual([]);
  });

  it("are looked at in turn when there are many", async () => {
    await using bench = new Bench(Array.from({ length: 250 }, (_, index) => `a${index}`));
    await bench.run(3);
    expect(bench.minutes.map(({ accounts }) => accounts.length)).toEqual([100, 100, 100]);
    expect(new Set(bench.minutes.flatMap(({ accounts }) => accounts)).size).toBe(250);
  });
});

describe("tokens", () => {
  it("are shown to the server one for each account and minute, in turn, for their audiences", async () => {
    await using bench = new Bench(["a", "a", "a"]);
    await bench.run(4);
    expect(bench.minutes.map(({ reviews }) => reviews)).toEqual([["t0"], ["t1"], ["t2"], ["t0"]]);
    expect(bench.reviewed.slice(0, 2).map(({ spec }) => spec)).toEqual([
      { token: "t0", audiences: ["vault"] },
      { token: "t1" },
    ]);
    expect(bench.rejected).toEqual([]);
  });

  it("that the server refuses are replaced, and others of the account are looked at", async () => {
    await using bench = new Bench(["a", "a", "b"]);
    bench.refused = new Set(["t0"]);
    await bench.run(1);
    expect(bench.rejected).toEqual(["t0"]);
    expect(bench.minutes[0]?.reviews).toEqual(["t0", "t1", "t2"]);
  });

  it("that are refused whatever is done are left alone for a while", async () => {
    await using bench = new Bench(["a"]);
    bench.refused = new Set(["t0"]);
    await bench.run(10);
    expect(bench.rejected).toEqual(["t0"]);
    await bench.run(1);
    expect(bench.rejected).toEqual(["t0", "t0"]);
  });

  it("that are to be replaced already are not asked about", async () => {
    await using bench = new Bench(["a", "a"]);
    for (const token of bench.tokens) token.isRejected = true;
    await bench.run(1);
    expect(bench.reviewed).toEqual([]);
  });
});
