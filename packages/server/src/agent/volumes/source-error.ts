/**
 * One error of several, printed as Go does: the message itself when there is one, else `[a, b]`
 * without repetitions.
 * @see apimachinery pkg/util/errors/errors.go (aggregate.Error)
 */
export function joinErrors(errors: readonly unknown[]): Error {
  const messages = [...new Set(errors.map(messageOf))];
  const [first = ""] = messages;
  const message = messages.length === 1 ? first : `[${messages.join(", ")}]`;
  return new Error(message, {
    cause: errors.length === 1 ? errors[0] : new AggregateError(errors),
  });
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
