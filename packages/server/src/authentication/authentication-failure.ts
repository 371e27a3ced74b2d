import type { AuthenticationResult } from "./authenticator.ts";

export type FailedAuthentication = Extract<AuthenticationResult, { readonly outcome: "failed" }>;

/** A credential was presented and is not good. */
export function failed(error: string): FailedAuthentication {
  return { outcome: "failed", error };
}

/**
 * Several failures as one: the same text once, bare when only one is left, `[a, b]` otherwise.
 * @see kubernetes apimachinery/pkg/util/errors
 */
export function joinFailures(errors: readonly string[]): FailedAuthentication {
  const texts = [...new Set(errors)];
  const [first = ""] = texts;
  return texts.length <= 1
    ? failed(first)
    : { outcome: "failed", error: `[${texts.join(", ")}]`, errors: texts };
}

/** The single texts of a failure. */
export function failureTexts(failure: FailedAuthentication): readonly string[] {
  return failure.errors ?? [failure.error];
}
