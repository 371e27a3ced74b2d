import type { UserInfo } from "../authentication/authenticator.ts";
import type { Authorizer } from "../authorization/authorizer.ts";

/**
 * Whether somebody may do something in the name of a signer: a right to the signer itself, or to all
 * of its domain, `example.com/*`.
 * @see kubernetes pkg/certauthorization/certauthorization.go
 */
export async function mayActForSigner(
  authorizer: Authorizer,
  user: UserInfo,
  verb: "approve" | "sign",
  signerName: string,
): Promise<boolean> {
  const [domain = ""] = signerName.split("/");
  for (const name of [signerName, `${domain}/*`]) {
    const { decision } = await authorizer.authorize({
      user,
      verb,
      resourceRequest: true,
      apiGroup: "certificates.k8s.io",
      apiVersion: "*",
      resource: "signers",
      subresource: "",
      namespace: "",
      name,
      path: "",
    });
    if (decision === "allow") return true;
  }
  return false;
}
