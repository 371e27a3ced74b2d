import type { Container, ObjectMeta, PodSpec } from "../../api/types.ts";

/** A pod, or the template of pods, as checks see it. */
export interface CheckedPod {
  readonly metadata: Readonly<ObjectMeta>;
  readonly spec: Readonly<PodSpec>;
  /** All of them: those that start first, the others, those for debugging. */
  readonly containers: readonly Container[];
  /** Its users are none of the node's. */
  readonly ownUsers: boolean;
  readonly isWindows: boolean;
}

/** What is wrong: a few words, and where; `detail` may be empty. */
export interface Violation {
  readonly reason: string;
  readonly detail: string;
}

/** @param minor - of the version of Kubernetes whose rules hold */
export type PodCheck = (pod: CheckedPod, minor: number) => Violation | undefined;

export function checkedPod(metadata: ObjectMeta, spec: PodSpec): CheckedPod {
  const containers = [
    ...(spec.initContainers ?? []),
    ...(spec.containers ?? []),
    ...((spec.ephemeralContainers ?? []) as readonly Container[]),
  ];
  const { hostUsers, os } = spec;
  return {
    metadata,
    spec,
    containers,
    ownUsers: hostUsers === false,
    isWindows: os?.name === "windows",
  };
}

export function quoted(items: Iterable<string>): string {
  const list = [...items];
  return list.length === 0 ? "" : `"${list.join('", "')}"`;
}

export function sorted(items: Iterable<string>): readonly string[] {
  return [...new Set(items)].sort();
}

export function plural(count: number, one: string, many: string): string {
  return count === 1 ? one : many;
}

/** `container "a"`, `containers "a", "b"`. */
export function named(what: string, names: readonly string[]): string {
  return `${plural(names.length, what, `${what}s`)} ${quoted(names)}`;
}

export function namesOf(
  containers: readonly Container[],
  isBad: (container: Container) => boolean,
): readonly string[] {
  return containers.filter(isBad).map(({ name }) => name);
}

/** `pod`, `container "a"`, or both. */
export function settersText(pod: boolean, containers: readonly string[]): string {
  const setters = pod ? ["pod"] : [];
  if (containers.length > 0) setters.push(named("container", containers));
  return setters.join(" and ");
}
