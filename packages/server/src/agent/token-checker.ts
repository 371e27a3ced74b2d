import type { TokenReview } from "../api/types.ts";
import type { Client } from "../client/client.ts";
import { isNotFound } from "../client/errors.ts";
import {
  type ObjectKey,
  printKey,
  type ResourceType,
  SERVICE_ACCOUNTS,
} from "../client/resource-type.ts";
import type { Clock } from "../runtime/clock.ts";
import { lastsStill } from "../runtime/lasts-still.ts";
import type { Logger } from "../runtime/logger.ts";
import type { Runnable } from "../runtime/task-group.ts";
import type { CachedToken } from "./token-cache.ts";
import type { TokenManager } from "./token-manager.ts";

export interface TokenCheckerOptions {
  readonly client: Client;
  readonly tokens: Pick<TokenManager, "tokens" | "accountChanged" | "reject">;
  readonly clock: Clock;
  readonly logger: Logger;
}

type Checked = Readonly<CachedToken>;

const TOKEN_REVIEWS: ResourceType<TokenReview> = {
  group: "authentication.k8s.io",
  version: "v1",
  resource: "tokenreviews",
  namespaced: false,
};

const PERIOD_MS = 60_000;
/** So many accounts are looked at in one period, in turn. */
const ACCOUNTS_PER_PERIOD = 100;
/** A replacement that is refused as well is a matter of the server: it is not tried all the time. */
const PAUSE_MS = 10 * PERIOD_MS;

/**
 * Notices tokens that died before they were due, and has them replaced: because their account was
 * deleted and made anew under its name, or because the API server refuses them for whatever reason,
 * its keys having changed for instance. Nobody else would tell the agent: who is answered 401 is the
 * pod. (Upstream's kubelet does not look, and its pods wait.)
 *
 * A node may get the accounts of its pods, but neither list nor watch them. So once a minute each
 * account is looked at and one of its tokens shown to the API server; all of them, when that one was
 * refused. Where there are more than a hundred accounts, a hundred a minute. Tokens whose account is
 * missing are left: there are no others to be had.
 */
export function createTokenChecker(options: TokenCheckerOptions): Runnable {
  const { clock, logger } = options;
  const checker = new TokenChecker(options);
  return {
    async run({ signal }) {
      while (!signal.aborted) {
        await clock.sleep(PERIOD_MS, signal);
        try {
          if (!signal.aborted) await checker.check(signal);
        } catch (error) {
          if (!signal.aborted) logger.debug({ error }, "cannot check the tokens of pods");
        }
      }
    },
  };
}

class TokenChecker {
  readonly #options: TokenCheckerOptions;
  /** The account that was looked at last. */
  #last = "";
  /** When each token's request was looked at last, and when its token was refused. */
  #checkedAt = new Map<string, number>();
  #refusedAt = new Map<string, number>();

  constructor(options: TokenCheckerOptions) {
    this.#options = options;
  }

  async check(signal: AbortSignal): Promise<void> {
    const byAccount = new Map<string, Checked[]>();
    for (const token of this.#options.tokens.tokens()) {
      const account = printKey(accountOf(token));
      const others = byAccount.get(account);
      if (others === undefined) byAccount.set(account, [token]);
      else others.push(token);
    }
    this.#forgetOthers(new Set([...byAccount.values()].flat().map(({ key }) => key)));
    const keys = [...byAccount.keys()].sort();
    const after = keys.findIndex((key) => key > this.#last);
    const ordered = after < 0 ? keys : [...keys.slice(after), ...keys.slice(0, after)];
    for (const account of ordered.slice(0, ACCOUNTS_PER_PERIOD)) {
      this.#last = account;
      await this.#checkAccount(byAccount.get(account) ?? [], signal);
    }
  }

  async #checkAccount(tokens: readonly Checked[], signal: AbortSignal): Promise<void> {
    const [first] = tokens;
    if (first === undefined) return;
    const { client, tokens: manager, clock } = this.#options;
    const account = accountOf(first);
    try {
      const { metadata } = await client.resource(SERVICE_ACCOUNTS).get(account, { signal });
      manager.accountChanged(account.namespace, account.name, metadata.uid ?? "");
    } catch (error) {
      if (isNotFound(error)) return;
      throw error;
    }
    const pauses = ({ key }: Checked): boolean =>
      lastsStill(this.#refusedAt.get(key) ?? Number.NEGATIVE_INFINITY, PAUSE_MS, clock.now());
    const due = tokens
      .filter((token) => !token.isRejected && !pauses(token))
      .toSorted((left, right) => this.#lastLook(left) - this.#lastLook(right));
    for (const token of due) {
      if (!(await this.#isRefused(token, signal))) return;
      this.#refusedAt.set(token.key, clock.now());
      manager.reject(token.token);
    }
  }

  #lastLook({ key }: Checked): number {
    return this.#checkedAt.get(key) ?? 0;
  }

  async #isRefused({ key, token, request }: Checked, signal: AbortSignal): Promise<boolean> {
    const { client, clock } = this.#options;
    this.#checkedAt.set(key, clock.now());
    const audiences = [...request.audiences];
    const { status } = await client.resource(TOKEN_REVIEWS).create(
      {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenReview",
        metadata: {},
        spec: { token, ...(audiences.length === 0 ? {} : { audiences }) },
      },
      { signal },
    );
    return status?.authenticated !== true;
  }

  #forgetOthers(keys: ReadonlySet<string>): void {
    for (const known of [this.#checkedAt, this.#refusedAt]) {
      for (const key of known.keys()) if (!keys.has(key)) known.delete(key);
    }
  }
}

function accountOf({ request: { namespace, name } }: Checked): ObjectKey {
  return { namespace, name };
}
