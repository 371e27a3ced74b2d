import type { Stats } from "node:fs";
import { rename, stat } from "node:fs/promises";
import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import { type LogRotation, putAside, removeSurplusLogs } from "../log-rotation.ts";
import type { ContainerState } from "../pod-runtime.ts";
import { CONTAINER_ID, NOTHING } from "./container-messages.ts";
import type { CriClient } from "./cri-client.ts";

const REOPEN = {
  name: "RuntimeService/ReopenContainerLog",
  request: CONTAINER_ID,
  response: NOTHING,
};

/** @see kubernetes containerLogMonitorInterval */
const CHECK_MS = 10_000;

export interface LogRotatorOptions {
  readonly client: Pick<CriClient, "call">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly rotation: LogRotation;
  readonly running: () => readonly ContainerState[];
}

/**
 * Puts logs aside that have grown: a CRI server writes them, and opens them anew when it is told.
 * @returns what ends it
 */
export function rotateLogs(options: LogRotatorOptions): () => void {
  const { clock } = options;
  let stop: () => void;
  let closed = false;
  const again = (): void => {
    if (closed) return;
    stop = clock.after(CHECK_MS, () => {
      void rotateAll(options).finally(again);
    });
  };
  again();
  return () => {
    closed = true;
    stop();
  };
}

async function rotateAll(options: LogRotatorOptions): Promise<void> {
  for (const { id, logPath } of options.running()) {
    try {
      await rotateOne(id, logPath, options);
    } catch (error) {
      options.logger.warn({ error, containerId: id }, "cannot put a container's log aside");
    }
  }
}

async function rotateOne(
  containerId: string,
  path: string,
  { client, clock, rotation }: LogRotatorOptions,
): Promise<void> {
  const found = await statIfThere(path);
  if (found === undefined || found.size < rotation.maxBytes) return;
  const aside = await putAside(path, clock.now());
  try {
    await client.call(REOPEN, { containerId });
  } catch (error) {
    // Its container may have ended meanwhile: nobody would look for the log elsewhere.
    if ((await statIfThere(path)) === undefined) await rename(aside, path);
    throw error;
  }
  await removeSurplusLogs(path, rotation.maxFiles);
}

async function statIfThere(path: string): Promise<Stats | undefined> {
  return await stat(path).catch(() => undefined);
}
