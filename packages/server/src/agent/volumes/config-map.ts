import { quoteGo } from "../../api/go-quote.ts";
import { type KeySelection, selectKeys } from "./key-selection.ts";
import type { Payload } from "./payload.ts";
import type { SourceContext } from "./volume-source.ts";

/**
 * Files of a ConfigMap of the pod's namespace, text and bytes alike.
 * @throws Error when the ConfigMap or a key is missing and not optional
 * @see kubernetes pkg/volume/configmap/configmap.go (MakePayload)
 */
export async function collectConfigMap(
  name: string,
  selection: KeySelection,
  { pod, objects, signal }: SourceContext,
): Promise<Payload> {
  const configMap = await objects.configMap(pod.metadata.namespace ?? "", name, signal);
  if (configMap === undefined && !selection.optional) {
    throw new Error(`configmap ${quoteGo(name)} not found`);
  }
  const { data = {}, binaryData = {} } = configMap ?? {};
  const dataOf = (key: string): Uint8Array | undefined => {
    if (Object.hasOwn(data, key)) return Buffer.from(data[key] ?? "");
    return Object.hasOwn(binaryData, key)
      ? Buffer.from(binaryData[key] ?? "", "base64")
      : undefined;
  };
  return selectKeys(
    [...Object.keys(data), ...Object.keys(binaryData)],
    dataOf,
    selection,
    "configmap references non-existent config key",
  );
}
