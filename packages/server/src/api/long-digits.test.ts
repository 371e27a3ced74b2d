import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { JsonTypeError } from "./decode.ts";
import { decodeExactly } from "./decode-exact.ts";
import { JsonMembers, JsonNumber } from "./json-parser.ts";
import { parseJson } from "./json-parser-plain.ts";
import { parseInteger } from "./label-requirement.ts";
import { parseQuantity, QuantityError } from "./quantity.ts";
import { yamlToJson } from "./yaml-parser.ts";

const DIGITS = "9".repeat(5_000);

describe("digits without end are not reckoned with, since that takes longer than reading them", () => {
  const exact = BigInt;
  let longest = 0;

  beforeEach(() => {
    longest = 0;
    const watched = (value: string | number | bigint): bigint => {
      longest = Math.max(longest, String(value).length);
      return exact(value);
    };
    const { asIntN, asUintN } = exact;
    vi.stubGlobal("BigInt", Object.assign(watched, { asIntN, asUintN }));
  });

  afterEach(() => {
    vi.unstubAllGlobals();
    expect(longest).toBeLessThan(30);
  });

  it("plain JSON takes them for floating point", () => {
    expect(parseJson(`[${DIGITS}]`).value).toEqual([Number.POSITIVE_INFINITY]);
  });

  it("an integer field does not take them", () => {
    const metadata = new JsonMembers();
    metadata.names.push("generation");
    metadata.values.push(new JsonNumber(DIGITS));
    expect(() => decodeExactly("meta.v1.ObjectMeta", metadata)).toThrow(JsonTypeError);
  });

  it("YAML takes them for text", () => {
    expect(yamlToJson(`a: 0x${DIGITS}`).json.startsWith('{"a":"0x999')).toBe(true);
  });

  it("a label requirement does not take them", () => {
    expect(parseInteger(`+${DIGITS}`)).toBeUndefined();
  });

  it("a quantity does not take them for an exponent", () => {
    expect(() => parseQuantity(`1e-${DIGITS}`)).toThrow(QuantityError);
  });
});
