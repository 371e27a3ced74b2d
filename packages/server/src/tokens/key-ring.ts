import type { MaybePromise } from "../runtime/maybe-promise.ts";
import { KeyError } from "./key-error.ts";
import type { SigningKey, VerificationKey } from "./signing-key.ts";

/** Where verification keys come from: the ring below, or the cache of an external signer. */
export interface VerificationKeySource {
  /** Grows with every change of the keys; what was concluded from older ones is then void. */
  readonly generation: number;
  /** Seconds for which the published keys may be cached. */
  readonly maxAgeSeconds: number;
  /**
   * Keys that may have signed a token: those of that id, or all of them for an empty one. There is
   * no fall-back from an unknown id to the others.
   */
  keysFor(kid: string): MaybePromise<readonly VerificationKey[]>;
  /** All keys, in the order in which they are published. */
  all(): readonly VerificationKey[];
  /** Calls back after each change; the returned function ends that. */
  onChange(listener: () => void): () => void;
}

/** `next` is published and does not sign yet; `retired` verifies only. */
export type KeyState = "next" | "active" | "retired";

/** A private key of the ring and where it stands in its life; instants in milliseconds since 1970. */
export interface RingKey {
  readonly key: SigningKey;
  readonly state: KeyState;
  readonly createdAt: number;
  readonly activatedAt?: number;
  readonly retiredAt?: number;
}

/** How long relying parties may cache the key set. @see kubernetes pkg/serviceaccount/jwt.go */
export const KEY_SET_MAX_AGE_SECONDS = 3600;

/**
 * The server's keys: exactly one signs, all of them verify. The ring is replaced as a whole, so a
 * reader never sees half a rotation.
 */
export class KeyRing implements VerificationKeySource {
  readonly maxAgeSeconds: number = KEY_SET_MAX_AGE_SECONDS;
  #generation = 0;
  #keys: readonly RingKey[] = [];
  #extra: readonly VerificationKey[] = [];
  #all: readonly VerificationKey[] = [];
  #byId: ReadonlyMap<string, readonly VerificationKey[]> = new Map();
  #active: SigningKey | undefined;
  readonly #listeners = new Set<() => void>();

  /**
   * @param keys - private keys; one of them `active`, unless the ring only verifies
   * @param extra - keys that verify only, from `--service-account-key-file`
   * @throws KeyError `no-signing-key` when several keys are active
   */
  constructor(keys: readonly RingKey[], extra: readonly VerificationKey[] = []) {
    this.#extra = extra;
    this.#install(keys);
  }

  get generation(): number {
    return this.#generation;
  }

  get keys(): readonly RingKey[] {
    return this.#keys;
  }

  /** The key that signs. @throws KeyError `no-signing-key` for a ring that only verifies */
  get active(): SigningKey {
    if (this.#active === undefined) {
      throw new KeyError("no-signing-key", "the key ring holds no signing key");
    }
    return this.#active;
  }

  keysFor(kid: string): readonly VerificationKey[] {
    return kid === "" ? this.#all : (this.#byId.get(kid) ?? []);
  }

  all(): readonly VerificationKey[] {
    return this.#all;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Puts another set of private keys in place, in one step, and tells the listeners. */
  replace(keys: readonly RingKey[]): void {
    this.#install(keys);
    for (const listener of this.#listeners) listener();
  }

  #install(keys: readonly RingKey[]): void {
    const active = keys.filter(({ state }) => state === "active");
    if (active.length > 1) {
      throw new KeyError("no-signing-key", "the key ring holds more than one active key");
    }
    const byId = new Map<string, VerificationKey[]>();
    const signers = [...active, ...keys.filter(({ state }) => state !== "active")];
    for (const key of [...signers.map((entry) => entry.key), ...this.#extra]) {
      if (!byId.has(key.kid)) byId.set(key.kid, [key]);
    }
    this.#keys = keys;
    this.#active = active[0]?.key;
    this.#byId = byId;
    this.#all = [...byId.values()].flat();
    this.#generation++;
  }
}
