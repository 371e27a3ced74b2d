import type { Pod, Secret } from "../../api/types.ts";
import type { EventSink } from "../../client/event-recorder.ts";
import type { ObjectSource } from "../object-source.ts";
import type { RegistryCredential } from "../pod-runtime.ts";
import { referenceToPod } from "./pod-names.ts";

/** A registry as a pull secret names it, and who one is there. */
interface RegistryEntry extends RegistryCredential {
  readonly registry: string;
}

export interface PullSecretsContext {
  readonly objects: ObjectSource;
  readonly events: EventSink;
  readonly signal: AbortSignal;
}

/** The host of images that name none. */
const DEFAULT_REGISTRY = "index.docker.io";

/**
 * Credentials for an image out of the pull secrets of its pod, those of the closest match first.
 * Secrets that are missing are told of, and no trouble else.
 * @see kubernetes pkg/kubelet/kubelet_pods.go (getPullSecretsForPod), pkg/credentialprovider/keyring.go
 */
export async function pullCredentials(
  pod: Pod,
  image: string,
  { objects, events, signal }: PullSecretsContext,
): Promise<readonly RegistryCredential[]> {
  const namespace = pod.metadata.namespace ?? "";
  const names = (pod.spec?.imagePullSecrets ?? []).flatMap(({ name = "" }) => name || []);
  const entries: RegistryEntry[] = [];
  const missing: string[] = [];
  for (const name of names) {
    const secret = await objects.secret(namespace, name, signal).catch(() => undefined);
    if (secret === undefined) missing.push(name);
    else entries.push(...registryEntries(secret));
  }
  if (missing.length > 0) {
    const message = `Unable to retrieve some image pull secrets (${missing.join(", ")}); attempting to pull the image may not succeed.`;
    events.record(referenceToPod(pod), "Warning", "FailedToRetrieveImagePullSecret", message);
  }
  return matchCredentials(entries, image);
}

interface DockerAuth {
  readonly auth?: string;
  readonly username?: string;
  readonly password?: string;
}

/** What a secret of the two docker types says; nothing where it is of another type or damaged. */
export function registryEntries({ type, data = {} }: Readonly<Secret>): RegistryEntry[] {
  try {
    if (type === "kubernetes.io/dockerconfigjson") {
      const { auths = {} } = parseBase64<{ auths?: Record<string, DockerAuth> }>(
        data[".dockerconfigjson"],
      );
      return entriesOf(auths);
    }
    if (type === "kubernetes.io/dockercfg") {
      return entriesOf(parseBase64<Record<string, DockerAuth>>(data[".dockercfg"]));
    }
  } catch {
    // It names registries in no form that is known: as good as none.
  }
  return [];
}

function parseBase64<T>(text = ""): T {
  return JSON.parse(Buffer.from(text, "base64").toString()) as T;
}

function entriesOf(auths: Readonly<Record<string, DockerAuth>>): RegistryEntry[] {
  return Object.entries(auths).flatMap(([registry, { auth, username = "", password = "" }]) => {
    if (auth === undefined || auth === "") return { registry, username, password };
    const [user = "", ...rest] = Buffer.from(auth, "base64").toString().split(":");
    return rest.length === 0 ? [] : { registry, username: user, password: rest.join(":") };
  });
}

/** The entries that are about the image's registry, longer paths first. */
export function matchCredentials(
  entries: readonly RegistryEntry[],
  image: string,
): readonly RegistryCredential[] {
  const { host, path } = locate(image);
  return entries
    .map((entry) => ({ entry, at: splitRegistry(entry.registry) }))
    .filter(({ at }) => matchesHost(at.host, host) && `${path}/`.startsWith(at.path))
    .sort((left, right) => right.at.path.length - left.at.path.length)
    .map(({ entry: { username, password } }) => ({ username, password }));
}

function locate(image: string): { readonly host: string; readonly path: string } {
  const [first = "", ...rest] = image.replace(/@.*$/, "").split("/");
  const named = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  const host = named ? first : DEFAULT_REGISTRY;
  const path = `/${(named ? rest : [first, ...rest]).join("/")}`.replace(/:[^/]*$/, "");
  return { host: host === "docker.io" ? DEFAULT_REGISTRY : host, path };
}

/** `https://index.docker.io/v1/` and `registry.example/team` alike: host, and path with a slash behind. */
function splitRegistry(registry: string): { readonly host: string; readonly path: string } {
  const [host = "", ...rest] = registry.replace(/^https?:\/\//, "").split("/");
  const path = rest
    .join("/")
    .replace(/^v[12]\/?$/, "")
    .replace(/^v[12]\//, "");
  const slashed = path === "" ? "/" : `/${path.replace(/\/$/, "")}/`;
  return { host: host === "docker.io" ? DEFAULT_REGISTRY : host, path: slashed };
}

/** `*` stands for one part of a host name, or for a part of it. */
function matchesHost(pattern: string, host: string): boolean {
  const patternParts = pattern.split(".");
  const parts = host.split(".");
  if (patternParts.length !== parts.length) return false;
  return patternParts.every((each, index) => {
    const escaped = each.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
    return new RegExp(`^${escaped}$`).test(parts[index] ?? "");
  });
}
