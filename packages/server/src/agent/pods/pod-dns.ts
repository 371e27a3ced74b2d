import type { Pod } from "../../api/types.ts";
import type { PodSandboxConfig } from "../pod-runtime.ts";

type Dns = PodSandboxConfig["dns"];

const NOTHING: Dns = { servers: [], searches: [], options: [] };

/** What a resolver file says; lines that are none of its own are left out. */
export function parseResolverFile(text: string): Dns {
  const servers: string[] = [];
  let searches: readonly string[] = [];
  let options: readonly string[] = [];
  for (const line of text.split("\n")) {
    const [word, ...values] = line.trim().split(/\s+/);
    if (word === "nameserver" && values[0] !== undefined) servers.push(values[0]);
    else if (word === "search") searches = values;
    else if (word === "options") options = values;
  }
  return { servers, searches, options };
}

/**
 * The resolver configuration of a pod: the host's, for there is no DNS of the cluster, or none, with
 * what the pod adds.
 * @see kubernetes pkg/kubelet/network/dns/dns.go (GetPodDNS)
 */
export function podDns({ spec }: Pod, host: Dns): Dns {
  const base = spec?.dnsPolicy === "None" ? NOTHING : host;
  const { nameservers = [], searches = [], options = [] } = spec?.dnsConfig ?? {};
  return {
    servers: distinct([...base.servers, ...nameservers]),
    searches: distinct([...base.searches, ...searches]),
    options: mergeOptions(base.options, options),
  };
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}

function mergeOptions(
  base: readonly string[],
  own: readonly { readonly name?: string; readonly value?: string }[],
): string[] {
  const merged = new Map(base.map((option) => [option.split(":")[0] ?? "", option]));
  for (const { name = "", value } of own) {
    merged.set(name, value === undefined || value === "" ? name : `${name}:${value}`);
  }
  return [...merged.values()];
}
