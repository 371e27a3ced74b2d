/** Time, passed in: the real clock below, a fake one in `testing/`. Instants are milliseconds since 1970. */
export interface Clock {
  now(): number;
  /** Resolves after `ms`, or at once when `signal` aborts; it never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `callback` once after `ms`; the returned function cancels it. Does not keep the process alive. */
  after(ms: number, callback: () => void): () => void;
}

export const realClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const finish = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", finish);
        resolve();
      };
      const timer = setTimeout(finish, ms);
      signal?.addEventListener("abort", finish);
    }),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
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
