/** Longest name of a manager, in bytes of UTF-8. @see apiserver pkg/endpoints/handlers/create.go */
const MAX_BYTES = 128;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: false });

/**
 * Name of a writer that did not name itself: its User-Agent up to the first `/`, without characters
 * that cannot be printed, at most 128 bytes; `unknown` when nothing is left.
 */
export function managerFromUserAgent(userAgent: string | undefined): string {
  const slash = userAgent?.indexOf("/") ?? -1;
  const head = slash < 0 ? (userAgent ?? "") : (userAgent ?? "").slice(0, slash);
  const name = cut(head.replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, ""));
  return name === "" ? "unknown" : name;
}

function cut(name: string): string {
  if (name.length * 3 <= MAX_BYTES) return name;
  const bytes = encoder.encode(name);
  if (bytes.length <= MAX_BYTES) return name;
  let end = MAX_BYTES;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return decoder.decode(bytes.subarray(0, end));
}
