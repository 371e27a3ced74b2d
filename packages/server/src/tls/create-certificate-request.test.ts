import { execFileSync } from "node:child_process";
import { createPublicKey, X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { systemRandom } from "../runtime/random.ts";
import { NO_ALTERNATIVE_NAMES } from "./alternative-names.ts";
import {
  createCertificateAuthority,
  generateKey,
  issueRequestedCertificate,
} from "./certificate-authority.ts";
import { CertificateRequestError, parseCertificateRequest } from "./certificate-request.ts";
import { createCertificateRequest } from "./create-certificate-request.ts";

const key = generateKey();
const subject = { commonName: "system:node:n", organizations: ["system:nodes"] };
const names = {
  dnsNames: ["n", "n.example.com"],
  emailAddresses: ["n@example.com"],
  ipAddresses: ["192.0.2.7", "fd00::7"],
  uris: ["spiffe://n"],
};

describe("a request that is made", () => {
  it.each([
    ["with names", names],
    ["without names", undefined],
  ])("%s is read as it was meant, here and by OpenSSL", (_what, wanted) => {
    const pem = createCertificateRequest({
      subject,
      key,
      ...(wanted === undefined ? {} : { names: wanted }),
    });
    const read = parseCertificateRequest(pem);
    expect(read).toMatchObject({ ...subject, alternativeNames: wanted ?? NO_ALTERNATIVE_NAMES });
    expect(read.publicKey.equals(createPublicKey(key))).toBe(true);
    const text = execFileSync("openssl", ["req", "-verify", "-noout", "-text"], {
      input: pem,
      encoding: "utf8",
      stdio: ["pipe", "pipe", "ignore"],
    });
    expect(text).toContain("O = system:nodes, CN = system:node:n");
    expect(text.includes("IP Address:192.0.2.7")).toBe(wanted !== undefined);
  });

  it("keeps the rest of a name, in Go's order", () => {
    const further = [
      ["2.5.4.5", "7"],
      ["2.5.4.6", "NZ"],
      ["2.5.4.11", "west"],
    ] as const;
    const pem = createCertificateRequest({ subject: { ...subject, further }, key });
    expect(parseCertificateRequest(pem)).toMatchObject({
      ...subject,
      further: [
        ["2.5.4.6", "NZ"],
        ["2.5.4.11", "west"],
        ["2.5.4.5", "7"],
      ],
    });
  });

  it("is nobody's once a byte of it is another", () => {
    const pem = createCertificateRequest({ subject, key, names });
    const der = Buffer.from(pem.replace(/-----[^-]*-----|\s/g, ""), "base64");
    const at = der.indexOf("n.example.com");
    der[at] = "m".charCodeAt(0);
    const changed = `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString("base64")}\n-----END CERTIFICATE REQUEST-----\n`;
    expect(() => parseCertificateRequest(changed)).toThrow(CertificateRequestError);
  });
});

describe("a certificate that was asked for", () => {
  const now = Date.UTC(2026, 7, 1);
  const authority = createCertificateAuthority(
    { now, random: systemRandom },
    generateKey(),
    "test-ca",
  );
  const issue = (usages: readonly string[], of = names): X509Certificate =>
    new X509Certificate(
      issueRequestedCertificate(systemRandom, authority, {
        subject,
        publicKey: createPublicKey(key),
        usages,
        names: of,
        notBefore: now - 300_000,
        notAfter: now + 3_600_000,
      }),
    );

  it("is about the one who asked, with the names and for the uses that were asked for", () => {
    const certificate = issue(["digital signature", "key encipherment", "server auth"]);
    expect(certificate.subject).toBe("O=system:nodes\nCN=system:node:n");
    expect(certificate.checkHost("n.example.com")).toBe("n.example.com");
    expect(certificate.checkIP("fd00::7")).toBe("fd00::7");
    expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
    expect(certificate.checkIssued(new X509Certificate(authority.cert))).toBe(true);
    expect([certificate.validFromDate.getTime(), certificate.validToDate.getTime()]).toEqual([
      now - 300_000,
      now + 3_600_000,
    ]);
  });

  it("may be for no names and one purpose alone", () => {
    const certificate = issue(["client auth"], NO_ALTERNATIVE_NAMES as typeof names);
    expect(certificate.subjectAltName).toBeUndefined();
    expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
  });

  it("is not for what nobody knows", () => {
    expect(() => issue(["client auth", "flying"])).toThrow('unrecognized usage values: ["flying"]');
  });
});
