import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { formatTime } from "../../runtime/clock.ts";
import {
  type ControlledServer,
  find,
  isGone,
  startControlledServer,
} from "../controlled-server.fixture.ts";
import { bootstrapToken } from "./bootstrap-token.fixture.ts";

const keyOf = (id: string) => ({ namespace: "kube-system", name: `bootstrap-token-${id}` });
const ACCOUNT = { namespace: "kube-system", name: "token-cleaner" };
const HOUR_MS = 3_600_000;
/** What a server needs to start, and the one that is tested: hours pass more quickly. */
const FEW =
  "serviceaccount-controller,root-ca-certificate-publisher-controller,token-cleaner-controller";

let server: ControlledServer;
afterEach(() => server[Symbol.asyncDispose]());

describe("bootstrap tokens, where somebody cleans them up", () => {
  beforeEach(async () => {
    server = await startControlledServer({ controllers: FEW });
    await server.until(() => find(server.accounts, ACCOUNT));
  });

  const endsIn = (ms: number) => ({ expiration: formatTime(server.clock.now() + ms) });

  it("go when they are over, and not before", async () => {
    await server.secrets.create(bootstrapToken("aaaaaa", endsIn(HOUR_MS)));
    await server.secrets.create(bootstrapToken("bbbbbb"));
    await server.secrets.create(bootstrapToken("cccccc", { expiration: "tomorrow" }));
    await server.until(() => isGone(server.secrets, keyOf("cccccc")));
    await server.clock.advance(HOUR_MS - 1000);
    expect(await find(server.secrets, keyOf("aaaaaa"))).toBeDefined();
    await server.clock.advance(1000);
    await server.until(() => isGone(server.secrets, keyOf("aaaaaa")));
    await server.clock.advance(10 * HOUR_MS);
    expect(await find(server.secrets, keyOf("bbbbbb"))).toBeDefined();
    expect(server.complaints).toEqual([]);
  });

  it("stay when their end was put off", async () => {
    await server.secrets.create(bootstrapToken("aaaaaa", endsIn(HOUR_MS)));
    await server.clock.advance(HOUR_MS / 2);
    const { data } = bootstrapToken("aaaaaa", endsIn(HOUR_MS));
    await server.secrets.patch(keyOf("aaaaaa"), "merge-patch", { data });
    await server.clock.advance(HOUR_MS / 2);
    expect(await find(server.secrets, keyOf("aaaaaa"))).toBeDefined();
    await server.clock.advance(HOUR_MS / 2);
    await server.until(() => isGone(server.secrets, keyOf("aaaaaa")));
  });

  it("are those of kube-system alone", async () => {
    const { metadata: _metadata, ...secret } = bootstrapToken("aaaaaa", endsIn(1000));
    const elsewhere = { namespace: "default", name: "bootstrap-token-aaaaaa" };
    await server.secrets.create({ ...secret, metadata: elsewhere });
    await server.clock.advance(HOUR_MS);
    expect(await find(server.secrets, elsewhere)).toBeDefined();
  });
});

it("nobody cleans them up unless he is told to, and he has no account", async () => {
  server = await startControlledServer();
  const expiration = formatTime(server.clock.now());
  await server.secrets.create(bootstrapToken("aaaaaa", { expiration }));
  await server.clock.advance(60_000);
  expect(await find(server.secrets, keyOf("aaaaaa"))).toBeDefined();
  expect(await find(server.accounts, ACCOUNT)).toBeUndefined();
});
