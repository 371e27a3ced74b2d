import type { Pod, Secret } from "../../api/types.ts";
import type { EventSink } from "../../client/event-recorder.ts";
import { readDockerConfigJson, readDockercfg } from "../credential-provider/docker-config.ts";
import { DockerKeyring, type RegistryEntry } from "../credential-provider/docker-keyring.ts";
import type { ObjectSource } from "../object-source.ts";
import type { RegistryCredential } from "../registry-credential.ts";
import { referenceToPod } from "./pod-names.ts";

export interface PullSecretsContext {
  readonly objects: ObjectSource;
  readonly events: EventSink;
  readonly signal: AbortSignal;
}

/**
 * Credentials for an image out of the pull secrets of its pod, those of the closest match first.
 * Secrets that are missing are told of, and no trouble else.
 * @param repository - the image without tag and digest
 * @see kubernetes pkg/kubelet/kubelet_pods.go (getPullSecretsForPod), pkg/credentialprovider/keyring.go
 */
export async function pullCredentials(
  pod: Pod,
  repository: string,
  { objects, events, signal }: PullSecretsContext,
): Promise<readonly RegistryCredential[]> {
  const namespace = pod.metadata.namespace ?? "";
  const names = (pod.spec?.imagePullSecrets ?? []).flatMap(({ name = "" }) => name || []);
  const keyring = new DockerKeyring();
  const missing: string[] = [];
  for (const name of names) {
    const secret = await objects.secret(namespace, name, signal).catch(() => undefined);
    if (secret === undefined) missing.push(name);
    else {
      const source = { kind: "secret", namespace, name, uid: secret.metadata.uid ?? "" } as const;
      keyring.add(registryEntries(secret).map((entry) => ({ ...entry, source })));
    }
  }
  if (missing.length > 0) {
    const message = `Unable to retrieve some image pull secrets (${missing.join(", ")}); attempting to pull the image may not succeed.`;
    events.record(referenceToPod(pod), "Warning", "FailedToRetrieveImagePullSecret", message);
  }
  return keyring.lookup(repository);
}

/** What a secret of the two docker types says; nothing where it is of another type or damaged. */
export function registryEntries({ type, data = {} }: Readonly<Secret>): readonly RegistryEntry[] {
  try {
    if (type === "kubernetes.io/dockerconfigjson") {
      return readDockerConfigJson(textOf(data[".dockerconfigjson"]));
    }
    if (type === "kubernetes.io/dockercfg") return readDockercfg(textOf(data[".dockercfg"]));
  } catch {
    // It names registries in no form that is known: as good as none.
  }
  return [];
}

function textOf(base64 = ""): string {
  return Buffer.from(base64, "base64").toString();
}
