import { quoteGo } from "../api/go-quote.ts";
import type { CertificateSigningRequest } from "../api/types.ts";
import type { Authorizer } from "../authorization/authorizer.ts";
import { admissionForbidden } from "./admission-forbidden.ts";
import type { AdmissionPlugin } from "./admission-plugin.ts";
import { mayActForSigner } from "./signer-authorization.ts";

/**
 * Whoever decides about a request for a certificate needs a right to its signer, too.
 * @see kubernetes plugin/pkg/admission/certificates/approval/admission.go
 */
export function createCertificateApproval(authorizer: Authorizer): AdmissionPlugin {
  return {
    name: "CertificateApproval",
    validate: (attributes) => {
      const { operation, group, resource, subresource, user, oldObject } = attributes;
      if (operation !== "UPDATE" || subresource !== "approval") return;
      if (group !== "certificates.k8s.io" || resource !== "certificatesigningrequests") return;
      // The signer as it is stored, whatever the update says.
      const { spec } = oldObject as unknown as CertificateSigningRequest;
      const signer = spec?.signerName ?? "";
      return mayActForSigner(authorizer, user, "approve", signer).then((allowed) => {
        if (allowed) return;
        const text = `user not permitted to approve requests with signerName ${quoteGo(signer)}`;
        throw admissionForbidden(attributes, text);
      });
    },
  };
}
