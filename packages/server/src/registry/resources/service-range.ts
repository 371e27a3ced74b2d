/** Numbers to give away: the addresses and node ports of services. */

/** A range of numbers whose lower part is left to those who ask for one of them. */
export interface NumberRange {
  readonly first: number;
  readonly last: number;
  /** First of those that are given to whoever asks for none. */
  readonly dynamic: number;
}

/** The node ports. @see kubernetes cmd/kube-apiserver (`--service-node-port-range`) */
export const NODE_PORTS: NumberRange = { first: 30000, last: 32767, dynamic: 30086 };

/** Bounds of the part that is left alone. @see kubernetes pkg/registry/core/service/ipallocator */
const MIN_RESERVED = 16;
const MAX_RESERVED = 256;

/** An address as a number; undefined for what is no IPv4 address. */
export function addressNumber(address: string): number | undefined {
  const octets = address.split(".");
  if (octets.length !== 4 || !octets.every((octet) => /^\d{1,3}$/.test(octet))) return undefined;
  const numbers = octets.map(Number);
  if (numbers.some((octet) => octet > 255)) return undefined;
  return numbers.reduce((number, octet) => number * 256 + octet, 0);
}

export function printAddress(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}

/** A block of addresses that services get theirs from. */
export interface AddressBlock extends NumberRange {
  readonly cidr: string;
  /** Of the block itself, with the addresses at both ends that nobody gets. */
  readonly network: number;
  readonly size: number;
}

/** @throws Error for what is no block of IPv4 addresses */
export function parseAddressBlock(cidr: string): AddressBlock {
  const [address = "", length = ""] = cidr.split("/");
  const number = addressNumber(address);
  const prefix = Number(length);
  if (number === undefined || !/^\d+$/.test(length) || prefix > 30) {
    throw new Error(`${JSON.stringify(cidr)} is no block of IPv4 addresses for services`);
  }
  const size = 2 ** (32 - prefix);
  const network = number - (number % size);
  const reserved = Math.min(Math.max(MIN_RESERVED, Math.floor(size / 16)), MAX_RESERVED);
  // In a block this small all addresses are for everybody.
  const offset = reserved >= size - 2 ? 1 : reserved;
  return {
    cidr,
    network,
    size,
    first: network + 1,
    last: network + size - 2,
    dynamic: network + offset,
  };
}

/**
 * Chooses a free number of a range: always the same one for the same seed, the next one when that is
 * taken; out of the lower part only when the rest is gone.
 */
export function chooseNumber(
  { first, last, dynamic }: NumberRange,
  seed: string,
  isTaken: (number: number) => boolean,
): number | undefined {
  const count = last - dynamic + 1;
  const start = hashOf(seed) % count;
  for (let step = 0; step < count; step++) {
    const number = dynamic + ((start + step) % count);
    if (!isTaken(number)) return number;
  }
  for (let number = first; number < dynamic; number++) {
    if (!isTaken(number)) return number;
  }
  return undefined;
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 2166136261;
  for (const character of text) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619) >>> 0;
  }
  return hash;
}
