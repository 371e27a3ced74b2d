export interface BatchResult {
  /** How many calls succeeded. */
  readonly succeeded: number;
  /** Of the first call that failed, if any did. */
  readonly error: unknown;
}

/**
 * Calls `act` so many times in batches of 1, 2, 4 …: what fails for one fails for all most of the
 * time, and then the rest is not tried.
 * @see kubernetes pkg/controller/replicaset/replica_set.go (slowStartBatch)
 */
export async function slowStart(
  count: number,
  act: (index: number) => Promise<void>,
): Promise<BatchResult> {
  let succeeded = 0;
  let next = 0;
  for (let size = Math.min(1, count); size > 0; size = Math.min(2 * size, count - next)) {
    const first = next;
    next += size;
    const results = await Promise.allSettled(
      Array.from({ length: size }, (_, offset) => act(first + offset)),
    );
    const failures = results.filter((result) => result.status === "rejected");
    succeeded += size - failures.length;
    const failure = failures[0];
    if (failure !== undefined) return { succeeded, error: failure.reason };
  }
  return { succeeded, error: undefined };
}
