import type { ClientCertificate } from "../http/exchange.ts";
import { failed } from "./authentication-failure.ts";
import type { AuthenticationResult, Authenticator } from "./authenticator.ts";
import { CREDENTIAL_ID_EXTRA } from "./well-known-users.ts";

const NO_OPINION: AuthenticationResult = { outcome: "no-opinion" };

/** Knows users by their client certificates: the common name is the user, organizations the groups. */
export function clientCertificateAuthenticator(): Authenticator {
  // A connection has one certificate object for all its requests.
  const known = new WeakMap<ClientCertificate, AuthenticationResult>();
  return {
    authenticate({ clientCertificate: certificate }) {
      if (certificate === undefined) return NO_OPINION;
      const before = known.get(certificate);
      if (before !== undefined) return before;
      const result = identify(certificate);
      known.set(certificate, result);
      return result;
    },
  };
}

/** @see apiserver pkg/authentication/request/x509 */
function identify(certificate: ClientCertificate): AuthenticationResult {
  const { verified, commonName, organizations, sha256, uids = [] } = certificate;
  if (!verified) return failed(`verifying certificate X509SHA256=${sha256} failed`);
  if (commonName === "") return NO_OPINION;
  const [uid] = uids;
  if (uids.length > 1) return failed(`expected 1 UID, but found multiple: [${uids.join(" ")}]`);
  if (uid === "") return failed("UID cannot be an empty string");
  return {
    outcome: "authenticated",
    user: {
      username: commonName,
      uid: uid ?? "",
      groups: organizations,
      extra: { [CREDENTIAL_ID_EXTRA]: [`X509SHA256=${sha256}`] },
    },
    audiences: [],
  };
}
