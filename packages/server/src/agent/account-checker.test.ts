import { describe, expect, it } from "vitest";
import { notFound } from "../api/status-error.ts";
import { Client } from "../client/client.ts";
import { silentLogger } from "../runtime/logger.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { createAccountChecker } from "./account-checker.ts";
import { cachedToken } from "./token-cache.ts";

const MINUTE = 60_000;

/** Accounts by name, before a checker of tokens for each of `names`. */
async function observe(
  names: readonly string[],
  uidOf: (name: string) => string | number,
  minutes: number,
) {
  const clock = new FakeClock();
  const asked: string[] = [];
  const changed: string[] = [];
  const client = new Client(
    ({ url }) => {
      const name = url.slice(url.lastIndexOf("/") + 1);
      asked.push(name);
      const uid = uidOf(name);
      const missing = notFound({ group: "", resource: "serviceaccounts" }, name).status;
      const body =
        typeof uid === "string" ? { metadata: { name, uid } } : uid === 404 ? missing : {};
      return Promise.resolve({
        status: typeof uid === "string" ? 200 : uid,
        header: () => undefined,
        text: () => Promise.resolve(JSON.stringify(body)),
        chunks: () => (async function* () {})(),
      });
    },
    { userAgent: "test" },
  );
  const tokens = names.map((name, index) =>
    cachedToken(
      `${index}`,
      { namespace: "ns", name, audiences: [], pod: { name: "p", uid: `${index}` } },
      { token: "t", expiresAt: 0, lifetimeMs: 0 },
      0,
    ),
  );
  const checker = createAccountChecker({
    client,
    tokens: {
      tokens: () => tokens,
      accountChanged: (namespace, name, uid) => changed.push(`${namespace}/${name} ${uid}`),
    },
    clock,
    logger: silentLogger,
  });
  const abort = new AbortController();
  const running = checker.run({ signal: abort.signal });
  const perMinute: string[][] = [];
  for (let minute = 0; minute < minutes; minute++) {
    await clock.advance(MINUTE);
    for (let turn = 0; turn < 300; turn++) await clock.advance(0);
    perMinute.push(asked.splice(0));
  }
  abort.abort();
  await running;
  expect(clock.pending()).toBe(0);
  return { perMinute, changed };
}

describe("accounts of tokens", () => {
  it("are looked at once a minute, each once", async () => {
    const { perMinute, changed } = await observe(["b", "a", "a"], (name) => `uid-${name}`, 2);
    expect(perMinute).toEqual([
      ["a", "b"],
      ["a", "b"],
    ]);
    expect(changed.slice(0, 2)).toEqual(["ns/a uid-a", "ns/b uid-b"]);
  });

  it("that are missing stop nobody", async () => {
    const { changed } = await observe(["a", "b"], (name) => (name === "a" ? 404 : "uid-b"), 1);
    expect(changed).toEqual(["ns/b uid-b"]);
  });

  it("that are not to be had are tried again a minute later", async () => {
    const { perMinute, changed } = await observe(["a", "b"], () => 503, 2);
    expect(perMinute.map((asked) => asked.length)).toEqual([1, 1]);
    expect(changed).toEqual([]);
  });

  it("are looked at in turn when there are many", async () => {
    const names = Array.from({ length: 250 }, (_, index) => `a${index}`);
    const { perMinute } = await observe(names, (name) => name, 3);
    expect(perMinute.map((asked) => asked.length)).toEqual([100, 100, 100]);
    expect(new Set(perMinute.flat()).size).toBe(250);
  });
});
