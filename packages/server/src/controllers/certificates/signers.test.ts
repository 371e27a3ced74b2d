import { describe, expect, it } from "vitest";
import type { RequestedSubject } from "./certificate-issuer.ts";
import { SIGNERS } from "./signers.ts";

const CLIENT = ["digital signature", "key encipherment", "client auth"];
const SERVER = ["digital signature", "key encipherment", "server auth"];
const NO_NAMES = { dnsNames: [], emailAddresses: [], ipAddresses: [], uris: [] };
const NODE: RequestedSubject = {
  commonName: "system:node:n",
  organizations: ["system:nodes"],
  alternativeNames: NO_NAMES,
};

function node(more: Partial<RequestedSubject>, names: Partial<typeof NO_NAMES> = {}) {
  return { ...NODE, ...more, alternativeNames: { ...NO_NAMES, ...names } } as RequestedSubject;
}
const named = (names: object) => node({}, names);

describe.each<[string, readonly [RequestedSubject, readonly string[], string | undefined][]]>([
  [
    "kubernetes.io/kube-apiserver-client",
    [
      [NODE, CLIENT, undefined],
      [NODE, ["client auth"], undefined],
      [NODE, SERVER, "invalid usage for client certificate: server auth"],
      [NODE, ["digital signature"], "missing required usage for client certificate: client auth"],
    ],
  ],
  [
    "kubernetes.io/kube-apiserver-client-kubelet",
    [
      [NODE, CLIENT, undefined],
      [NODE, ["client auth", "digital signature"], undefined],
      [
        NODE,
        ["client auth"],
        "usages did not match [client auth digital signature key encipherment]",
      ],
      [
        NODE,
        [...CLIENT, "server auth"],
        "usages did not match [client auth digital signature key encipherment]",
      ],
      [node({ commonName: "n" }), CLIENT, "subject common name does not begin with system:node:"],
      [node({ organizations: [] }), CLIENT, "subject organization is not system:nodes"],
      [
        node({ organizations: ["system:nodes", "system:masters"] }),
        CLIENT,
        "subject organization is not system:nodes",
      ],
      [named({ dnsNames: ["n"] }), CLIENT, "DNS subjectAltNames are not allowed"],
      [named({ ipAddresses: ["192.0.2.1"] }), CLIENT, "IP subjectAltNames are not allowed"],
      [named({ emailAddresses: ["n@n"] }), CLIENT, "Email subjectAltNames are not allowed"],
      [named({ uris: ["spiffe://n"] }), CLIENT, "URI subjectAltNames are not allowed"],
    ],
  ],
  [
    "kubernetes.io/kubelet-serving",
    [
      [named({ dnsNames: ["n"] }), SERVER, undefined],
      [named({ ipAddresses: ["192.0.2.1"] }), ["digital signature", "server auth"], undefined],
      [NODE, SERVER, "DNS or IP subjectAltName is required"],
      [
        named({ dnsNames: ["n"] }),
        CLIENT,
        "usages did not match [digital signature key encipherment server auth]",
      ],
      [
        named({ dnsNames: ["n"], uris: ["spiffe://n"] }),
        SERVER,
        "URI subjectAltNames are not allowed",
      ],
      [
        node({ commonName: "kubernetes" }, { dnsNames: ["n"] as never }),
        SERVER,
        "subject common name does not begin with system:node:",
      ],
    ],
  ],
  ["kubernetes.io/legacy-unknown", [[NODE, ["code signing"], undefined]]],
])("%s", (name, cases) => {
  it.each(cases)("%#", (subject, usages, complaint) => {
    expect(SIGNERS.get(name)?.complain(subject, usages)).toBe(complaint);
  });
});

it("others are none of ours", () => {
  expect(SIGNERS.get("example.com/none")).toBeUndefined();
});
