import type { MaybePromise } from "../runtime/maybe-promise.ts";
import { failureTexts, joinFailures } from "./authentication-failure.ts";
import type { AuthenticationResult, Authenticator, TokenAuthenticator } from "./authenticator.ts";

const NO_OPINION: AuthenticationResult = { outcome: "no-opinion" };

/**
 * Asks in turn until one knows the user. A failure does not end the round: a bad certificate beside a
 * good token is a good token. Only when nobody knows the user, all failures are the answer.
 * @see apiserver pkg/authentication/request/union
 */
export function unionAuthenticator(members: readonly Authenticator[]): Authenticator {
  return {
    authenticate: (request, recorder) =>
      askInTurn(members, (member) => member.authenticate(request, recorder), 0, undefined),
  };
}

/** The same over tokens. @see apiserver pkg/authentication/token/union */
export function unionTokenAuthenticator(
  members: readonly TokenAuthenticator[],
): TokenAuthenticator {
  const [only] = members;
  if (only !== undefined && members.length === 1) return only;
  return {
    authenticateToken: (token, audiences, recorder) =>
      askInTurn(
        members,
        (member) => member.authenticateToken(token, audiences, recorder),
        0,
        undefined,
      ),
  };
}

/** Synchronous as long as every answer is. */
function askInTurn<Member>(
  members: readonly Member[],
  ask: (member: Member) => MaybePromise<AuthenticationResult>,
  from: number,
  earlier: readonly string[] | undefined,
): MaybePromise<AuthenticationResult> {
  let failures = earlier;
  for (let position = from; position < members.length; position++) {
    const answer = ask(members[position] as Member);
    if (answer instanceof Promise) {
      return answer.then((settled) => {
        if (settled.outcome === "authenticated") return settled;
        return askInTurn(members, ask, position + 1, withFailure(failures, settled));
      });
    }
    if (answer.outcome === "authenticated") return answer;
    failures = withFailure(failures, answer);
  }
  return failures === undefined ? NO_OPINION : joinFailures(failures);
}

function withFailure(
  failures: readonly string[] | undefined,
  answer: AuthenticationResult,
): readonly string[] | undefined {
  if (answer.outcome !== "failed") return failures;
  return failures === undefined ? failureTexts(answer) : [...failures, ...failureTexts(answer)];
}
