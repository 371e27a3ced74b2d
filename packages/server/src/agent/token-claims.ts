/**
 * The uid of the account that a token is for, out of its claims. Nothing is verified: the token came
 * from the API server, over the agent's own connection. Undefined for a token that is no JWT or says
 * nothing of an account.
 * @see kubernetes pkg/serviceaccount/claims.go (privateClaims)
 */
export function accountUidOf(token: string): string | undefined {
  const [, payload = ""] = token.split(".");
  try {
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as {
      readonly "kubernetes.io"?: { readonly serviceaccount?: { readonly uid?: unknown } };
    };
    const uid = claims["kubernetes.io"]?.serviceaccount?.uid;
    return typeof uid === "string" && uid !== "" ? uid : undefined;
  } catch {
    return undefined;
  }
}
