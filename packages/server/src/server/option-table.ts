/**
 * What a value may be. A `list` takes several values separated by commas, from every repetition of
 * the flag; a flag of `texts` takes each value as it is, since issuers and paths may hold commas.
 */
export type OptionType = "string" | "boolean" | "integer" | "duration" | "list" | "texts";

/**
 * An option of a command, once: flag, `COUNTERSIGN_…` variable, key of the YAML file, the help and
 * docs/configuration.md all come from its row.
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
  /**
   * For tests, and dangerous elsewhere: counts as a flag only, neither as a variable nor in the file,
   * so that nobody has it by accident, and the help does not show it.
   */
  readonly flagOnly?: true;
}

/** How a node, whoever starts it, gets credentials for images; names are kubelet's. */
export const IMAGE_CREDENTIAL_ROWS: readonly OptionRow[] = [
  optionRow(
    "image-credential-provider-config",
    "string",
    "",
    "FILE",
    "for cri: CredentialProviderConfig, or a directory of them: who knows credentials of registries",
  ),
  optionRow(
    "image-credential-provider-bin-dir",
    "string",
    "",
    "DIR",
    "for cri: the directory of the programs that --image-credential-provider-config names",
  ),
];

/** Every option of `countersign up`. Names are kube-apiserver's where it has them. */
export const OPTION_ROWS: readonly OptionRow[] = [
  optionRow("data-dir", "string", ".countersign", "DIR", "where state, keys and certificates live"),
  optionRow("bind-address", "string", "127.0.0.1", "ADDRESS", "address to listen on"),
  optionRow("secure-port", "integer", "6443", "PORT", "port to listen on; 0 picks a free one"),
  optionRow(
    "storage",
    "string",
    "sqlite",
    "ENGINE",
    "memory, sqlite, or etcd=URL[,URL…] for an existing cluster",
  ),
  optionRow("etcd-cafile", "string", "", "FILE", "CA bundle of etcd; the system's when empty"),
  optionRow("etcd-certfile", "string", "", "FILE", "certificate that etcd is shown"),
  optionRow("etcd-keyfile", "string", "", "FILE", "key of --etcd-certfile"),
  optionRow(
    "write-kubeconfig",
    "string",
    "",
    "FILE",
    "where the admin kubeconfig goes; <data-dir>/kubeconfig when empty",
  ),
  optionRow("no-node", "boolean", "false", "", "start without a node agent"),
  optionRow(
    "runtime",
    "string",
    "process",
    "RUNTIME",
    "what starts the containers of the node: process, or cri=SOCKET for containerd or CRI-O",
  ),
  optionRow(
    "image",
    "texts",
    "",
    "NAME=PATH",
    "for process: an image name and the directory that holds its root file system, or host",
  ),
  ...IMAGE_CREDENTIAL_ROWS,
  optionRow("node-name", "string", "", "NAME", "name of the node; the host name when empty"),
  optionRow("node-max-pods", "integer", "110", "N", "pods that the node takes"),
  optionRow(
    "controllers",
    "list",
    "*",
    "LIST",
    "controllers to run: *, foo, -foo; the scheduler is one of them: *,-scheduler",
  ),
  optionRow(
    "external-hostname",
    "string",
    "",
    "HOST",
    "host name in discovery documents and kubeconfig",
  ),
  optionRow("service-cluster-ip-range", "string", "10.96.0.0/16", "CIDR", "addresses of services"),
  optionRow(
    "anonymous-auth",
    "boolean",
    "true",
    "",
    "let requests without credentials be anonymous",
  ),
  optionRow(
    "token-auth-file",
    "string",
    "",
    "FILE",
    'CSV of static tokens: token,user,uid,"g1,g2"',
  ),
  optionRow(
    "enable-bootstrap-token-auth",
    "boolean",
    "false",
    "",
    "let nodes join with tokens of Secrets of type bootstrap.kubernetes.io/token in kube-system",
  ),
  optionRow("client-ca-file", "string", "", "FILE", "further CA bundle for client certificates"),
  optionRow(
    "kubelet-certificate-authority",
    "string",
    "",
    "FILE",
    "CA bundle of the agents of nodes; they are not checked when empty",
  ),
  optionRow("requestheader-client-ca-file", "string", "", "FILE", "CA bundle of front proxies"),
  optionRow(
    "requestheader-allowed-names",
    "list",
    "",
    "NAME",
    "common names of front proxies; all when empty",
  ),
  optionRow(
    "requestheader-username-headers",
    "list",
    "x-remote-user",
    "HEADER",
    "headers that hold the user name",
  ),
  optionRow("requestheader-uid-headers", "list", "", "HEADER", "headers that hold the uid"),
  optionRow(
    "requestheader-group-headers",
    "list",
    "x-remote-group",
    "HEADER",
    "headers that hold groups",
  ),
  optionRow(
    "requestheader-extra-headers-prefix",
    "list",
    "x-remote-extra-",
    "PREFIX",
    "prefixes of headers that hold extra",
  ),
  optionRow(
    "api-audiences",
    "list",
    "",
    "AUDIENCE",
    "audiences of this server; all issuers when empty",
  ),
  optionRow(
    "service-account-issuer",
    "texts",
    "https://kubernetes.default.svc.cluster.local",
    "ISSUER",
    "issuer of tokens; the first signs, all verify",
  ),
  optionRow("service-account-key-file", "texts", "", "FILE", "PEM keys that verify tokens"),
  optionRow("service-account-signing-key-file", "string", "", "FILE", "PEM key that signs tokens"),
  optionRow(
    "service-account-signing-endpoint",
    "string",
    "",
    "SOCKET",
    "socket of an external signer, a path or @abstract",
  ),
  optionRow(
    "service-account-signing-algorithm",
    "string",
    "ES256",
    "ALG",
    "algorithm of a key made here: ES256, ES384, ES512 or RS256",
  ),
  optionRow(
    "service-account-lookup",
    "boolean",
    "true",
    "",
    "check that legacy tokens still exist",
  ),
  optionRow(
    "service-account-max-token-expiration",
    "duration",
    "0",
    "DURATION",
    "longest life of a token, 1h to 2^32 s; 0 for no limit",
  ),
  optionRow(
    "service-account-extend-token-expiration",
    "boolean",
    "true",
    "",
    "let injected tokens live a year, with warnings after an hour",
  ),
  optionRow(
    "service-account-jwks-uri",
    "string",
    "",
    "URL",
    "where relying parties fetch the keys",
  ),
  optionRow(
    "legacy-service-account-token-clean-up-period",
    "duration",
    "8760h",
    "DURATION",
    "how long an unused legacy token stays",
  ),
  optionRow(
    "cluster-signing-duration",
    "duration",
    "8760h",
    "DURATION",
    "longest life of a certificate that was asked for over the API",
  ),
  optionRow("max-requests-inflight", "integer", "400", "N", "reads at once"),
  optionRow("max-mutating-requests-inflight", "integer", "200", "N", "writes at once"),
  optionRow(
    "shutdown-delay-duration",
    "duration",
    "0",
    "DURATION",
    "how long to serve on at the end, while /readyz fails already",
  ),
  optionRow("log-level", "string", "info", "LEVEL", "debug, info, warn or error"),
  optionRow("log-format", "string", "auto", "FORMAT", "json, text, or auto: text on a terminal"),
  {
    ...optionRow(
      "unsafe-test-pod-token-lifetime",
      "duration",
      "0",
      "DURATION",
      "how long tokens bound to pods live, and not a second longer, 10s to 10m; 0 for as long as they were asked for",
    ),
    flagOnly: true,
  },
];

/** A row of a table. */
export function optionRow(
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
