/**
 * Messages of the CRI about what containers use.
 * @see kubernetes staging/src/k8s.io/cri-api/pkg/apis/runtime/v1/api.proto
 */
import { INT64_VALUE, type Int64Value } from "./container-messages.ts";
import { message, type Shape } from "./protobuf-shape.ts";

interface MemoryUsage {
  readonly workingSetBytes?: Int64Value;
  readonly usageBytes?: Int64Value;
}

interface ContainerStats {
  readonly memory?: MemoryUsage;
  readonly writableLayer?: { readonly usedBytes?: Int64Value };
}

export const CONTAINER_STATS: Shape<{ readonly stats?: ContainerStats }> = {
  stats: message<ContainerStats>(1, {
    memory: message<MemoryUsage>(3, {
      workingSetBytes: message(2, INT64_VALUE),
      usageBytes: message(4, INT64_VALUE),
    }),
    writableLayer: message(4, { usedBytes: message(3, INT64_VALUE) }),
  }),
};
