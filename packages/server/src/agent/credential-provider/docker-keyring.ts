import type { RegistryCredential } from "../registry-credential.ts";
import { parseSchemelessUrl, urlsMatch } from "./registry-url.ts";

/** A registry, or a part of one, as a docker config names it, and who one is there. */
export interface RegistryEntry extends RegistryCredential {
  readonly registry: string;
}

const DEFAULT_REGISTRY = "index.docker.io";

/**
 * Credentials by where they count. Entries of one place are tried in the order in which they came.
 * @see kubernetes pkg/credentialprovider/keyring.go (BasicDockerKeyring)
 */
export class DockerKeyring {
  readonly #credentials = new Map<string, RegistryCredential[]>();

  /** Entries that name no place are left out. */
  add(entries: readonly RegistryEntry[]): void {
    for (const { registry, ...credential } of entries) {
      const key = placeOf(registry);
      if (key === undefined) continue;
      const others = this.#credentials.get(key);
      if (others === undefined) this.#credentials.set(key, [credential]);
      else others.push(credential);
    }
  }

  /**
   * Those for a repository, the closest place first; where none fits and the repository is one of
   * the default registry, those of that.
   * @param repository - an image without tag and digest: `docker.io/library/busybox`
   */
  lookup(repository: string): readonly RegistryCredential[] {
    const places = [...this.#credentials.keys()].sort().reverse();
    const found = places.filter((place) => urlsMatch(place, repository));
    if (found.length === 0 && isOfDefaultRegistry(repository)) found.push(DEFAULT_REGISTRY);
    return found.flatMap((place) => this.#credentials.get(place) ?? []);
  }
}

/** `https://index.docker.io/v1/` is `index.docker.io`, and `r.example/team` itself. */
function placeOf(registry: string): string | undefined {
  try {
    const { host, path } = parseSchemelessUrl(registry.replace(/^https?:\/\//, ""));
    const rest = /^\/v[12]\//.test(path) ? path.slice(3) : path;
    return rest === "/" ? host : `${host}${rest}`;
  } catch {
    return undefined;
  }
}

function isOfDefaultRegistry(repository: string): boolean {
  const [first = "", ...rest] = repository.split("/");
  if (first === "") return false;
  if (rest.length === 0 || first === "docker.io" || first === DEFAULT_REGISTRY) return true;
  return !/[.:]/.test(first);
}
