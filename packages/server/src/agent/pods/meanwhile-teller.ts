import type { PodContext } from "./pod-context.ts";
import type { PodRecord } from "./pod-record.ts";

/** What takes longer is told in between. */
const TELL_AFTER_MS = 100;

/** Tells of a pod while a step of it takes its time. */
export class MeanwhileTeller {
  readonly #record: PodRecord;
  readonly #context: PodContext;
  #cancel: () => void = () => {};

  constructor(record: PodRecord, context: PodContext) {
    this.#record = record;
    this.#context = context;
  }

  /** In a moment, unless it is cancelled. */
  soon(): void {
    this.#cancel();
    this.#cancel = this.#context.clock.after(TELL_AFTER_MS, () => this.#tell());
  }

  cancel(): void {
    this.#cancel();
  }

  #tell(): void {
    const record = this.#record;
    record
      .look()
      .then(() => record.tell())
      .catch((error: unknown) => {
        this.#context.logger.debug({ error }, "a pod could not be looked at");
      });
  }
}
