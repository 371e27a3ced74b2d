import { createPrivateKey } from "node:crypto";
import { importPKCS8, SignJWT } from "jose";
import { beforeEach, describe, expect, it } from "vitest";
import type { KubeObject } from "../api/object.ts";
import { silentLogger } from "../runtime/logger.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { FIXED_OTHER_P256_KEY, FIXED_P256_KEY, FIXED_RSA_KEY } from "../testing/fixed-keys.ts";
import { type BoundTokenFacts, buildBoundClaims, buildLegacyClaims } from "../tokens/claims.ts";
import { createTokenSigner } from "../tokens/issuer.ts";
import { KeyRing, type RingKey } from "../tokens/key-ring.ts";
import { signingKey } from "../tokens/signing-key.ts";
import type { AuthenticationResult } from "./authenticator.ts";
import type { LastUsedMark } from "./last-used-marker.ts";
import { ServiceAccountAuthenticator, type TokenUse } from "./service-account.ts";

const NOW = Date.UTC(2026, 0, 1, 12);
const ISSUER = "https://issuer.example";
const API = ["https://issuer.example", "api"];
const key = (pem: string, state: RingKey["state"]): RingKey => ({
  key: signingKey(createPrivateKey(pem)),
  state,
  createdAt: 0,
});
const active = key(FIXED_P256_KEY, "active");

/** Objects by `kind/name`, a clock, a ring, and everything that was reported. */
class World {
  readonly clock = new FakeClock(NOW);
  readonly ring = new KeyRing([active]);
  readonly objects = new Map<string, KubeObject>();
  readonly uses: TokenUse[] = [];
  readonly notes: string[] = [];
  readonly marks: LastUsedMark[] = [];
  readonly recorder = {
    warn: (text: string) => void this.notes.push(`warn ${text}`),
    annotate: (name: string, value: string) => void this.notes.push(`${name} ${value}`),
  };
  readonly authenticator: ServiceAccountAuthenticator;

  constructor(
    overrides: Partial<ConstructorParameters<typeof ServiceAccountAuthenticator>[0]> = {},
  ) {
    const find = (kind: string) => (_namespace: string, name: string) =>
      this.objects.get(`${kind}/${name}`);
    this.authenticator = new ServiceAccountAuthenticator({
      issuers: [ISSUER, "https://old.example"],
      apiAudiences: API,
      keys: this.ring,
      objects: {
        serviceAccount: find("account"),
        pod: find("pod"),
        secret: find("secret"),
        node: (name) => this.objects.get(`node/${name}`),
      },
      lookup: true,
      clock: this.clock,
      logger: silentLogger,
      markLastUsed: async (mark) => void this.marks.push(mark),
      count: (use) => this.uses.push(use),
      cacheLimit: 10,
      ...overrides,
    });
    this.put("account/app", "sa-1");
  }

  put(key: string, uid: string, more: Partial<KubeObject> = {}): void {
    const { metadata, ...rest } = more;
    this.objects.set(key, {
      metadata: { name: key.split("/")[1] ?? "", uid, ...metadata },
      ...rest,
    });
  }

  /** Marks an object as deleted so many seconds ago. */
  deleteAt(key: string, secondsAgo: number): void {
    const object = this.objects.get(key);
    const at = new Date(this.clock.now() - secondsAgo * 1000).toISOString();
    if (object) object.metadata.deletionTimestamp = at;
  }

  async token(facts: Partial<BoundTokenFacts> = {}): Promise<string> {
    return createTokenSigner(this.ring).sign(
      buildBoundClaims({
        issuer: ISSUER,
        namespace: "ns",
        serviceAccount: { name: "app", uid: "sa-1" },
        audiences: ["api"],
        now: NOW,
        expiresAfterSeconds: 3600,
        tokenId: "id-1",
        ...facts,
      }),
    );
  }

  async ask(token: string, audiences: readonly string[] = API): Promise<AuthenticationResult> {
    return this.authenticator.authenticateToken(token, audiences, this.recorder);
  }

