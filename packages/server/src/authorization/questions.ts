import type { MaybePromise } from "../runtime/maybe-promise.ts";
import type { AuthorizationAttributes, AuthorizationVerdict, Authorizer } from "./authorizer.ts";

/**
 * A decision that needs to know what somebody is allowed to do: a generator that yields questions
 * and is given the answers. The rules stay pure, and are asked synchronously where the authorizer
 * is.
 */
export type Questions<T> = Generator<AuthorizationAttributes, T, AuthorizationVerdict>;

/** Runs a decision against an authorizer. Throws, or rejects, as the decision does. */
export function askAuthorizer<T>(questions: Questions<T>, authorizer: Authorizer): MaybePromise<T> {
  const answer = (first: IteratorResult<AuthorizationAttributes, T>): MaybePromise<T> => {
    let step = first;
    while (step.done !== true) {
      const verdict = authorizer.authorize(step.value);
      if (verdict instanceof Promise) return verdict.then((it) => answer(questions.next(it)));
      step = questions.next(verdict);
    }
    return step.value;
  };
  return answer(questions.next());
}
