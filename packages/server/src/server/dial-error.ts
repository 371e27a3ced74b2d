import { isIP } from "node:net";

/** What Node says of a connection that failed. Trying several addresses gives a list of them. */
interface SystemError {
  readonly code?: string;
  readonly message?: string;
  readonly errors?: readonly SystemError[];
}

/** Texts of Go's `syscall` package. */
const CONNECT_PROBLEMS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connect: connection refused",
  EHOSTUNREACH: "connect: no route to host",
  ENETUNREACH: "connect: network is unreachable",
  EADDRNOTAVAIL: "connect: cannot assign requested address",
  EACCES: "connect: permission denied",
  ETIMEDOUT: "i/o timeout",
};

const LOOKUP_PROBLEMS: Readonly<Record<string, string>> = {
  ENOTFOUND: "no such host",
  EAI_AGAIN: "server misbehaving",
};

const CERTIFICATE_PROBLEMS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "x509: certificate signed by unknown authority",
  SELF_SIGNED_CERT_IN_CHAIN: "x509: certificate signed by unknown authority",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "x509: certificate signed by unknown authority",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "x509: certificate signed by unknown authority",
  CERT_HAS_EXPIRED: "x509: certificate has expired or is not yet valid",
  CERT_NOT_YET_VALID: "x509: certificate has expired or is not yet valid",
};

/** `10.0.0.1:80`, `[fd00::1]:80`. */
export function hostPort(host: string, port: number): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * Why a request got no answer, as Go's HTTP client says it, which people and tools know:
 * `dial tcp 10.0.0.1:80: connect: connection refused`.
 */
export function dialErrorText(error: unknown, host: string, port: number): string {
  const known = (error ?? {}) as SystemError;
  const { code = "", message = String(error) } = known.errors?.[0] ?? known;
  const connect = CONNECT_PROBLEMS[code];
  if (connect !== undefined) return `dial tcp ${hostPort(host, port)}: ${connect}`;
  const lookup = LOOKUP_PROBLEMS[code];
  if (lookup !== undefined) return `dial tcp: lookup ${host}: ${lookup}`;
  const certificate = CERTIFICATE_PROBLEMS[code];
  if (certificate !== undefined) return `tls: failed to verify certificate: ${certificate}`;
  // Node's word for a peer that closes before it has answered.
  if (message === "socket hang up" || code === "ECONNRESET") return "EOF";
  return message;
}
