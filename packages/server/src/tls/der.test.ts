import { describe, expect, test } from "vitest";
import * as der from "./der.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

describe("DER", () => {
  test.each([
    ["zero", der.integer(0), "020100"],
    ["one byte", der.integer(127), "02017f"],
    ["the sign bit is kept free", der.integer(128), "02020080"],
    ["several bytes", der.integer(65_537), "0203010001"],
    ["leading zeros go", der.integer(Uint8Array.of(0, 0, 1)), "020101"],
    ["bytes with the sign bit", der.integer(Uint8Array.of(0x80)), "02020080"],
    ["true", der.boolean(true), "0101ff"],
    ["false", der.boolean(false), "010100"],
    ["an object identifier", der.objectIdentifier("1.2.840.10045.4.3.2"), "06082a8648ce3d040302"],
    ["an object identifier of 2", der.objectIdentifier("2.5.29.14"), "0603551d0e"],
    ["keyCertSign, cRLSign", der.namedBits(5, 6), "03020106"],
    ["digitalSignature", der.namedBits(0), "03020780"],
    ["bits in the second byte", der.namedBits(0, 8), "0303078080"],
    ["no bits", der.namedBits(), "030100"],
    ["text", der.utf8String("é"), "0c02c3a9"],
    ["an empty sequence", der.sequence(), "3000"],
    ["explicit", der.explicit(0, der.integer(2)), "a003020102"],
    ["implicit", der.implicit(7, Uint8Array.of(1, 2)), "87020102"],
    [
      "a time before 2050",
      der.time(Date.UTC(2049, 11, 31, 23, 59, 59)),
      "170d3439313233313233353935395a",
    ],
    ["a time after", der.time(Date.UTC(2050, 0, 1)), "180f32303530303130313030303030305a"],
  ])("%s", (_name, bytes, expected) => {
    expect(hex(bytes)).toBe(expected);
  });

  test.each([
    [127, "047f"],
    [128, "048180"],
    [255, "0481ff"],
    [256, "04820100"],
    [65_536, "0483010000"],
  ])("length %d", (length, prefix) => {
    const bytes = der.octetString(new Uint8Array(length));
    expect(hex(bytes.subarray(0, prefix.length / 2))).toBe(prefix);
    expect(bytes.length).toBe(prefix.length / 2 + length);
  });
});
