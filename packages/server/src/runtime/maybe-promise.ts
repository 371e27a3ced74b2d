/** A value now or later. The request path stays synchronous where nothing has to be waited for. */
export type MaybePromise<T> = T | Promise<T>;

/** `use` of the value: at once when it is there, when it comes otherwise. */
export function whenReady<T, U>(
  value: MaybePromise<T>,
  use: (value: T) => MaybePromise<U>,
): MaybePromise<U> {
  return value instanceof Promise ? value.then(use) : use(value);
}
