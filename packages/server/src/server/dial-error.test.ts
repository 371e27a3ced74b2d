import { describe, expect, it } from "vitest";
import { dialErrorText } from "./dial-error.ts";

function system(code: string, message = code): Error {
  return Object.assign(new Error(message), { code });
}

describe("what is told of a connection that failed", () => {
  it.each<[unknown, string]>([
    [system("ECONNREFUSED"), "dial tcp 10.0.0.1:80: connect: connection refused"],
    [system("EHOSTUNREACH"), "dial tcp 10.0.0.1:80: connect: no route to host"],
    [system("ETIMEDOUT"), "dial tcp 10.0.0.1:80: i/o timeout"],
    [system("ENOTFOUND"), "dial tcp: lookup 10.0.0.1: no such host"],
    [system("ECONNRESET", "socket hang up"), "EOF"],
    [
      system("CERT_HAS_EXPIRED"),
      "tls: failed to verify certificate: x509: certificate has expired or is not yet valid",
    ],
    [system("EPROTO", "wrong version number"), "wrong version number"],
    [
      Object.assign(new AggregateError([system("ECONNREFUSED")]), { code: "ECONNREFUSED" }),
      "dial tcp 10.0.0.1:80: connect: connection refused",
    ],
    ["text", "text"],
  ])("%s", (error, text) => {
    expect(dialErrorText(error, "10.0.0.1", 80)).toBe(text);
  });

  it("names an address of six in brackets", () => {
    expect(dialErrorText(system("ECONNREFUSED"), "fd00::1", 80)).toMatch(
      /^dial tcp \[fd00::1\]:80:/,
    );
  });
});
