import { describe, expect, it } from "vitest";
import type { ApiRequest, ClientCertificate } from "../http/exchange.ts";
import type { AuthenticationResult, TokenAuthenticator, UserInfo } from "./authenticator.ts";
import { type AuthenticatorConfig, createAuthenticator } from "./authenticator-chain.ts";

const API = ["api"];
const user = (username: string, groups: readonly string[] = []): UserInfo => ({
  username,
  uid: "",
  groups,
  extra: {},
});
/** Knows `sa`, fails for `bad`, takes its time for `slow` and `slow-bad`. */
const tokens: TokenAuthenticator = {
  authenticateToken(token, audiences) {
    const good: AuthenticationResult = { outcome: "authenticated", user: user("sa"), audiences };
    if (token === "sa") return good;
    if (token === "bad") return { outcome: "failed", error: "service account token has expired" };
    if (token === "slow") return Promise.resolve(good);
    if (token === "slow-bad") return Promise.resolve({ outcome: "failed", error: "late" });
    if (token === "elsewhere") return { ...good, audiences: ["other"] };
    return { outcome: "no-opinion" };
  },
};
const certificate: ClientCertificate = {
  verified: true,
  commonName: "admin",
  organizations: ["system:masters"],
  sha256: "ab12",
};
const config: AuthenticatorConfig = {
  apiAudiences: API,
  requestHeader: {
    allowedNames: ["proxy"],
    usernameHeaders: ["X-Remote-User", " X-Other-User "],
    uidHeaders: ["X-Remote-Uid"],
    groupHeaders: ["X-Remote-Group"],
    extraHeaderPrefixes: ["X-Remote-Extra-"],
  },
  clientCertificates: true,
  loopbackTokens: new Map([["loop", user("system:apiserver", ["system:masters"])]]),
  staticTokens: new Map([["static", user("joe", ["devs"])]]),
  serviceAccounts: tokens,
  anonymous: { enabled: true },
};

function request(rawHeaders: readonly string[], more: Partial<ApiRequest> = {}): ApiRequest {
  const headers: Record<string, string> = {};
  for (let position = 0; position < rawHeaders.length; position += 2) {
    headers[(rawHeaders[position] ?? "").toLowerCase()] ??= rawHeaders[position + 1] ?? "";
  }
  return {
    method: "GET",
    path: "/api",
    rawQuery: "",
    headers,
    rawHeaders,
    protocol: "HTTP/1.1",
    clientCertificate: undefined,
    remoteAddress: "127.0.0.1",
    body: () => new Uint8Array(),
    onClose: () => {},
    ...more,
  };
}

const ask = async (
  rawHeaders: readonly string[],
  more: Partial<ApiRequest> = {},
  overrides: Partial<AuthenticatorConfig> = {},
): Promise<unknown> => {
  const authenticator = createAuthenticator({ ...config, ...overrides });
  const recorder = { warn: () => {}, annotate: () => {} };
  const result = await authenticator.authenticate(request(rawHeaders, more), recorder);
  if (result.outcome === "failed") return result.error;
  if (result.outcome === "no-opinion") return "nobody";
  return [result.user.username, ...result.user.groups];
};
const bearer = (token: string): readonly string[] => ["Authorization", `Bearer ${token}`];
const ANONYMOUS = ["system:anonymous", "system:unauthenticated"];
const AUTHENTICATED = "system:authenticated";

