/** First UTF-16 unit that is a surrogate: from here on UTF-16 order and UTF-8 order differ. */
const FIRST_SURROGATE = 0xd800;
const AFTER_SURROGATES = 0xe000;

/**
 * Compares two keys as their UTF-8 bytes would compare: below 0 when `a` comes first.
 * JavaScript's `<` compares UTF-16 units, which puts characters beyond U+FFFF (surrogate pairs)
 * before U+E000 … U+FFFF; everything else agrees, so only units in that region are moved.
 */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    return x >= FIRST_SURROGATE && y >= FIRST_SURROGATE
      ? codePointRank(x) - codePointRank(y)
      : x - y;
  }
  return a.length - b.length;
}

/** Puts surrogates, which stand for code points from U+10000, behind all other units. */
function codePointRank(unit: number): number {
  return unit >= AFTER_SURROGATES ? unit - 0x800 : unit + 0x2000;
}
