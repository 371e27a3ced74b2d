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
import { PERIOD_MS, WalkSchedule } from "./walk-schedule.ts";

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

/** Pods whose files are looked at at once: one that has many does not keep others from it. */
const WALKERS = 3;

/**
 * Looks again and again at what pods with limits keep on the disk, and evicts those that keep more.
 * Others cost nothing.
 * @see kubernetes pkg/kubelet/eviction/eviction_manager.go
 */
export async function monitorStorage(
  options: StorageMonitorOptions,
  signal: AbortSignal,
): Promise<void> {
  const schedule = new WalkSchedule();
  await Promise.all(Array.from({ length: WALKERS }, () => walkPods(schedule, options, signal)));
}

async function walkPods(
  schedule: WalkSchedule,
  options: StorageMonitorOptions,
  signal: AbortSignal,
): Promise<void> {
  const { clock } = options;
  while (!signal.aborted) {
    await clock.sleep(PERIOD_MS, signal);
    while (!signal.aborted) {
      const pods = limitedPods(options);
      const uid = schedule.begin(new Set(pods.keys()), clock.now());
      const storing = pods.get(uid ?? "");
      if (uid === undefined || storing === undefined) break;
      await tryCheck(storing, options, signal);
      schedule.end(uid, clock.now());
    }
  }
}

/** By their uids. */
function limitedPods({ pods }: StorageMonitorOptions): ReadonlyMap<string, StoringPod> {
  const limited = new Map<string, StoringPod>();
  for (const each of pods()) {
    const { uid } = each.pod.metadata;
    if (uid !== undefined && storageLimits(each.pod) !== undefined) limited.set(uid, each);
  }
  return limited;
}

async function tryCheck(
  storing: StoringPod,
  options: StorageMonitorOptions,
  signal: AbortSignal,
): Promise<void> {
  try {
    await check(storing, options, signal);
  } catch (error) {
    const { namespace, name } = storing.pod.metadata;
    options.logger.warn({ pod: `${namespace}/${name}`, error }, "what a pod stores is not known");
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
