/** A value now or later. The request path stays synchronous where nothing has to be waited for. */
export type MaybePromise<T> = T | Promise<T>;
