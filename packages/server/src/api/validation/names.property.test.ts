import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  configKeyComplaints,
  dnsLabelComplaints,
  dnsSubdomainComplaints,
  labelValueComplaints,
  qualifiedNameComplaints,
  utf8Length,
} from "./names.ts";

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const KEY = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const text: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: fc.constantFrom("a", "Z", "0", "-", ".", "_", "/", " ", "é"), maxLength: 70 }),
  fc.string(),
);

function isQualified(value: string): boolean {
  const parts = value.split("/");
  const name = parts.at(-1) ?? "";
  if (parts.length > 2 || !KEY.test(name) || name.length > 63) return false;
  const [prefix] = parts;
  return (
    parts.length === 1 || (prefix !== undefined && prefix.length <= 253 && SUBDOMAIN.test(prefix))
  );
}

describe("scanners agree with the regular expressions they stand for", () => {
  it.each<[string, (value: string) => readonly string[], (value: string) => boolean]>([
    ["label", dnsLabelComplaints, (value) => LABEL.test(value) && value.length <= 63],
    ["subdomain", dnsSubdomainComplaints, (value) => SUBDOMAIN.test(value) && value.length <= 253],
    [
      "label value",
      labelValueComplaints,
      (value) => value === "" || (KEY.test(value) && value.length <= 63),
    ],
    ["qualified name", qualifiedNameComplaints, isQualified],
    [
      "config key",
      configKeyComplaints,
      (value) => /^[-._a-zA-Z0-9]+$/.test(value) && value !== "." && !value.startsWith(".."),
    ],
  ])("%s", (_name, complaints, isGood) => {
    fc.assert(
      fc.property(text, (value) => {
        expect(complaints(value).length === 0).toBe(isGood(value));
      }),
    );
  });

  it("counts bytes as an encoder does", () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom("a", "é", "€", "😀", "\u07ff", "\uffff"),
          maxLength: 12,
        }),
        (value) => {
          expect(utf8Length(value)).toBe(new TextEncoder().encode(value).length);
        },
      ),
    );
  });
});

describe("texts", () => {
  it.each([
    [dnsLabelComplaints("a.b"), ["must not contain dots"]],
    [dnsLabelComplaints("a".repeat(64)), ["must be no more than 63 characters"]],
    [labelValueComplaints("a".repeat(64)), ["must be no more than 63 bytes"]],
    [qualifiedNameComplaints("/a"), ["prefix part must be non-empty"]],
  ])("%j", (complaints, expected) => {
    expect(complaints).toEqual(expected);
  });
});
