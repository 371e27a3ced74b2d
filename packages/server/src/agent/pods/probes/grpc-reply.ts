import { grpcErrorText } from "../../../runtime/grpc-error.ts";

/** @see google.golang.org/grpc/clientconn.go (defaultClientMaxReceiveMessageSize) */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
const HEAD_BYTES = 5;
/** What is looked at is at the beginning of a message. */
const KEPT_BYTES = 64;

/** The one message of an answer of gRPC, of which little is kept, whatever a server sends. */
export class GrpcReply {
  #kept = Buffer.alloc(0);
  #bytes = 0;

  /** Its first bytes, its length before them. */
  get start(): Buffer {
    return this.#kept;
  }

  /** @returns what is wrong with what has come, in Go's words */
  add(chunk: Buffer): string | undefined {
    this.#bytes += chunk.byteLength;
    if (this.#kept.byteLength < KEPT_BYTES) {
      const more = chunk.subarray(0, KEPT_BYTES - this.#kept.byteLength);
      this.#kept = Buffer.concat([this.#kept, more]);
    }
    if (this.#kept.byteLength < HEAD_BYTES) return undefined;
    const length = this.#kept.readUInt32BE(1);
    if (length > MAX_MESSAGE_BYTES) {
      const text = `grpc: received message larger than max (${length} vs. ${MAX_MESSAGE_BYTES})`;
      return grpcErrorText("ResourceExhausted", text);
    }
    if (this.#bytes <= HEAD_BYTES + length) return undefined;
    const text =
      "cardinality violation: expected <EOF> for non server-streaming RPCs, but received another message";
    return grpcErrorText("Internal", text);
  }
}

/** The text of a status: what is escaped badly stays as it is. @see grpc internal/transport (decodeGrpcMessage) */
export function decodeGrpcMessage(text: string): string {
  if (!text.includes("%")) return text;
  const bytes = Buffer.from(text).toString("latin1");
  const decoded = bytes.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(decoded, "latin1").toString();
}

/** @returns the code of a status, or what is wrong with its text, in Go's words */
export function parseGrpcStatus(text: string): number | string {
  if (/^[+-]?\d+$/.test(text)) return Number(text);
  const reason = `strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`;
  return grpcErrorText("Unknown", `transport: malformed grpc-status: ${reason}`);
}
