import type { UserInfo } from "../authentication/authenticator.ts";
import type { MaybePromise } from "../runtime/maybe-promise.ts";
import type {
  AuthorizationAttributes,
  AuthorizationVerdict,
  Authorizer,
  RuleResolution,
  RuleResolver,
} from "./authorizer.ts";
import { printErrors } from "./error-list.ts";

const NO_OPINION: AuthorizationVerdict = Object.freeze({ decision: "no-opinion", reason: "" });

/** Joins refusals: reasons line by line, errors as one. */
function combine(refusals: readonly AuthorizationVerdict[]): AuthorizationVerdict {
  const [first, second] = refusals;
  if (first === undefined) return NO_OPINION;
  if (second === undefined) return first;
  const error = printErrors(refusals.flatMap((verdict) => verdict.error ?? []));
  return {
    decision: "no-opinion",
    reason: refusals.flatMap(({ reason }) => (reason === "" ? [] : [reason])).join("\n"),
    ...(error === "" ? {} : { error }),
  };
}

function isRefusalWithText(verdict: AuthorizationVerdict): boolean {
  return verdict.reason !== "" || verdict.error !== undefined;
}

/**
 * Asks one authorizer after the other; the first that allows or denies is the answer, with its own
 * reason. When none has an opinion their reasons are joined, one a line. Stays synchronous as long
 * as every authorizer asked does.
 * @see apiserver pkg/authorization/union/union.go
 */
export function createUnionAuthorizer(authorizers: readonly Authorizer[]): Authorizer {
  const ask = (
    attributes: AuthorizationAttributes,
    from: number,
    refusals: AuthorizationVerdict[],
  ): MaybePromise<AuthorizationVerdict> => {
    for (let index = from; index < authorizers.length; index++) {
      const verdict = authorizers[index]?.authorize(attributes) ?? NO_OPINION;
      if (verdict instanceof Promise) {
        return verdict.then((settled) => {
          if (settled.decision !== "no-opinion") return settled;
          if (isRefusalWithText(settled)) refusals.push(settled);
          return ask(attributes, index + 1, refusals);
        });
      }
      if (verdict.decision !== "no-opinion") return verdict;
      if (isRefusalWithText(verdict)) refusals.push(verdict);
    }
    return combine(refusals);
  };
  return { authorize: (attributes) => ask(attributes, 0, []) };
}

function combineRules(resolutions: readonly RuleResolution[]): RuleResolution {
  const error = printErrors(resolutions.flatMap((resolution) => resolution.error ?? []));
  return {
    resourceRules: resolutions.flatMap(({ resourceRules }) => resourceRules),
    nonResourceRules: resolutions.flatMap(({ nonResourceRules }) => nonResourceRules),
    incomplete: resolutions.some(({ incomplete }) => incomplete),
    ...(error === "" ? {} : { error }),
  };
}

/** The rules of all resolvers, one after the other; incomplete when one of them is. */
export function createUnionRuleResolver(resolvers: readonly RuleResolver[]): RuleResolver {
  return {
    rulesFor(user: UserInfo, namespace: string): MaybePromise<RuleResolution> {
      const resolutions = resolvers.map((resolver) => resolver.rulesFor(user, namespace));
      return resolutions.some((resolution) => resolution instanceof Promise)
        ? Promise.all(resolutions).then(combineRules)
        : combineRules(resolutions as RuleResolution[]);
    },
  };
}
