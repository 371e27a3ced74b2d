import { parseQuantity, quantityToInt64 } from "../../api/quantity.ts";
import type { Container, Pod } from "../../api/types.ts";
import type { ContainerResources } from "../pod-runtime.ts";

/** Limits of the container, or else of the pod; a request of CPU, or else its limit. */
export function containerResources({ spec }: Pod, { resources }: Container): ContainerResources {
  const limits = { ...spec?.resources?.limits, ...resources?.limits };
  const memory = wholeOf(limits.memory, 0);
  const cpu = wholeOf(limits.cpu, 3);
  const request = wholeOf(resources?.requests?.cpu, 3) ?? cpu;
  return {
    ...(memory === undefined ? {} : { memoryBytes: memory }),
    ...(cpu === undefined ? {} : { cpuMillis: cpu }),
    ...(request === undefined ? {} : { cpuRequestMillis: request }),
  };
}

/** A quantity in units of 10^-scale; none where it is zero, which means no limit. */
function wholeOf(text: string | undefined, scale: number): number | undefined {
  if (text === undefined) return undefined;
  const quantity = parseQuantity(text);
  const value = Number(quantityToInt64({ ...quantity, scale: quantity.scale + scale }));
  return value === 0 ? undefined : value;
}
