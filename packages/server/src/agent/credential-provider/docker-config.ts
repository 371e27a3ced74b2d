import type { RegistryEntry } from "./docker-keyring.ts";

interface DockerAuth {
  /** Both in one, `user:password` in base64; counts before the others. */
  readonly auth?: string;
  readonly username?: string;
  readonly password?: string;
}

type Auths = Readonly<Record<string, DockerAuth>>;

/**
 * What a `config.json` of Docker says of registries.
 * @throws SyntaxError, TypeError for a text that is none
 */
export function readDockerConfigJson(text: string): readonly RegistryEntry[] {
  const { auths } = JSON.parse(text) as { readonly auths?: Auths };
  return entriesOf(auths ?? {});
}

/**
 * The older form, a `.dockercfg`: registries and nothing else.
 * @throws SyntaxError, TypeError for a text that is none
 */
export function readDockercfg(text: string): readonly RegistryEntry[] {
  return entriesOf(JSON.parse(text) as Auths);
}

function entriesOf(auths: Auths): readonly RegistryEntry[] {
  return Object.entries(auths).flatMap(([registry, { auth, username = "", password = "" }]) => {
    if (auth === undefined || auth === "") return { registry, username, password };
    const [user = "", ...rest] = Buffer.from(auth, "base64").toString().split(":");
    return rest.length === 0 ? [] : { registry, username: user, password: rest.join(":") };
  });
}
