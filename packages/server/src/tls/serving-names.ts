import { isIP } from "node:net";
import type { SubjectNames } from "./certificate.ts";

/** Where clients reach the server. */
export interface ServingAddress {
  /** As given by `--bind-address`; an unspecified address (`0.0.0.0`, `::`) names nothing. */
  readonly bindAddress: string;
  readonly hostname: string;
  /** First address of the service range, which the service `kubernetes` has. */
  readonly serviceAddress: string;
  /** Further names and addresses. */
  readonly extra: readonly string[];
}

/** Names of the service `kubernetes`, and of the machine itself. */
const FIXED_NAMES: readonly string[] = [
  "kubernetes",
  "kubernetes.default",
  "kubernetes.default.svc",
  "kubernetes.default.svc.cluster.local",
  "localhost",
  "127.0.0.1",
  "::1",
];

const UNSPECIFIED = new Set(["0.0.0.0", "::", ""]);

/** What the serving certificate has to name, each once, in a fixed order. */
export function servingNames(address: ServingAddress): SubjectNames {
  const wanted = [
    ...FIXED_NAMES,
    address.serviceAddress,
    address.bindAddress,
    address.hostname,
    ...address.extra,
  ].filter((name) => !UNSPECIFIED.has(name));
  const names = [...new Set(wanted)];
  return {
    dnsNames: names.filter((name) => isIP(name) === 0),
    ipAddresses: names.filter((name) => isIP(name) !== 0),
  };
}