  /** The complaint, `ok` or `not mine`. */
  async verdict(token: string, audiences?: readonly string[]): Promise<string> {
    const result = await this.ask(token, audiences);
    if (result.outcome === "failed") return result.error;
    return result.outcome === "authenticated" ? "ok" : "not mine";
  }
}

let world: World;
beforeEach(() => {
  world = new World();
});

describe("a bound token", () => {
  it("stands for its account, with everything it is bound to as extra", async () => {
    world.put("pod/p", "pod-1");
    const token = await world.token({
      pod: { name: "p", uid: "pod-1" },
      node: { name: "n", uid: "node-1" },
    });
    expect(await world.ask(token)).toEqual({
      outcome: "authenticated",
      user: {
        username: "system:serviceaccount:ns:app",
        uid: "sa-1",
        groups: ["system:serviceaccounts", "system:serviceaccounts:ns"],
        extra: {
          "authentication.kubernetes.io/credential-id": ["JTI=id-1"],
          "authentication.kubernetes.io/node-name": ["n"],
          "authentication.kubernetes.io/node-uid": ["node-1"],
          "authentication.kubernetes.io/pod-name": ["p"],
          "authentication.kubernetes.io/pod-uid": ["pod-1"],
        },
      },
      audiences: ["api"],
    });
  });

  it("is answered at once, with the same object, when it is known", async () => {
    const token = await world.token();
    const first = world.authenticator.authenticateToken(token, API, world.recorder);
    expect(first).not.toBeInstanceOf(Promise);
    expect(world.authenticator.authenticateToken(token, API, world.recorder)).toBe(first);
  });

  it.each([
    ["expired, within the leeway", { expiresAfterSeconds: -60 }, "ok"],
    ["expired", { expiresAfterSeconds: -61 }, "service account token has expired"],
    ["early, within the leeway", { now: NOW + 60_000 }, "ok"],
    ["early", { now: NOW + 61_000 }, "service account token is not valid yet"],
    ["of the second issuer", { issuer: "https://old.example" }, "ok"],
    ["of another issuer", { issuer: "https://other.example" }, "not mine"],
    [
      "expired and for others",
      { expiresAfterSeconds: -61, audiences: ["x", 'y"'] },
      'token audiences ["x" "y\\""] is invalid for the target audiences ["https://issuer.example" "api"]',
    ],
    [
      "expired and of a missing account",
      { expiresAfterSeconds: -61, serviceAccount: { name: "gone", uid: "x" } },
      "service account token has expired",
    ],
    [
      "of a missing account",
      { serviceAccount: { name: "gone", uid: "x" } },
      'serviceaccounts "gone" not found',
    ],
    [
      "of an account that came back",
      { serviceAccount: { name: "app", uid: "sa-0" } },
      "service account UID (sa-1) does not match claim (sa-0)",
    ],
  ])("%s", async (_what, facts, verdict) => {
    const token = await world.token(facts);
    expect(await world.verdict(token)).toBe(verdict);
    // Once more, from the cache where it got that far.
    expect(await world.verdict(token)).toBe(verdict);
  });

  it("ends when its time has come, though it is remembered", async () => {
    const token = await world.token();
    expect(await world.verdict(token)).toBe("ok");
    await world.clock.advance(3660_000);
    expect(await world.verdict(token)).toBe("ok");
    await world.clock.advance(1);
    expect(await world.verdict(token)).toBe("service account token has expired");
  });

  it("ends without a leeway where there is none", async () => {
    const strict = new World({ expiryLeewayMs: 0 });
    const token = await strict.token();
    await strict.clock.advance(3600_000);
    expect(await strict.verdict(token)).toBe("ok");
    await strict.clock.advance(1);
    expect(await strict.verdict(token)).toBe("service account token has expired");
  });

  it("may come with an issue date in the future only within the leeway", async () => {
    const signer = await importPKCS8(FIXED_P256_KEY, "ES256");
    const make = (iat: number): Promise<string> =>
      new SignJWT({
        iss: ISSUER,
        aud: "api",
        iat,
        "kubernetes.io": { namespace: "ns", serviceaccount: { name: "app", uid: "sa-1" } },
      })
        .setProtectedHeader({ alg: "ES256" })
        .sign(signer);
    // A single audience may stand without a list, and there may be no kid, no exp and no jti.
    expect(await world.ask(await make(NOW / 1000 + 60))).toMatchObject({
      audiences: ["api"],
      user: { extra: {} },
    });
    expect(await world.verdict(await make(NOW / 1000 + 61))).toBe(
      "service account token is issued in the future",
    );
  });

  it.each([
    [
      ["x", "api"],
      ["x", "api"],
    ],
    [
      ["api", "nobody", "x"],
      ["api", "x"],
    ],
    [
      ["x", "x"],
      ["x", "x"],
    ],
    [[], ["api"]],
  ])(
    "is good for those of the wanted audiences %j that it has, in their order",
    async (wanted, held) => {
      const token = await world.token({ audiences: ["api", "x", "y"] });
      expect(await world.ask(token, wanted)).toMatchObject({ audiences: held });
    },
  );

  it.each(["secret", "pod", "node"] as const)("lives and dies with its %s", async (kind) => {
    const object = `${kind}/o`;
    world.put(object, "o-1");
    const token = await world.token({ [kind]: { name: "o", uid: "o-1" } });
    expect(await world.verdict(token)).toBe("ok");
    world.deleteAt(object, -30);
    expect(await world.verdict(token)).toBe("ok");
    world.deleteAt(object, 60);
    expect(await world.verdict(token)).toBe("ok");
    world.deleteAt(object, 61);
    expect(await world.verdict(token)).toBe("service account token has been invalidated");
    world.objects.delete(object);
    expect(await world.verdict(token)).toBe("service account token has been invalidated");
    world.put(object, "o-2");
    const mismatch = `${kind} UID (o-2) does not match service account ${kind} ref claim (o-1)`;
    expect(await world.verdict(token)).toBe(mismatch);
    world.put(object, "o-1");
    expect(await world.verdict(token)).toBe("ok");
  });

  it("dies with its account, once the leeway is over", async () => {
    const token = await world.token();
    world.deleteAt("account/app", 60);
    expect(await world.verdict(token)).toBe("ok");
    world.deleteAt("account/app", 61);
    expect(await world.verdict(token)).toBe("service account ns/app has been deleted");
    world.put("account/app", "sa-2");
    world.deleteAt("account/app", 61);
    expect(await world.verdict(token)).toBe(
      "service account UID (sa-2) does not match claim (sa-1)",
    );
  });

  it("outlives the node of its pod", async () => {
    world.put("pod/p", "pod-1");
    const token = await world.token({ pod: { name: "p", uid: "pod-1" }, node: { name: "n" } });
    expect(await world.ask(token)).toMatchObject({
      user: { extra: { "authentication.kubernetes.io/node-name": ["n"] } },
    });
  });

  it("tells when it is stale, and counts once in ten seconds", async () => {
    world.put("pod/p", "pod-1");
    const token = await world.token({
      pod: { name: "p", uid: "pod-1" },
      expiresAfterSeconds: 1e7,
      warnAfterSeconds: 3607,
    });
    await world.ask(token);
    await world.ask(token);
    expect(world.uses).toEqual(["valid"]);
    expect(world.notes).toEqual([]);
    await world.clock.advance(3607_000);
    await world.ask(token);
    await world.clock.advance(9_500);
    await world.ask(token);
    expect(world.uses).toEqual(["valid", "valid"]);
    expect(world.notes).toEqual([
      "authentication.k8s.io/stale-token subject: system:serviceaccount:ns:app, seconds after warning threshold: 9",
    ]);
    await world.clock.advance(500);
    await world.ask(token);
    expect(world.uses).toEqual(["valid", "valid", "stale"]);
  });

  it.each([
    ["aud", 5],
    ["exp", "soon"],
    ["kubernetes.io", []],
    ["jti", {}],
  ])("with an odd %s is refused, not trusted", async (claim, value) => {
    const signer = await importPKCS8(FIXED_P256_KEY, "ES256");
    const token = await new SignJWT({ iss: ISSUER, aud: "api", [claim]: value } as Record<
      string,
      unknown
    >)
      .setProtectedHeader({ alg: "ES256" })
      .sign(signer);
    expect(await world.verdict(token)).toBe(
      "go-jose/go-jose/jwt: expected claims to be value convertible into JSON object",
    );
  });
});

