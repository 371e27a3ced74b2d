/** When images that nobody uses are removed. */
export interface ImageCollectionPolicy {
  /** Of the disk that images lie on: from here on they are removed; 100 for never. In 0 … 100. */
  readonly highThresholdPercent: number;
  /** Until no more than this is used. Less than the other. */
  readonly lowThresholdPercent: number;
  /** How long an image must have been there: it may have been pulled for a container that is to come. */
  readonly minAgeMs: number;
}

/** @see kubernetes pkg/kubelet/apis/config/v1beta1/defaults.go (ImageGC…, ImageMinimumGCAge) */
export const DEFAULT_IMAGE_COLLECTION: ImageCollectionPolicy = {
  highThresholdPercent: 85,
  lowThresholdPercent: 80,
  minAgeMs: 2 * 60_000,
};

export interface DiskSpace {
  readonly capacityBytes: number;
  readonly availableBytes: number;
}

/** How full a disk is, and how much has to go. */
export interface Shortage {
  readonly usedPercent: number;
  readonly bytes: number;
}

/** @returns undefined while the disk is not as full as the policy's high threshold */
export function findShortage(
  { capacityBytes, availableBytes }: DiskSpace,
  { highThresholdPercent, lowThresholdPercent }: ImageCollectionPolicy,
): Shortage | undefined {
  const available = Math.min(availableBytes, capacityBytes);
  const usedPercent = 100 - Math.floor((available * 100) / capacityBytes);
  if (usedPercent < highThresholdPercent) return undefined;
  const wanted = Math.floor((capacityBytes * (100 - lowThresholdPercent)) / 100);
  return { usedPercent, bytes: wanted - available };
}

/** Of a disk on which too little could be freed. @see image_gc_manager.go (GarbageCollect) */
export function insufficientSpace(
  { usedPercent }: Shortage,
  { capacityBytes }: DiskSpace,
  freedBytes: number,
): string {
  return (
    `Insufficient free disk space on the node's image filesystem (${usedPercent}% of ${formatSize(capacityBytes)} used). ` +
    `Failed to free sufficient space by deleting unused images (freed ${freedBytes} bytes). ` +
    "Investigate disk usage, as it could be used by active images, logs, volumes, or other data."
  );
}

const UNITS = ["KiB", "MiB", "GiB", "TiB"] as const;

/** `512 B`, `1.5 GiB`, `2048.0 TiB` */
export function formatSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const power = Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length);
  return `${(bytes / 1024 ** power).toFixed(1)} ${UNITS[power - 1]}`;
}
