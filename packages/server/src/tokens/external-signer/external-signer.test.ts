import { createPublicKey } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { BoundClaims } from "../claims.ts";
import { verificationKey } from "../signing-key.ts";
import { externalTokenSigner } from "./external-signer.ts";
import { makeSignerKey } from "./signer.fixture.ts";

const CLAIMS = { sub: "system:serviceaccount:a:b" } as unknown as BoundClaims;
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const RIGHT = { alg: "ES256", kid: "k", typ: "JWT" };

function signer(header: string, signature = "c2ln", excluded: readonly string[] = []) {
  const publicKey = createPublicKey(makeSignerKey("k").privateKey);
  return externalTokenSigner({
    client: { sign: async () => ({ header, signature }) },
    keys: {
      generation: 1,
      maxAgeSeconds: 1,
      all: () => [],
      onChange: () => () => {},
      keysFor: (kid) => [
        { ...verificationKey(publicKey), kid, excludeFromDiscovery: excluded.includes(kid) },
      ],
    },
  });
}

describe("a token of an external signer", () => {
  it("is made of its header, the claims and its signature", async () => {
    const header = encode(RIGHT);
    expect(await signer(header).sign(CLAIMS)).toBe(`${header}.${encode(CLAIMS)}.c2ln`);
  });

  it.each<[string, string, string]>([
    ["no base64", "e!30", "while unwrapping header: illegal base64 data at input byte 1"],
    ["cut base64", "e30e3", "while unwrapping header: illegal base64 data at input byte 4"],
    [
      "another member",
      encode({ ...RIGHT, jku: "x" }),
      'while parsing header JSON: json: unknown field "jku"',
    ],
    ["another type", encode({ ...RIGHT, typ: "JOSE" }), "bad type"],
    ["no type", encode({ alg: "ES256", kid: "k" }), "bad type"],
    ["no key id", encode({ alg: "ES256", typ: "JWT" }), "key id missing"],
    ["a long key id", encode({ ...RIGHT, kid: "k".repeat(1025) }), "key id longer than 1 kb"],
    ["another algorithm", encode({ ...RIGHT, alg: "none" }), 'bad signing algorithm "none"'],
    ["no algorithm", encode({ kid: "k", typ: "JWT" }), 'bad signing algorithm ""'],
    [
      "a key that is not published",
      encode({ ...RIGHT, kid: "old" }),
      "key used for signing JWT (kid: old) is excluded from OIDC discovery docs",
    ],
  ])("is refused with %s in its header", async (_what, header, message) => {
    const refused = signer(header, "c2ln", ["old"]).sign(CLAIMS);
    await expect(refused).rejects.toThrow(new Error(`while validating header: ${message}`));
  });

  it("is refused when its header is no JSON", async () => {
    const header = Buffer.from("{").toString("base64url");
    await expect(signer(header).sign(CLAIMS)).rejects.toThrow(
      "while validating header: while parsing header JSON: ",
    );
  });

  it("is refused without a signature", async () => {
    const refused = signer(encode(RIGHT), "").sign(CLAIMS);
    await expect(refused).rejects.toThrow(new Error("empty signature returned"));
  });
});
