import type { Logger } from "../runtime/logger.ts";

/** Where a server is in its life. */
export interface Lifecycle {
  phase: "starting" | "ready" | "stopping";
}

/** What a server that stops has behind it, in this order. */
export const SHUTDOWN_PHASES = [
  /** `/readyz` fails, so that load balancers send nothing more. */
  "not-ready",
  /** No connection is taken any more, and open ones are told to end. */
  "refusing",
  /** Every request that had begun is answered. */
  "drained",
  /** Watches have ended, for their clients to resume elsewhere. */
  "streams-ended",
  /** Nothing inside the process writes any more. */
  "controllers-stopped",
  /** All that was answered is on disk, and the data directory is free. */
  "storage-flushed",
] as const;

export type ShutdownPhase = (typeof SHUTDOWN_PHASES)[number];

/** Tells how far a shutdown has come. */
export type OnShutdownPhase = (phase: ShutdownPhase) => void;

export function logShutdown(logger: Logger): OnShutdownPhase {
  return (phase) => logger.info({ phase }, "shutting down");
}
