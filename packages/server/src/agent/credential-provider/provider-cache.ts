import type { Clock } from "../../runtime/clock.ts";
import { lastsStill } from "../../runtime/lasts-still.ts";
import type { RegistryEntry } from "./docker-keyring.ts";

interface Kept {
  readonly entries: readonly RegistryEntry[];
  readonly since: number;
  readonly keepMs: number;
}

/** @see kubernetes pkg/credentialprovider/plugin/plugin.go (cachePurgeInterval) */
const PURGE_MS = 15 * 60_000;
/** More images and accounts than a node has in use. */
const MAX_KEPT = 1_000;

/** What a provider has answered, as long as that counts; the oldest go when there are too many. */
export class ProviderCache {
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();
  #purgedAt: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#purgedAt = clock.now();
  }

  get size(): number {
    return this.#kept.size;
  }

  get(key: string): readonly RegistryEntry[] | undefined {
    const now = this.#clock.now();
    if (!lastsStill(this.#purgedAt, PURGE_MS, now)) this.#purge(now);
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    if (isGood(kept, now)) return kept.entries;
    this.#kept.delete(key);
    return undefined;
  }

  set(key: string, entries: readonly RegistryEntry[], keepMs: number): void {
    this.#kept.delete(key);
    this.#kept.set(key, { entries, since: this.#clock.now(), keepMs });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MAX_KEPT) break;
      this.#kept.delete(oldest);
    }
  }

  #purge(now: number): void {
    this.#purgedAt = now;
    for (const [key, kept] of this.#kept) if (!isGood(kept, now)) this.#kept.delete(key);
  }
}

function isGood({ since, keepMs }: Kept, now: number): boolean {
  // In its last millisecond, too.
  return lastsStill(since, keepMs + 1, now);
}
