/** What a reconcile came to: nothing more to do, or another look after a while, or after one that grows. */
export type Result =
  | { readonly done: true }
  | { readonly requeueAfterMs: number }
  | { readonly requeueLater: true };

export const DONE: Result = { done: true };

/**
 * Brings one thing to the state that is wanted. It reads listers, writes through a client, may be
 * called any number of times, and never learns which event woke it. Never called for the same key
 * twice at once.
 */
export interface Reconciler<K> {
  /** @throws TerminalError when trying again is of no use; anything else is tried again */
  reconcile(key: K, context: { readonly signal: AbortSignal }): Promise<Result>;
}

/** Trying again would not help: logged, and forgotten until the next event. */
export class TerminalError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "TerminalError";
  }
}
