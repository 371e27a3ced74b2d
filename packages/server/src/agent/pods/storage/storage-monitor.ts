import { join } from "node:path";
import type { Pod } from "../../../api/types.ts";
import type { EventSink } from "../../../client/event-recorder.ts";
import type { Clock } from "../../../runtime/clock.ts";
import type { Logger } from "../../../runtime/logger.ts";
import type { PodRuntime } from "../../pod-runtime.ts";
import type { MountedVolume } from "../../volumes/volume.ts";
import type { Rejection } from "../admit-pod.ts";
import { isCriticalPod } from "../critical-pod.ts";
import { latestRun, type ObservedPod } from "../observed-pod.ts";
import type { PodFiles } from "../pod-files.ts";
import { referenceToPod } from "../pod-names.ts";
import { diskUsage } from "./disk-usage.ts";
import { exceededLimit, type StorageUsage, storageLimits } from "./storage-limits.ts";

/** A pod that runs, as far as it has to do with the disk. */
export interface StoringPod {
  readonly pod: Pod;
  readonly volumes: readonly MountedVolume[];
  readonly observed: ObservedPod;
  /** Ends it as failed. */
  readonly evict: (why: Rejection) => void;
}

export interface StorageMonitorOptions {
  readonly pods: () => Iterable<StoringPod>;
  readonly files: PodFiles;
  readonly runtime: PodRuntime;
  readonly events: EventSink;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** @see kubernetes pkg/kubelet/kubelet.go (evictionMonitoringPeriod) */
const PERIOD_MS = 10_000;

/**
 * Looks again and again at what pods with limits keep on the disk, and evicts those that keep more.
 * Others cost nothing.
 * @see kubernetes pkg/kubelet/eviction/eviction_manager.go
 */
export async function monitorStorage(
  options: StorageMonitorOptions,
  signal: AbortSignal,
): Promise<void> {
  const { pods, clock, logger } = options;
  while (!signal.aborted) {
    await clock.sleep(PERIOD_MS, signal);
    for (const each of pods()) {
      if (signal.aborted) return;
      try {
        await check(each, options, signal);
      } catch (error) {
        const { namespace, name } = each.pod.metadata;
        logger.warn({ pod: `${namespace}/${name}`, error }, "what a pod stores is not known");
      }
    }
  }
}

async function check(
  storing: StoringPod,
  options: StorageMonitorOptions,
  signal: AbortSignal,
): Promise<void> {
  const { pod, evict } = storing;
  const limits = storageLimits(pod);
  if (limits === undefined) return;
  const message = exceededLimit(limits, await usageOf(storing, options, signal));
  if (message === undefined || signal.aborted) return;
  if (isCriticalPod(pod)) {
    options.logger.error({ pod: pod.metadata.name, message }, "a critical pod is not evicted");
    return;
  }
  options.events.record(referenceToPod(pod), "Warning", "Evicted", message);
  evict({ reason: "Evicted", message });
}

async function usageOf(
  { pod, volumes, observed }: StoringPod,
  { files, runtime }: StorageMonitorOptions,
  signal: AbortSignal,
): Promise<StorageUsage> {
  const ofVolumes = new Map<string, bigint>();
  for (const { name, emptyDir } of pod.spec?.volumes ?? []) {
    const mounted = volumes.find((volume) => volume.name === name);
    if (emptyDir === undefined || emptyDir.medium === "Memory" || mounted === undefined) continue;
    ofVolumes.set(name, await diskUsage(mounted.hostPath, signal));
  }
  const ofContainers = new Map<string, bigint>();
  for (const { name } of pod.spec?.containers ?? []) {
    const run = latestRun(observed, name);
    const written = run?.state === "running" ? await runtime.writtenBytes(run.id) : undefined;
    const logs = await diskUsage(join(files.logDirectory(pod), name), signal);
    ofContainers.set(name, logs + BigInt(written ?? 0));
  }
  return { volumes: ofVolumes, containers: ofContainers };
}