describe("a signature", () => {
  const CRYPTO = "go-jose/go-jose: error in cryptographic primitive";
  const forge = (header: object, signature = "AQEB", iss: unknown = ISSUER): string => {
    const part = (value: object): string =>
      Buffer.from(JSON.stringify(value)).toString("base64url");
    return `${part(header)}.${part({ iss })}.${signature}`;
  };

  it.each([
    [
      "of an unknown key",
      forge({ alg: "ES256", kid: "nobody" }),
      "invalid signature, no keys found",
    ],
    [
      "of an unknown key and the legacy issuer",
      forge({ alg: "ES256", kid: "nobody" }, "AQEB", "kubernetes/serviceaccount"),
      "invalid signature, no keys found",
    ],
    ["without a key id", forge({ alg: "ES256" }), CRYPTO],
    ["that is absent", forge({ alg: "none" }, ""), CRYPTO],
    [
      "of HS256 and an unknown key",
      forge({ alg: "HS256", kid: "nobody" }),
      "invalid signature, no keys found",
    ],
    ["of HS256", forge({ alg: "HS256" }), CRYPTO],
    ["of another issuer", forge({ alg: "ES256" }, "AQEB", "https://x"), "not mine"],
    ["of an issuer that is no string", forge({ alg: "ES256" }, "AQEB", 1), "not mine"],
    ["with a padded header", forge({ alg: "ES256" }).replace(".", "==."), "not mine"],
    ["with a key id that is no string", forge({ alg: "ES256", kid: 1 }), "not mine"],
    ["that is no base64url", forge({ alg: "ES256" }, "a+b/"), "not mine"],
    ["with a fourth part", `${forge({ alg: "ES256" })}.more`, "not mine"],
    ["serialised as JSON", '{"payload":"e30","protected":"e30","signature":"AA"}', "not mine"],
    ["that is garbage", "garbage", "not mine"],
    ["that is three parts of garbage", "a.b.c", "not mine"],
    [
      "over an array",
      `eyJhbGciOiJFUzI1NiJ9.${Buffer.from("[]").toString("base64url")}.AA`,
      "not mine",
    ],
  ])("%s", async (_what, token, verdict) => {
    expect(await world.verdict(token)).toBe(verdict);
  });

  it("of a removed key is worth nothing from then on, though it is remembered", async () => {
    const token = await world.token();
    expect(await world.verdict(token)).toBe("ok");
    world.ring.replace([key(FIXED_OTHER_P256_KEY, "active"), { ...active, state: "retired" }]);
    expect(await world.verdict(token)).toBe("ok");
    world.ring.replace([key(FIXED_OTHER_P256_KEY, "active")]);
    expect(await world.verdict(token)).toBe("invalid signature, no keys found");
  });

  it("may be of any listed key when it names none", async () => {
    world.ring.replace([active, key(FIXED_RSA_KEY, "retired")]);
    const signer = await importPKCS8(FIXED_RSA_KEY, "RS256");
    const claims = {
      iss: ISSUER,
      aud: "api",
      "kubernetes.io": { namespace: "ns", serviceaccount: { name: "app", uid: "sa-1" } },
    };
    const token = await new SignJWT(claims).setProtectedHeader({ alg: "RS256" }).sign(signer);
    expect(await world.verdict(token)).toBe("ok");
  });

  it("is waited for where keys come from elsewhere", async () => {
    const asked: string[] = [];
    const slow = new World({
      keys: {
        generation: 1,
        maxAgeSeconds: 1,
        all: () => world.ring.all(),
        keysFor: async (kid) => {
          asked.push(kid);
          return world.ring.keysFor(kid);
        },
        onChange: () => () => {},
      },
    });
    const token = await slow.token();
    expect(await slow.verdict(token)).toBe("ok");
    expect(await slow.verdict(token)).toBe("ok");
    expect(asked).toEqual([active.key.kid]);
  });
});

