/** Who one is at a registry of images. Never logged. */
export interface RegistryCredential {
  readonly username: string;
  readonly password: string;
  /** Whose it is; absent: the node's own. Of no interest to a runtime. */
  readonly source?: CredentialSource;
}

/** The object that a credential comes from. */
export interface CredentialSource {
  readonly kind: "secret" | "service-account";
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}
