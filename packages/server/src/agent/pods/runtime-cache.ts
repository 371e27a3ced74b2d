import type { PodRuntime } from "../pod-runtime.ts";
import { NOTHING_OBSERVED, type ObservedPod, observePods } from "./observed-pod.ts";

type Snapshot = ReadonlyMap<string, ObservedPod>;

/**
 * What a runtime shows, by pod. Those who ask at the same time share an answer that is not older than
 * their questions.
 */
export class RuntimeCache {
  readonly #runtime: PodRuntime;
  #last: Snapshot = new Map();
  #asking: Promise<Snapshot> | undefined;
  #following: Promise<Snapshot> | undefined;

  constructor(runtime: PodRuntime) {
    this.#runtime = runtime;
  }

  /** @throws RuntimeError */
  async observe(uid: string): Promise<ObservedPod> {
    return (await this.refresh()).get(uid) ?? NOTHING_OBSERVED;
  }

  /** As it was last seen. */
  peek(uid: string): ObservedPod {
    return this.#last.get(uid) ?? NOTHING_OBSERVED;
  }

  /** Everything, as it is now. @throws RuntimeError */
  async refresh(): Promise<Snapshot> {
    if (this.#asking === undefined) {
      this.#asking = this.#list();
      return await this.#asking;
    }
    // The answer that is on its way may have been made up before.
    this.#following ??= this.#asking
      .catch(() => {})
      .then(() => {
        this.#following = undefined;
        return this.refresh();
      });
    return await this.#following;
  }

  async #list(): Promise<Snapshot> {
    try {
      this.#last = observePods(await this.#runtime.list());
      return this.#last;
    } finally {
      this.#asking = undefined;
    }
  }
}
