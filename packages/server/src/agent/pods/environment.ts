import type {
  ConfigMap,
  Container,
  EnvVar,
  FileKeySelector,
  Pod,
  Secret,
} from "../../api/types.ts";
import type { ObjectSource } from "../object-source.ts";
import type { MountedVolume } from "../volumes/volume.ts";
import { ContainerConfigError } from "./container-config-error.ts";
import { downwardField, downwardResource } from "./downward-api.ts";
import { readEnvFile } from "./env-file.ts";
import { expandVariables } from "./expansion.ts";

export interface EnvironmentContext {
  readonly objects: ObjectSource;
  /** Variables that tell of services; those of the container win. */
  readonly services: ReadonlyMap<string, string>;
  /** What the node can give: stands for limits that are not set. */
  readonly allocatable: Readonly<Record<string, string>>;
  /** Of the pod: some variables stand in files. */
  readonly volumes: readonly MountedVolume[];
  readonly signal: AbortSignal;
}

export type Variables = Map<string, string>;

/**
 * The environment of a container: `envFrom` first, `env` over it, services where neither says
 * anything.
 * @param pod - Its status holds the addresses that it has by now.
 * @throws ContainerConfigError when something that is not optional is missing
 * @see kubernetes pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables)
 */
export async function makeEnvironment(
  pod: Pod,
  container: Container,
  context: EnvironmentContext,
): Promise<Variables> {
  const variables: Variables = new Map();
  const sources = new Sources(pod.metadata.namespace ?? "", context);
  await addSources(variables, container, sources);
  const lookUp = (name: string): string | undefined =>
    variables.get(name) ?? context.services.get(name);
  for (const entry of container.env ?? []) {
    const value =
      entry.value === undefined || entry.value === ""
        ? await valueFrom(entry, pod, container, sources, context)
        : expandVariables(entry.value, lookUp);
    if (value !== undefined) variables.set(entry.name, value);
  }
  for (const [name, value] of context.services) {
    if (!variables.has(name)) variables.set(name, value);
  }
  return variables;
}

async function addSources(
  variables: Variables,
  container: Container,
  sources: Sources,
): Promise<void> {
  for (const { prefix = "", configMapRef, secretRef } of container.envFrom ?? []) {
    const data =
      configMapRef !== undefined
        ? (await sources.configMap(configMapRef.name ?? "", configMapRef.optional ?? false))?.data
        : secretRef !== undefined
          ? decode(await sources.secret(secretRef.name ?? "", secretRef.optional ?? false))
          : undefined;
    for (const [key, value] of Object.entries(data ?? {})) variables.set(prefix + key, value);
  }
}

function decode(secret: Readonly<Secret> | undefined): Record<string, string> | undefined {
  if (secret?.data === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(secret.data).map(([key, value]) => [key, decodeValue(value)]),
  );
}

function decodeValue(base64: string): string {
  return Buffer.from(base64, "base64").toString();
}

/** Undefined where something optional is missing: then there is no such variable. */
async function valueFrom(
  { valueFrom: source }: EnvVar,
  pod: Pod,
  container: Container,
  sources: Sources,
  { allocatable, volumes }: EnvironmentContext,
): Promise<string | undefined> {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = source ?? {};
  if (fieldRef !== undefined) return downwardField(fieldRef, pod);
  if (resourceFieldRef !== undefined) {
    return downwardResource(resourceFieldRef, pod, container, allocatable);
  }
  if (configMapKeyRef !== undefined) {
    const { name = "", key, optional = false } = configMapKeyRef;
    const value = (await sources.configMap(name, optional))?.data?.[key];
    if (value !== undefined || optional) return value;
    throw new ContainerConfigError(
      `couldn't find key ${key} in ConfigMap ${sources.namespace}/${name}`,
    );
  }
  if (secretKeyRef !== undefined) {
    const { name = "", key, optional = false } = secretKeyRef;
    const value = (await sources.secret(name, optional))?.data?.[key];
    if (value !== undefined) return decodeValue(value);
    if (optional) return undefined;
    throw new ContainerConfigError(
      `couldn't find key ${key} in Secret ${sources.namespace}/${name}`,
    );
  }
  return fileKeyRef === undefined ? "" : await valueOfFile(fileKeyRef, volumes);
}

async function valueOfFile(
  { volumeName, path, key, optional = false }: FileKeySelector,
  volumes: readonly MountedVolume[],
): Promise<string | undefined> {
  const volume = volumes.find(({ name }) => name === volumeName);
  if (volume === undefined) {
    throw new ContainerConfigError(
      `cannot find the volume "${volumeName}" referenced by FileKeyRef`,
    );
  }
  let value: string;
  try {
    value = await readEnvFile(volume.hostPath, path, key);
  } catch (cause) {
    // The reason would tell of the host's file system.
    throw new ContainerConfigError("couldn't parse env file", { cause });
  }
  if (value !== "") return value;
  if (optional) return undefined;
  throw new ContainerConfigError(
    `environment variable key "${key}" not found in file "${volume.hostPath}/${path}"`,
  );
}

/** Each object is read once, however many variables come from it. */
class Sources {
  readonly namespace: string;
  readonly #context: EnvironmentContext;
  readonly #configMaps = new Map<string, Readonly<ConfigMap> | undefined>();
  readonly #secrets = new Map<string, Readonly<Secret> | undefined>();

  constructor(namespace: string, context: EnvironmentContext) {
    this.namespace = namespace;
    this.#context = context;
  }

  async configMap(name: string, optional: boolean): Promise<Readonly<ConfigMap> | undefined> {
    const { objects, signal } = this.#context;
    if (!this.#configMaps.has(name)) {
      this.#configMaps.set(name, await objects.configMap(this.namespace, name, signal));
    }
    const found = this.#configMaps.get(name);
    if (found !== undefined || optional) return found;
    throw new ContainerConfigError(`configmap "${name}" not found`);
  }

  async secret(name: string, optional: boolean): Promise<Readonly<Secret> | undefined> {
    const { objects, signal } = this.#context;
    if (!this.#secrets.has(name)) {
      this.#secrets.set(name, await objects.secret(this.namespace, name, signal));
    }
    const found = this.#secrets.get(name);
    if (found !== undefined || optional) return found;
    throw new ContainerConfigError(`secret "${name}" not found`);
  }
}
