import type { Node } from "../../api/types.ts";
import { NONE } from "./cell-texts.ts";
import { printer, text, wideText } from "./columns.ts";
import { ageOf } from "./human-duration.ts";
import { AGE_COLUMN, NAME_COLUMN, type TablePrinter } from "./table-printer.ts";

const ROLE_PREFIX = "node-role.kubernetes.io/";
const ROLE_LABEL = "kubernetes.io/role";
const UNKNOWN = "<unknown>";

function statusText({ spec, status }: Readonly<Node>): string {
  const ready = status?.conditions?.findLast(({ type }) => type === "Ready");
  const state = ready === undefined ? "Unknown" : ready.status === "True" ? "Ready" : "NotReady";
  return spec?.unschedulable === true ? `${state},SchedulingDisabled` : state;
}

/** Roles are labels: `node-role.kubernetes.io/ROLE`, or `kubernetes.io/role: ROLE`. */
function rolesText({ metadata }: Readonly<Node>): string {
  const roles = new Set<string>();
  for (const [key, value] of Object.entries(metadata.labels ?? {})) {
    if (key.startsWith(ROLE_PREFIX)) roles.add(key.slice(ROLE_PREFIX.length));
    else if (key === ROLE_LABEL) roles.add(value);
  }
  roles.delete("");
  return [...roles].sort().join(",") || NONE;
}

function addressText({ status }: Readonly<Node>, wanted: string): string {
  return status?.addresses?.find(({ type }) => type === wanted)?.address ?? NONE;
}

function kernelText({ status }: Readonly<Node>): string {
  const { kernelVersion, architecture } = status?.nodeInfo ?? {};
  return (kernelVersion || UNKNOWN) + (architecture ? ` (${architecture})` : "");
}

/** @see kubernetes pkg/printers/internalversion/printers.go (printNode) */
export const nodes: TablePrinter = printer<Node>(
  [
    NAME_COLUMN,
    text("Status", "Whether the node is ready, and whether new pods may go there."),
    text("Roles", "What the node is for, by its labels."),
    AGE_COLUMN,
    text("Version", "Version of the agent on the node."),
    wideText("Internal-IP", "Its first address inside the cluster."),
    wideText("External-IP", "Its first address outside."),
    wideText("OS-Image", "Operating system of the node."),
    wideText("Kernel-Version", "Kernel of the node, with its architecture."),
    wideText("Container-Runtime", "What runs containers there, with its version."),
  ],
  (node, now) => {
    const { osImage, kubeletVersion, containerRuntimeVersion } = node.status?.nodeInfo ?? {};
    return [
      node.metadata.name ?? "",
      statusText(node),
      rolesText(node),
      ageOf(node.metadata.creationTimestamp, now),
      kubeletVersion ?? "",
      addressText(node, "InternalIP"),
      addressText(node, "ExternalIP"),
      osImage || UNKNOWN,
      kernelText(node),
      containerRuntimeVersion || UNKNOWN,
    ];
  },
);
