import type { Pod } from "../../api/types.ts";
import type { Clock } from "../../runtime/clock.ts";
import { type AccountSource, type AccountToken, chooseAccount } from "./account-token.ts";
import type { RegistryEntry } from "./docker-keyring.ts";
import { ProviderCache } from "./provider-cache.ts";
import type { CredentialProvider } from "./provider-config.ts";
import type { ProviderResponse } from "./provider-response.ts";
import { urlsMatch } from "./registry-url.ts";

/** What a provider's program is given. */
export interface ProviderRequest {
  /** Without tag and digest. */
  readonly image: string;
  readonly account?: AccountToken;
}

export interface PluginProviderOptions {
  readonly provider: CredentialProvider;
  /** Runs the program. */
  readonly ask: (request: ProviderRequest) => Promise<ProviderResponse>;
  readonly accounts: AccountSource;
  readonly clock: Clock;
}

const NONE: readonly RegistryEntry[] = [];
/** No image and no registry is called so. */
const GLOBAL = "<global>";

/**
 * A provider with what it has answered so far: it is asked anew when nothing that it has said counts
 * any more, and once for what is wanted of it at one time.
 * @see kubernetes pkg/credentialprovider/plugin/plugin.go (pluginProvider)
 */
export class PluginProvider {
  readonly #options: PluginProviderOptions;
  readonly #cache: ProviderCache;
  readonly #pending = new Map<string, Promise<ProviderResponse>>();

  constructor(options: PluginProviderOptions) {
    this.#options = options;
    this.#cache = new ProviderCache(options.clock);
  }

  /**
   * What it knows for an image, and for others besides; nothing for images and pods that are none of
   * its own.
   * @param image - without tag and digest
   * @throws Error with kubelet's text; it holds no credential
   */
  async entries(image: string, pod: Pod, signal: AbortSignal): Promise<readonly RegistryEntry[]> {
    const { provider, accounts } = this.#options;
    if (!provider.matchImages.some((pattern) => urlsMatch(pattern, image))) return NONE;
    const { tokenAttributes } = provider;
    if (tokenAttributes === undefined) return await this.#find({ image });
    const choice = await chooseAccount(pod, tokenAttributes, accounts, signal);
    if (choice.kind === "skip") return NONE;
    if (choice.kind === "none") return await this.#find({ image });
    const { account } = choice;
    const found = await this.#find({ image, account });
    return found.map((entry) => ({ ...entry, source: account.source }));
  }

  async #find(request: ProviderRequest): Promise<readonly RegistryEntry[]> {
    const { image, account } = request;
    for (const place of [image, registryOf(image), GLOBAL]) {
      const kept = this.#cache.get(cacheKey(place, account));
      if (kept !== undefined) return kept;
    }
    const response = await this.#askOnce(request);
    this.#refuseEchoedToken(response, account);
    this.#keep(request, response);
    return response.entries;
  }

  async #askOnce(request: ProviderRequest): Promise<ProviderResponse> {
    const { image, account } = request;
    const annotations = Object.entries(account?.annotations ?? {}).flat();
    const key = JSON.stringify([image, account?.hash ?? "", ...annotations]);
    const pending = this.#pending.get(key) ?? this.#options.ask(request);
    this.#pending.set(key, pending);
    try {
      return await pending;
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      const what = "failed to get credential from external registry credential provider";
      throw new Error(`${what}: ${problem}`, { cause: error });
    } finally {
      this.#pending.delete(key);
    }
  }

  /** One pod's token would become the credential of others. */
  #refuseEchoedToken({ entries }: ProviderResponse, account: AccountToken | undefined): void {
    const isOfToken = this.#options.provider.tokenAttributes?.cacheType === "Token";
    if (account === undefined || isOfToken) return;
    if (!entries.some(({ password }) => password === account.token)) return;
    throw new Error(
      "credential provider plugin returned the service account token as the password which is not allowed when service account cache type is not set to 'Token'",
    );
  }

  #keep(
    { image, account }: ProviderRequest,
    { cacheKeyType, cacheNanos, entries }: ProviderResponse,
  ): void {
    const place = placeOf(cacheKeyType, image);
    if (place === undefined) {
      throw new Error(
        `credential provider plugin did not return a valid cacheKeyType: ${cacheKeyType}`,
      );
    }
    const nanos = cacheNanos ?? this.#options.provider.defaultCacheNanos ?? 0n;
    if (nanos === 0n) return;
    this.#cache.set(cacheKey(place, account), entries, Number(nanos / 1_000_000n));
  }
}

function placeOf(cacheKeyType: string, image: string): string | undefined {
  switch (cacheKeyType) {
    case "Image":
      return image;
    case "Registry":
      return registryOf(image);
    case "Global":
      return GLOBAL;
    default:
      return undefined;
  }
}

function registryOf(image: string): string {
  return image.split("/", 1)[0] ?? "";
}

function cacheKey(place: string, account: AccountToken | undefined): string {
  return JSON.stringify([place, ...(account?.cacheKey ?? [])]);
}
