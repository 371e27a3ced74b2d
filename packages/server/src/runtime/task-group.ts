/** A long-running part: it settles only when all it started has stopped. */
export interface Runnable {
  run(context: { readonly signal: AbortSignal }): Promise<void>;
}

/**
 * Runs parts together until `signal` aborts. The first that fails aborts the others; when all have
 * stopped, its error is what is thrown.
 */
export async function runTogether(
  parts: readonly Runnable[],
  { signal }: { readonly signal: AbortSignal },
): Promise<void> {
  const failure = new AbortController();
  const combined = AbortSignal.any([signal, failure.signal]);
  let first: { readonly error: unknown } | undefined;
  await Promise.all(
    parts.map(async (part) => {
      try {
        await part.run({ signal: combined });
      } catch (error) {
        first ??= { error };
        failure.abort(error);
      }
    }),
  );
  if (first !== undefined) throw first.error;
}
