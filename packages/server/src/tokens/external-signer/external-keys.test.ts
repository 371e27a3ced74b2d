import { describe, expect, it } from "vitest";
import { silentLogger } from "../../runtime/logger.ts";
import { FakeClock } from "../../testing/fake-clock.ts";
import { ExternalKeys } from "./external-keys.ts";
import { makeSignerKey, publicDer, type SignerKey } from "./signer.fixture.ts";
import type { FetchKeysResponse } from "./signer-messages.ts";

const A = makeSignerKey("a");
const B = makeSignerKey("b", true);

function answer(keys: readonly SignerKey[], over: Partial<FetchKeysResponse> = {}) {
  return {
    keys: keys.map((key) => ({
      keyId: key.id,
      key: publicDer(key),
      excludeFromOidcDiscovery: key.excluded ?? false,
    })),
    dataTimestamp: { seconds: 1000, nanos: 0 },
    refreshHintSeconds: 100,
    ...over,
  } satisfies FetchKeysResponse;
}

/** Keys of a signer that gives `answers` in turn, the last one again and again. */
function setUp(...answers: (FetchKeysResponse | Error)[]) {
  const clock = new FakeClock();
  let fetches = 0;
  const client = {
    fetchKeys: async () => {
      const next = answers[Math.min(fetches++, answers.length - 1)];
      if (next === undefined || next instanceof Error) throw next;
      return next;
    },
  };
  const keys = new ExternalKeys({ client, clock, logger: silentLogger });
  let changes = 0;
  keys.onChange(() => changes++);
  return {
    clock,
    keys,
    get fetches() {
      return fetches;
    },
    get changes() {
      return changes;
    },
  };
}

const ids = (keys: readonly { readonly kid: string }[]): string[] => keys.map(({ kid }) => kid);

describe("keys of an external signer", () => {
  it("are found by id, all of them by none", async () => {
    const { keys } = setUp(answer([A, B]));
    await keys.refresh();
    expect(ids(await keys.keysFor("b"))).toEqual(["b"]);
    expect(ids(await keys.keysFor(""))).toEqual(["a", "b"]);
    expect(keys.all().map(({ excludeFromDiscovery }) => excludeFromDiscovery)).toEqual([
      false,
      true,
    ]);
  });

  it("are asked for when an id is unknown, once for all who ask", async () => {
    const test = setUp(answer([A]), answer([A, B]));
    await test.keys.refresh();
    const found = await Promise.all([test.keys.keysFor("b"), test.keys.keysFor("b")]);
    expect(found.map(ids)).toEqual([["b"], ["b"]]);
    expect(test.fetches).toBe(2);
  });

  it("are none for an id that stays unknown, or while the signer is away", async () => {
    const { keys } = setUp(answer([A]), answer([A]), new Error("away"));
    await keys.refresh();
    expect(await keys.keysFor("x")).toEqual([]);
    expect(await keys.keysFor("x")).toEqual([]);
    expect(ids(await keys.keysFor("a"))).toEqual(["a"]);
  });

  it("are fetched when the signer says so, every ten seconds while it is away", async () => {
    const test = setUp(answer([A]), new Error("away"), new Error("away"), answer([A]));
    await test.keys.refresh();
    const stop = new AbortController();
    const running = test.keys.run(stop.signal);
    await test.clock.advance(99_000);
    expect([test.fetches, test.keys.maxAgeSeconds]).toEqual([1, 1]);
    await test.clock.advance(1000);
    expect([test.fetches, test.keys.maxAgeSeconds]).toEqual([2, 0]);
    await test.clock.advance(10_000);
    await test.clock.advance(10_000);
    expect([test.fetches, test.keys.maxAgeSeconds]).toEqual([4, 100]);
    expect(ids(test.keys.all())).toEqual(["a"]);
    stop.abort();
    await running;
  });

  it("end what was concluded from others, and are published anew", async () => {
    const other = { ...makeSignerKey("a"), excluded: false };
    const cases: [string, FetchKeysResponse, boolean, boolean][] = [
      ["nothing", answer([A]), false, false],
      ["newer data", answer([A], { dataTimestamp: { seconds: 2000, nanos: 0 } }), false, true],
      ["another key", answer([A, B]), true, true],
      ["another key of the same id", answer([other]), true, true],
      ["an exclusion", answer([{ ...A, excluded: true }]), true, true],
    ];
    for (const [what, second, isNewGeneration, isChange] of cases) {
      const test = setUp(answer([A]), second);
      await test.keys.refresh();
      const { generation } = test.keys;
      const { changes } = test;
      await test.keys.refresh();
      expect(test.keys.generation !== generation, what).toBe(isNewGeneration);
      expect(test.changes !== changes, what).toBe(isChange);
    }
  });

  const where = "while fetching token verification keys: ";
  it.each<[string, FetchKeysResponse | Error, string]>([
    [
      "a failed call",
      new Error("rpc error: code = Unavailable desc = away"),
      "while getting externally supported jwt signing keys: rpc error: code = Unavailable desc = away",
    ],
    ["no hint", answer([A], { refreshHintSeconds: 0 }), "found invalid refresh hint (0s)"],
    ["a bad hint", answer([A], { refreshHintSeconds: -3 }), "found invalid refresh hint (-3s)"],
    ["no keys", answer([]), "found no keys"],
    [
      "no timestamp",
      answer([A], { dataTimestamp: undefined }),
      "invalid data timestamp: proto:\u00a0invalid nil Timestamp",
    ],
    [
      "a timestamp out of range",
      answer([A], { dataTimestamp: { seconds: 253_402_300_800, nanos: 0 } }),
      "invalid data timestamp: proto:\u00a0timestamp (seconds:253402300800) after 9999-12-31",
    ],
    ["an empty id", answer([{ ...A, id: "" }]), 'found invalid public key id ""'],
    [
      "a long id",
      answer([{ ...A, id: "é".repeat(513) }]),
      `found invalid public key id "${"é".repeat(513)}"`,
    ],
    [
      "an empty key",
      {
        ...answer([A]),
        keys: [{ keyId: "a", key: Buffer.alloc(0), excludeFromOidcDiscovery: false }],
      },
      "found empty public key",
    ],
  ])("are refused for %s, and the old ones stay", async (_what, bad, message) => {
    const { keys } = setUp(answer([A]), bad);
    await keys.refresh();
    await expect(keys.refresh()).rejects.toThrow(new Error(where + message));
    expect(ids(keys.all())).toEqual(["a"]);
  });

  it("are refused when they are no keys", async () => {
    const key = { keyId: "a", key: Buffer.from("no key"), excludeFromOidcDiscovery: false };
    const { keys } = setUp({ ...answer([A]), keys: [key] });
    await expect(keys.refresh()).rejects.toThrow(`${where}while parsing external public keys: `);
  });
});
