import type { Client } from "../../../client/client.ts";
import { CONFIG_MAPS } from "../../../client/resource-type.ts";
import type { Clock } from "../../../runtime/clock.ts";
import type { Logger } from "../../../runtime/logger.ts";
import type { Runnable } from "../../../runtime/task-group.ts";

export interface ClientAuthoritiesOptions {
  readonly client: Client;
  /** PEM that `--client-ca-file` holds; empty: what the cluster says. */
  readonly given: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Where an API server tells others whose client certificates it believes. */
const SOURCE = { namespace: "kube-system", name: "extension-apiserver-authentication" };
const FIELD = "client-ca-file";
const EVERY_MS = 10 * 60_000;
const RETRY_MS = 30_000;

/** Whose client certificates the agent believes: those of the API server are among them. */
export class ClientAuthorities implements Runnable {
  readonly #options: ClientAuthoritiesOptions;
  readonly #onChange = new Set<() => void>();
  #current: string;
  #complained = false;

  constructor(options: ClientAuthoritiesOptions) {
    this.#options = options;
    this.#current = options.given;
  }

  /** PEM; empty while nobody is believed. */
  get current(): string {
    return this.#current;
  }

  /** Calls `listener` whenever it is another one. @returns ends that */
  onChange(listener: () => void): () => void {
    this.#onChange.add(listener);
    return () => this.#onChange.delete(listener);
  }

  /** Asks the cluster once. Never throws: without an answer nobody is believed. */
  async refresh(signal: AbortSignal): Promise<boolean> {
    const { client, logger } = this.#options;
    try {
      const { data } = await client.resource(CONFIG_MAPS).get(SOURCE, { signal });
      const bundle = data?.[FIELD] ?? "";
      if (bundle === this.#current || bundle === "") return true;
      this.#current = bundle;
      for (const listener of this.#onChange) listener();
      return true;
    } catch (error) {
      if (!signal.aborted && !this.#complained) {
        this.#complained = true;
        logger.warn({ error }, "whose certificates to believe is not known: callers need tokens");
      }
      return false;
    }
  }

  async run({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    const { clock, given } = this.#options;
    while (given === "" && !signal.aborted) {
      const known = await this.refresh(signal);
      await clock.sleep(known ? EVERY_MS : RETRY_MS, signal);
    }
  }
}
