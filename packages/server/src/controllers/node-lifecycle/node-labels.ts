import type { Node } from "../../api/types.ts";

/** Old names of labels, which clients may still look at. @see nodelifecycle (labelReconcileInfo) */
const OLD_NAMES: readonly (readonly [name: string, oldName: string])[] = [
  ["kubernetes.io/os", "beta.kubernetes.io/os"],
  ["kubernetes.io/arch", "beta.kubernetes.io/arch"],
];

/** Labels under their old names that are missing, or say something else. */
export function missingLabels({ metadata }: Readonly<Node>): Readonly<Record<string, string>> {
  const labels = metadata.labels ?? {};
  const missing: Record<string, string> = {};
  for (const [name, oldName] of OLD_NAMES) {
    const value = labels[name];
    if (value !== undefined && labels[oldName] !== value) missing[oldName] = value;
  }
  return missing;
}
