import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expandVariables } from "./expansion.ts";

const text = fc.string({ unit: fc.constantFrom("$", "(", ")", "A", "B", " ") });

/** What upstream does, character by character. @see third_party/forked/golang/expansion/expand.go */
function expandAsGo(input: string, lookUp: (name: string) => string | undefined): string {
  let output = "";
  for (let at = 0; at < input.length; at++) {
    const next = input[at + 1];
    if (input[at] !== "$" || next === undefined) {
      output += input[at];
      continue;
    }
    const end = next === "(" ? input.indexOf(")", at + 2) : -1;
    if (next === "$") output += "$";
    else if (end >= 0) {
      const name = input.slice(at + 2, end);
      output += lookUp(name) ?? `$(${name})`;
      at = end;
      continue;
    } else output += `$${next}`;
    at++;
  }
  return output;
}

describe("expansion", () => {
  it("equals upstream's for any text", () => {
    const lookUp = (name: string): string | undefined => (name === "A" ? "value" : undefined);
    fc.assert(
      fc.property(text, (input) => {
        expect(expandVariables(input, lookUp)).toBe(expandAsGo(input, lookUp));
      }),
    );
  });

  it("leaves a text without a dollar as it is", () => {
    fc.assert(
      fc.property(fc.string(), (input) => {
        const plain = input.replaceAll("$", "");
        expect(expandVariables(plain, () => "x")).toBe(plain);
      }),
    );
  });
});
