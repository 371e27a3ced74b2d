import type { Secret } from "../../api/types.ts";

/** A Secret of a bootstrap token that may sign. @param more - data that is added, or takes its place */
export function bootstrapToken(id: string, more: Readonly<Record<string, string>> = {}): Secret {
  const data = {
    "token-id": id,
    "token-secret": "0123456789abcdef",
    "usage-bootstrap-signing": "true",
    ...more,
  };
  const encoded = Object.entries(data).map(([key, text]) => [
    key,
    Buffer.from(text).toString("base64"),
  ]);
  return {
    metadata: { namespace: "kube-system", name: `bootstrap-token-${id}` },
    type: "bootstrap.kubernetes.io/token",
    data: Object.fromEntries(encoded),
  };
}
