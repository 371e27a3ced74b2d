import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { FIXED_OTHER_P256_KEY, FIXED_P256_KEY, FIXED_RSA_KEY } from "../testing/fixed-keys.ts";
import { parsePrivateKeyPem, parsePublicKeysPem } from "./pem-keys.ts";
import { keyIdOf } from "./signing-key.ts";

const rsa = createPrivateKey(FIXED_RSA_KEY);
const ec = createPrivateKey(FIXED_P256_KEY);
const rsaId = keyIdOf(createPublicKey(rsa));
const ecId = keyIdOf(createPublicKey(ec));
const sec1 = ec.export({ type: "sec1", format: "pem" }).toString();
const pkcs1 = rsa.export({ type: "pkcs1", format: "pem" }).toString();
const ecPkix = createPublicKey(ec).export({ type: "spki", format: "pem" }).toString();
const rsaPkix = createPublicKey(rsa).export({ type: "spki", format: "pem" }).toString();
const rsaPublicPkcs1 = createPublicKey(rsa).export({ type: "pkcs1", format: "pem" }).toString();
const parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
const encrypted = ec
  .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" })
  .toString();
/** Self-signed, for the fixed P-256 key. */
const certificate = `-----BEGIN CERTIFICATE-----
MIIBdzCCAR2gAwIBAgIULaS/+4ZQ2mzM54xeCPl88k+ASEEwCgYIKoZIzj0EAwIw
EDEOMAwGA1UEAwwFZml4ZWQwIBcNMjYxMTI0MjM1NjAwWhgPMjEyNjEwMzEyMzU2
MDBaMBAxDjAMBgNVBAMMBWZpeGVkMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
KHJfwd3tKcsHhj7se097UY7OebM4mQaZAqvKH/8wUFWH4TWC4akggvk4yqm2vlcv
l53AUuUiz8S9qe+RKfLMI6NTMFEwHQYDVR0OBBYEFEy/fDx4u5y5rV6s7+N5AqK2
zqeVMB8GA1UdIwQYMBaAFEy/fDx4u5y5rV6s7+N5AqK2zqeVMA8GA1UdEwEB/wQF
MAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgRAZD0jUVbC7ImoTbyMQxi6ogacW6tdQP
efoipBPiRPACIQDw0fyj4Q8IsH2TRJohmEEFpGcoC9x5YbNwWX83a/dz9Q==
-----END CERTIFICATE-----
`;

describe("parsePrivateKeyPem", () => {
  it.each([
    ["PKCS #8, RSA", FIXED_RSA_KEY, rsaId],
    ["PKCS #8, EC", FIXED_P256_KEY, ecId],
    ["PKCS #1", pkcs1, rsaId],
    ["SEC 1 after its parameters", parameters + sec1, ecId],
    ["the first of two", sec1 + pkcs1, ecId],
    ["one after a public key and prose", `hello\n${rsaPkix}\n${sec1}`, ecId],
    ["CRLF line ends", sec1.replaceAll("\n", "\r\n"), ecId],
  ])("reads %s", (_what, pem, kid) => {
    expect(keyIdOf(createPublicKey(parsePrivateKeyPem(pem)))).toBe(kid);
  });

  it.each([
    ["nothing", ""],
    ["prose", "hello"],
    ["a public key", ecPkix],
    ["an encrypted key", encrypted],
    ["a damaged key", sec1.replace(/M/, "A")],
  ])("refuses %s", (_what, pem) => {
    expect(() => parsePrivateKeyPem(pem)).toThrow(
      "data does not contain a valid RSA or ECDSA private key",
    );
  });

  it("refuses another kind of key", () => {
    const { privateKey } = generateKeyPairSync("ed25519");
    const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    expect(() => parsePrivateKeyPem(pem)).toThrow("must be RSA or ECDSA");
  });
});

describe("parsePublicKeysPem", () => {
  it.each([
    ["PKIX", ecPkix, [ecId]],
    ["PKCS #1", rsaPublicPkcs1, [rsaId]],
    ["the public half of private keys", sec1 + pkcs1 + FIXED_RSA_KEY, [ecId, rsaId, rsaId]],
    ["a certificate", certificate, [ecId]],
    ["several, with others between", rsaPkix + parameters + ecPkix, [rsaId, ecId]],
  ])("reads %s", (_what, pem, kids) => {
    expect(parsePublicKeysPem(pem).map(keyIdOf)).toEqual(kids);
    for (const key of parsePublicKeysPem(pem)) expect(key.type).toBe("public");
  });

  it.each([
    ["nothing", ""],
    ["parameters alone", parameters],
    [
      "a key of another kind",
      generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "pem" }).toString(),
    ],
  ])("refuses %s", (_what, pem) => {
    expect(() => parsePublicKeysPem(pem)).toThrow(
      "data does not contain any valid RSA or ECDSA public keys",
    );
  });

  it("keeps different keys apart", () => {
    const ids = parsePublicKeysPem(FIXED_P256_KEY + FIXED_OTHER_P256_KEY).map(keyIdOf);
    expect(new Set(ids).size).toBe(2);
  });
});
