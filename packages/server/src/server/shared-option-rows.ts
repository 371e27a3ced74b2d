import { DEFAULT_IMAGE_COLLECTION } from "../agent/images/image-collection-policy.ts";
import { type OptionRow, optionRow } from "./option-row.ts";

/** What can be said of a node, by whoever starts it; names are kubelet's where it has them. */
export const NODE_ROWS: readonly OptionRow[] = [
  optionRow("node-name", "string", "", "NAME", "name of the node; the host name when empty"),
  optionRow(
    "runtime",
    "string",
    "process",
    "RUNTIME",
    "what starts containers: process, or cri=SOCKET for containerd or CRI-O",
  ),
  optionRow(
    "image",
    "texts",
    "",
    "NAME=PATH",
    "for process: an image name and the directory that holds its root file system, or host",
  ),
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
  optionRow(
    "image-gc-high-threshold",
    "integer",
    String(DEFAULT_IMAGE_COLLECTION.highThresholdPercent),
    "PERCENT",
    "for cri: how full the disk of images may be before unused ones are removed; 100 for as it will",
  ),
  optionRow(
    "image-gc-low-threshold",
    "integer",
    String(DEFAULT_IMAGE_COLLECTION.lowThresholdPercent),
    "PERCENT",
    "for cri: how full it is left then",
  ),
  optionRow(
    "minimum-image-ttl-duration",
    "duration",
    `${DEFAULT_IMAGE_COLLECTION.minAgeMs / 60_000}m`,
    "DURATION",
    "for cri: how long an unused image stays at least",
  ),
];

/** Of every command that runs on. */
export const LOG_ROWS: readonly OptionRow[] = [
  optionRow("log-level", "string", "info", "LEVEL", "debug, info, warn or error"),
  optionRow("log-format", "string", "auto", "FORMAT", "json, text, or auto: text on a terminal"),
];
