import { quoteGo } from "../api/go-quote.ts";
import type { CertificateSigningRequest } from "../api/types.ts";
import { semanticEqual } from "../api/validation/equality.ts";
import type { Authorizer } from "../authorization/authorizer.ts";
import { admissionForbidden } from "./admission-forbidden.ts";
import type { AdmissionPlugin } from "./admission-plugin.ts";
import { mayActForSigner } from "./signer-authorization.ts";

/**
 * Whoever answers a request for a certificate must be allowed to sign in the signer's name.
 * @see kubernetes plugin/pkg/admission/certificates/signing/admission.go
 */
export function createCertificateSigning(authorizer: Authorizer): AdmissionPlugin {
  return {
    name: "CertificateSigning",
    validate: (attributes) => {
      const { operation, group, resource, subresource, user } = attributes;
      if (operation !== "UPDATE" || subresource !== "status") return;
      if (group !== "certificates.k8s.io" || resource !== "certificatesigningrequests") return;
      const request = attributes.object as unknown as CertificateSigningRequest;
      const before = attributes.oldObject as unknown as CertificateSigningRequest;
      if (sameAnswer(request, before)) return;
      const signer = before.spec?.signerName ?? "";
      return mayActForSigner(authorizer, user, "sign", signer).then((allowed) => {
        if (allowed) return;
        const text = `user not permitted to sign requests with signerName ${quoteGo(signer)}`;
        throw admissionForbidden(attributes, text);
      });
    },
  };
}

function sameAnswer(
  { status: now }: CertificateSigningRequest,
  { status: before }: CertificateSigningRequest,
): boolean {
  return (
    (now?.certificate ?? "") === (before?.certificate ?? "") &&
    semanticEqual(now?.conditions, before?.conditions)
  );
}
