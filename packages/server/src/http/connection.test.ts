import type { PeerCertificate, TLSSocket } from "node:tls";
import { describe, expect, test } from "vitest";
import { FakeClock } from "../testing/fake-clock.ts";
import { CertificateRoots } from "./certificate-roots.ts";
import { Connection } from "./connection.ts";

/** A connection whose peer shows a certificate with this subject. */
function connectionOf(subject: Readonly<Record<string, string | string[]>>): Connection {
  const peer = { raw: Buffer.from("der"), valid_to: "Jan  1 00:00:00 2100 GMT", subject };
  const socket = {
    authorized: true,
    remoteAddress: "192.0.2.1",
    getPeerCertificate: () => peer as unknown as PeerCertificate,
  } as TLSSocket;
  return new Connection(socket, new FakeClock(), new CertificateRoots("", ""));
}

describe("the certificate of a connection", () => {
  test.each<[Record<string, string | string[]>, object]>([
    [{ CN: "jane" }, { commonName: "jane", organizations: [], uids: [] }],
    [
      { CN: ["joe", "jane"], O: "dev" },
      { commonName: "jane", organizations: ["dev"] },
    ],
    [
      { CN: "jane", O: ["dev", "ops"], "1.3.6.1.4.1.57683.2": "u-1" },
      { organizations: ["dev", "ops"], uids: ["u-1"] },
    ],
    [{ CN: "jane", "1.3.6.1.4.1.57683.2": ["u-1", "u-2"] }, { uids: ["u-1", "u-2"] }],
    [{}, { commonName: "", organizations: [], uids: [] }],
  ])("of %j", (subject, expected) => {
    expect(connectionOf(subject).clientCertificate).toMatchObject({ verified: true, ...expected });
  });
});
