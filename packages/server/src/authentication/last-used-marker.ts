import type { Logger } from "../runtime/logger.ts";

/** A Secret whose last-used label is to be written. */
export interface LastUsedMark {
  readonly namespace: string;
  readonly name: string;
  /** Precondition of the write: the label is not for a Secret that only has the same name. */
  readonly uid: string;
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
}

export type WriteLastUsed = (mark: LastUsedMark) => Promise<void>;

/**
 * Writes each label once, however many requests come while it is being written. A rejection is
 * logged, and the next use tries again: a label that cannot be written shuts nobody out.
 */
export function createLastUsedMarker(write: WriteLastUsed, logger: Logger): WriteLastUsed {
  const writing = new Map<string, Promise<void>>();
  return (mark) => {
    const key = `${mark.uid} ${mark.day}`;
    const running = writing.get(key);
    if (running !== undefined) return running;
    const started = write(mark)
      .catch((error: unknown) => {
        const { namespace, name } = mark;
        logger.warn({ namespace, name, error }, "legacy token not labelled with its last use");
      })
      .finally(() => {
        writing.delete(key);
      });
    writing.set(key, started);
    return started;
  };
}
