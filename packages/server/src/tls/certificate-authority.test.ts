import { execFileSync } from "node:child_process";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemRandom } from "../runtime/random.ts";
import {
  AUTHORITY_LIFETIME_MS,
  createCertificateAuthority,
  decideRenewal,
  generateKey,
  issueClientCertificate,
  issueServingCertificate,
  LEAF_LIFETIME_MS,
  parseCertificateAuthority,
} from "./certificate-authority.ts";

const now = Date.UTC(2026, 7, 1, 12, 0, 0);
const context = { now, random: systemRandom };
const HOUR = 3_600_000;

describe("an authority", () => {
  const authority = createCertificateAuthority(context, generateKey(), "test-ca");
  const certificate = new X509Certificate(authority.cert);

  test("is self-signed, for ten years", () => {
    expect(certificate.ca).toBe(true);
    expect(certificate.subject).toBe("CN=test-ca");
    expect(certificate.checkIssued(certificate)).toBe(true);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.validFromDate.getTime()).toBe(now - HOUR);
    expect(certificate.validToDate.getTime()).toBe(now + AUTHORITY_LIFETIME_MS);
  });

  test("comes back from its texts", () => {
    const parsed = parseCertificateAuthority(authority.cert, authority.key);
    expect(parsed.subject).toEqual({ commonName: "test-ca", organizations: [] });
    expect(parsed.notAfter).toBe(authority.notAfter);
    const leaf = issueClientCertificate(context, parsed, generateKey(), {
      commonName: "u",
      organizations: [],
    });
    expect(new X509Certificate(leaf.cert).checkIssued(certificate)).toBe(true);
  });

  test("is refused with another key, or when it is none", () => {
    const other = createCertificateAuthority(context, generateKey(), "other");
    expect(() => parseCertificateAuthority(authority.cert, other.key)).toThrow("do not match");
    const leaf = issueClientCertificate(context, authority, generateKey(), {
      commonName: "u",
      organizations: [],
    });
    expect(() => parseCertificateAuthority(leaf.cert, leaf.key)).toThrow(
      "not that of an authority",
    );
  });

  test("issues server certificates with every name", () => {
    const names = {
      dnsNames: ["kubernetes", "kubernetes.default.svc"],
      ipAddresses: ["127.0.0.1", "::1", "10.96.0.1"],
    };
    const issued = issueServingCertificate(context, authority, generateKey(), names);
    const leaf = new X509Certificate(issued.cert);
    expect(leaf.verify(certificate.publicKey)).toBe(true);
    expect(leaf.checkPrivateKey(createPrivateKey(issued.key))).toBe(true);
    for (const name of names.dnsNames) expect(leaf.checkHost(name)).toBe(name);
    for (const address of names.ipAddresses) expect(leaf.checkIP(address)).toBe(address);
    expect(leaf.checkHost("example.com")).toBeUndefined();
    expect(leaf.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
    expect(leaf.ca).toBe(false);
    expect(leaf.validToDate.getTime()).toBe(now + LEAF_LIFETIME_MS);
  });

  test("refuses an address that is none", () => {
    const names = { dnsNames: [], ipAddresses: ["localhost"] };
    expect(() => issueServingCertificate(context, authority, generateKey(), names)).toThrow(
      'not an IP address: "localhost"',
    );
  });

  test("issues client certificates with user and groups", () => {
    const subject = { commonName: "admin", organizations: ["system:masters", "ops & crew"] };
    const issued = issueClientCertificate(context, authority, generateKey(), subject);
    const leaf = new X509Certificate(issued.cert);
    expect(leaf.subject).toBe("O=system:masters\nO=ops & crew\nCN=admin");
    expect(leaf.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
  });

  test("issues nothing that outlives it", () => {
    const late = { ...context, now: authority.notAfter - HOUR };
    const names = { dnsNames: ["a"], ipAddresses: [] };
    const issued = issueServingCertificate(late, authority, generateKey(), names);
    expect(issued.notAfter).toBe(authority.notAfter);
  });

  test("never repeats a serial number, which is positive and of 16 bytes", () => {
    const serials = Array.from(
      { length: 20 },
      () =>
        new X509Certificate(
          issueServingCertificate(context, authority, generateKey(), {
            dnsNames: ["a"],
            ipAddresses: [],
          }).cert,
        ).serialNumber,
    );
    expect(new Set(serials).size).toBe(20);
    for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9A-F]{31}$/);
  });

  test("writes years from 2050 on in four digits", () => {
    const later = { ...context, now: Date.UTC(2055, 0, 1) };
    const made = new X509Certificate(
      createCertificateAuthority(later, generateKey(), "later").cert,
    );
    expect(made.validToDate.getTime()).toBe(later.now + AUTHORITY_LIFETIME_MS);
  });
});

describe("a strict verifier", () => {
  let directory = "";
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "countersign-tls-"));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test.each(["sslserver", "sslclient"])("accepts what is issued for %s", (purpose) => {
    const today = { now: Date.now(), random: systemRandom };
    const authority = createCertificateAuthority(today, generateKey(), "strict-ca");
    const leaf =
      purpose === "sslserver"
        ? issueServingCertificate(today, authority, generateKey(), {
            dnsNames: ["localhost"],
            ipAddresses: ["::1"],
          })
        : issueClientCertificate(today, authority, generateKey(), {
            commonName: "admin",
            organizations: ["system:masters"],
          });
    writeFileSync(join(directory, "ca.crt"), authority.cert);
    writeFileSync(join(directory, "leaf.crt"), leaf.cert);
    const output = execFileSync(
      "openssl",
      ["verify", "-x509_strict", "-purpose", purpose, "-CAfile", "ca.crt", "leaf.crt"],
      { cwd: directory, encoding: "utf8" },
    );
    expect(output).toBe("leaf.crt: OK\n");
  });
});

describe("decideRenewal", () => {
  const certificate = { notBefore: 1_000, notAfter: 4_000 };
  test.each([
    [999, { action: "renew", reason: "not-yet-valid" }],
    [1_000, { action: "keep", renewAt: 3_000 }],
    [2_999, { action: "keep", renewAt: 3_000 }],
    [3_000, { action: "renew", reason: "ending" }],
    [5_000, { action: "renew", reason: "ending" }],
  ])("at %d", (at, decision) => {
    expect(decideRenewal(at, certificate)).toEqual(decision);
  });

  test("always leaves a third of the life", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1 }), fc.nat(), (notBefore, life, at) => {
        const decision = decideRenewal(at, { notBefore, notAfter: notBefore + life });
        if (decision.action === "keep") {
          expect(at).toBeLessThan(decision.renewAt);
          expect(decision.renewAt).toBeLessThanOrEqual(notBefore + life);
        } else {
          expect(at < notBefore || at >= notBefore + (life * 2) / 3).toBe(true);
        }
      }),
    );
  });
});
