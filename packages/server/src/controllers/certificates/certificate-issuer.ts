/** What a request for a certificate says about the one who wants it. */
export interface RequestedSubject {
  /** Empty without a common name. */
  readonly commonName: string;
  readonly organizations: readonly string[];
  readonly alternativeNames: {
    readonly dnsNames: readonly string[];
    readonly emailAddresses: readonly string[];
    readonly ipAddresses: readonly string[];
    readonly uris: readonly string[];
  };
}

/** Instants in milliseconds since 1970. */
export interface Validity {
  readonly notBefore: number;
  readonly notAfter: number;
}

/** Whose name is under a certificate: the authority of clients, or the one that servers rest on. */
export type AuthorityName = "client" | "serving";

export interface CertificateOrder extends Validity {
  /** Base64 of PEM, as in the spec of a CertificateSigningRequest. */
  readonly request: string;
  readonly usages: readonly string[];
  readonly authority: AuthorityName;
}

/** Reads requests, and signs what the controllers decide to sign. Keys stay behind it. */
export interface CertificateIssuer {
  /** @param request - base64 of PEM @throws Error for what is no request, or not signed by its key */
  read(request: string): RequestedSubject;
  /**
   * No certificate outlives its authority.
   * @returns base64 of PEM @throws Error when the authority has ended
   */
  issue(order: CertificateOrder): string;
  /** When a certificate ends; undefined for what is none. @param certificate - base64 of PEM */
  endOf(certificate: string): number | undefined;
}
