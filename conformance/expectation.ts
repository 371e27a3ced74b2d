import { deepStrictEqual, strictEqual } from "node:assert";

/** What a text must be: exactly this, something that matches, or whatever the function accepts. */
export type Expected = string | RegExp | ((text: string) => void);

export interface ExpectedAnswer {
  /** Exit code, 0 unless told. */
  readonly code?: number;
  /** Masked standard output; anything when absent. */
  readonly out?: Expected;
  /** Masked standard error; empty when absent and the code is 0, anything when the code is not. */
  readonly err?: Expected;
}

export interface Answer {
  readonly code: number | null;
  /** Unmasked. */
  readonly stdout: string;
  readonly stderr: string;
}

/** @throws AssertionError that shows the whole answer */
export function expectAnswer(
  answer: Answer,
  expected: ExpectedAnswer,
  maskText: (text: string) => string,
): void {
  const { code = 0 } = expected;
  const out = maskText(answer.stdout);
  const err = maskText(answer.stderr);
  const shown = `exit code ${answer.code}\nstdout: ${out}\nstderr: ${err}`;
  strictEqual(answer.code, code, `expected exit code ${code}\n${shown}`);
  if (expected.out !== undefined) expectText(out, expected.out, shown, maskText);
  const wantedErr = expected.err ?? (code === 0 ? "" : undefined);
  if (wantedErr !== undefined) expectText(err, wantedErr, shown, maskText);
}

function expectText(
  text: string,
  expected: Expected,
  shown: string,
  maskText: (text: string) => string,
): void {
  if (typeof expected === "function") expected(text);
  else if (typeof expected === "string") {
    const wanted = maskText(expected);
    strictEqual(text, wanted, `expected: ${wanted}\n${shown}`);
  } else if (!expected.test(text)) {
    throw new Error(`expected something like ${expected}\n${shown}`);
  }
}

/** The text as JSON equals the value. */
export function json(value: unknown): (text: string) => void {
  return (text) => deepStrictEqual(JSON.parse(text), value);
}

/** Every one of these is in the text. */
export function containing(...parts: readonly (string | RegExp)[]): (text: string) => void {
  return (text) => {
    for (const part of parts) {
      const there = typeof part === "string" ? text.includes(part) : part.test(text);
      if (!there) throw new Error(`expected ${String(part)} in\n${text}`);
    }
  };
}
