import type { ProjectedVolumeSource, VolumeProjection } from "../../api/types.ts";
import { collectConfigMap } from "./config-map.ts";
import { collectDownwardApi } from "./downward-api.ts";
import type { FileProjection, Payload } from "./payload.ts";
import { collectSecret } from "./secret.ts";
import { joinErrors } from "./source-error.ts";
import type { SourceContext } from "./volume-source.ts";

/** @see kubernetes pkg/apis/core/v1/defaults.go (ProjectedVolumeSourceDefaultMode) */
export const DEFAULT_FILE_MODE = 0o644;
/** Of a token whose owner or group is known: nobody else has to read it. */
const PRIVATE_MODE = 0o600;

/**
 * Files of all sources of a projected volume. Sources are asked side by side; where two give one
 * path, the later one counts.
 * @throws Error of all sources that cannot be had
 * @see kubernetes pkg/volume/projected/projected.go (collectData)
 */
export async function collectProjected(
  { sources, defaultMode = DEFAULT_FILE_MODE }: ProjectedVolumeSource,
  context: SourceContext,
): Promise<Payload> {
  const collected = await Promise.allSettled(
    (sources ?? []).map((source) => collectSource(source, defaultMode, context)),
  );
  const errors = collected.flatMap((one) =>
    one.status === "rejected" ? [one.reason as unknown] : [],
  );
  if (errors.length > 0) throw joinErrors(errors);
  const payload = new Map<string, FileProjection>();
  for (const one of collected) {
    if (one.status === "rejected") continue;
    for (const [path, file] of one.value) payload.set(path, file);
  }
  return payload;
}

async function collectSource(
  source: VolumeProjection,
  defaultMode: number,
  context: SourceContext,
): Promise<Payload> {
  const { secret, configMap, downwardAPI, serviceAccountToken } = source;
  if (secret !== undefined) {
    const { name = "", items = [], optional = false } = secret;
    return await collectSecret(name, { items, defaultMode, optional }, context);
  }
  if (configMap !== undefined) {
    const { name = "", items = [], optional = false } = configMap;
    return await collectConfigMap(name, { items, defaultMode, optional }, context);
  }
  if (downwardAPI !== undefined) {
    return collectDownwardApi(downwardAPI.items ?? [], defaultMode, context);
  }
  if (serviceAccountToken !== undefined) {
    return await collectToken(serviceAccountToken, defaultMode, context);
  }
  if (source.clusterTrustBundle !== undefined) {
    throw new Error("ClusterTrustBundle projection is not supported by this agent");
  }
  if (source.podCertificate !== undefined) {
    throw new Error("PodCertificate projection is not supported by this agent");
  }
  return new Map();
}

async function collectToken(
  projection: NonNullable<VolumeProjection["serviceAccountToken"]>,
  defaultMode: number,
  { pod, owner, tokens, signal }: SourceContext,
): Promise<Payload> {
  const { audience = "", expirationSeconds, path } = projection;
  const { name = "", namespace = "", uid = "" } = pod.metadata;
  const token = await tokens.get(
    {
      namespace,
      name: pod.spec?.serviceAccountName ?? "",
      audiences: audience === "" ? [] : [audience],
      ...(expirationSeconds === undefined ? {} : { expirationSeconds }),
      pod: { name, uid },
    },
    signal,
  );
  const isOwned = owner.uid !== undefined || owner.gid !== undefined;
  const file: FileProjection = {
    data: Buffer.from(token),
    mode: isOwned ? PRIVATE_MODE : defaultMode,
    ...(owner.uid === undefined ? {} : { ownerUid: owner.uid }),
  };
  return new Map([[path, file]]);
}
