import { escapeHtml } from "../../../api/encode-json-text.ts";
import type { Container, Pod } from "../../../api/types.ts";

/**
 * Text of an event about a change of resources: what it is, and the resources as JSON.
 * @see kubernetes pkg/kubelet/events/resize.go
 */
export function resizeMessage(
  what: string,
  { spec }: Pod,
  generation: number | undefined,
  error = "",
): string {
  const { initContainers = [], containers = [] } = spec ?? {};
  const summary = {
    ...(initContainers.length === 0 ? {} : { initContainers: initContainers.map(summaryOf) }),
    ...(containers.length === 0 ? {} : { containers: containers.map(summaryOf) }),
    generation: generation ?? 0,
    ...(error === "" ? {} : { error }),
  };
  return `Pod resize ${what}: ${escapeHtml(JSON.stringify(summary))}`;
}

function summaryOf({ name, resources = {} }: Container): object {
  const { limits, requests, claims } = resources;
  return {
    name,
    resources: {
      ...(limits === undefined ? {} : { limits: sorted(limits) }),
      ...(requests === undefined ? {} : { requests: sorted(requests) }),
      ...(claims === undefined ? {} : { claims }),
    },
  };
}

function sorted(list: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(list).sort(([left], [right]) => (left < right ? -1 : 1)),
  );
}
