import type { ImageCollectionPolicy } from "../agent/images/image-collection-policy.ts";
import type { OptionReader } from "./option-reader.ts";

/**
 * When a node removes images that nobody uses; what cannot be is a problem.
 * @see kubernetes pkg/kubelet/apis/config/validation/validation.go
 */
export function readImageCollection(read: OptionReader, problems: string[]): ImageCollectionPolicy {
  const high = read.number("image-gc-high-threshold");
  const low = read.number("image-gc-low-threshold");
  const highName = "imageGCHighThresholdPercent (--image-gc-high-threshold)";
  const lowName = "imageGCLowThresholdPercent (--image-gc-low-threshold)";
  if (!isPercent(high)) problems.push(`${highName} ${high} must be between 0 and 100, inclusive`);
  if (!isPercent(low)) problems.push(`${lowName} ${low} must be between 0 and 100, inclusive`);
  if (low >= high) problems.push(`${lowName} ${low} must be less than ${highName} ${high}`);
  return {
    highThresholdPercent: high,
    lowThresholdPercent: low,
    minAgeMs: read.number("minimum-image-ttl-duration"),
  };
}

function isPercent(value: number): boolean {
  return value >= 0 && value <= 100;
}
