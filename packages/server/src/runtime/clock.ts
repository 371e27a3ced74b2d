/** Time, passed in: the real clock below, a fake one in `testing/`. Instants are milliseconds since 1970. */
export interface Clock {
  now(): number;
  /** Resolves after `ms`, or at once when `signal` aborts; it never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `callback` once after `ms`; the returned function cancels it. Does not keep the process alive. */
  after(ms: number, callback: () => void): () => void;
}

/** What a timer of Node's can wait for, 24.8 days; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A timer for any time, in as many pieces as that takes; the function cancels it. */
function startTimer(ms: number, callback: () => void, keepsAlive: boolean): () => void {
  let timer: NodeJS.Timeout;
  let rest = ms;
  const wait = (): void => {
    const piece = Math.min(rest, LONGEST_TIMER_MS);
    rest -= piece;
    timer = setTimeout(rest > 0 ? wait : callback, piece);
    if (!keepsAlive) timer.unref();
  };
  wait();
  return () => clearTimeout(timer);
}

export const realClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const finish = (): void => {
        cancel();
        signal?.removeEventListener("abort", finish);
        resolve();
      };
      const cancel = startTimer(ms, finish, true);
      signal?.addEventListener("abort", finish);
    }),
  after: (ms, callback) => startTimer(ms, callback, false),
};

/** Texts of seconds: what is written is nearly always of now, or of an expiry that many share. */
const MAX_TEXTS = 64;
const texts = new Map<number, string>();

/** RFC 3339 in UTC with whole seconds, as `metav1.Time` is written. */
export function formatTime(at: number): string {
  const second = Math.floor(at / 1000);
  let text = texts.get(second);
  if (text === undefined) {
    text = `${new Date(at).toISOString().slice(0, 19)}Z`;
    if (texts.size >= MAX_TEXTS) texts.clear();
    texts.set(second, text);
  }
  return text;
}

/** RFC 3339 in UTC with six decimals, as `metav1.MicroTime` is written. */
export function formatMicroTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 23)}000Z`;
}
