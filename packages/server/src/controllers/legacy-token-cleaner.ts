import { secretNamesOf } from "../api/pod-secrets.ts";
import type { Client } from "../client/client.ts";
import { isConflict, isNotFound } from "../client/errors.ts";
import { CONFIG_MAPS, keyOf, PODS, printKey, SECRETS } from "../client/resource-type.ts";
import type { Informer } from "../informer/informer.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Logger } from "../runtime/logger.ts";
import { orAborted } from "../runtime/or-aborted.ts";
import type { Runnable } from "../runtime/task-group.ts";
import {
  DAY_MS,
  formatDay,
  INVALID_SINCE_LABEL,
  LAST_USED_LABEL,
  parseDay,
  TRACKING_CONFIG_MAP,
  TRACKING_KEY,
  TRACKING_NAMESPACE,
} from "./legacy-token-dates.ts";
import type { ObservedServiceAccount, ObservedTokenSecret } from "./observed.ts";
import { ACCOUNT_NAME_ANNOTATION, ACCOUNT_UID_ANNOTATION } from "./token-secret.ts";

export interface LegacyTokenCleanerOptions {
  readonly client: Client;
  /** Lists pods, which the cleaner itself may not. */
  readonly reader: Client;
  readonly serviceAccounts: Informer<ObservedServiceAccount>;
  readonly secrets: Informer<ObservedTokenSecret>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long a token may lie unused before it is marked, and then before it is deleted. */
  readonly periodMs: number;
}

/** @see kubernetes cmd/kube-controller-manager (LegacySATokenCleanerOptions.SyncInterval) */
const EVERY_MS = DAY_MS;

/**
 * Marks token Secrets that were made for accounts by old clusters and that nobody uses, and deletes
 * them when nobody has missed them. Secrets that people made are left alone.
 * @see kubernetes pkg/controller/serviceaccount/legacy_serviceaccount_token_cleaner.go · KEP-2799
 */
export function createLegacyTokenCleaner(options: LegacyTokenCleanerOptions): Runnable {
  const { serviceAccounts, secrets, clock, logger } = options;
  return {
    async run({ signal }) {
      await orAborted(Promise.all([serviceAccounts.synced, secrets.synced]), signal);
      while (!signal.aborted) {
        try {
          await cleanOnce(options, signal);
        } catch (error) {
          if (!signal.aborted) logger.error({ error }, "unused legacy tokens were not looked for");
        }
        await clock.sleep(EVERY_MS, signal);
      }
    },
  };
}

/** What becomes of one Secret. */
export type Cleaning = "keep" | "mark" | "delete";

/**
 * Decides by what the Secret itself says. Days are compared as text, as upstream does: a token last
 * used on the very day of the limit is kept.
 * @param now - Milliseconds since 1970.
 */
export function decideCleaning(
  { metadata }: Readonly<ObservedTokenSecret>,
  account: Readonly<ObservedServiceAccount> | undefined,
  now: number,
  periodMs: number,
): Cleaning {
  const limitAt = now - periodMs;
  const limitDay = formatDay(limitAt);
  const { creationTimestamp = "", deletionTimestamp, labels = {}, annotations = {} } = metadata;
  if (Date.parse(creationTimestamp) >= limitAt || deletionTimestamp !== undefined) return "keep";
  const lastUsed = labels[LAST_USED_LABEL];
  if (lastUsed !== undefined && (parseDay(lastUsed) === undefined || lastUsed >= limitDay)) {
    return "keep";
  }
  const accountUid = annotations[ACCOUNT_UID_ANNOTATION] ?? "";
  const isOther = accountUid !== "" && accountUid !== account?.metadata.uid;
  if (account === undefined || isOther) return "keep";
  // Only Secrets that their account lists were made by the control plane.
  if (!(account.secrets?.includes(metadata.name ?? "") ?? false)) return "keep";
  const invalidSince = labels[INVALID_SINCE_LABEL];
  if (invalidSince === undefined || parseDay(invalidSince) === undefined) return "mark";
  return invalidSince >= limitDay ? "keep" : "delete";
}

async function cleanOnce(options: LegacyTokenCleanerOptions, signal: AbortSignal): Promise<void> {
  const { client, serviceAccounts, secrets, clock, periodMs, logger } = options;
  const now = clock.now();
  const since = await trackedSince(client, signal);
  // The first day counts from its end: use before tracking began on it went unseen.
  if (since === undefined || now < since + DAY_MS + periodMs) return;
  const mounted = new MountedSecrets(options.reader, signal);
  for (const secret of [...secrets.lister.all()]) {
    const { namespace = "", name = "", annotations = {} } = secret.metadata;
    const account = serviceAccounts.lister.get(
      namespace,
      annotations[ACCOUNT_NAME_ANNOTATION] ?? "",
    );
    const cleaning = decideCleaning(secret, account, now, periodMs);
    if (cleaning === "keep" || (await mounted.has(namespace, name))) continue;
    logger.info({ secret: printKey(keyOf(secret)), cleaning }, "a legacy token is not used");
    await carryOut(options, secret, cleaning, signal);
  }
}

/** Undefined when nobody keeps track, or nobody knows since when. */
async function trackedSince(client: Client, signal: AbortSignal): Promise<number | undefined> {
  const key = { namespace: TRACKING_NAMESPACE, name: TRACKING_CONFIG_MAP };
  try {
    const { data } = await client.resource(CONFIG_MAPS).get(key, { signal });
    return parseDay(data?.[TRACKING_KEY]);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** What cannot be done to one Secret does not keep the others. */
async function carryOut(
  { client, clock, logger }: LegacyTokenCleanerOptions,
  secret: Readonly<ObservedTokenSecret>,
  cleaning: "mark" | "delete",
  signal: AbortSignal,
): Promise<void> {
  const { uid = "", resourceVersion = "" } = secret.metadata;
  const secrets = client.resource(SECRETS);
  try {
    if (cleaning === "delete") {
      await secrets.delete(keyOf(secret), { preconditions: { resourceVersion }, signal });
    } else {
      const labels = { [INVALID_SINCE_LABEL]: formatDay(clock.now()) };
      await secrets.patch(keyOf(secret), "merge-patch", { metadata: { uid, labels } }, { signal });
    }
  } catch (error) {
    signal.throwIfAborted();
    if (isConflict(error) || isNotFound(error)) return;
    logger.error({ secret: printKey(keyOf(secret)), error }, "a legacy token was not cleaned up");
  }
}

/** Names of Secrets that pods refer to, asked for once a namespace. */
class MountedSecrets {
  readonly #reader: Client;
  readonly #signal: AbortSignal;
  readonly #names = new Map<string, Promise<ReadonlySet<string>>>();

  constructor(reader: Client, signal: AbortSignal) {
    this.#reader = reader;
    this.#signal = signal;
  }

  async has(namespace: string, name: string): Promise<boolean> {
    let names = this.#names.get(namespace);
    if (names === undefined) {
      names = this.#read(namespace);
      this.#names.set(namespace, names);
    }
    return (await names).has(name);
  }

  async #read(namespace: string): Promise<ReadonlySet<string>> {
    const names = new Set<string>();
    const pods = this.#reader.resource(PODS).pages({ namespace, signal: this.#signal });
    for await (const { items } of pods) {
      for (const { spec } of items) {
        if (spec !== undefined) for (const name of secretNamesOf(spec)) names.add(name);
      }
    }
    return names;
  }
}
