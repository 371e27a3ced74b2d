import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import type { RegistryCredential } from "../registry-credential.ts";
import { readDockerConfigJson, readDockercfg } from "./docker-config.ts";
import { DockerKeyring, type RegistryEntry } from "./docker-keyring.ts";

export interface NodeDockerConfigOptions {
  /** The agent's own directory. */
  readonly root: string;
  /** Of the user that the agent runs as. */
  readonly home: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** @see kubernetes pkg/credentialprovider/keyring.go (NewDefaultDockerKeyring) */
const KEEP_MS = 5 * 60_000;

/**
 * Credentials that all pods of a node have: those of the first of Docker's configurations that is
 * there, which is looked for anew every five minutes.
 * @see kubernetes pkg/credentialprovider/config.go (ReadDockerConfigFile)
 */
export class NodeDockerConfig {
  readonly #options: NodeDockerConfigOptions;
  #keyring = new DockerKeyring();
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(options: NodeDockerConfigOptions) {
    this.#options = options;
  }

  /** @param repository - an image without tag and digest */
  lookup(repository: string): readonly RegistryCredential[] {
    const now = this.#options.clock.now();
    if (now >= this.#readAt + KEEP_MS) {
      this.#readAt = now;
      this.#keyring = new DockerKeyring();
      this.#keyring.add(this.#read());
    }
    return this.#keyring.lookup(repository);
  }

  #read(): readonly RegistryEntry[] {
    const { root, home } = this.#options;
    const json = [root, join(home, ".docker"), "/.docker"].map((path) => join(path, "config.json"));
    const old = [root, home, "/"].map((path) => join(path, ".dockercfg"));
    return this.#first(json, readDockerConfigJson) ?? this.#first(old, readDockercfg) ?? [];
  }

  /** What is damaged is as good as not there. */
  #first(
    paths: readonly string[],
    read: (text: string) => readonly RegistryEntry[],
  ): readonly RegistryEntry[] | undefined {
    for (const path of paths) {
      try {
        return read(readFileSync(path, "utf8"));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") continue;
        // Its text is not told: it may hold a password.
        this.#options.logger.warn({ path }, "credentials of the node cannot be read");
      }
    }
    return undefined;
  }
}
