/** Characters of all texts together above which each is cut. @see apiserver pkg/endpoints/filters/warning.go */
const TOTAL_CHARACTERS = 4096;
/** Characters that a text keeps when it is cut. */
const ITEM_CHARACTERS = 256;

/**
 * Warning texts as `Warning` headers: `299 - "text"`, each text once, in order. When they are too
 * long together, each is cut, and those that then still do not fit are left out. Texts with control
 * characters are left out always, as upstream does.
 * @returns Header values with one character per byte of UTF-8, which is what Node writes to the wire.
 */
export function formatWarnings(texts: readonly string[]): readonly string[] {
  const distinct = [...new Set(texts)].filter((text) => text !== "");
  let total = 0;
  for (const text of distinct) total += lengthOf(text);
  if (total <= TOTAL_CHARACTERS) return formatAll(distinct);
  const kept: string[] = [];
  let written = 0;
  for (const text of distinct) {
    // The text that crosses the bound is the last one.
    if (written >= TOTAL_CHARACTERS) break;
    const cut = [...text].slice(0, ITEM_CHARACTERS).join("");
    written += lengthOf(cut);
    kept.push(cut);
  }
  return formatAll(kept);
}

function formatAll(texts: readonly string[]): string[] {
  return texts
    .filter((text) => !/\p{Cc}/u.test(text))
    .map((text) => {
      const quoted = text.replace(/["\\]/g, "\\$&");
      return Buffer.from(`299 - "${quoted}"`, "utf8").toString("latin1");
    });
}

/** Characters as Go counts runes. */
function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}
