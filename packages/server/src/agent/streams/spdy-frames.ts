import { StreamError } from "./stream-error.ts";

/**
 * The frames of SPDY/3.1 and how they are written. Header blocks stay compressed here; data comes in
 * pieces as the connection brings it, so that no frame has to be held whole.
 * @see SPDY Protocol Draft 3.1 §2.6
 */
export type SpdyFrame =
  | {
      readonly type: "syn-stream";
      readonly streamId: number;
      /** Header block, compressed. */
      readonly block: Uint8Array;
      /** The sender will send nothing more. */
      readonly fin: boolean;
      /** The receiver may not send. */
      readonly unidirectional: boolean;
    }
  | {
      readonly type: "syn-reply" | "headers";
      readonly streamId: number;
      readonly block: Uint8Array;
      readonly fin: boolean;
    }
  | {
      readonly type: "data";
      readonly streamId: number;
      readonly bytes: Uint8Array;
      readonly fin: boolean;
    }
  | { readonly type: "rst-stream"; readonly streamId: number; readonly status: number }
  | { readonly type: "settings"; readonly settings: readonly SpdySetting[] }
  | { readonly type: "ping"; readonly id: number }
  | { readonly type: "goaway"; readonly lastStreamId: number; readonly status: number }
  /** `streamId` 0 is the whole connection. */
  | { readonly type: "window-update"; readonly streamId: number; readonly delta: number };

export interface SpdySetting {
  readonly id: number;
  readonly value: number;
}

/** Of RST_STREAM. */
export const RST_STATUS: {
  readonly [Name in "protocolError" | "refusedStream" | "cancel" | "flowControlError"]: number;
} = {
  protocolError: 1,
  refusedStream: 3,
  cancel: 5,
  flowControlError: 7,
};
/** Of GOAWAY. */
export const GOAWAY_STATUS: { readonly ok: 0; readonly protocolError: 1 } = {
  ok: 0,
  protocolError: 1,
};
export const INITIAL_WINDOW_SETTING = 7;

const VERSION = 3;
const HEAD_BYTES = 8;
const FIN = 1;
const UNIDIRECTIONAL = 2;
/** No frame but data needs more: a block of the few short headers of our streams has some 60 bytes. */
const MAX_CONTROL_BYTES = 16 * 1024;
export const MAX_STREAM_ID = 0x7fffffff;

const TYPES = {
  "syn-stream": 1,
  "syn-reply": 2,
  "rst-stream": 3,
  settings: 4,
  ping: 6,
  goaway: 7,
  headers: 8,
  "window-update": 9,
} as const;

/** One frame as it goes over the wire. */
export function encodeSpdyFrame(frame: SpdyFrame): Buffer {
  switch (frame.type) {
    case "data":
      return dataFrame(frame.streamId, frame.bytes, frame.fin);
    case "syn-stream": {
      const flags = (frame.fin ? FIN : 0) | (frame.unidirectional ? UNIDIRECTIONAL : 0);
      // Not associated with another stream, priority 0, slot 0.
      return controlFrame(frame.type, flags, [frame.streamId, 0], [Buffer.alloc(2), frame.block]);
    }
    case "syn-reply":
    case "headers":
      return controlFrame(frame.type, frame.fin ? FIN : 0, [frame.streamId], [frame.block]);
    case "rst-stream":
      return controlFrame(frame.type, 0, [frame.streamId, frame.status]);
    case "settings": {
      const words = frame.settings.flatMap(({ id, value }) => [id, value]);
      return controlFrame(frame.type, 0, [frame.settings.length, ...words]);
    }
    case "ping":
      return controlFrame(frame.type, 0, [frame.id]);
    case "goaway":
      return controlFrame(frame.type, 0, [frame.lastStreamId, frame.status]);
    case "window-update":
      return controlFrame(frame.type, 0, [frame.streamId, frame.delta]);
  }
}

function dataFrame(streamId: number, bytes: Uint8Array, fin: boolean): Buffer {
  const frame = Buffer.allocUnsafe(HEAD_BYTES + bytes.length);
  frame.writeUInt32BE(streamId, 0);
  frame.writeUInt32BE(flagsAndLength(fin ? FIN : 0, bytes.length), 4);
  frame.set(bytes, HEAD_BYTES);
  return frame;
}

function controlFrame(
  type: keyof typeof TYPES,
  flags: number,
  words: readonly number[],
  rest: readonly Uint8Array[] = [],
): Buffer {
  const head = Buffer.allocUnsafe(HEAD_BYTES + words.length * 4);
  const length = words.length * 4 + rest.reduce((sum, part) => sum + part.length, 0);
  head.writeUInt16BE(0x8000 | VERSION, 0);
  head.writeUInt16BE(TYPES[type], 2);
  head.writeUInt32BE(flagsAndLength(flags, length), 4);
  words.forEach((word, index) => {
    head.writeUInt32BE(word, HEAD_BYTES + index * 4);
  });
  return Buffer.concat([head, ...rest]);
}

function flagsAndLength(flags: number, length: number): number {
  if (length > 0xffffff) throw new RangeError(`a SPDY frame of ${length} bytes`);
  return flags * 0x1000000 + length;
}

/** A data frame that is under way. */
interface DataUnderWay {
  readonly streamId: number;
  readonly fin: boolean;
  /** Bytes that are still to come. */
  left: number;
}

