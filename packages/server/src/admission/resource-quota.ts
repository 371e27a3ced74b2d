import { printAmounts } from "../api/quota/amounts.ts";
import { evaluatorOf } from "../api/quota/evaluators.ts";
import type { QuotaEvaluator } from "../api/quota/quota-evaluator.ts";
import type { ResourceQuota } from "../api/types.ts";
import type { Clock } from "../runtime/clock.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "./admission-plugin.ts";
import { hasChanged, type QuotaState, quotaState, reserve } from "./quota-check.ts";

export interface ResourceQuotaOptions {
  /** The newest quotas of a namespace. */
  readonly quotasOf: (namespace: string) => readonly Readonly<ResourceQuota>[];
  /**
   * Writes down what is used of a quota, on condition that nobody has changed it meanwhile.
   * @throws StatusError 409 when somebody has
   */
  readonly writeUsed: (
    quota: Readonly<ResourceQuota>,
    used: Readonly<Record<string, string>>,
  ) => Promise<void>;
  readonly clock: Clock;
}

/**
 * Lets objects in as long as the quotas of their namespace have room for them, and writes down what
 * they will use before they are stored.
 * @see apiserver pkg/admission/plugin/resourcequota
 */
export function createResourceQuota(options: ResourceQuotaOptions): AdmissionPlugin {
  const turns = new Map<string, QuotaTurns>();
  return {
    name: "ResourceQuota",
    validate: (attributes) => {
      const { namespace, operation, group, resource } = attributes;
      if (namespace === "" || (operation !== "CREATE" && operation !== "UPDATE")) return;
      if (options.quotasOf(namespace).length === 0 || isNamespace(attributes)) return;
      const evaluator = evaluatorOf(group, resource);
      if (evaluator === undefined || !evaluator.handles(attributes)) return;
      let ofNamespace = turns.get(namespace);
      if (ofNamespace === undefined) {
        ofNamespace = new QuotaTurns(options, namespace, () => turns.delete(namespace));
        turns.set(namespace, ofNamespace);
      }
      return ofNamespace.admit(attributes, evaluator);
    },
  };
}

/** Namespaces are not within themselves. */
function isNamespace({ group, resource }: AdmissionAttributes): boolean {
  return group === "" && resource === "namespaces";
}

/** One write that waits to be let in. */
interface Waiter {
  readonly attributes: AdmissionAttributes;
  readonly evaluator: QuotaEvaluator;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** How often usage is reckoned anew when somebody else has changed a quota. */
const RETRIES = 3;

/**
 * The writes into one namespace, in the order of their coming: those that come while usage is being
 * written down are reckoned with together next, so that many writes cost few.
 */
class QuotaTurns {
  readonly #options: ResourceQuotaOptions;
  readonly #namespace: string;
  readonly #onIdle: () => void;
  #waiting: Waiter[] = [];
  #isRunning = false;

  constructor(options: ResourceQuotaOptions, namespace: string, onIdle: () => void) {
    this.#options = options;
    this.#namespace = namespace;
    this.#onIdle = onIdle;
  }

  admit(attributes: AdmissionAttributes, evaluator: QuotaEvaluator): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ attributes, evaluator, resolve, reject });
    if (!this.#isRunning) void this.#run();
    return promise;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      await this.#admitAll(batch);
    }
    this.#isRunning = false;
    this.#onIdle();
  }

  /** Settles every waiter; never throws. */
  async #admitAll(batch: readonly Waiter[]): Promise<void> {
    let open = batch;
    let quotas = this.#options.quotasOf(this.#namespace);
    for (let attempt = 0; ; attempt++) {
      const before = quotas.map(quotaState);
      const { states, charged } = this.#reckon(before, open);
      const failed = await this.#write(states, before);
      if (failed === undefined || attempt >= RETRIES) {
        for (const waiter of charged) {
          if (failed === undefined) waiter.resolve();
          else waiter.reject(failed.error);
        }
        return;
      }
      // Those that are written stay so; the others are looked at again, as far as they are still there.
      open = charged;
      quotas = this.#options
        .quotasOf(this.#namespace)
        .filter(({ metadata }) => failed.names.has(metadata?.name ?? ""));
    }
  }

  /** Settles those that need no write, and answers those that do, with what quotas come to. */
  #reckon(
    before: readonly QuotaState[],
    waiters: readonly Waiter[],
  ): { readonly states: readonly QuotaState[]; readonly charged: readonly Waiter[] } {
    const now = this.#options.clock.now();
    const charged: Waiter[] = [];
    let states = before;
    for (const waiter of waiters) {
      const { attributes, evaluator, resolve, reject } = waiter;
      try {
        const next = reserve(states, evaluator, attributes, now);
        const isFree = next.every((state, index) => state === states[index]);
        if (isFree || attributes.dryRun) resolve();
        else {
          states = next;
          charged.push(waiter);
        }
      } catch (error) {
        reject(error);
      }
    }
    return { states, charged };
  }

  async #write(
    states: readonly QuotaState[],
    before: readonly QuotaState[],
  ): Promise<{ readonly names: ReadonlySet<string>; readonly error: unknown } | undefined> {
    const names = new Set<string>();
    let last: unknown;
    for (const [index, state] of states.entries()) {
      const known = before[index];
      if (known === undefined || !hasChanged(state, known)) continue;
      try {
        await this.#options.writeUsed(state.quota, printAmounts(state.used));
      } catch (error) {
        names.add(state.quota.metadata?.name ?? "");
        last = error;
      }
    }
    return names.size === 0 ? undefined : { names, error: last };
  }
}
