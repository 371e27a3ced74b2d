import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  FIXED_OTHER_P256_KEY,
  FIXED_P256_KEY,
  FIXED_P384_KEY,
  FIXED_P521_KEY,
  FIXED_RSA_KEY,
} from "../testing/fixed-keys.ts";
import {
  algorithmOf,
  generateSigningKey,
  keyIdOf,
  signingKey,
  signOnThreadPool,
  signSync,
  verifySignature,
} from "./signing-key.ts";

const data = Buffer.from("data");
const all = [
  ["ES256", FIXED_P256_KEY, 64],
  ["ES384", FIXED_P384_KEY, 96],
  ["ES512", FIXED_P521_KEY, 132],
  ["RS256", FIXED_RSA_KEY, 256],
] as const;

describe("signing keys", () => {
  it.each(all)("%s signs in the JWS form, on either thread", async (algorithm, pem, size) => {
    const key = signingKey(createPrivateKey(pem));
    expect(key.algorithm).toBe(algorithm);
    for (const signature of [signSync(key, data), await signOnThreadPool(key, data)]) {
      expect(signature).toHaveLength(size);
      expect(verifySignature(key, data, signature)).toBe(true);
      expect(verifySignature(key, Buffer.from("other"), signature)).toBe(false);
      expect(verifySignature(key, data, signature.subarray(1))).toBe(false);
      expect(verifySignature(key, data, new Uint8Array())).toBe(false);
    }
  });

  it.each(["ES256", "ES384", "ES512", "RS256"] as const)("makes keys for %s", async (algorithm) => {
    const key = await generateSigningKey(algorithm);
    expect(key.algorithm).toBe(algorithm);
    expect(key.publicKey.type).toBe("public");
  });

  it("derives the key id that kube-apiserver derives", () => {
    const key = createPublicKey({
      format: "jwk",
      key: {
        kty: "EC",
        crv: "P-256",
        x: "H6cuzP8XuD5wal6wf9M6xDljTOPLX2i8uIp_C_ASqiI",
        y: "BlHnikLV9PyEd6gl8k4T_3Wwoh6xd79XLoQTh2PAi1Y",
      },
    });
    expect(keyIdOf(key)).toBe("SoABiieYuNx4UdqYvZRVeuC6SihxgLrhLy9peHMHpTc");
  });

  it.each([
    ["ec", { namedCurve: "secp256k1" }, "unknown private key curve, must be 256, 384, or 521"],
    ["ed25519", {}, "unknown private key type ed25519, must be RSA or ECDSA"],
  ])("refuses %s %j", (type, options, message) => {
    const { privateKey } = generateKeyPairSync(type as "ec", options as { namedCurve: string });
    expect(() => algorithmOf(privateKey)).toThrow(message);
    expect(() => signingKey(privateKey)).toThrow(message);
  });

  it("does not take a key into use whose halves do not fit", () => {
    // PKCS #8 of a curve key ends with the public point; another key's point makes it a false one.
    const der = createPrivateKey(FIXED_P256_KEY).export({ type: "pkcs8", format: "der" });
    const other = createPrivateKey(FIXED_OTHER_P256_KEY).export({ type: "pkcs8", format: "der" });
    const forged = Buffer.concat([der.subarray(0, -64), other.subarray(-64)]);
    const key = createPrivateKey({ key: forged, type: "pkcs8", format: "der" });
    expect(() => signingKey(key)).toThrow(expect.objectContaining({ code: "self-test-failed" }));
  });
});
