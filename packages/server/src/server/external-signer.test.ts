import { status } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../testing/test-server.ts";
import { makeSignerKey, TestSigner } from "../tokens/external-signer/signer.fixture.ts";

async function startSigner(abstractName?: string): Promise<TestSigner> {
  const signer = new TestSigner([makeSignerKey("one")], abstractName);
  await signer.start();
  return signer;
}

function start(signer: TestSigner, more: Record<string, string> = {}): Promise<TestServer> {
  return startTestServer({
    options: { "service-account-signing-endpoint": signer.endpoint, ...more },
  });
}

const TOKEN_PATH = "/api/v1/namespaces/default/serviceaccounts/default/token";

async function requestToken(server: TestServer, spec: object = {}) {
  const answer = await server.send("POST", TOKEN_PATH, { spec });
  return { answer, token: answer.json<{ status: { token?: string } }>().status.token ?? "" };
}

async function review(server: TestServer, token: string) {
  const answer = await server.send("POST", "/apis/authentication.k8s.io/v1/tokenreviews", {
    spec: { token },
  });
  return answer.json<{
    status: { authenticated?: boolean; error?: string; user?: { username: string } };
  }>().status;
}

async function publishedKeys(server: TestServer) {
  const answer = await server.send("GET", "/openid/v1/jwks", undefined, {
    headers: { accept: "*/*" },
  });
  const { keys } = answer.json<{ keys: { kid: string }[] }>();
  return { ids: keys.map(({ kid }) => kid), cacheControl: answer.headers["cache-control"] };
}

const partOf = (token: string, at: number): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split(".")[at] ?? "", "base64url").toString());

describe("--service-account-signing-endpoint", () => {
  it("has tokens signed elsewhere, and knows them again", async () => {
    await using signer = await startSigner();
    signer.refreshHintSeconds = 10_000;
    await using server = await start(signer);
    const { token } = await requestToken(server);
    expect(partOf(token, 0)).toEqual({ alg: "ES256", kid: "one", typ: "JWT" });
    expect(await review(server, token)).toMatchObject({
      authenticated: true,
      user: { username: "system:serviceaccount:default:default" },
    });
    const { ids, cacheControl } = await publishedKeys(server);
    expect(ids).toEqual(["one"]);
    const [, maxAge] = /^public, max-age=(\d+)$/.exec(String(cacheControl)) ?? [];
    expect(Number(maxAge)).toBeLessThanOrEqual(signer.refreshHintSeconds);
    expect(Number(maxAge)).toBeGreaterThan(signer.refreshHintSeconds - 600);
    const metrics = (await server.send("GET", "/metrics")).text;
    expect(metrics).toContain('apiserver_externaljwt_sign_request_total{code="OK"} 1\n');
    expect(metrics).toContain('apiserver_externaljwt_fetch_keys_request_total{code="OK"} 1\n');
    expect(metrics).toContain("apiserver_externaljwt_fetch_keys_data_timestamp 1700000000\n");
  });

  it("may be an abstract socket", async () => {
    await using signer = await startSigner(`countersign-test-${process.pid}`);
    await using server = await start(signer);
    expect((await requestToken(server)).answer.status).toBe(201);
  });

  it("waits for a signer that starts later", async () => {
    await using signer = new TestSigner([makeSignerKey("one")]);
    const starting = start(signer);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await signer.start();
    await using server = await starting;
    expect((await requestToken(server)).answer.status).toBe(201);
  });

  it("takes new keys when a token names one", async () => {
    await using signer = await startSigner();
    await using server = await start(signer);
    const { token: old } = await requestToken(server);
    signer.keys = [makeSignerKey("two"), ...signer.keys];
    const { token } = await requestToken(server);
    expect(partOf(token, 0)).toMatchObject({ kid: "two" });
    expect([await review(server, token), await review(server, old)]).toMatchObject([
      { authenticated: true },
      { authenticated: true },
    ]);
    expect((await publishedKeys(server)).ids).toEqual(["two", "one"]);
    // Another key under the same name does not verify what the first has signed.
    signer.keys = [makeSignerKey("two"), makeSignerKey("three")];
    signer.keys.reverse();
    await requestToken(server);
    expect(await review(server, token)).toMatchObject({
      error: expect.stringContaining("[invalid bearer token"),
    });
  });

  it("verifies by keys that are not published, and lets none of them sign", async () => {
    await using signer = await startSigner();
    await using server = await start(signer);
    const { token } = await requestToken(server);
    const [one] = signer.keys;
    signer.keys = [makeSignerKey("two"), { ...(one ?? makeSignerKey("one")), excluded: true }];
    await requestToken(server);
    expect(await review(server, token)).toMatchObject({ authenticated: true });
    expect((await publishedKeys(server)).ids).toEqual(["two"]);
    signer.keys.reverse();
    const { answer } = await requestToken(server);
    expect(answer.status).toBe(500);
    expect(answer.json()).toMatchObject({
      message:
        "Internal error occurred: failed to generate token: while validating header: key used " +
        "for signing JWT (kid: one) is excluded from OIDC discovery docs",
    });
  });

  it("answers 500 while the signer fails, and goes on verifying", async () => {
    await using signer = await startSigner();
    await using server = await start(signer);
    const { token } = await requestToken(server);
    signer.failure = { code: status.RESOURCE_EXHAUSTED, details: "too many" };
    const { answer } = await requestToken(server);
    expect(answer.status).toBe(500);
    expect(answer.json()).toMatchObject({
      message:
        "Internal error occurred: failed to generate token: while signing jwt: rpc error: code = " +
        "ResourceExhausted desc = too many",
    });
    signer.stop();
    expect(await review(server, token)).toMatchObject({ authenticated: true });
    const metrics = (await server.send("GET", "/metrics")).text;
    expect(metrics).toContain(
      'apiserver_externaljwt_sign_request_total{code="ResourceExhausted"} 1\n',
    );
  });

  it("bounds the life of tokens by what the signer signs", async () => {
    await using signer = await startSigner();
    signer.maxTokenExpirationSeconds = 7200;
    await using server = await start(signer);
    const { answer, token } = await requestToken(server, { expirationSeconds: 10_000 });
    expect(String(answer.headers.warning)).toContain("shortened to 7200 seconds");
    const { iat, exp } = partOf(token, 1) as { iat: number; exp: number };
    expect(exp - iat).toBe(7200);
  });

  it.each<[string, number, Record<string, string>, string]>([
    [
      "signs for too short a life",
      599,
      {},
      "max token life supported by external-jwt-signer (599s) is less than acceptable (min 600s)",
    ],
    [
      "signs for less than an option wants",
      3600,
      { "service-account-max-token-expiration": "2h" },
      "service-account-max-token-expiration cannot be set longer than the token expiration supported by service-account-signing-endpoint: 2h0m0s > 1h0m0s",
    ],
  ])("refuses to start when the signer %s", async (_what, seconds, options, message) => {
    await using signer = await startSigner();
    signer.maxTokenExpirationSeconds = seconds;
    await expect(start(signer, options)).rejects.toThrow(message);
  });

  it("refuses to start without keys", async () => {
    await using signer = new TestSigner([]);
    await signer.start();
    await expect(start(signer)).rejects.toThrow(
      "while setting up external-jwt-signer: while initially filling key cache: while performing " +
        "initial cache fill: while fetching token verification keys: found no keys",
    );
  });
});
