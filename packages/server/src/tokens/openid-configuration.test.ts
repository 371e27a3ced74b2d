import { createPrivateKey } from "node:crypto";
import { createLocalJWKSet, jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import { FIXED_P256_KEY, FIXED_P521_KEY, FIXED_RSA_KEY } from "../testing/fixed-keys.ts";
import { buildLegacyClaims } from "./claims.ts";
import { createTokenSigner } from "./issuer.ts";
import { formatJwks } from "./jwks.ts";
import { KeyRing, type RingKey } from "./key-ring.ts";
import { createDiscoveryDocuments } from "./openid-configuration.ts";
import { signingKey } from "./signing-key.ts";

const entry = (pem: string, state: RingKey["state"]): RingKey => ({
  key: signingKey(createPrivateKey(pem)),
  state,
  createdAt: 0,
});
const ec = entry(FIXED_P256_KEY, "active");
const rsa = entry(FIXED_RSA_KEY, "retired");
const options = {
  issuer: "https://issuer.example",
  jwksUri: "",
  externalAddress: "10.0.0.1:6443",
  keys: new KeyRing([rsa, ec]),
};
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

describe("discovery documents", () => {
  it("are those of kube-apiserver, byte for byte", () => {
    const { configuration, jwks, cacheControl } = createDiscoveryDocuments(options).current();
    expect(text(configuration)).toBe(
      '{"issuer":"https://issuer.example","jwks_uri":"https://10.0.0.1:6443/openid/v1/jwks",' +
        '"response_types_supported":["id_token"],"subject_types_supported":["public"],' +
        '"id_token_signing_alg_values_supported":["ES256","RS256"]}',
    );
    const { x, y } = ec.key.publicKey.export({ format: "jwk" });
    const { n } = rsa.key.publicKey.export({ format: "jwk" });
    expect(text(jwks)).toBe(
      `{"keys":[{"use":"sig","kty":"EC","kid":"${ec.key.kid}","crv":"P-256","alg":"ES256","x":"${x}","y":"${y}"},` +
        `{"use":"sig","kty":"RSA","kid":"${rsa.key.kid}","alg":"RS256","n":"${n}","e":"AQAB"}]}`,
    );
    expect(cacheControl).toBe("public, max-age=3600");
  });

  it("hold all that jose needs", async () => {
    const p521 = entry(FIXED_P521_KEY, "active");
    const ring = new KeyRing([p521]);
    const token = await createTokenSigner(ring).sign(
      buildLegacyClaims("a", { name: "b", uid: "c" }, "d"),
    );
    const keySet = createLocalJWKSet(JSON.parse(formatJwks(ring.all())));
    await expect(jwtVerify(token, keySet)).resolves.toBeDefined();
  });

  it("escape what Go escapes", () => {
    const documents = createDiscoveryDocuments({
      ...options,
      jwksUri: "https://k.example/?a=1&b=2",
    });
    expect(text(documents.current().configuration)).toContain('"https://k.example/?a=1\\u0026b=2"');
  });

  it("follow the keys until disposed, and stay when they cannot be rebuilt", () => {
    const ring = new KeyRing([ec]);
    const errors: unknown[] = [];
    const source = createDiscoveryDocuments({
      ...options,
      keys: ring,
      onRebuildError: (error) => errors.push(error),
    });
    const first = source.current();
    ring.replace([ec, rsa]);
    const second = source.current();
    expect(text(second.jwks)).toContain(rsa.key.kid);
    expect(text(first.jwks)).not.toContain(rsa.key.kid);
    ring.replace([]);
    expect(source.current()).toEqual(second);
    expect(errors).toEqual([new Error("no keys provided for validating keyset")]);
    source.dispose();
    ring.replace([ec]);
    expect(source.current()).toEqual(second);
  });

  it("leave out keys that are not to be published", () => {
    const hidden = { ...rsa.key, excludeFromDiscovery: true };
    const documents = createDiscoveryDocuments({ ...options, keys: new KeyRing([ec], [hidden]) });
    expect(text(documents.current().jwks)).not.toContain(rsa.key.kid);
    expect(text(documents.current().configuration)).not.toContain("RS256");
    expect(() => createDiscoveryDocuments({ ...options, keys: new KeyRing([], [hidden]) })).toThrow(
      "no keys provided for validating keyset",
    );
  });

  it.each([
    [{ issuer: "" }, "empty issuer URL"],
    [{ issuer: "issuer" }, "issuer URL must use https scheme, got: issuer"],
    [{ issuer: "http://i" }, "issuer URL must use https scheme, got: http://i"],
    [{ issuer: "https://i?x" }, "issuer URL may not include a query, got: https://i?x"],
    [{ issuer: "https://i#x" }, "issuer URL may not include a fragment, got: https://i#x"],
    [{ jwksUri: "http://k" }, "jwksURI requires https scheme, parsed as: http://k"],
    [{ externalAddress: "" }, "either the JWKS URI or the default external address"],
    [{ externalAddress: "https://h:1" }, "could not construct a valid URL"],
    [{ externalAddress: "h/path" }, "could not construct a valid URL"],
    [{ externalAddress: "u@h" }, "could not construct a valid URL"],
  ])("are not made for %j", (wrong, message) => {
    expect(() => createDiscoveryDocuments({ ...options, ...wrong })).toThrow(message);
  });
});
