import type { ContainerProcess } from "../pod-runtime.ts";

const KILLED = 137;

/**
 * A process of a server's that one can leave: what breaks off then is no failure to anybody.
 * @param ended - Of the process; rejected for what never started.
 */
export function leavable(
  process: ContainerProcess,
  ended: ContainerProcess["ended"],
): ContainerProcess {
  const left = Promise.withResolvers<{ readonly exitCode: number }>();
  let isLeft = false;
  async function* untilLeft(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* stream;
    } catch (error) {
      if (!isLeft) throw error;
    }
  }
  const first = Promise.race([ended, left.promise]);
  // Whoever does not wait for it is not to be ended by it.
  first.catch(() => {});
  return {
    ...process,
    stdout: untilLeft(process.stdout),
    stderr: untilLeft(process.stderr),
    ended: first,
    kill: () => {
      isLeft = true;
      left.resolve({ exitCode: KILLED });
      process.kill();
    },
  };
}
