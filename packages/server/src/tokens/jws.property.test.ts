import { createPrivateKey, createSecretKey } from "node:crypto";
import fc from "fast-check";
import { exportSPKI, importPKCS8, importSPKI, jwtVerify, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import {
  FIXED_OTHER_P256_KEY,
  FIXED_P256_KEY,
  FIXED_P384_KEY,
  FIXED_P521_KEY,
  FIXED_RSA_KEY,
} from "../testing/fixed-keys.ts";
import { buildLegacyClaims } from "./claims.ts";
import { createTokenSigner } from "./issuer.ts";
import { parseJws, verifyJws } from "./jws.ts";
import { KeyRing } from "./key-ring.ts";
import { signingKey } from "./signing-key.ts";

const algorithms = [
  ["ES256", FIXED_P256_KEY],
  ["ES384", FIXED_P384_KEY],
  ["ES512", FIXED_P521_KEY],
  ["RS256", FIXED_RSA_KEY],
] as const;
const claims = buildLegacyClaims("shop", { name: "till", uid: "u-1" }, "s");
const ringOf = (pem: string): KeyRing =>
  new KeyRing([{ key: signingKey(createPrivateKey(pem)), state: "active", createdAt: 0 }]);
const accepts = (token: string, ring: KeyRing): boolean => {
  const jws = parseJws(token);
  return jws !== undefined && ring.all().some((key) => verifyJws(jws, key));
};

describe.each(algorithms)("%s", (algorithm, pem) => {
  const ring = ringOf(pem);

  it("signs what jose verifies, with a header of alg and kid alone", async () => {
    const token = await createTokenSigner(ring).sign(claims);
    const spki = ring.active.publicKey.export({ type: "spki", format: "pem" }).toString();
    const { payload, protectedHeader } = await jwtVerify(token, await importSPKI(spki, algorithm));
    expect(payload).toEqual(claims);
    expect(JSON.stringify(protectedHeader)).toBe(
      JSON.stringify({ alg: algorithm, kid: ring.active.kid }),
    );
  });

  it("verifies what jose signs", async () => {
    const key = await importPKCS8(pem, algorithm);
    const token = await new SignJWT({ iss: "x" }).setProtectedHeader({ alg: algorithm }).sign(key);
    expect(accepts(token, ring)).toBe(true);
    expect(accepts(token, ringOf(FIXED_OTHER_P256_KEY))).toBe(false);
  });

  it("refuses a token with any bit flipped", async () => {
    const token = await createTokenSigner(ring).sign(claims);
    const bytes = Buffer.from(token, "latin1");
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: bytes.length - 1 }),
        fc.integer({ min: 0, max: 7 }),
        (index, bit) => {
          const flipped = Buffer.from(bytes);
          flipped[index] = (flipped[index] ?? 0) ^ (1 << bit);
          expect(accepts(flipped.toString("latin1"), ring)).toBe(false);
        },
      ),
      { numRuns: algorithm === "ES256" ? 1000 : 150 },
    );
  });

  it("refuses a token with any part cut, grown or exchanged", async () => {
    const token = await createTokenSigner(ring).sign(claims);
    const other = await createTokenSigner(ring).sign({ ...claims, sub: "another" });
    const [header = "", payload = "", signature = ""] = token.split(".");
    for (const forged of [
      `${token}A`,
      token.slice(0, -1),
      `${token}=`,
      ` ${token}`,
      `${token}.`,
      `${header}.${other.split(".")[1] ?? ""}.${signature}`,
      `${header}.${payload}.`,
      `${header}..${signature}`,
      `.${payload}.${signature}`,
    ]) {
      expect(accepts(forged, ring)).toBe(false);
    }
    expect(accepts(token, ring)).toBe(true);
  });
});

describe("algorithm confusion", () => {
  const ring = ringOf(FIXED_RSA_KEY);
  const payload = Buffer.from('{"iss":"x"}').toString("base64url");

  it("takes no unsigned token", () => {
    const header = Buffer.from('{"alg":"none"}').toString("base64url");
    expect(accepts(`${header}.${payload}.`, ring)).toBe(false);
  });

  it("reads a header of null as one without members, and believes it nothing", () => {
    const part = (value: unknown): string =>
      Buffer.from(JSON.stringify(value)).toString("base64url");
    const token = `${part(null)}.${part(claims)}.AQEB`;
    expect(parseJws(token)).toMatchObject({ kid: "", algorithm: "" });
    expect(accepts(token, ring)).toBe(false);
    expect(parseJws(`${part(claims)}.${part(null)}.AQEB`)).toBeUndefined();
  });

  it("takes no public key for a shared secret", async () => {
    const spki = await exportSPKI(
      await importSPKI(
        ring.active.publicKey.export({ type: "spki", format: "pem" }).toString(),
        "RS256",
        { extractable: true },
      ),
    );
    const token = await new SignJWT({ iss: "x" })
      .setProtectedHeader({ alg: "HS256" })
      .sign(createSecretKey(Buffer.from(spki)));
    expect(accepts(token, ring)).toBe(false);
  });

  it("takes no other algorithm of the same key", async () => {
    const key = await importPKCS8(FIXED_RSA_KEY, "PS256");
    const token = await new SignJWT({ iss: "x" }).setProtectedHeader({ alg: "PS256" }).sign(key);
    expect(accepts(token, ring)).toBe(false);
  });

  it("takes no token that demands an extension", async () => {
    const key = await importPKCS8(FIXED_RSA_KEY, "RS256");
    const token = await new SignJWT({ iss: "x" })
      .setProtectedHeader({ alg: "RS256", crit: ["x"], x: 1 })
      .sign(key, { crit: { x: true } });
    expect(accepts(token, ring)).toBe(false);
  });
});
