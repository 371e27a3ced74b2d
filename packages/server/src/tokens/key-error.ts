/** Why key material cannot be used. */
export type KeyErrorCode =
  | "unsupported-key"
  | "no-private-key"
  | "no-public-key"
  | "self-test-failed"
  | "damaged-key-file"
  | "unknown-key"
  | "no-signing-key";

/** A failure of key handling. Its message names files and key ids, never key material. */
export class KeyError extends Error {
  readonly code: KeyErrorCode;
  constructor(code: KeyErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "KeyError";
    this.code = code;
  }
}
