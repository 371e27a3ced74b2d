import { orAborted } from "../runtime/or-aborted.ts";
import type { Runnable } from "../runtime/task-group.ts";

/** Runs a part for which the start of the server need not wait when that is over. */
export function afterwards(ready: Promise<void>, part: Runnable): Runnable {
  return {
    async run({ signal }) {
      await orAborted(ready, signal);
      if (!signal.aborted) await part.run({ signal });
    },
  };
}
