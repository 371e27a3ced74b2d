import { quoteGo } from "../../api/go-quote.ts";
import { type KeySelection, selectKeys } from "./key-selection.ts";
import type { Payload } from "./payload.ts";
import type { SourceContext } from "./volume-source.ts";

/**
 * Files of a Secret of the pod's namespace.
 * @throws Error when the Secret or a key is missing and not optional
 * @see kubernetes pkg/volume/secret/secret.go (MakePayload)
 */
export async function collectSecret(
  name: string,
  selection: KeySelection,
  { pod, objects, signal }: SourceContext,
): Promise<Payload> {
  const secret = await objects.secret(pod.metadata.namespace ?? "", name, signal);
  if (secret === undefined && !selection.optional) {
    throw new Error(`secret ${quoteGo(name)} not found`);
  }
  const data = secret?.data ?? {};
  const dataOf = (key: string): Uint8Array | undefined =>
    Object.hasOwn(data, key) ? Buffer.from(data[key] ?? "", "base64") : undefined;
  return selectKeys(Object.keys(data), dataOf, selection, "references non-existent secret key");
}
