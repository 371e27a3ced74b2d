import type { ConfigMap, Secret } from "../api/types.ts";

/** Reads the objects that pods of this node refer to. What it answers is shared: nobody changes it. */
export interface ObjectSource {
  /** @returns undefined when there is none. @throws when that cannot be known */
  secret(
    namespace: string,
    name: string,
    signal: AbortSignal,
  ): Promise<Readonly<Secret> | undefined>;
  /** @returns undefined when there is none. @throws when that cannot be known */
  configMap(
    namespace: string,
    name: string,
    signal: AbortSignal,
  ): Promise<Readonly<ConfigMap> | undefined>;
}
