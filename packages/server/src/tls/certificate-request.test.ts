import { generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  CertificateRequestError,
  certificateChainComplaint,
  parseCertificateRequest,
  readPem,
} from "./certificate-request.ts";
import {
  bitString,
  explicit,
  integer,
  objectIdentifier,
  sequence,
  setOf,
  utf8String,
} from "./der.ts";

const EC = generateKeyPairSync("ec", { namedCurve: "P-256" });
const ED = generateKeyPairSync("ed25519");
const ECDSA_SHA256 = "1.2.840.10045.4.3.2";
const ED25519 = "1.3.101.112";

function attribute(type: string, value: string): Buffer {
  return setOf(sequence(objectIdentifier(type), utf8String(value)));
}

/** A request for `CN=jane, O=devs, O=ops`. */
function requestOf(key: typeof EC, hash: string | null, algorithm: string): Buffer {
  const content = sequence(
    integer(0),
    sequence(
      attribute("2.5.4.10", "devs"),
      attribute("2.5.4.10", "ops"),
      attribute("2.5.4.3", "jane"),
    ),
    key.publicKey.export({ format: "der", type: "spki" }),
    explicit(0, Buffer.alloc(0)),
  );
  const signature = sign(hash, content, key.privateKey);
  return sequence(content, sequence(objectIdentifier(algorithm)), bitString(signature));
}

function pem(der: Uint8Array, type = "CERTIFICATE REQUEST"): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${type}-----\n${lines.join("\n")}\n-----END ${type}-----\n`;
}

const request = requestOf(EC, "sha256", ECDSA_SHA256);

describe("a request", () => {
  it.each([
    ["P-256", request],
    ["Ed25519", requestOf(ED, null, ED25519)],
  ])("of %s says who wants to be whom", (_name, der) => {
    const { commonName, organizations } = parseCertificateRequest(pem(der));
    expect([commonName, organizations]).toEqual(["jane", ["devs", "ops"]]);
  });

  it("may follow other text", () => {
    expect(parseCertificateRequest(`text\r\n${pem(request)}more`).commonName).toBe("jane");
  });

  it.each([
    ["nothing", "", "PEM block type must be CERTIFICATE REQUEST"],
    ["a certificate", pem(request, "CERTIFICATE"), "PEM block type must be CERTIFICATE REQUEST"],
    ["no DER", pem(Buffer.from("none")), "x509: malformed certificate request"],
    [
      "an unknown algorithm",
      pem(requestOf(EC, "sha256", "1.2.3")),
      "x509: cannot verify signature: algorithm unimplemented",
    ],
    [
      "another key's signature",
      pem(
        requestOf(
          { ...EC, privateKey: generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey },
          "sha256",
          ECDSA_SHA256,
        ),
      ),
      "x509: ECDSA verification failure",
    ],
  ])("is refused: %s", (_name, text, message) => {
    expect(() => parseCertificateRequest(text)).toThrow(new CertificateRequestError(message));
  });

  it("does not survive a changed byte", () => {
    for (let at = 0; at < request.length; at++) {
      const changed = Buffer.from(request);
      changed.writeUInt8(changed.readUInt8(at) ^ 0x01, at);
      expect(() => parseCertificateRequest(pem(changed)), `byte ${at}`).toThrow(
        CertificateRequestError,
      );
    }
  });
});

describe("a chain", () => {
  it.each([
    ["", "must contain at least one CERTIFICATE PEM block"],
    [pem(request), 'only CERTIFICATE PEM blocks are allowed, found "CERTIFICATE REQUEST"'],
    [pem(request, "CERTIFICATE"), "x509: malformed certificate"],
    [
      "-----BEGIN CERTIFICATE-----\nKey: value\n\nAA==\n-----END CERTIFICATE-----\n",
      "no PEM block headers are permitted",
    ],
  ])("%#", (text, complaint) => {
    expect(certificateChainComplaint(text)).toBe(complaint);
  });
});

it("reads the blocks of a PEM text", () => {
  const blocks = readPem(`${pem(request)}${pem(Buffer.from("x"), "X")}`);
  expect(blocks.map(({ type, der }) => [type, der.length])).toEqual([
    ["CERTIFICATE REQUEST", request.length],
    ["X", 1],
  ]);
});
