import { isIP } from "node:net";

/** What is known of a machine's addresses. */
export interface AddressFacts {
  /** `--node-ip`; empty for none. */
  readonly wanted: string;
  readonly hostname: string;
  /** What the name of the node stands for. */
  readonly resolved: readonly string[];
  readonly interfaces: readonly InterfaceAddress[];
  /** Interface of the default route; empty without one. */
  readonly defaultInterface: string;
}

export interface InterfaceAddress {
  readonly name: string;
  readonly address: string;
}

/** A machine that is in no network still can run pods: they reach the API on this very machine. */
const LOOPBACK = "127.0.0.1";

/**
 * The address of a node: the one wanted; its host name, if that is an address; what its name stands
 * for; the one of the default route; the first other one there is; at last the loopback address.
 * IPv4 is preferred.
 * @throws Error when the wanted one is none of this machine's
 * @see kubernetes pkg/kubelet/nodestatus/setters.go (NodeAddress)
 */
export function chooseNodeIp(facts: AddressFacts): string {
  const { wanted, hostname, resolved, interfaces, defaultInterface } = facts;
  const own = interfaces.filter(({ address }) => isNodeAddress(address));
  if (wanted !== "") {
    checkWanted(wanted, interfaces);
    return wanted;
  }
  if (isIP(hostname) !== 0) return hostname;
  const byName = resolved.filter((address) => own.some((each) => each.address === address));
  const byRoute = own.filter(({ name }) => name === defaultInterface).map(addressOf);
  const candidates = [byName, byRoute, own.map(addressOf)].map(preferred);
  return candidates.find((each) => each !== undefined) ?? LOOPBACK;
}

function addressOf({ address }: InterfaceAddress): string {
  return address;
}

function preferred(addresses: readonly string[]): string | undefined {
  return addresses.find((address) => isIP(address) === 4) ?? addresses[0];
}

/** @see kubernetes pkg/kubelet/kubelet_node_status.go (validateNodeIP) */
function checkWanted(wanted: string, interfaces: readonly InterfaceAddress[]): void {
  if (isIP(wanted) === 0) throw new Error("nodeIP must be a valid IP address");
  if (wanted === "0.0.0.0" || wanted === "::") throw new Error("nodeIP can't be all zeros address");
  if (isMulticast(wanted)) throw new Error("nodeIP can't be a multicast address");
  if (isLinkLocal(wanted)) throw new Error("nodeIP can't be a link-local unicast address");
  if (interfaces.some(({ address }) => address === wanted)) return;
  throw new Error(`node IP: ${JSON.stringify(wanted)} not found in the host's network interfaces`);
}

function isNodeAddress(address: string): boolean {
  const isLoopback = address.startsWith("127.") || address === "::1";
  return !isLoopback && !isMulticast(address) && !isLinkLocal(address);
}

function isMulticast(address: string): boolean {
  const first = Number(address.split(".")[0]);
  return isIP(address) === 4 ? first >= 224 && first < 240 : /^ff/i.test(address);
}

function isLinkLocal(address: string): boolean {
  return address.startsWith("169.254.") || /^fe[89ab]/i.test(address);
}
