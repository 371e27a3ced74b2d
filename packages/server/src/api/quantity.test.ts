import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addQuantities,
  compareQuantities,
  normalizeQuantity,
  parseQuantity,
  printQuantity,
  QuantityError,
  quantityToInt64,
  roundUpToMilli,
} from "./quantity.ts";

const canonical = (text: string): string => printQuantity(parseQuantity(text));

describe("canonical form", () => {
  it.each([
    ["0", "0"],
    ["0Gi", "0"],
    ["-0", "0"],
    ["1000m", "1"],
    ["0.5", "500m"],
    ["1.5", "1500m"],
    ["1500", "1500"],
    ["100000", "100k"],
    ["1024", "1024"],
    ["1024Mi", "1Gi"],
    ["1.5Gi", "1536Mi"],
    ["1536Ki", "1536Ki"],
    ["1000Ki", "1000Ki"],
    ["0.5Ki", "512"],
    ["0.5Mi", "512Ki"],
    ["0.001Ki", "1024m"],
    ["0.0001Gi", "107374182400u"],
    ["1e3", "1e3"],
    ["1E3", "1e3"],
    ["12e6", "12e6"],
    ["1e-3", "1e-3"],
    ["1e4", "10e3"],
    ["1e0", "1"],
    ["1E", "1E"],
    ["0.1n", "1n"],
    ["-0.1n", "-1n"],
    ["1.2345678901", "1234567891n"],
    ["123456789012345678901", "123456789012345678901"],
    ["9223372036854775807", "9223372036854775807"],
    ["8Ei", "9223372036854775807"],
    ["+5", "5"],
    [".5", "500m"],
    ["5.", "5"],
  ])("of %s is %s", (text, wanted) => {
    expect(canonical(text)).toBe(wanted);
  });

  it("never multiplies out what is absurdly large or small", () => {
    expect(canonical("1e2147483646")).toBe("1e2147483646");
    expect(canonical("1e-2147483646")).toBe("1e-9");
    expect(compareQuantities(parseQuantity("1e2147483646"), parseQuantity("5"))).toBe(1);
    const sum = addQuantities(parseQuantity("1"), parseQuantity("1e2147483646"));
    expect(printQuantity(sum)).toBe("1e2147483646");
    expect(quantityToInt64(parseQuantity("-1e2147483646"))).toBe(-(2n ** 63n) + 1n);
  });
});

describe("what decoding keeps", () => {
  it.each([
    ["1000m", "1"],
    ["500m", "500m"],
    ["0.5", "500m"],
    ["1.500", "1.500"],
    ["0100", "0100"],
    ["100Ki", "100Ki"],
    ["1024Ki", "1Mi"],
    ["1E3", "1E3"],
    ["+5Ki", "+5Ki"],
  ])("of %s is %s", (text, wanted) => {
    expect(normalizeQuantity(text)).toBe(wanted);
  });

  it.each([
    ["1.500", "1500m"],
    ["1u", "1m"],
    ["1.0001", "1001m"],
    ["1.5Gi", "1536Mi"],
  ])("resource lists round %s to %s", (text, wanted) => {
    expect(roundUpToMilli(text)).toBe(wanted);
  });
});

describe("errors", () => {
  const format = /^quantities must match the regular expression/;
  it.each(["", " 1", "1 Gi", "a lot", "1.2.3", "true", "--1", "1e", "0x1"])("%j", (text) => {
    expect(() => parseQuantity(text)).toThrow(QuantityError);
  });
  it.each([
    ["a lot", format],
    ["1.2.3", format],
    ["1Kx", format],
    ["1Kk", /^unable to parse quantity's suffix$/],
    ["1ki", /^unable to parse quantity's suffix$/],
    ["1ee5", /^unable to parse quantity's suffix$/],
  ])("%s: %s", (text, message) => {
    expect(() => parseQuantity(text)).toThrow(message);
  });
});

describe("laws", () => {
  const suffix = fc.constantFrom(
    "",
    "n",
    "u",
    "m",
    "k",
    "M",
    "G",
    "T",
    "Ki",
    "Mi",
    "Gi",
    "e3",
    "E-2",
  );
  const quantity = fc
    .tuple(
      fc.constantFrom("", "-"),
      fc.nat(10_000_000),
      fc.constantFrom("", ".5", ".25", ".001"),
      suffix,
    )
    .map((parts) => parts.join(""));

  it("printing keeps the value, and settles at the second time", () => {
    fc.assert(
      fc.property(quantity, (text) => {
        const parsed = parseQuantity(text);
        const printed = printQuantity(parsed);
        expect(compareQuantities(parseQuantity(printed), parsed)).toBe(0);
        // Half a Ki is printed as bytes, without a suffix, and read again as decimal.
        const again = canonical(printed);
        expect(compareQuantities(parseQuantity(again), parsed)).toBe(0);
        expect(canonical(again)).toBe(again);
        expect(compareQuantities(parseQuantity(normalizeQuantity(text)), parsed)).toBe(0);
      }),
    );
  });

  it("addition is commutative in value, and keeps order", () => {
    fc.assert(
      fc.property(quantity, quantity, quantity, (first, second, third) => {
        const [a, b, c] = [parseQuantity(first), parseQuantity(second), parseQuantity(third)];
        expect(compareQuantities(addQuantities(a, b), addQuantities(b, a))).toBe(0);
        expect(compareQuantities(addQuantities(a, c), addQuantities(b, c))).toBe(
          compareQuantities(a, b),
        );
      }),
    );
  });
});
