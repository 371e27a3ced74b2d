import { DEFAULT_EVICTION_HARD } from "../agent/node/eviction-thresholds.ts";
import { type OptionRow, optionRow } from "../server/option-row.ts";
import { LOG_ROWS, NODE_ROWS } from "../server/shared-option-rows.ts";

/** Every option of `countersign agent`, once; names are kubelet's where it has them. */
export const AGENT_OPTION_ROWS: readonly OptionRow[] = [
  optionRow(
    "kubeconfig",
    "string",
    "",
    "FILE",
    "where the API is, and a credential to join with, or the node's own",
  ),
  optionRow(
    "bootstrap-kubeconfig",
    "string",
    "",
    "FILE",
    "the same, for a node that has no certificate yet; --kubeconfig counts where it exists",
  ),
  optionRow(
    "node-ip",
    "string",
    "",
    "ADDRESS",
    "address of the node; the one of the default route when empty",
  ),
  optionRow(
    "root-dir",
    "string",
    ".countersign-node",
    "DIR",
    "where certificates, volumes and logs live",
  ),
  optionRow("address", "string", "0.0.0.0", "ADDRESS", "address to listen on"),
  optionRow("port", "integer", "10250", "PORT", "port to listen on; 0 picks a free one"),
  ...NODE_ROWS,
  optionRow("node-labels", "list", "", "KEY=VALUE", "labels of the node when it registers"),
  optionRow(
    "register-with-taints",
    "list",
    "",
    "KEY=VALUE:EFFECT",
    "taints of the node when it registers",
  ),
  optionRow("max-pods", "integer", "110", "N", "pods that the node takes"),
  optionRow(
    "eviction-hard",
    "string",
    DEFAULT_EVICTION_HARD,
    "LIST",
    "how little memory and disk is too little",
  ),
  optionRow(
    "client-ca-file",
    "string",
    "",
    "FILE",
    "CA bundle of callers; the one that the cluster publishes when empty",
  ),
  optionRow(
    "rotate-server-certificates",
    "boolean",
    "false",
    "",
    "ask the cluster to sign the certificate that callers see; somebody has to approve it",
  ),
  optionRow(
    "allowed-host-paths",
    "list",
    "/",
    "PATH",
    "what of the host pods may mount, with all that is below",
  ),
  optionRow("masked-paths", "list", "", "DIR", "directories of the host that no pod may look into"),
  optionRow("cluster-domain", "string", "cluster.local", "DOMAIN", "domain of the cluster"),
  optionRow(
    "exit-with-stdin",
    "boolean",
    "false",
    "",
    "end when standard input does: for who starts it as a child",
  ),
  ...LOG_ROWS,
];
