import { KeyError } from "./key-error.ts";
import type { RingKey } from "./key-ring.ts";
import type { SigningKey } from "./signing-key.ts";

/** When keys change; all in milliseconds. */
export interface RotationPolicy {
  /** How long a key signs; Infinity keeps the first for ever. */
  readonly rotateEveryMs: number;
  /**
   * How long a key is published before it signs: at least as long as relying parties cache the key
   * set, so that none meets a token whose key it cannot know.
   */
  readonly publishAheadMs: number;
  /**
   * How long a key verifies after its last signature: at least the longest life of a token. Tokens
   * in Secrets never end, hence Infinity where such are made.
   */
  readonly retainMs: number;
}

/** The one next step. `wait` says when to ask again; Infinity when nothing will ever be due. */
export type RotationAction =
  | { readonly kind: "add-active" }
  | { readonly kind: "add-next" }
  | { readonly kind: "activate"; readonly kid: string }
  | { readonly kind: "remove"; readonly kid: string }
  | { readonly kind: "wait"; readonly untilAt: number };

/** What the ring needs now. One step at a time: apply it, then ask again. */
export function decideRotation(
  now: number,
  keys: readonly RingKey[],
  policy: RotationPolicy,
): RotationAction {
  const due: number[] = [];
  for (const entry of keys) {
    if (entry.state !== "retired") continue;
    const removeAt = (entry.retiredAt ?? entry.createdAt) + policy.retainMs;
    if (removeAt <= now) return { kind: "remove", kid: entry.key.kid };
    due.push(removeAt);
  }
  const active = keys.find(({ state }) => state === "active");
  const next = keys.find(({ state }) => state === "next");
  if (active === undefined) {
    // Nobody signs, so there is nothing to wait for: the published key takes over at once.
    return next === undefined ? { kind: "add-active" } : { kind: "activate", kid: next.key.kid };
  }
  const rotateAt = (active.activatedAt ?? active.createdAt) + policy.rotateEveryMs;
  if (next === undefined) {
    const publishAt = rotateAt - policy.publishAheadMs;
    if (publishAt <= now) return { kind: "add-next" };
    due.push(publishAt);
  } else {
    const activateAt = Math.max(rotateAt, next.createdAt + policy.publishAheadMs);
    if (activateAt <= now) return { kind: "activate", kid: next.key.kid };
    due.push(activateAt);
  }
  return { kind: "wait", untilAt: Math.min(...due) };
}

/** The ring with a new key in it. */
export function withKey(
  now: number,
  keys: readonly RingKey[],
  key: SigningKey,
  state: "active" | "next",
): readonly RingKey[] {
  const entry: RingKey =
    state === "active"
      ? { key, state, createdAt: now, activatedAt: now }
      : { key, state, createdAt: now };
  return [...keys, entry];
}

/**
 * The ring in which that key signs and the one that did is retired.
 * @throws KeyError `unknown-key`
 */
export function withActivated(
  now: number,
  keys: readonly RingKey[],
  kid: string,
): readonly RingKey[] {
  if (!keys.some((entry) => entry.key.kid === kid)) {
    throw new KeyError("unknown-key", `key ${kid} is not in the ring`);
  }
  return keys.map((entry): RingKey => {
    if (entry.key.kid === kid) return { ...entry, state: "active", activatedAt: now };
    if (entry.state === "active") return { ...entry, state: "retired", retiredAt: now };
    return entry;
  });
}

/** The ring without that key; tokens that it signed are refused from then on. */
export function withoutKey(keys: readonly RingKey[], kid: string): readonly RingKey[] {
  return keys.filter((entry) => entry.key.kid !== kid);
}
