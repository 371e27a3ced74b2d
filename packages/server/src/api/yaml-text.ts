/**
 * The text of a YAML document's bytes: UTF-8, or UTF-16 with a mark of its order in front.
 * @see YAML 1.1 §5.1, §5.2 · go.yaml.in/yaml/v2 readerc.go
 */

/** Thrown when the text is no YAML; `message` begins with `yaml: ` where libyaml found it. */
export class YamlSyntaxError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "YamlSyntaxError";
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** @throws YamlSyntaxError */
export function decodeYamlText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return decodeUtf16(bytes, "utf-16le");
  if (first === 0xfe && second === 0xff) return decodeUtf16(bytes, "utf-16be");
  try {
    return utf8.decode(bytes);
  } catch {
    throw new YamlSyntaxError(`yaml: ${utf8Fault(bytes)}`);
  }
}

function decodeUtf16(bytes: Uint8Array, encoding: "utf-16le" | "utf-16be"): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    const isWhole = bytes.length % 2 === 0;
    const why = isWhole ? "unexpected low surrogate area" : "incomplete UTF-16 character";
    throw new YamlSyntaxError(`yaml: ${why}`);
  }
}

/** What is wrong with the first bytes that are no UTF-8. */
function utf8Fault(bytes: Uint8Array): string {
  for (let at = 0; at < bytes.length; ) {
    const width = widthOf(bytes[at] ?? 0);
    if (width === 0) return "invalid leading UTF-8 octet";
    if (at + width > bytes.length) return "incomplete UTF-8 octet sequence";
    let value = (bytes[at] ?? 0) & (width === 1 ? 0x7f : 0xff >> (width + 1));
    for (let index = 1; index < width; index++) {
      const octet = bytes[at + index] ?? 0;
      if ((octet & 0xc0) !== 0x80) return "invalid trailing UTF-8 octet";
      value = value * 64 + (octet & 0x3f);
    }
    if (value < (SHORTEST[width] ?? 0)) return "invalid length of a UTF-8 sequence";
    if ((value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff)
      return "invalid Unicode character";
    at += width;
  }
  return "invalid leading UTF-8 octet";
}

/** Smallest character of each number of bytes. */
const SHORTEST: readonly number[] = [0, 0, 0x80, 0x800, 0x10000];

function widthOf(octet: number): number {
  if (octet < 0x80) return 1;
  if ((octet & 0xe0) === 0xc0) return 2;
  if ((octet & 0xf0) === 0xe0) return 3;
  return (octet & 0xf8) === 0xf0 ? 4 : 0;
}

const NOT_ALLOWED = /[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** Refuses characters that no YAML may hold. @throws YamlSyntaxError */
export function checkYamlCharacters(text: string): void {
  if (NOT_ALLOWED.test(text)) throw new YamlSyntaxError("yaml: control characters are not allowed");
}
