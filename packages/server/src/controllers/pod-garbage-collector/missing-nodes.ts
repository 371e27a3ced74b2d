/** So long a node may be missing before somebody asks whether it is gone. @see podgc (quarantineTime) */
const QUARANTINE_MS = 40_000;

/**
 * Nodes that pods name and that nobody knows. One may be about to be registered, or not yet told of;
 * only after a while it is worth a question.
 */
export class MissingNodes {
  readonly #since = new Map<string, number>();

  /** Pods name it, and it is not there. */
  note(name: string, now: number): void {
    if (!this.#since.has(name)) this.#since.set(name, now);
  }

  /** Those that have been missing for long enough; forgotten here, they may be noted again. */
  take(now: number): readonly string[] {
    const due = [...this.#since].filter(([, since]) => now - since >= QUARANTINE_MS);
    for (const [name] of due) this.#since.delete(name);
    return due.map(([name]) => name);
  }
}
