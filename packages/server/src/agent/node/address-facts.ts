import { lookup } from "node:dns/promises";
import { defaultInterface, interfaceAddresses } from "./machine-addresses.ts";
import type { AddressFacts } from "./node-ip.ts";

/** @param root - of the file system that tells: `/`, but for tests */
export async function readAddressFacts(
  root: string,
  names: { readonly wanted: string; readonly hostname: string; readonly nodeName: string },
): Promise<AddressFacts> {
  return {
    wanted: names.wanted,
    hostname: names.hostname,
    resolved: await resolve(names.nodeName),
    interfaces: interfaceAddresses(),
    defaultInterface: defaultInterface(root),
  };
}

async function resolve(name: string): Promise<readonly string[]> {
  try {
    return (await lookup(name, { all: true })).map(({ address }) => address);
  } catch {
    return [];
  }
}
