/** Node's codes in the words of Go's package net, which users of probes know. */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connect: connection refused",
  EHOSTUNREACH: "connect: no route to host",
  ENETUNREACH: "connect: network is unreachable",
  ECONNRESET: "read: connection reset by peer",
  ETIMEDOUT: "i/o timeout",
};

/** What went wrong with a connection to `address`, as Go says it. */
export function describeNetworkError(error: unknown, address: string): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error ? String(error.code) : "";
  if (error.message === "socket hang up") return "EOF";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
    const host = address.replace(/:\d+$/, "");
    return `dial tcp: lookup ${host}: no such host`;
  }
  const words = WORDS[code];
  return words === undefined ? error.message : `dial tcp ${address}: ${words}`;
}
