import { Log } from "./log.ts";
import { RECORD_HEADER_BYTES, readRecordHeader, recordBytes } from "./sqlite-record.ts";

/** Builds a log from records in revision order; nothing of an object is parsed, nor its bytes copied. */
export class LogLoader {
  readonly log: Log;
  /** Revisions of versions that a compaction cut short left behind. */
  readonly leftover: number[] = [];
  readonly #compactedRevision: number;

  constructor(compactedRevision: number) {
    this.log = new Log(compactedRevision);
    this.#compactedRevision = compactedRevision;
  }

  /** Takes a buffer of records over. */
  add(records: Buffer): void {
    const createEntry = this.log.adopt(records);
    for (let at = 0; at < records.length; ) {
      const header = readRecordHeader(records, at);
      const key = at + RECORD_HEADER_BYTES;
      const value = key + header.keyBytes;
      const entry = createEntry(
        {
          key: records.toString("utf8", key, value),
          createRevision: header.createRevision,
          modRevision: header.revision,
          deleted: header.deleted,
        },
        value,
        header.valueBytes,
      );
      if (header.revision > this.#compactedRevision) this.log.append(entry);
      else this.log.restore(entry, this.leftover);
      at += recordBytes(header);
    }
  }
}
