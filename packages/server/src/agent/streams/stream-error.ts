export type StreamErrorCode =
  /** The peer broke the protocol: its connection is ended. */
  | "protocol-error"
  /** The stream was given up, by either end. */
  | "reset"
  /** The connection has ended. */
  | "closed"
  | "timed-out"
  /** The peer refused to change protocols. */
  | "refused";

/** What goes wrong on a connection of streams. The message holds nothing of what was sent. */
export class StreamError extends Error {
  readonly code: StreamErrorCode;

  constructor(code: StreamErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StreamError";
    this.code = code;
  }
}
