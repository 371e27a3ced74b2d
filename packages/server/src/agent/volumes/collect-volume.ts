import type { Volume } from "../../api/types.ts";
import { collectConfigMap } from "./config-map.ts";
import { collectDownwardApi } from "./downward-api.ts";
import type { Payload } from "./payload.ts";
import type { PluginName } from "./pod-directories.ts";
import { collectProjected, DEFAULT_FILE_MODE } from "./projected.ts";
import { collectSecret } from "./secret.ts";
import type { SourceContext } from "./volume-source.ts";

/** What is to be written for a volume. */
export interface CollectedVolume {
  readonly plugin: PluginName;
  readonly payload: Payload;
  /** Kept off the disks. As upstream: a config map holds nothing secret. */
  readonly inMemory: boolean;
}

/**
 * The files of a volume that the agent writes.
 * @throws Error with a kubelet's words, for a kind that nobody here sets up too
 */
export async function collectVolume(
  volume: Volume,
  context: SourceContext,
): Promise<CollectedVolume> {
  const { projected, secret, configMap, downwardAPI } = volume;
  if (projected !== undefined) {
    const payload = await collectProjected(projected, context);
    return { plugin: "kubernetes.io~projected", payload, inMemory: true };
  }
  if (secret !== undefined) {
    const {
      secretName = "",
      items = [],
      defaultMode = DEFAULT_FILE_MODE,
      optional = false,
    } = secret;
    const payload = await collectSecret(secretName, { items, defaultMode, optional }, context);
    return { plugin: "kubernetes.io~secret", payload, inMemory: true };
  }
  if (configMap !== undefined) {
    const { name = "", items = [], defaultMode = DEFAULT_FILE_MODE, optional = false } = configMap;
    const payload = await collectConfigMap(name, { items, defaultMode, optional }, context);
    return { plugin: "kubernetes.io~configmap", payload, inMemory: false };
  }
  if (downwardAPI !== undefined) {
    const { items = [], defaultMode = DEFAULT_FILE_MODE } = downwardAPI;
    const payload = collectDownwardApi(items, defaultMode, context);
    return { plugin: "kubernetes.io~downward-api", payload, inMemory: true };
  }
  // What is left has no name of ours: the kind is the one that a kubelet would look up.
  const kind = Object.keys(volume).find((field) => field !== "name");
  throw new Error(`no volume plugin matched${kind === undefined ? "" : `: ${kind}`}`);
}
