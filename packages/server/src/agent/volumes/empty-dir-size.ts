import {
  addQuantities,
  compareQuantities,
  NO_QUANTITY,
  parseQuantity,
  type Quantity,
  quantityToInt64,
} from "../../api/quantity.ts";
import type { Container, Pod } from "../../api/types.ts";
import type { NodeAllocatable } from "./volume-source.ts";

/**
 * How large an empty directory in memory may be, in bytes: what the volume says, but no more than all
 * containers of the pod may use, if each of them has a limit, and no more than the node has for pods.
 * Undefined when nobody says anything.
 * @see kubernetes pkg/volume/emptydir/empty_dir.go (calculateEmptyDirMemorySize)
 */
export function memorySize(
  sizeLimit: string | undefined,
  pod: Readonly<Pod>,
  allocatable: NodeAllocatable,
): bigint | undefined {
  const sizes = [bytesOf(sizeLimit), podMemoryLimit(pod), bytesOf(allocatable.memory)];
  return sizes.reduce((smallest, size) => {
    if (size === undefined || size <= 0n) return smallest;
    return smallest === undefined || size < smallest ? size : smallest;
  }, undefined);
}

function bytesOf(text: string | undefined): bigint | undefined {
  return text === undefined ? undefined : quantityToInt64(parseQuantity(text));
}

/** @see kubernetes pkg/kubelet/cm/helpers_linux.go (ResourceConfigForPod): the memory limit */
function podMemoryLimit({ spec }: Readonly<Pod>): bigint | undefined {
  const own = spec?.resources?.limits?.memory;
  if (own !== undefined) return bytesOf(own);
  const starting = (spec?.initContainers ?? []).filter((each) => each.restartPolicy !== "Always");
  const sidecars = (spec?.initContainers ?? []).filter((each) => each.restartPolicy === "Always");
  const running = [...(spec?.containers ?? []), ...sidecars];
  const limits = [...running, ...starting].map(limitOf);
  if (limits.some((limit) => limit === undefined)) return undefined;
  const together = running
    .map((each) => limitOf(each) ?? NO_QUANTITY)
    .reduce(addQuantities, NO_QUANTITY);
  const alone = starting.map((each) => limitOf(each) ?? NO_QUANTITY);
  return quantityToInt64([together, ...alone].toSorted(compareQuantities).at(-1) ?? together);
}

function limitOf({ resources }: Container): Quantity | undefined {
  const limit = resources?.limits?.memory;
  return limit === undefined ? undefined : parseQuantity(limit);
}