/** Finds frames in what a connection brings, however it is cut. */
export class SpdyFrameParser {
  /** The head of a frame, and the whole of one that is no data, until it is complete. */
  #kept: Buffer = Buffer.alloc(0);
  #data: DataUnderWay | undefined;

  /**
   * The frames, and pieces of data frames, that `chunk` brings or completes. Only the last piece of
   * a data frame bears its end of the stream.
   * @throws StreamError `protocol-error`, after which there is nothing more to be read
   */
  *push(chunk: Uint8Array): Generator<SpdyFrame> {
    let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    while (rest.length > 0) {
      if (this.#data !== undefined) {
        const piece = rest.subarray(0, this.#data.left);
        rest = rest.subarray(piece.length);
        yield this.#dataPiece(this.#data, piece);
        continue;
      }
      const needed = this.#needed(this.#kept) - this.#kept.length;
      this.#kept = Buffer.concat([this.#kept, rest.subarray(0, needed)]);
      rest = rest.subarray(needed);
      const frame = this.#completed();
      if (frame !== undefined) yield frame;
    }
  }

  #dataPiece(data: DataUnderWay, piece: Buffer): SpdyFrame {
    data.left -= piece.length;
    const last = data.left === 0;
    if (last) this.#data = undefined;
    return { type: "data", streamId: data.streamId, bytes: piece, fin: last && data.fin };
  }

  /** Bytes that have to be there before something can be said. */
  #needed(kept: Buffer): number {
    if (kept.length < HEAD_BYTES) return HEAD_BYTES;
    return HEAD_BYTES + (kept.readUInt32BE(4) & 0xffffff);
  }

  #completed(): SpdyFrame | undefined {
    const kept = this.#kept;
    if (kept.length < HEAD_BYTES) return undefined;
    const first = kept.readUInt32BE(0);
    const length = kept.readUInt32BE(4) & 0xffffff;
    const flags = kept.readUInt8(4);
    if (first <= MAX_STREAM_ID) {
      this.#kept = Buffer.alloc(0);
      if (first === 0) throw broken("data of no stream");
      const fin = (flags & FIN) !== 0;
      if (length === 0) return { type: "data", streamId: first, bytes: Buffer.alloc(0), fin };
      this.#data = { streamId: first, fin, left: length };
      return undefined;
    }
    if (((first >>> 16) & 0x7fff) !== VERSION) throw broken("another version of SPDY");
    if (length > MAX_CONTROL_BYTES) throw broken("a control frame that is too large");
    if (kept.length < HEAD_BYTES + length) return undefined;
    this.#kept = Buffer.alloc(0);
    return parseControlFrame(first & 0xffff, flags, kept.subarray(HEAD_BYTES));
  }
}

/** Undefined for a type nobody knows, which is to be ignored. */
function parseControlFrame(type: number, flags: number, payload: Buffer): SpdyFrame | undefined {
  const fin = (flags & FIN) !== 0;
  switch (type) {
    case TYPES["syn-stream"]: {
      const streamId = streamIdAt(payload, 10);
      const unidirectional = (flags & UNIDIRECTIONAL) !== 0;
      return { type: "syn-stream", streamId, block: payload.subarray(10), fin, unidirectional };
    }
    case TYPES["syn-reply"]:
      return {
        type: "syn-reply",
        streamId: streamIdAt(payload, 4),
        block: payload.subarray(4),
        fin,
      };
    case TYPES.headers:
      return { type: "headers", streamId: streamIdAt(payload, 4), block: payload.subarray(4), fin };
    case TYPES["rst-stream"]:
      return {
        type: "rst-stream",
        streamId: streamIdAt(payload, 8),
        status: payload.readUInt32BE(4),
      };
    case TYPES.settings:
      return { type: "settings", settings: parseSettings(payload) };
    case TYPES.ping:
      return { type: "ping", id: wordAt(payload, 0, 4) };
    case TYPES.goaway: {
      const lastStreamId = wordAt(payload, 0, 8) & MAX_STREAM_ID;
      return { type: "goaway", lastStreamId, status: payload.readUInt32BE(4) };
    }
    case TYPES["window-update"]: {
      const streamId = wordAt(payload, 0, 8) & MAX_STREAM_ID;
      return { type: "window-update", streamId, delta: payload.readUInt32BE(4) & MAX_STREAM_ID };
    }
    default:
      return undefined;
  }
}

function parseSettings(payload: Buffer): SpdySetting[] {
  const count = wordAt(payload, 0, 4);
  if (payload.length !== 4 + count * 8) throw broken("settings of another length");
  return Array.from({ length: count }, (_, index) => ({
    // The first byte holds flags.
    id: payload.readUInt32BE(4 + index * 8) & 0xffffff,
    value: payload.readUInt32BE(8 + index * 8),
  }));
}

function wordAt(payload: Buffer, offset: number, minimum: number): number {
  if (payload.length < minimum) throw broken("a frame that is too short");
  return payload.readUInt32BE(offset);
}

function streamIdAt(payload: Buffer, minimum: number): number {
  const streamId = wordAt(payload, 0, minimum) & MAX_STREAM_ID;
  if (streamId === 0) throw broken("a frame of no stream");
  return streamId;
}

function broken(what: string): StreamError {
  return new StreamError("protocol-error", `the peer sent ${what}`);
}
