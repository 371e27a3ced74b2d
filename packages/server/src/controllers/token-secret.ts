import { encodeBase64 } from "../api/decode-base64.ts";
import type { Secret, ServiceAccount } from "../api/types.ts";
import type { Client, ResourceClient } from "../client/client.ts";
import { isConflict, isNotFound } from "../client/errors.ts";
import { type ObjectKey, SECRETS, SERVICE_ACCOUNTS } from "../client/resource-type.ts";
import type { Informer } from "../informer/informer.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Logger } from "../runtime/logger.ts";
import { type Runnable, runTogether } from "../runtime/task-group.ts";
import { buildLegacyClaims } from "../tokens/claims.ts";
import type { TokenSigner } from "../tokens/issuer.ts";
import { Controller } from "./controller.ts";
import { missingData, type ObservedServiceAccount, type ObservedTokenSecret } from "./observed.ts";
import { DONE, type Reconciler, type Result, TerminalError } from "./reconciler.ts";

export const TOKEN_SECRET_TYPE = "kubernetes.io/service-account-token";
export const ACCOUNT_NAME_ANNOTATION = "kubernetes.io/service-account.name";
export const ACCOUNT_UID_ANNOTATION = "kubernetes.io/service-account.uid";

export interface TokenSecretControllerOptions {
  readonly client: Client;
  readonly serviceAccounts: Informer<ObservedServiceAccount>;
  /** Secrets of the token type only. */
  readonly secrets: Informer<ObservedTokenSecret>;
  readonly signer: TokenSigner;
  /** Base64 of the bundle that goes into every Secret; empty for none. */
  readonly ca: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface AccountKey extends ObjectKey {
  readonly uid: string;
}

/** A Secret with the account it names; `accountUid` is empty where the Secret does not say. */
interface SecretKey extends ObjectKey {
  readonly uid: string;
  readonly accountName: string;
  readonly accountUid: string;
}

/** @see kubernetes pkg/controller/serviceaccount/tokens_controller.go */
const MAX_RETRIES = 10;
/** So often the removal of a reference is tried when others change the account too. */
const REMOVE_ATTEMPTS = 10;
/** @see kubernetes cmd/kube-controller-manager (concurrent-serviceaccount-token-syncs) */
const WORKERS = 5;

/**
 * Fills in Secrets of the token type, and ends them with their account. An account gets no Secret by
 * itself.
 */
export function createTokenSecretController(options: TokenSecretControllerOptions): Runnable {
  const { serviceAccounts, secrets, clock, logger } = options;
  const shared = {
    clock,
    logger,
    informers: [serviceAccounts, secrets],
    workers: WORKERS,
    maxRetries: MAX_RETRIES,
  };
  const accountController = new Controller<AccountKey>({
    ...shared,
    name: "serviceaccount-token-controller (accounts)",
    identify: ({ namespace, name, uid }) => `${namespace}/${name}/${uid}`,
    reconciler: new AccountReconciler(options),
  });
  const secretController = new Controller<SecretKey>({
    ...shared,
    name: "serviceaccount-token-controller",
    identify: (key) =>
      `${key.namespace}/${key.name}/${key.uid}/${key.accountName}/${key.accountUid}`,
    reconciler: new SecretReconciler(options),
  });
  const addSecret = (secret: Readonly<ObservedTokenSecret>): void => {
    const key = secretKey(secret);
    if (key.accountName !== "") secretController.queue.add(key);
  };
  // Accounts that are there need nothing done, so only those that go are looked at.
  serviceAccounts.addHandler({
    deleted: ({ metadata: { namespace = "", name = "", uid = "" } }) =>
      accountController.queue.add({ namespace, name, uid }),
  });
  secrets.addHandler({ added: addSecret, updated: addSecret, deleted: addSecret });
  return { run: (context) => runTogether([accountController, secretController], context) };
}

function secretKey({ metadata }: Readonly<ObservedTokenSecret>): SecretKey {
  const { namespace = "", name = "", uid = "", annotations = {} } = metadata;
  return {
    namespace,
    name,
    uid,
    accountName: annotations[ACCOUNT_NAME_ANNOTATION] ?? "",
    accountUid: annotations[ACCOUNT_UID_ANNOTATION] ?? "",
  };
}

/** Whether the Secret says that it belongs to this account. */
function belongsTo(secret: Readonly<ObservedTokenSecret>, { name, uid }: AccountKey): boolean {
  const { accountName, accountUid } = secretKey(secret);
  return accountName === name && (accountUid === "" || accountUid === uid);
}

/** An account that is gone takes its token Secrets along. */
class AccountReconciler implements Reconciler<AccountKey> {
  readonly #options: TokenSecretControllerOptions;
  readonly #secrets: ResourceClient<Secret>;

  constructor(options: TokenSecretControllerOptions) {
    this.#options = options;
    this.#secrets = options.client.resource(SECRETS);
  }

