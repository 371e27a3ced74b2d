/**
 * IP addresses and CIDR blocks in fields that predate strict checking, with the strict rules that
 * 1.36 has on by default.
 * @see apimachinery pkg/util/validation/ip.go
 */
import { type FieldPath, invalidValue } from "../field-error.ts";
import type { FieldErrors } from "./field-checks.ts";

/** A parsed address: 4 or 16 bytes. */
export interface IpAddress {
  readonly bytes: readonly number[];
  /** An octet was written with a leading zero, which old parsers ignored. */
  readonly leadingZeros: boolean;
  /** An IPv4 address in IPv6 form, `::ffff:1.2.3.4`. */
  readonly mapped: boolean;
}

function parseV4(text: string): { bytes: number[]; leadingZeros: boolean } | undefined {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  const bytes: number[] = [];
  let leadingZeros = false;
  for (const part of parts) {
    if (!/^\d+$/.test(part)) return undefined;
    const value = Number(part);
    if (value > 255) return undefined;
    if (part.length > 1 && part.startsWith("0")) leadingZeros = true;
    bytes.push(value);
  }
  return { bytes, leadingZeros };
}

function parseGroups(text: string): number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  for (const group of text.split(":")) {
    if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return undefined;
    groups.push(Number.parseInt(group, 16));
  }
  return groups;
}

/** Turns a trailing dotted quad into two groups. */
function withoutQuad(text: string): { text: string; leadingZeros: boolean } | undefined {
  if (!text.includes(".")) return { text, leadingZeros: false };
  const colon = text.lastIndexOf(":");
  const quad = parseV4(text.slice(colon + 1));
  if (quad === undefined) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = quad.bytes;
  const groups = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  return { text: `${text.slice(0, colon + 1)}${groups}`, leadingZeros: quad.leadingZeros };
}

function parseV6(text: string): IpAddress | undefined {
  const plain = withoutQuad(text);
  if (plain === undefined) return undefined;
  const halves = plain.text.split("::");
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] ?? "");
  const tail = halves.length === 2 ? parseGroups(halves[1] ?? "") : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail];
  const bytes = groups.flatMap((group) => [group >> 8, group & 0xff]);
  const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && groups[5] === 0xffff;
  return { bytes, leadingZeros: plain.leadingZeros, mapped };
}

/** Parses as forgivingly as old versions did; undefined for what is no address at all. */
export function parseIpAddress(text: string): IpAddress | undefined {
  if (text.includes(":")) return parseV6(text);
  const parsed = parseV4(text);
  return parsed === undefined ? undefined : { ...parsed, mapped: false };
}

/** IPv6, that is, not IPv4 and not IPv4 in disguise. */
export function isIpv6(text: string): boolean {
  const parsed = parseIpAddress(text);
  return parsed !== undefined && parsed.bytes.length === 16 && !parsed.mapped;
}

/** The canonical text (RFC 5952); a mapped address is printed as the IPv4 address it is. */
export function printIpAddress(address: IpAddress): string {
  const { bytes } = address;
  if (bytes.length === 4) return bytes.join(".");
  if (address.mapped) return bytes.slice(12).join(".");
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0)).toString(16),
  );
  const run = longestZeroRun(groups);
  if (run === undefined) return groups.join(":");
  return `${groups.slice(0, run.from).join(":")}::${groups.slice(run.from + run.length).join(":")}`;
}

function longestZeroRun(groups: readonly string[]): { from: number; length: number } | undefined {
  let best: { from: number; length: number } | undefined;
  for (let from = 0; from < groups.length; from++) {
    let length = 0;
    while (groups[from + length] === "0") length++;
    if (length > 1 && length > (best?.length ?? 0)) best = { from, length };
  }
  return best;
}

