/** Size of a terminal, in characters. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** A document has some thirty bytes. */
const MAX_DOCUMENT_BYTES = 4096;
const MAX_UINT16 = 0xffff;

/**
 * The sizes that a resize stream brings: JSON documents such as `{"Width":80,"Height":24}`, with or
 * without space between them, however the stream is cut. As upstream, what is no such document ends
 * it: sizes after it are not listened to.
 */
export async function* terminalSizes(
  readable: AsyncIterable<Uint8Array>,
): AsyncGenerator<TerminalSize, void, undefined> {
  let text = "";
  for await (const bytes of readable) {
    text += Buffer.from(bytes).toString("latin1");
    for (;;) {
      // Values are numbers, so the first closing brace is that of the document.
      const end = text.indexOf("}");
      if (end < 0) break;
      const size = parseSize(text.slice(0, end + 1));
      if (size === undefined) return;
      text = text.slice(end + 1);
      yield size;
    }
    if (text.length > MAX_DOCUMENT_BYTES) return;
  }
}

function parseSize(document: string): TerminalSize | undefined {
  try {
    const parsed: unknown = JSON.parse(document);
    if (typeof parsed !== "object" || parsed === null) return undefined;
    // Go matches names of fields in any case.
    const fields = new Map(
      Object.entries(parsed).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const [columns, rows] = [fields.get("width") ?? 0, fields.get("height") ?? 0];
    return isUint16(columns) && isUint16(rows) ? { columns, rows } : undefined;
  } catch {
    return undefined;
  }
}

function isUint16(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MAX_UINT16;
}
