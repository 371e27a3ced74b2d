/**
 * CIDR blocks as ranges of addresses, and the strict rules of fields that never allowed anything but
 * the canonical text. @see apimachinery pkg/util/validation/ip.go
 */
import { type FieldPath, invalidValue } from "../field-error.ts";
import type { FieldErrors } from "./field-checks.ts";
import {
  checkCidr,
  checkIpAddress,
  type IpAddress,
  parseIpAddress,
  printIpAddress,
} from "./ip-address.ts";

export interface CidrRange {
  readonly address: IpAddress;
  /** Bits that all addresses of the range share. */
  readonly prefix: number;
}

/** The range a text names, however it is written; undefined for what is none. */
export function parseCidr(text: string): CidrRange | undefined {
  const slash = text.indexOf("/");
  const address = slash === -1 ? undefined : parseIpAddress(text.slice(0, slash));
  const length = text.slice(slash + 1);
  if (address === undefined || !/^\d+$/.test(length)) return undefined;
  const prefix = Number(length);
  return prefix > address.bytes.length * 8 ? undefined : { address, prefix };
}

/** The bytes of the prefix, all further bits zero. */
function networkBytes({ address, prefix }: CidrRange): number[] {
  return address.bytes.map((byte, index) => {
    const bits = Math.min(8, Math.max(0, prefix - index * 8));
    return bits === 0 ? 0 : byte & (0xff << (8 - bits)) & 0xff;
  });
}

/** Whether one range holds the other's first address. */
export function containsAddress(range: CidrRange, address: IpAddress): boolean {
  if (range.address.bytes.length !== address.bytes.length) return false;
  const network = networkBytes(range);
  return networkBytes({ address, prefix: range.prefix }).every(
    (byte, index) => byte === network[index],
  );
}

function printCidr(range: CidrRange): string {
  return `${printIpAddress({ ...range.address, bytes: networkBytes(range) })}/${range.prefix}`;
}

/** Warnings for blocks that are accepted, but not written as they should be. */
export function cidrWarnings(value: string, path: FieldPath): string[] {
  const range = parseCidr(value);
  if (range === undefined) return [];
  const { address, prefix } = range;
  const shown = JSON.stringify(value);
  const network = printCidr(range);
  const warnings: string[] = [];
  if (networkBytes(range).some((byte, index) => byte !== address.bytes[index])) {
    const single = `${printIpAddress(address)}/${address.bytes.length * 8}`;
    warnings.push(
      `${path}: CIDR value ${shown} is ambiguous in this context (should be "${network}" or "${single}"?)`,
    );
  }
  if (address.leadingZeros || address.mapped || String(prefix) !== value.split("/")[1]) {
    warnings.push(`${path}: non-standard CIDR value ${shown} is invalid: use "${network}"`);
  }
  if (warnings.length === 0 && address.bytes.length === 16 && network !== value) {
    warnings.push(
      `${path}: IPv6 CIDR value ${shown} should be in RFC 5952 canonical format ("${network}")`,
    );
  }
  return warnings;
}

/** An address in its canonical text. */
export function checkStrictIp(value: string, path: FieldPath, errors: FieldErrors): void {
  const before = errors.length;
  checkIpAddress(value, path, errors);
  const address = parseIpAddress(value);
  if (errors.length > before || address === undefined) return;
  const canonical = printIpAddress(address);
  if (canonical === value) return;
  errors.push(invalidValue(path, value, `must be in canonical form ("${canonical}")`));
}

/** A block in its canonical text. */
export function checkStrictCidr(value: string, path: FieldPath, errors: FieldErrors): void {
  const before = errors.length;
  checkCidr(value, path, errors);
  const range = parseCidr(value);
  if (errors.length > before || range === undefined) return;
  const canonical = printCidr(range);
  if (canonical === value) return;
  errors.push(invalidValue(path, value, `must be in canonical form ("${canonical}")`));
}
