import type { CertificateSigningRequest } from "../api/types.ts";
import { admissionForbidden } from "./admission-forbidden.ts";
import type { AdmissionPlugin } from "./admission-plugin.ts";

const CLIENT_SIGNER = "kubernetes.io/kube-apiserver-client";
const MASTERS = "system:masters";

/** @param request - base64 of PEM @throws Error for what is no request */
export type ReadRequest = (request: string) => { readonly organizations: readonly string[] };

/**
 * Nobody becomes a master by asking for a certificate: it could not be taken back.
 * @see kubernetes plugin/pkg/admission/certificates/subjectrestriction/admission.go
 */
export function createCertificateSubjectRestriction(readRequest: ReadRequest): AdmissionPlugin {
  return {
    name: "CertificateSubjectRestriction",
    validate: (attributes) => {
      const { operation, group, resource, subresource, object } = attributes;
      if (operation !== "CREATE" || subresource !== "") return;
      if (group !== "certificates.k8s.io" || resource !== "certificatesigningrequests") return;
      const { spec } = object as unknown as CertificateSigningRequest;
      if (spec?.signerName !== CLIENT_SIGNER) return;
      let organizations: readonly string[];
      try {
        ({ organizations } = readRequest(spec.request));
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw admissionForbidden(attributes, `failed to parse CSR: ${why}`);
      }
      if (!organizations.includes(MASTERS)) return;
      const text = `use of ${CLIENT_SIGNER} signer with ${MASTERS} group is not allowed`;
      throw admissionForbidden(attributes, text);
    },
  };
}
