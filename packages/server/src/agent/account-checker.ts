import type { Client } from "../client/client.ts";
import { isNotFound } from "../client/errors.ts";
import { type ObjectKey, printKey, SERVICE_ACCOUNTS } from "../client/resource-type.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Logger } from "../runtime/logger.ts";
import type { Runnable } from "../runtime/task-group.ts";
import type { TokenManager } from "./token-manager.ts";

export interface AccountCheckerOptions {
  readonly client: Client;
  readonly tokens: Pick<TokenManager, "tokens" | "accountChanged">;
  readonly clock: Clock;
  readonly logger: Logger;
}

const PERIOD_MS = 60_000;
/** So many accounts are looked at in one period, in turn. */
const ACCOUNTS_PER_PERIOD = 100;

/**
 * Notices that an account was deleted and made anew under its name, and has its tokens replaced: they
 * are dead, and nobody else would tell before they are due. A node may get the accounts of its pods,
 * but neither list nor watch them; so each is looked at once a minute, and where there are more than
 * a hundred, a hundred a minute. (Upstream's kubelet does not look, and its pods wait.)
 */
export function createAccountChecker(options: AccountCheckerOptions): Runnable {
  const { client, tokens, clock, logger } = options;
  const accounts = client.resource(SERVICE_ACCOUNTS);
  /** The last one looked at. */
  let last = "";
  const check = async (account: ObjectKey, signal: AbortSignal): Promise<void> => {
    try {
      const { metadata } = await accounts.get(account, { signal });
      tokens.accountChanged(account.namespace, account.name, metadata.uid ?? "");
    } catch (error) {
      // Without its account there is no token to be had: when it comes back is soon enough.
      if (!isNotFound(error)) throw error;
    }
  };
  const checkNext = async (signal: AbortSignal): Promise<void> => {
    const known = new Map<string, ObjectKey>();
    for (const { request } of tokens.tokens()) {
      const account = { namespace: request.namespace, name: request.name };
      known.set(printKey(account), account);
    }
    const keys = [...known.keys()].sort();
    const ordered = [...keys.filter((key) => key > last), ...keys.filter((key) => key <= last)];
    for (const key of ordered.slice(0, ACCOUNTS_PER_PERIOD)) {
      last = key;
      const account = known.get(key);
      if (account !== undefined) await check(account, signal);
    }
  };
  return {
    async run({ signal }) {
      while (!signal.aborted) {
        await clock.sleep(PERIOD_MS, signal);
        try {
          if (!signal.aborted) await checkNext(signal);
        } catch (error) {
          if (!signal.aborted) logger.debug({ error }, "cannot look at the accounts of tokens");
        }
      }
    },
  };
}
