import { isIPv4, isIPv6, SocketAddress } from "node:net";

/**
 * Bytes of an address, 4 or 16; undefined for text that is none.
 * `::ffff:10.0.0.1` has 16, a zone (`fe80::1%eth0`) is not part of the address.
 */
export function ipAddressBytes(text: string): Uint8Array | undefined {
  if (isIPv4(text)) return Uint8Array.from(text.split(".").map(Number));
  if (!isIPv6(text)) return undefined;
  const [address = ""] = text.split("%");
  const [head = "", tail] = address.split("::");
  const first = groupBytes(head);
  if (tail === undefined) return Uint8Array.from(first);
  const last = groupBytes(tail);
  return Uint8Array.from([...first, ...Array(16 - first.length - last.length).fill(0), ...last]);
}

function groupBytes(groups: string): number[] {
  if (groups === "") return [];
  return groups.split(":").flatMap((group) => {
    if (group.includes(".")) return group.split(".").map(Number);
    const number = Number.parseInt(group, 16);
    return [number >> 8, number & 0xff];
  });
}

/**
 * An address of 4 or 16 bytes as text, the shortest there is.
 * @throws TypeError for bytes that are none
 */
export function printIpAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.length !== 16) throw new TypeError(`no address of ${bytes.length} bytes`);
  const groups = Buffer.from(bytes).toString("hex").match(/.{4}/g) ?? [];
  return new SocketAddress({ address: groups.join(":"), family: "ipv6" }).address;
}