describe("the chain", () => {
  it.each<[string, readonly string[], Partial<ApiRequest>, unknown]>([
    ["nothing", [], {}, ANONYMOUS],
    ["another scheme", ["Authorization", "Basic YTpi"], {}, ANONYMOUS],
    ["a service account", bearer("sa"), {}, ["sa", AUTHENTICATED]],
    ["a slow token", bearer("slow"), {}, ["sa", AUTHENTICATED]],
    ["a static token", bearer("static"), {}, ["joe", "devs", AUTHENTICATED]],
    ["a loopback token", bearer("loop"), {}, ["system:apiserver", "system:masters", AUTHENTICATED]],
    ["garbage", bearer("x"), {}, "invalid bearer token"],
    ["a bad token", bearer("bad"), {}, "[invalid bearer token, service account token has expired]"],
    ["a slow bad token", bearer("slow-bad"), {}, "[invalid bearer token, late]"],
    [
      "a token for others",
      bearer("elsewhere"),
      {},
      "unable to match the audience: other, accepted: api",
    ],
    [
      "a certificate",
      [],
      { clientCertificate: certificate },
      ["admin", "system:masters", AUTHENTICATED],
    ],
    [
      "a certificate goes before a token",
      bearer("sa"),
      { clientCertificate: certificate },
      ["admin", "system:masters", AUTHENTICATED],
    ],
    [
      "a good certificate beside a bad token",
      bearer("bad"),
      { clientCertificate: certificate },
      ["admin", "system:masters", AUTHENTICATED],
    ],
    [
      "a bad certificate beside a good token",
      bearer("sa"),
      { clientCertificate: { ...certificate, verified: false } },
      ["sa", AUTHENTICATED],
    ],
    [
      "a bad certificate alone",
      [],
      { clientCertificate: { ...certificate, verified: false } },
      "[x509: certificate signed by unknown authority, verifying certificate X509SHA256=ab12 failed]",
    ],
    [
      "somebody that the process vouches for, whatever else is presented",
      bearer("bad"),
      { trustedUser: { username: "system:controller", groups: ["g"] } },
      ["system:controller", "g", AUTHENTICATED],
    ],
  ])("%s", async (_what, rawHeaders, more, expected) => {
    expect(await ask(rawHeaders, more)).toEqual(expected);
  });

  it("adds no second group and none to the anonymous", async () => {
    const staticTokens = new Map([
      ["a", user("a", [AUTHENTICATED, "x"])],
      ["b", user("b", ["system:unauthenticated"])],
      ["c", user("system:anonymous", ["x"])],
    ]);
    expect(await ask(bearer("a"), {}, { staticTokens })).toEqual(["a", AUTHENTICATED, "x"]);
    expect(await ask(bearer("b"), {}, { staticTokens })).toEqual(["b", "system:unauthenticated"]);
    expect(await ask(bearer("c"), {}, { staticTokens })).toEqual(["system:anonymous", "x"]);
  });

  it("lets nobody in anonymously where that is off", async () => {
    expect(await ask([], {}, { anonymous: { enabled: false } })).toBe("nobody");
  });

  it("lets the anonymous ask listed paths alone", async () => {
    const anonymous = { enabled: true, paths: new Set(["/healthz"]) };
    expect(await ask([], { path: "/healthz" }, { anonymous })).toEqual(ANONYMOUS);
    expect(await ask([], { path: "/healthz/" }, { anonymous })).toBe("nobody");
  });

  it("is synchronous, and gives a known user as the same object", () => {
    const authenticator = createAuthenticator(config);
    const recorder = { warn: () => {}, annotate: () => {} };
    const users = [1, 2].map(() => {
      const result = authenticator.authenticate(request(bearer("static")), recorder);
      if (result instanceof Promise || result.outcome !== "authenticated") throw new Error("no");
      return result.user;
    });
    expect(users[0]).toBe(users[1]);
  });

  it("knows a certificate's credential and uid", async () => {
    const recorder = { warn: () => {}, annotate: () => {} };
    const clientCertificate = { ...certificate, uids: ["u-1"] };
    const result = await createAuthenticator(config).authenticate(
      request([], { clientCertificate }),
      recorder,
    );
    expect(result).toMatchObject({
      user: {
        uid: "u-1",
        extra: { "authentication.kubernetes.io/credential-id": ["X509SHA256=ab12"] },
      },
    });
  });
});

describe("a certificate", () => {
  it.each([
    [["a", "b"], "expected 1 UID, but found multiple: [a b]"],
    [[""], "UID cannot be an empty string"],
  ])("with the uids %j makes nobody of its owner", async (uids, error) => {
    const recorder = { warn: () => {}, annotate: () => {} };
    const clientCertificate = { ...certificate, uids };
    const result = await createAuthenticator(config).authenticate(
      request([], { clientCertificate }),
      recorder,
    );
    expect(result).toMatchObject({ outcome: "failed", error: expect.stringContaining(error) });
  });
});

