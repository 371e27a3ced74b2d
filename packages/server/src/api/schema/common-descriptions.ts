import type { StructDefinition } from "./language.ts";

type Texts = Readonly<Record<string, string>>;

const OF_KINDS: Texts = {
  metadata: "Name, namespace, labels and the rest that all objects have.",
  spec: "What is wanted.",
  status: "What has been observed.",
};
const OF_LISTS: Texts = {
  metadata: "The revision of the list, and how to go on after this page.",
  items: "The objects.",
};
const OF_CONDITIONS: Texts = {
  type: "The aspect, as a word in CamelCase.",
  status: "Whether it holds: `True`, `False` or `Unknown`.",
  lastTransitionTime: "When `status` last changed.",
  lastUpdateTime: "When it was last looked at.",
  reason: "Why it last changed, as one word.",
  message: "Why it last changed, for people.",
  observedGeneration: "The `metadata.generation` to which this belongs.",
};
const OF_STATUSES: Texts = {
  observedGeneration: "The `metadata.generation` to which this belongs.",
  conditions: "What is true of it now: aspect by aspect, with a status and since when.",
};
const NOTHING: Texts = {};

/**
 * Texts by field name for fields that mean the same wherever structs of this sort have them. Prose
 * of the package itself comes after, and wins.
 */
export function commonTexts(name: string, { topLevel, fields }: StructDefinition): Texts {
  if (topLevel) return fields.some((row) => row.type === "meta.v1.ListMeta") ? OF_LISTS : OF_KINDS;
  if (name.endsWith("Condition")) return OF_CONDITIONS;
  return name.endsWith("Status") ? OF_STATUSES : NOTHING;
}
