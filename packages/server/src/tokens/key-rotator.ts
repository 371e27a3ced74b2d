import type { Clock } from "../runtime/clock.ts";
import { KeyRing, type RingKey } from "./key-ring.ts";
import { readKeyRing, writeKeyRing } from "./key-store.ts";
import {
  decideRotation,
  type RotationPolicy,
  withActivated,
  withKey,
  withoutKey,
} from "./rotation.ts";
import { generateSigningKey, type SigningAlgorithm, type VerificationKey } from "./signing-key.ts";

export interface ManagedKeyRingOptions {
  /** The file that holds the ring; made when it is missing. */
  readonly path: string;
  /** Algorithm of keys that are made from now on; those in the file keep theirs. */
  readonly algorithm: SigningAlgorithm;
  readonly policy: RotationPolicy;
  readonly clock: Clock;
  /** Keys that verify only. */
  readonly verificationKeys?: readonly VerificationKey[];
  /** Nothing is written before it resolves; new keys are made meanwhile. */
  readonly mayWrite?: Promise<unknown>;
}

/** A ring that lives in a file and renews itself. */
export interface ManagedKeyRing {
  readonly ring: KeyRing;
  /** Rotates until the signal aborts. @throws errors of the file system */
  run(options: { readonly signal: AbortSignal }): Promise<void>;
}

/** How long the rotator sleeps at most: timers of the platform end at 2^31 ms, and clocks are set. */
const LONGEST_SLEEP_MS = 24 * 3600 * 1000;

/**
 * Reads the ring, or makes it with one key, and brings it up to date.
 * @throws KeyError `damaged-key-file` …; errors of the file system. Nothing is overwritten then.
 */
export async function openManagedKeyRing(options: ManagedKeyRingOptions): Promise<ManagedKeyRing> {
  const stored = await readKeyRing(options.path);
  return await createManagedKeyRing(stored ?? [], options);
}

/** The same from keys that were read before, with `readKeyRing`. @throws errors of the file system */
export async function createManagedKeyRing(
  stored: readonly RingKey[],
  options: ManagedKeyRingOptions,
): Promise<ManagedKeyRing> {
  const { clock } = options;
  const ring = new KeyRing(stored, options.verificationKeys);
  await rotateUntilIdle(ring, options);
  return {
    ring,
    async run({ signal }) {
      while (!signal.aborted) {
        const untilAt = await rotateUntilIdle(ring, options);
        const ms = Math.min(Math.max(untilAt - clock.now(), 0), LONGEST_SLEEP_MS);
        await clock.sleep(ms, signal);
      }
    },
  };
}

/** Applies every step that is due; returns when to look again. A step is on disk before it counts. */
async function rotateUntilIdle(ring: KeyRing, options: ManagedKeyRingOptions): Promise<number> {
  const { clock, policy, path, algorithm, mayWrite } = options;
  for (;;) {
    const now = clock.now();
    const action = decideRotation(now, ring.keys, policy);
    let keys: readonly RingKey[];
    switch (action.kind) {
      case "wait":
        return action.untilAt;
      case "add-active":
        keys = withKey(now, ring.keys, await generateSigningKey(algorithm), "active");
        break;
      case "add-next":
        keys = withKey(now, ring.keys, await generateSigningKey(algorithm), "next");
        break;
      case "activate":
        keys = withActivated(now, ring.keys, action.kid);
        break;
      case "remove":
        keys = withoutKey(ring.keys, action.kid);
        break;
    }
    await mayWrite;
    await writeKeyRing(path, keys);
    ring.replace(keys);
  }
}
