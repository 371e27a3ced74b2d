import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { chooseNodeIp, type InterfaceAddress } from "./node-ip.ts";

/**
 * The address under which other machines know this one: that of its default route, or what comes next.
 * @param root - of the file system that tells: `/`, but for tests
 */
export function hostAddress(root: string): string {
  return chooseNodeIp({
    wanted: "",
    hostname: "",
    resolved: [],
    interfaces: interfaceAddresses(),
    defaultInterface: defaultInterface(root),
  });
}

/** All addresses of the machine. */
export function interfaceAddresses(): readonly InterfaceAddress[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
    (addresses ?? []).map(({ address }) => ({ name, address })),
  );
}

/** Interface of the default route, empty without one: `eth0 00000000 …` of `/proc/net/route`. */
export function defaultInterface(root: string): string {
  try {
    const lines = readFileSync(join(root, "proc/net/route"), "utf8").split("\n");
    const fields = lines.map((line) => line.split("\t"));
    return fields.find(([, destination]) => destination === "00000000")?.[0] ?? "";
  } catch {
    return "";
  }
}
