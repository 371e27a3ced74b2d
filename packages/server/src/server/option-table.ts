/**
 * What a value may be. A `list` takes several values separated by commas, from every repetition of
 * the flag; a flag of `texts` takes each value as it is, since issuers and paths may hold commas.
 */
export type OptionType = "string" | "boolean" | "integer" | "duration" | "list" | "texts";

/**
 * Every option of `countersign up`, once: flags, `COUNTERSIGN_…` variables, the YAML file, the help
 * and docs/configuration.md all come from these rows. Names are kube-apiserver's where it has them.
 */
export interface OptionRow {
  /** Flag without dashes; the variable is `COUNTERSIGN_` and the same in upper case. */
  readonly name: string;
  readonly type: OptionType;
  /** As text; empty for none. */
  readonly default: string;
  /** Shown in the help: `FILE`, `ADDRESS`. */
  readonly argument: string;
  readonly description: string;
}

export const OPTION_ROWS: readonly OptionRow[] = [
  row("data-dir", "string", ".countersign", "DIR", "where state, keys and certificates live"),
  row("bind-address", "string", "127.0.0.1", "ADDRESS", "address to listen on"),
  row("secure-port", "integer", "6443", "PORT", "port to listen on; 0 picks a free one"),
  row(
    "storage",
    "string",
    "sqlite",
    "ENGINE",
    "memory, sqlite, or etcd=URL[,URL…] for an existing cluster",
  ),
  row(
    "write-kubeconfig",
    "string",
    "",
    "FILE",
    "where the admin kubeconfig goes; <data-dir>/kubeconfig when empty",
  ),
  row("no-node", "boolean", "false", "", "start without a node agent"),
  row(
    "controllers",
    "list",
    "*",
    "LIST",
    "controllers to run: *, foo, -foo; the scheduler is one of them: *,-scheduler",
  ),
  row("external-hostname", "string", "", "HOST", "host name in discovery documents and kubeconfig"),
  row("service-cluster-ip-range", "string", "10.96.0.0/16", "CIDR", "addresses of services"),
  row("anonymous-auth", "boolean", "true", "", "let requests without credentials be anonymous"),
  row("token-auth-file", "string", "", "FILE", 'CSV of static tokens: token,user,uid,"g1,g2"'),
  row(
    "enable-bootstrap-token-auth",
    "boolean",
    "false",
    "",
    "let nodes join with tokens of Secrets of type bootstrap.kubernetes.io/token in kube-system",
  ),
  row("client-ca-file", "string", "", "FILE", "further CA bundle for client certificates"),
  row(
    "kubelet-certificate-authority",
    "string",
    "",
    "FILE",
    "CA bundle of the agents of nodes; they are not checked when empty",
  ),
  row("requestheader-client-ca-file", "string", "", "FILE", "CA bundle of front proxies"),
  row(
    "requestheader-allowed-names",
    "list",
    "",
    "NAME",
    "common names of front proxies; all when empty",
  ),
  row(
    "requestheader-username-headers",
    "list",
    "x-remote-user",
    "HEADER",
    "headers that hold the user name",
  ),
  row("requestheader-uid-headers", "list", "", "HEADER", "headers that hold the uid"),
  row(
    "requestheader-group-headers",
    "list",
    "x-remote-group",
    "HEADER",
    "headers that hold groups",
  ),
  row(
    "requestheader-extra-headers-prefix",
    "list",
    "x-remote-extra-",
    "PREFIX",
    "prefixes of headers that hold extra",
  ),
  row("api-audiences", "list", "", "AUDIENCE", "audiences of this server; all issuers when empty"),
  row(
    "service-account-issuer",
    "texts",
    "https://kubernetes.default.svc.cluster.local",
    "ISSUER",
    "issuer of tokens; the first signs, all verify",
  ),
  row("service-account-key-file", "texts", "", "FILE", "PEM keys that verify tokens"),
  row("service-account-signing-key-file", "string", "", "FILE", "PEM key that signs tokens"),
  row(
    "service-account-signing-endpoint",
    "string",
    "",
    "SOCKET",
    "socket of an external signer, a path or @abstract",
  ),
  row(
    "service-account-signing-algorithm",
    "string",
    "ES256",
    "ALG",
    "algorithm of a key made here: ES256, ES384, ES512 or RS256",
  ),
  row("service-account-lookup", "boolean", "true", "", "check that legacy tokens still exist"),
  row(
    "service-account-max-token-expiration",
    "duration",
    "0",
    "DURATION",
    "longest life of a token, 1h to 2^32 s; 0 for no limit",
  ),
  row(
    "service-account-extend-token-expiration",
    "boolean",
    "true",
    "",
    "let injected tokens live a year, with warnings after an hour",
  ),
  row("service-account-jwks-uri", "string", "", "URL", "where relying parties fetch the keys"),
  row(
    "legacy-service-account-token-clean-up-period",
    "duration",
    "8760h",
    "DURATION",
    "how long an unused legacy token stays",
  ),
  row(
    "cluster-signing-duration",
    "duration",
    "8760h",
    "DURATION",
    "longest life of a certificate that was asked for over the API",
  ),
  row("max-requests-inflight", "integer", "400", "N", "reads at once"),
  row("max-mutating-requests-inflight", "integer", "200", "N", "writes at once"),
  row(
    "shutdown-delay-duration",
    "duration",
    "0",
    "DURATION",
    "how long to serve on at the end, while /readyz fails already",
  ),
  row("log-level", "string", "info", "LEVEL", "debug, info, warn or error"),
  row("log-format", "string", "auto", "FORMAT", "json, text, or auto: text on a terminal"),
];

function row(
  name: string,
  type: OptionRow["type"],
  defaultText: string,
  argument: string,
  description: string,
): OptionRow {
  return { name, type, default: defaultText, argument, description };
}

/** `--data-dir` → `COUNTERSIGN_DATA_DIR`. */
export function variableOf(name: string): string {
  return `COUNTERSIGN_${name.toUpperCase().replaceAll("-", "_")}`;
}
