import type { ConfigMap, Pod, PodSpec, Secret } from "../../api/types.ts";
import type { PodTokenRequest } from "../token-request.ts";
import type { Payload } from "./payload.ts";
import type { SourceContext } from "./volume-source.ts";

export interface Objects {
  readonly secrets?: Readonly<Record<string, Partial<Secret>>>;
  readonly configMaps?: Readonly<Record<string, Partial<ConfigMap>>>;
}

/** What a pod's volumes are made of, for tests of one source. */
export function contextOf(
  objects: Objects = {},
  more: Partial<SourceContext> = {},
): SourceContext & { readonly asked: PodTokenRequest[] } {
  const asked: PodTokenRequest[] = [];
  return {
    pod: podOf({}),
    owner: {},
    objects: {
      secret: (namespace, name) => {
        const found = namespace === "ns" ? objects.secrets?.[name] : undefined;
        return Promise.resolve(found && { metadata: { name }, ...found });
      },
      configMap: (namespace, name) => {
        const found = namespace === "ns" ? objects.configMaps?.[name] : undefined;
        return Promise.resolve(found && { metadata: { name }, ...found });
      },
    },
    tokens: {
      get: (request) => {
        asked.push(request);
        return Promise.resolve(`token-${asked.length}`);
      },
    },
    allocatable: { cpu: "2", memory: "4Gi", "ephemeral-storage": "10Gi" },
    signal: new AbortController().signal,
    asked,
    ...more,
  };
}

export function podOf(spec: Partial<PodSpec>, metadata: Partial<Pod["metadata"]> = {}): Pod {
  return {
    metadata: { name: "pod", namespace: "ns", uid: "u-1", ...metadata },
    spec: { serviceAccountName: "builder", containers: [{ name: "main" }], ...spec },
  };
}

/** `token → 0600 text` of each file. */
export function printPayload(payload: Payload): Record<string, string> {
  return Object.fromEntries(
    [...payload].map(([path, { data, mode, ownerUid }]) => {
      const owner = ownerUid === undefined ? "" : ` ${ownerUid}`;
      return [path, `${mode.toString(8).padStart(4, "0")}${owner} ${Buffer.from(data)}`];
    }),
  );
}

export function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