describe("a legacy token", () => {
  const LABELS = { "kubernetes.io/legacy-token-last-used": "2026-01-01" };
  const issue = async (name = "app"): Promise<string> => {
    const token = await createTokenSigner(world.ring).sign(
      buildLegacyClaims("ns", { name, uid: "sa-1" }, "s"),
    );
    const data = { token: Buffer.from(token).toString("base64") };
    world.put("secret/s", "secret-1", { data, metadata: { labels: { ...LABELS } } });
    return token;
  };
  const labels = (): Record<string, string> => world.objects.get("secret/s")?.metadata.labels ?? {};

  it("stands for its account, without extra, for the audiences of the server", async () => {
    const token = await issue();
    expect(await world.ask(token)).toEqual({
      outcome: "authenticated",
      user: {
        username: "system:serviceaccount:ns:app",
        uid: "sa-1",
        groups: ["system:serviceaccounts", "system:serviceaccounts:ns"],
        extra: {},
      },
      audiences: API,
    });
    expect(world.notes).toEqual([
      "authentication.k8s.io/legacy-token system:serviceaccount:ns:app",
      "authentication.k8s.io/legacy-token-manual-secret s",
    ]);
    await world.ask(token);
    expect(world.uses).toEqual(["legacy", "legacy-manual"]);
    expect(await world.verdict(token, ["vault"])).toBe(
      'token audiences ["https://issuer.example" "api"] is invalid for the target audiences ["vault"]',
    );
  });

  it.each<[string, () => void, string]>([
    ["is gone", () => world.objects.delete("secret/s"), "Token has been invalidated"],
    ["is being deleted", () => world.deleteAt("secret/s", -30), "Token has been invalidated"],
    [
      "holds another token",
      () => world.put("secret/s", "secret-1", { data: { token: "eA==" } }),
      "Token does not match server's copy",
    ],
    [
      "holds nothing",
      () => world.put("secret/s", "secret-1"),
      "Token does not match server's copy",
    ],
  ])("is refused when its secret %s", async (_what, change, complaint) => {
    const token = await issue();
    expect(await world.verdict(token)).toBe("ok");
    change();
    expect(await world.verdict(token)).toBe(complaint);
  });

  it.each<[string, () => void, string]>([
    ["is gone", () => world.objects.delete("account/app"), 'serviceaccounts "app" not found'],
    [
      "is being deleted",
      () => world.deleteAt("account/app", -30),
      "ServiceAccount ns/app has been deleted",
    ],
    [
      "came back",
      () => world.put("account/app", "sa-2"),
      "ServiceAccount UID (sa-2) does not match claim (sa-1)",
    ],
  ])("is refused when its account %s", async (_what, change, complaint) => {
    const token = await issue();
    change();
    expect(await world.verdict(token)).toBe(complaint);
  });

  it("brings a warning when the account lists its secret", async () => {
    const token = await issue();
    world.put("account/app", "sa-1", { secrets: [{ name: "other" }, { name: "s" }] });
    expect(await world.verdict(token)).toBe("ok");
    expect(world.notes).toContain(
      "warn Use tokens from the TokenRequest API or manually created secret-based tokens instead of auto-generated secret-based tokens.",
    );
    expect(world.notes).toContain("authentication.k8s.io/legacy-token-autogenerated-secret s");
    expect(world.uses).toEqual(["legacy", "legacy-auto"]);
  });

  it("is refused while its secret is marked, and its use is noted all the same", async () => {
    const token = await issue();
    labels()["kubernetes.io/legacy-token-invalid-since"] = "2025-01-02";
    labels()["kubernetes.io/legacy-token-last-used"] = "2025-01-01";
    expect(await world.verdict(token)).toBe(
      "the token in secret ns/s for service account ns/app has been marked invalid. Use tokens from the TokenRequest API " +
        "or manually created secret-based tokens, or remove the 'kubernetes.io/legacy-token-invalid-since' label from the " +
        "secret to temporarily allow use of this token",
    );
    expect(world.notes).toContain("authentication.k8s.io/legacy-token-invalidated s/ns");
    expect(world.uses).toContain("legacy-invalid");
    expect(world.marks).toEqual([
      { namespace: "ns", name: "s", uid: "secret-1", day: "2026-01-01" },
    ]);
    delete labels()["kubernetes.io/legacy-token-invalid-since"];
    expect(await world.verdict(token)).toBe("ok");
  });

  it.each([
    [undefined, true],
    ["2025-12-31", true],
    ["2026-01-01", false],
    ["2026-01-02", false],
    ["2026-01-03", true],
  ])("last used %s: written %s", async (day, written) => {
    const token = await issue();
    if (day === undefined) delete labels()["kubernetes.io/legacy-token-last-used"];
    else labels()["kubernetes.io/legacy-token-last-used"] = day;
    expect(await world.verdict(token)).toBe("ok");
    expect(world.marks).toHaveLength(written ? 1 : 0);
  });

  it("is written as used once by requests that come together, and good though that fails", async () => {
    let attempts = 0;
    const shared = world;
    const other = new World({
      keys: shared.ring,
      markLastUsed: () => {
        attempts++;
        return Promise.reject(new Error("no quorum"));
      },
    });
    world = other;
    const token = await issue();
    delete labels()["kubernetes.io/legacy-token-last-used"];
    expect(await Promise.all([1, 2, 3].map(() => other.verdict(token)))).toEqual([
      "ok",
      "ok",
      "ok",
    ]);
    expect(attempts).toBe(1);
    await other.verdict(token);
    expect(attempts).toBe(2);
  });

  it.each([
    [{ sub: "" }, "sub claim is missing"],
    [{ namespace: "" }, "namespace claim is missing"],
    [{ "secret.name": "" }, "secretName claim is missing"],
    [{ "service-account.name": "" }, "serviceAccountName claim is missing"],
    [{ "service-account.uid": "" }, "serviceAccountUID claim is missing"],
    [{ sub: "system:serviceaccount:ns:other" }, "sub claim is invalid"],
    [{ sub: "joe" }, "sub claim is invalid"],
    [{}, "ok"],
  ])("with claims changed by %j: %s, without a look at any object", async (change, complaint) => {
    const blind = new World({ lookup: false });
    const prefix = "kubernetes.io/serviceaccount/";
    const claims: Record<string, unknown> = {
      ...buildLegacyClaims("ns", { name: "app", uid: "u" }, "s"),
    };
    for (const [name, value] of Object.entries(change)) {
      claims[name === "sub" ? name : prefix + name] = value;
    }
    const signer = await importPKCS8(FIXED_P256_KEY, "ES256");
    const token = await new SignJWT(claims).setProtectedHeader({ alg: "ES256" }).sign(signer);
    expect(await blind.verdict(token)).toBe(complaint);
  });

  it("may also be a bound one, where its issuer is configured for those", async () => {
    const both = new World({ issuers: [ISSUER, "kubernetes/serviceaccount"] });
    const token = await both.token({ issuer: "kubernetes/serviceaccount" });
    expect(await both.verdict(token)).toBe("ok");
    both.put("account/app", "sa-2");
    expect(await both.verdict(token)).toBe(
      "[namespace claim is missing, service account UID (sa-2) does not match claim (sa-1)]",
    );
  });
});
