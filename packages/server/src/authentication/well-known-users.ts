/** Names that the system itself gives meaning to. @see apiserver pkg/authentication/user */
export const ANONYMOUS_USER = "system:anonymous";
export const UNAUTHENTICATED_GROUP = "system:unauthenticated";
export const AUTHENTICATED_GROUP = "system:authenticated";
export const MASTERS_GROUP = "system:masters";

/** Extra under which a credential tells which one it is: `JTI=<id>`, `X509SHA256=<hex>`. */
export const CREDENTIAL_ID_EXTRA = "authentication.kubernetes.io/credential-id";
