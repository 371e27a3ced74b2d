/**
 * Orders texts as Go does, by the bytes of their UTF-8 form. JavaScript compares UTF-16 units, which
 * differs only where a character outside the basic plane meets one above the surrogates.
 */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const shared = Math.min(a.length, b.length);
  let at = 0;
  while (at < shared && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  if (at === shared) return a.length - b.length;
  const left = a.charCodeAt(at);
  const right = b.charCodeAt(at);
  if (left < 0xd800 || right < 0xd800) return left - right;
  return rankOfUnit(left) - rankOfUnit(right);
}

/** Surrogates stand for code points above every other unit. */
function rankOfUnit(unit: number): number {
  return unit < 0xe000 ? unit + 0x10000 : unit;
}