  async reconcile(key: AccountKey, { signal }: { readonly signal: AbortSignal }): Promise<Result> {
    const { serviceAccounts, secrets } = this.#options;
    const found = serviceAccounts.lister.get(key.namespace, key.name);
    if (found?.metadata.uid === key.uid) return DONE;
    const theirs = [...secrets.lister.list(key.namespace)].filter((each) => belongsTo(each, key));
    for (const each of theirs) await deleteSecret(this.#secrets, secretKey(each), signal);
    return DONE;
  }
}

/** Somebody else may have deleted it, or made another of that name: both are well. */
async function deleteSecret(
  secrets: ResourceClient<Secret>,
  key: SecretKey,
  signal: AbortSignal,
): Promise<void> {
  try {
    await secrets.delete(key, { preconditions: { uid: key.uid }, signal });
  } catch (error) {
    if (!isNotFound(error) && !isConflict(error)) throw error;
  }
}

/** Brings one token Secret to what it should hold. */
class SecretReconciler implements Reconciler<SecretKey> {
  readonly #options: TokenSecretControllerOptions;
  readonly #secrets: ResourceClient<Secret>;
  readonly #accounts: ResourceClient<ServiceAccount>;

  constructor(options: TokenSecretControllerOptions) {
    this.#options = options;
    this.#secrets = options.client.resource(SECRETS);
    this.#accounts = options.client.resource(SERVICE_ACCOUNTS);
  }

  async reconcile(key: SecretKey, { signal }: { readonly signal: AbortSignal }): Promise<Result> {
    const secret = this.#options.secrets.lister.get(key.namespace, key.name);
    if (secret?.metadata.uid !== key.uid) {
      await this.#forgetSecret(key, signal);
      return DONE;
    }
    const account = await this.#accountOf(key, signal);
    if (account === undefined) await deleteSecret(this.#secrets, key, signal);
    else await this.#fillIn(secret, account, signal);
    return DONE;
  }

  /** The account in the cache, or else the live one; undefined when it is not the one meant. */
  async #accountOf(key: SecretKey, signal: AbortSignal): Promise<AccountKey | undefined> {
    const { namespace, accountName: name, accountUid } = key;
    const isMeant = (uid: string): boolean => accountUid === "" || accountUid === uid;
    const known = this.#options.serviceAccounts.lister.get(namespace, name)?.metadata.uid;
    if (known !== undefined && isMeant(known)) return { namespace, name, uid: known };
    try {
      const { metadata } = await this.#accounts.get({ namespace, name }, { signal });
      const { uid = "" } = metadata;
      return isMeant(uid) ? { namespace, name, uid } : undefined;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async #fillIn(
    observed: Readonly<ObservedTokenSecret>,
    account: AccountKey,
    signal: AbortSignal,
  ): Promise<void> {
    if (!needsAny(observed.missing)) return;
    try {
      const live = await this.#secrets.get(secretKey(observed), { signal });
      const { uid, resourceVersion } = live.metadata;
      const isCurrent =
        uid === observed.metadata.uid && resourceVersion === observed.metadata.resourceVersion;
      // Otherwise a newer event is on its way.
      if (isCurrent) await this.#secrets.update(await this.#filled(live, account), { signal });
    } catch (error) {
      // Changed or deleted meanwhile: the event of that brings it back, if there is something to do.
      if (!isConflict(error) && !isNotFound(error)) throw error;
    }
  }

  async #filled(live: Secret, account: AccountKey): Promise<Secret> {
    const { ca } = this.#options;
    const { namespace = "", name = "", annotations } = live.metadata;
    const missing = missingData(live, ca);
    const data = { ...live.data };
    if (missing.ca) data["ca.crt"] = ca;
    if (missing.namespace) data.namespace = encodeText(namespace);
    if (missing.token) data.token = encodeText(await this.#sign(namespace, account, name));
    return {
      ...live,
      metadata: {
        ...live.metadata,
        annotations: {
          ...annotations,
          [ACCOUNT_NAME_ANNOTATION]: account.name,
          [ACCOUNT_UID_ANNOTATION]: account.uid,
        },
      },
      data,
    };
  }

  async #sign(namespace: string, account: AccountKey, secretName: string): Promise<string> {
    try {
      return await this.#options.signer.sign(buildLegacyClaims(namespace, account, secretName));
    } catch (error) {
      throw new TerminalError("a token could not be signed", { cause: error });
    }
  }

  /** A Secret that is gone is taken off the list of its account. */
  async #forgetSecret(key: SecretKey, signal: AbortSignal): Promise<void> {
    const { namespace, accountName: name, accountUid } = key;
    const known = this.#options.serviceAccounts.lister.get(namespace, name);
    if (known === undefined || (accountUid !== "" && known.metadata.uid !== accountUid)) return;
    for (let attempt = 1; ; attempt++) {
      try {
        const account = await this.#accounts.get({ namespace, name }, { signal });
        const uidIsOther = accountUid !== "" && account.metadata.uid !== accountUid;
        const isListed = account.secrets?.some((each) => each.name === key.name) ?? false;
        if (uidIsOther || !isListed) return;
        const secrets = account.secrets?.filter((each) => each.name !== key.name) ?? [];
        await this.#accounts.update({ ...account, secrets }, { signal });
        return;
      } catch (error) {
        if (isNotFound(error)) return;
        if (!isConflict(error) || attempt >= REMOVE_ATTEMPTS) throw error;
      }
    }
  }
}

function needsAny({ token, namespace, ca }: ObservedTokenSecret["missing"]): boolean {
  return token || namespace || ca;
}

function encodeText(text: string): string {
  return encodeBase64(new TextEncoder().encode(text));
}
