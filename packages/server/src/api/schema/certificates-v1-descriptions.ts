import type { Descriptions } from "./define.ts";

export const certificatesV1Descriptions = (): Descriptions => ({
  CertificateSigningRequest: {
    "": "Asks a signer for a certificate.",
  },
  CertificateSigningRequestCondition: {
    "": "A decision on a request.",
    type: "`Approved`, `Denied` or `Failed`.",
  },
  CertificateSigningRequestSpec: {
    "": "What certificate is wanted, and who asks.",
    request: "The request, PKCS #10 in PEM.",
    signerName: "The signer.",
    expirationSeconds: "How long the certificate is wanted to live, in seconds; at least 600.",
    usages: "What the key is for.",
    username: "Who asks. Set by the server.",
    uid: "UID of who asks. Set by the server.",
    groups: "Groups of who asks. Set by the server.",
    extra: "Further attributes of who asks. Set by the server.",
  },
  CertificateSigningRequestStatus: {
    "": "The decision, and the certificate.",
    conditions: "Decisions.",
    certificate: "The chain in PEM, once it is issued.",
  },
});
