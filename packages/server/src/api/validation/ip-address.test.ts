import { describe, expect, it } from "vitest";
import { root } from "../field-error.ts";
import { printFieldErrors } from "../status-error.ts";
import { checkCidr, checkIpAddress, ipAddressWarnings, isDualStackPair } from "./ip-address.ts";

type Check = (value: string, path: ReturnType<typeof root>, errors: []) => void;

function textOf(check: Check, value: string): string {
  const errors: [] = [];
  check(value, root("f"), errors);
  return errors.length === 0 ? "" : printFieldErrors(errors);
}

describe("checkIpAddress", () => {
  it.each([
    ["10.0.0.1", ""],
    ["2001:db8::ffff", ""],
    ["::", ""],
    ["1:2:3:4:5:6:7:8", ""],
    ["010.0.0.1", 'f: Invalid value: "010.0.0.1": must not have leading 0s'],
    [
      "::ffff:1.2.3.4",
      'f: Invalid value: "::ffff:1.2.3.4": must not be an IPv4-mapped IPv6 address',
    ],
    [
      "1.2.3",
      'f: Invalid value: "1.2.3": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ],
    [
      "1::2::3",
      'f: Invalid value: "1::2::3": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ],
  ])("%s", (value, text) => {
    expect(textOf(checkIpAddress, value)).toBe(text);
  });

  it("lets stored values stay", () => {
    const errors: [] = [];
    checkIpAddress("x", root("f"), errors, ["x"]);
    expect(errors).toEqual([]);
  });
});

describe("checkCidr", () => {
  it.each([
    ["10.0.0.0/8", ""],
    ["2001:db8::/32", ""],
    [
      "10.0.0.1/8",
      'f: Invalid value: "10.0.0.1/8": must not have bits set beyond the prefix length',
    ],
    [
      "10.0.0.0/33",
      'f: Invalid value: "10.0.0.0/33": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
    ],
    [
      "10.0.0.0/08",
      'f: Invalid value: "10.0.0.0/08": must not have leading 0s in IP or prefix length',
    ],
  ])("%s", (value, text) => {
    expect(textOf(checkCidr, value)).toBe(text);
  });
});

describe("ipAddressWarnings", () => {
  it.each([
    ["10.0.0.1", []],
    [
      "FE80::ABC",
      ['f: IPv6 address "FE80::ABC" should be in RFC 5952 canonical format ("fe80::abc")'],
    ],
    ["010.0.0.1", ['f: non-standard IP address "010.0.0.1" is invalid: use "10.0.0.1"']],
  ])("%s", (value, warnings) => {
    expect(ipAddressWarnings(value, root("f"))).toEqual(warnings);
  });
});

it("a pair has one address of each family", () => {
  expect(isDualStackPair(["10.0.0.1", "::1"])).toBe(true);
  expect(isDualStackPair(["10.0.0.1", "10.0.0.2"])).toBe(false);
});
