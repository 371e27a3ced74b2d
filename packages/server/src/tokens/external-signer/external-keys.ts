import { createPublicKey } from "node:crypto";
import { quoteGo } from "../../api/go-quote.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import type { MaybePromise } from "../../runtime/maybe-promise.ts";
import type { VerificationKeySource } from "../key-ring.ts";
import { algorithmOf, type VerificationKey } from "../signing-key.ts";
import type { SignerClient } from "./signer-client.ts";
import type { FetchedKey, Timestamp } from "./signer-messages.ts";

/** Told of each attempt to get the keys; `dataAt` in seconds since 1970 where it went well. */
export type OnFetch = (error: unknown, dataAt: number | undefined) => void;

export interface ExternalKeysOptions {
  readonly client: Pick<SignerClient, "fetchKeys">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onFetch?: OnFetch;
}

/** How long the signer may take to name its keys. @see pkg/controlplane/apiserver/options/options.go */
const FETCH_TIMEOUT_MS = 60_000;
/** @see pkg/serviceaccount/externaljwt/plugin/keycache.go (fallbackRefreshDuration) */
const RETRY_MS = 10_000;
const MAX_KEY_ID_BYTES = 1024;
/** What a timestamp may say: year 1 to 9999. @see google.golang.org/protobuf timestamppb */
const FIRST_SECOND = -62_135_596_800;
const LAST_SECOND = 253_402_300_799;

interface Fetched {
  readonly keys: readonly VerificationKey[];
  /** Seconds since 1970. */
  readonly dataAt: number;
  /** When the signer wants to be asked again, milliseconds since 1970. */
  readonly refreshAt: number;
}

/**
 * The keys of an external signer, asked for anew when it says so, and at once when a token names a
 * key that is not among them. While the signer is away the keys stay.
 * @see kubernetes pkg/serviceaccount/externaljwt/plugin/keycache.go · KEP-740
 */
export class ExternalKeys implements VerificationKeySource {
  readonly #options: ExternalKeysOptions;
  readonly #listeners = new Set<() => void>();
  #fetched: Fetched = { keys: [], dataAt: 0, refreshAt: 0 };
  #generation = 0;
  #fetching: Promise<void> | undefined;

  constructor(options: ExternalKeysOptions) {
    this.#options = options;
  }

  get generation(): number {
    return this.#generation;
  }

  /** Until the signer is asked again. */
  get maxAgeSeconds(): number {
    const remaining = this.#fetched.refreshAt - this.#options.clock.now();
    return Math.max(0, Math.trunc(remaining / 1000));
  }

  all(): readonly VerificationKey[] {
    return this.#fetched.keys;
  }

  keysFor(kid: string): MaybePromise<readonly VerificationKey[]> {
    const known = this.#named(kid);
    if (known.length > 0) return known;
    return this.refresh().then(
      () => this.#named(kid),
      (error: unknown) => {
        this.#options.logger.error({ error }, "the keys of the external signer were not fetched");
        return [];
      },
    );
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Fetches the keys; whoever asks meanwhile shares the call. @throws Error in upstream's words */
  refresh(): Promise<void> {
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  /** Keeps the keys fresh until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#options;
    let pauseMs = this.#fetched.refreshAt - clock.now();
    while (!signal.aborted) {
      await clock.sleep(Math.max(0, pauseMs), signal);
      if (signal.aborted) return;
      try {
        await this.refresh();
        pauseMs = this.#fetched.refreshAt - clock.now();
      } catch (error) {
        if (!signal.aborted) {
          logger.error({ error }, "the keys of the external signer are not fresh any more");
        }
        pauseMs = RETRY_MS;
      }
    }
  }

  #named(kid: string): readonly VerificationKey[] {
    const { keys } = this.#fetched;
    return kid === "" ? keys : keys.filter((key) => key.kid === kid);
  }

  async #fetch(): Promise<void> {
    const { client, clock, onFetch } = this.#options;
    const before = this.#fetched;
    try {
      const response = await withPrefix(
        "while getting externally supported jwt signing keys",
        client.fetchKeys(FETCH_TIMEOUT_MS),
      );
      const { keys, dataTimestamp, refreshHintSeconds } = response;
      if (refreshHintSeconds <= 0) {
        throw new Error(`found invalid refresh hint (${refreshHintSeconds}s)`);
      }
      if (keys.length === 0) throw new Error("found no keys");
      const dataAt = secondsOf(dataTimestamp);
      const refreshAt = clock.now() + refreshHintSeconds * 1000;
      this.#fetched = { keys: keys.map(readKey), dataAt, refreshAt };
    } catch (error) {
      onFetch?.(error, undefined);
      throw prefixed("while fetching token verification keys", error);
    }
    onFetch?.(undefined, this.#fetched.dataAt);
    if (!sameKeys(before.keys, this.#fetched.keys)) this.#generation++;
    else if (before.dataAt === this.#fetched.dataAt) return;
    for (const listener of this.#listeners) listener();
  }
}

function readKey({ keyId, key, excludeFromOidcDiscovery }: FetchedKey): VerificationKey {
  const length = Buffer.byteLength(keyId);
  if (length === 0 || length > MAX_KEY_ID_BYTES) {
    throw new Error(`found invalid public key id ${quoteGo(keyId)}`);
  }
  if (key.byteLength === 0) throw new Error("found empty public key");
  try {
    const publicKey = createPublicKey({ key: Buffer.from(key), format: "der", type: "spki" });
    const algorithm = algorithmOf(publicKey);
    return { kid: keyId, algorithm, publicKey, excludeFromDiscovery: excludeFromOidcDiscovery };
  } catch (error) {
    throw prefixed("while parsing external public keys", error);
  }
}

function secondsOf(timestamp: Timestamp | undefined): number {
  const problem = timestampProblem(timestamp);
  if (timestamp === undefined || problem !== undefined) {
    throw new Error(`invalid data timestamp: proto:\u00a0${problem}`);
  }
  return timestamp.seconds + timestamp.nanos / 1e9;
}

/** @see google.golang.org/protobuf types/known/timestamppb (CheckValid) */
function timestampProblem(timestamp: Timestamp | undefined): string | undefined {
  if (timestamp === undefined) return "invalid nil Timestamp";
  const { seconds, nanos } = timestamp;
  const text = `timestamp (seconds:${seconds}${nanos === 0 ? "" : ` nanos:${nanos}`})`;
  if (seconds < FIRST_SECOND) return `${text} before 0001-01-01`;
  if (seconds > LAST_SECOND) return `${text} after 9999-12-31`;
  return nanos < 0 || nanos >= 1e9 ? `${text} has out-of-range nanos` : undefined;
}

function sameKeys(left: readonly VerificationKey[], right: readonly VerificationKey[]): boolean {
  if (left.length !== right.length) return false;
  return left.every((key, index) => {
    const other = right[index];
    return (
      other !== undefined &&
      key.kid === other.kid &&
      key.excludeFromDiscovery === other.excludeFromDiscovery &&
      key.publicKey.equals(other.publicKey)
    );
  });
}

/** An error with Go's way of saying where it happened in front. */
export function prefixed(what: string, error: unknown): Error {
  const text = error instanceof Error ? error.message : String(error);
  return new Error(`${what}: ${text}`, { cause: error });
}

export async function withPrefix<T>(what: string, result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (error) {
    throw prefixed(what, error);
  }
}
