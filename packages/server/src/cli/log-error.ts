/** An error as the log holds it. */
export interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly stack?: string;
  /** As systems and protocols tell errors apart: `ECONNRESET`, a number of gRPC. */
  readonly code?: string | number;
  readonly cause?: unknown;
  /** Of an error that stands for several, the first of them. */
  readonly errors?: readonly unknown[];
}

/** Causes of causes that are told. */
const DEEPEST_CAUSE = 5;
/** A namespace may have a failure for each of its kinds, and mostly one is like the other. */
const MAX_ERRORS = 5;

/**
 * What is logged of an error: its message, where it comes from, and what has caused it. Whatever else
 * hangs on it stays out, since it may hold what a peer has sent: Node's parser adds the bytes that it
 * could not read, an Authorization header among them.
 */
export function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack, cause } = error;
  const code = "code" in error ? error.code : undefined;
  const logged: LoggedError = {
    type: error.constructor.name || name,
    message,
    ...(stack === undefined ? {} : { stack }),
    ...(typeof code === "string" || typeof code === "number" ? { code } : {}),
    ...(cause === undefined || depth >= DEEPEST_CAUSE
      ? {}
      : { cause: describeError(cause, depth + 1) }),
    ...(error instanceof AggregateError && depth < DEEPEST_CAUSE
      ? { errors: describeAll(error.errors, depth + 1) }
      : {}),
  };
  return logged;
}

function describeAll(errors: readonly unknown[], depth: number): readonly unknown[] {
  return errors.slice(0, MAX_ERRORS).map((each) => describeError(each, depth));
}
