import { quoteGo } from "../../../api/go-quote.ts";
import { parseQuantity, printQuantity, quantityToInt64 } from "../../../api/quantity.ts";
import { podAmounts } from "../../../api/quota/pod-amounts.ts";
import type { Pod } from "../../../api/types.ts";

/** A bound of what may be kept on the node's disk. */
interface Limit {
  readonly bytes: bigint;
  /** As the API prints it. */
  readonly text: string;
}

interface NamedLimit extends Limit {
  readonly name: string;
}

/** What a pod may keep on the disk of its node. */
export interface StorageLimits {
  /** Of its empty directories. */
  readonly volumes: readonly NamedLimit[];
  readonly containers: readonly NamedLimit[];
  /** Of all of its containers and volumes together. */
  readonly pod: Limit | undefined;
}

/** Bytes that are kept by now. */
export interface StorageUsage {
  /** Of empty directories, by their names. */
  readonly volumes: ReadonlyMap<string, bigint>;
  /** Logs and what a container has written to its own file system, by its name. */
  readonly containers: ReadonlyMap<string, bigint>;
}

const EPHEMERAL = "ephemeral-storage";

/** @returns undefined for a pod that may keep as much as there is room for */
export function storageLimits({ spec }: Pod): StorageLimits | undefined {
  const volumes = (spec?.volumes ?? []).flatMap(({ name, emptyDir }) =>
    // One in memory is a file system that is no larger.
    emptyDir?.medium === "Memory" ? [] : named(name, emptyDir?.sizeLimit),
  );
  const containers = (spec?.containers ?? []).flatMap(({ name, resources }) =>
    named(name, resources?.limits?.[EPHEMERAL]),
  );
  const total = podAmounts(spec === undefined ? {} : { spec }, "limits").get(EPHEMERAL);
  const pod = total === undefined ? undefined : limitOf(printQuantity(total));
  if (volumes.length === 0 && containers.length === 0 && pod === undefined) return undefined;
  return { volumes, containers, pod };
}

function named(name: string, text: string | undefined): readonly NamedLimit[] {
  const limit = text === undefined ? undefined : limitOf(text);
  return limit === undefined ? [] : [{ name, ...limit }];
}

/** Nothing is no limit. */
function limitOf(text: string): Limit | undefined {
  const bytes = quantityToInt64(parseQuantity(text));
  return bytes > 0n ? { bytes, text } : undefined;
}

/**
 * Why a pod cannot stay: the first limit that it exceeds, in upstream's order and words.
 * @see kubernetes pkg/kubelet/eviction/eviction_manager.go (localStorageEviction)
 */
export function exceededLimit(limits: StorageLimits, usage: StorageUsage): string | undefined {
  const volume = limits.volumes.find(({ name, bytes }) => (usage.volumes.get(name) ?? 0n) > bytes);
  if (volume !== undefined) {
    return `Usage of EmptyDir volume ${quoteGo(volume.name)} exceeds the limit ${quoteGo(volume.text)}. `;
  }
  const all = [...usage.volumes.values(), ...usage.containers.values()];
  const total = all.reduce((sum, bytes) => sum + bytes, 0n);
  if (limits.pod !== undefined && total > limits.pod.bytes) {
    return `Pod ephemeral local storage usage exceeds the total limit of containers ${limits.pod.text}. `;
  }
  const container = limits.containers.find(
    ({ name, bytes }) => (usage.containers.get(name) ?? 0n) > bytes,
  );
  if (container === undefined) return undefined;
  return `Container ${container.name} exceeded its local ephemeral storage limit ${quoteGo(container.text)}. `;
}
