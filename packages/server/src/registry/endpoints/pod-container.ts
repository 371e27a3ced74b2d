import { badRequest } from "../../api/status-error.ts";
import type { Pod } from "../../api/types.ts";

/**
 * The container that a request is about: the one it names, or the only one.
 * @throws StatusError 400
 * @see kubernetes pkg/registry/core/pod/strategy.go (validateContainer)
 */
export function containerOf(pod: Pod, wanted: string): string {
  const name = pod.metadata?.name ?? "";
  const { initContainers, containers, ephemeralContainers } = pod.spec ?? { containers: [] };
  const all = [...(initContainers ?? []), ...(containers ?? []), ...(ephemeralContainers ?? [])];
  if (wanted !== "") {
    if (all.some((container) => container.name === wanted)) return wanted;
    throw badRequest(`container ${wanted} is not valid for pod ${name}`);
  }
  const [only, second] = containers ?? [];
  if (only === undefined) {
    throw badRequest(`a container name must be specified for pod ${name}`);
  }
  if (second === undefined) return only.name;
  const names = all.map((container) => container.name).join(" ");
  throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${names}]`);
}
