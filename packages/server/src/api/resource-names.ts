/**
 * Kinds of names that compute resources have.
 * @see kubernetes pkg/apis/core/helper/helpers.go
 */
export const HUGE_PAGES_PREFIX = "hugepages-";

export function isHugePages(name: string): boolean {
  return name.startsWith(HUGE_PAGES_PREFIX);
}

/** A resource that a pod may ask for as a whole. */
export function isPodLevelResource(name: string): boolean {
  return name === "cpu" || name === "memory" || isHugePages(name);
}