/** @param accepted - values the stored object has already, right or wrong */
export function checkIpAddress(
  value: string,
  path: FieldPath,
  errors: FieldErrors,
  accepted: readonly string[] = [],
): void {
  if (accepted.includes(value)) return;
  const address = parseIpAddress(value);
  if (address === undefined) {
    const detail = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
    errors.push(invalidValue(path, value, detail));
    return;
  }
  if (address.leadingZeros) errors.push(invalidValue(path, value, "must not have leading 0s"));
  else if (address.mapped) {
    errors.push(invalidValue(path, value, "must not be an IPv4-mapped IPv6 address"));
  }
}

/** Whether bits beyond the prefix are set. */
function hasHostBits(bytes: readonly number[], prefix: number): boolean {
  return bytes.some((byte, index) => {
    const kept = Math.min(8, Math.max(0, prefix - index * 8));
    return (byte & (0xff >> kept)) !== 0;
  });
}

export function checkCidr(
  value: string,
  path: FieldPath,
  errors: FieldErrors,
  accepted: readonly string[] = [],
): void {
  if (accepted.includes(value)) return;
  const slash = value.indexOf("/");
  const address = slash < 0 ? undefined : parseIpAddress(value.slice(0, slash));
  const length = value.slice(slash + 1);
  const prefix = /^\d+$/.test(length) ? Number(length) : -1;
  if (address === undefined || prefix < 0 || prefix > address.bytes.length * 8) {
    const detail = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
    errors.push(invalidValue(path, value, detail));
  } else if (address.leadingZeros || (length.length > 1 && length.startsWith("0"))) {
    const detail = "must not have leading 0s in IP or prefix length";
    errors.push(invalidValue(path, value, detail));
  } else if (address.mapped) {
    errors.push(invalidValue(path, value, "must not have an IPv4-mapped IPv6 address"));
  } else if (hasHostBits(address.bytes, prefix)) {
    errors.push(invalidValue(path, value, "must not have bits set beyond the prefix length"));
  }
}

/** Warnings for addresses that are accepted but not written as they should be. */
export function ipAddressWarnings(value: string, path: FieldPath): string[] {
  const address = parseIpAddress(value);
  if (address === undefined) return [];
  const canonical = printIpAddress(address);
  if (address.leadingZeros || address.mapped) {
    const shown = JSON.stringify(value);
    return [
      `${path}: non-standard IP address ${shown} is invalid: use ${JSON.stringify(canonical)}`,
    ];
  }
  if (address.bytes.length === 4 || canonical === value) return [];
  return [
    `${path}: IPv6 address ${JSON.stringify(value)} should be in RFC 5952 canonical format (${JSON.stringify(canonical)})`,
  ];
}

/** Addresses that no endpoint may have: a service could reach into the node with them. */
export function checkEndpointIp(value: string, path: FieldPath, errors: FieldErrors): void {
  const address = parseIpAddress(value);
  if (address === undefined) {
    errors.push(invalidValue(path, value, "must be a valid IP address"));
    return;
  }
  const bytes = address.mapped ? address.bytes.slice(12) : address.bytes;
  const [a = 0, b = 0, c = 0] = bytes;
  const v4 = bytes.length === 4;
  const zeros = bytes.slice(0, -1).every((byte) => byte === 0);
  const refuse = (detail: string) => errors.push(invalidValue(path, value, detail));
  if (zeros && bytes.at(-1) === 0) refuse(`may not be unspecified (${value})`);
  if (v4 ? a === 127 : zeros && bytes.at(-1) === 1) {
    refuse("may not be in the loopback range (127.0.0.0/8, ::1/128)");
  }
  if (v4 ? a === 169 && b === 254 : a === 0xfe && (b & 0xc0) === 0x80) {
    refuse("may not be in the link-local range (169.254.0.0/16, fe80::/10)");
  }
  if (v4 ? a === 224 && b === 0 && c === 0 : a === 0xff && (b & 0x0f) === 0x02) {
    refuse("may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
  }
}

/** At most one address of each family, two in all. */
export function isDualStackPair(values: readonly string[]): boolean {
  return values.length <= 2 && values.length === new Set(values.map((value) => isIpv6(value))).size;
}
