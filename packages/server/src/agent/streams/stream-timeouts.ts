/** Silence after which streams are ended. @see kubelet --streaming-connection-idle-timeout */
export const IDLE_MS: number = 4 * 3_600_000;
/** How long a client may take to open its streams. @see DefaultStreamCreationTimeout */
export const STREAM_CREATION_MS = 30_000;
/** How long the other end may take to close a connection whose end it was told. */
export const LINGER_MS = 2_000;
