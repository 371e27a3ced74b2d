/**
 * How versions travel between the thread that serves and the thread that writes: records one behind
 * the other in one transferred buffer. The same bytes, checksummed, are what a row stands for.
 *
 *     0 revision f64 · 8 create revision f64 · 16 deleted u32 · 20 key bytes u32 · 24 value bytes u32
 *     28 key (UTF-8), value
 */
export const RECORD_HEADER_BYTES = 28;

export interface RecordHeader {
  readonly revision: number;
  readonly createRevision: number;
  readonly deleted: boolean;
  readonly keyBytes: number;
  readonly valueBytes: number;
}

export function writeRecordHeader(into: Buffer, at: number, header: RecordHeader): void {
  into.writeDoubleLE(header.revision, at);
  into.writeDoubleLE(header.createRevision, at + 8);
  into.writeUInt32LE(header.deleted ? 1 : 0, at + 16);
  into.writeUInt32LE(header.keyBytes, at + 20);
  into.writeUInt32LE(header.valueBytes, at + 24);
}

export function readRecordHeader(from: Buffer, at: number): RecordHeader {
  return {
    revision: from.readDoubleLE(at),
    createRevision: from.readDoubleLE(at + 8),
    deleted: from.readUInt32LE(at + 16) === 1,
    keyBytes: from.readUInt32LE(at + 20),
    valueBytes: from.readUInt32LE(at + 24),
  };
}

/** Length of the record whose header this is. */
export function recordBytes(header: RecordHeader): number {
  return RECORD_HEADER_BYTES + header.keyBytes + header.valueBytes;
}