describe("a front proxy", () => {
  const proxy = { ...certificate, verified: false, commonName: "proxy", frontProxy: true };
  const headers = [
    ...[
      "X-Remote-User",
      "jane",
      "x-remote-uid",
      "u-1",
      "X-Remote-Group",
      "a",
      "X-Remote-Group",
      "",
    ],
    ...["X-REMOTE-GROUP", "b", "X-Remote-Extra-Acme.com%2fProject", "x", "X-Remote-Extra-%zz", "y"],
    ...["x-remote-extra-acme.com%2Fproject", "z"],
  ];

  it("speaks for its users", async () => {
    const recorder = { warn: () => {}, annotate: () => {} };
    const result = await createAuthenticator(config).authenticate(
      request(headers, { clientCertificate: proxy }),
      recorder,
    );
    expect(result).toEqual({
      outcome: "authenticated",
      user: {
        username: "jane",
        uid: "u-1",
        groups: ["a", "b", AUTHENTICATED],
        extra: { "acme.com/project": ["x", "z"], "%zz": ["y"] },
      },
      audiences: API,
    });
  });

  it.each<[string, readonly string[], ClientCertificate | undefined, unknown]>([
    ["without a certificate is nobody", headers, undefined, ANONYMOUS],
    [
      "with a user's certificate is that user",
      headers,
      certificate,
      ["admin", "system:masters", AUTHENTICATED],
    ],
    [
      "of another name is refused",
      headers,
      { ...proxy, commonName: "stranger" },
      "[x509: subject with cn=stranger is not in the allowed list, verifying certificate X509SHA256=ab12 failed]",
    ],
    ["may use the second header", ["x-other-user", "bob"], proxy, ["bob", AUTHENTICATED]],
    ["may present its own token", bearer("sa"), proxy, ["sa", AUTHENTICATED]],
  ])("%s", async (_what, rawHeaders, clientCertificate, expected) => {
    expect(await ask(rawHeaders, { clientCertificate })).toEqual(expected);
  });
});

describe("a WebSocket", () => {
  const prefix = "base64url.bearer.authorization.k8s.io.";
  const open = (protocols: string, connection = "keep-alive, Upgrade"): readonly string[] => [
    ...["Upgrade", "WebSocket", "Connection", connection],
    ...["Sec-WebSocket-Protocol", protocols],
  ];
  it.each<[string, readonly string[], unknown]>([
    ["may carry a token", open(`v5.x, ${prefix}c2E`), ["sa", AUTHENTICATED]],
    ["may carry a bad token", open(`v5.x,${prefix}YmFk`), "service account token has expired"],
    ["may carry garbage", open(`v5.x,${prefix}eA`), "invalid bearer token"],
    ["may carry none", open("v5.x"), ANONYMOUS],
    ["may carry an empty one", open(`v5.x,${prefix}`), ANONYMOUS],
    ["needs a real protocol", open(`${prefix}c2E`), "missing additional subprotocol"],
    [
      "carries one token only",
      open(`v5.x,${prefix}c2E,${prefix}c2E`),
      "multiple base64.bearer.authorization tokens specified",
    ],
    [
      "carries base64url",
      open(`v5.x,${prefix}c2E=`),
      "invalid base64.bearer.authorization token encoding",
    ],
    ["carries UTF-8", open(`v5.x,${prefix}_w`), "invalid base64.bearer.authorization token"],
    ["has to be one", open(`v5.x,${prefix}c2E`, "keep-alive"), ANONYMOUS],
  ])("%s", async (_what, rawHeaders, expected) => {
    expect(await ask(rawHeaders)).toEqual(expected);
  });
});

describe("a review", () => {
  const review = async (
    token: string,
    audiences: readonly string[] = API,
    overrides: Partial<AuthenticatorConfig> = {},
  ): Promise<unknown> => {
    const result = await createAuthenticator({ ...config, ...overrides }).reviewToken(
      token,
      audiences,
    );
    if (result.outcome === "failed") return result.error;
    return result.outcome === "no-opinion" ? "nobody" : [result.user.username, result.audiences];
  };

  it.each<[string, readonly string[], unknown]>([
    ["sa", ["x"], ["sa", ["x"]]],
    ["sa second", API, ["sa", API]],
    ["slow", API, ["sa", API]],
    ["static", ["x", "api"], ["joe", ["api"]]],
    ["static", ["x"], "invalid bearer token"],
    ["bad", API, "[invalid bearer token, service account token has expired]"],
    ["garbage", API, "invalid bearer token"],
    [" sa", ["x"], ["system:anonymous", ["x"]]],
    ["   ", API, ["system:anonymous", API]],
  ])("of %j for %j", async (token, audiences, expected) => {
    expect(await review(token, audiences)).toEqual(expected);
  });

  it.each([{ enabled: false }, { enabled: true, paths: new Set(["/healthz"]) }])(
    "finds nobody where %j",
    async (anonymous) => {
      expect(await review(" sa", API, { anonymous })).toBe("nobody");
    },
  );
});
