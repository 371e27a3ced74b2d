import type { Entry, Storage } from "../storage/storage.ts";

/**
 * Whether `live`, as `getForUpdate` gave it (undefined: nothing), is what a read would show. Writes
 * are decided on top of others that are still on their way to the disk; an answer that writes nothing
 * of its own must not tell of them before they are there. It waits for them; false when something
 * else has come out of them, and the answer has to be found anew.
 */
export async function isDurable(
  storage: Storage,
  key: string,
  live: Entry | undefined,
): Promise<boolean> {
  const pending = storage.barrier(key);
  if (pending === undefined) return true;
  await pending;
  return storage.getForUpdate(key)?.modRevision === live?.modRevision;
}
