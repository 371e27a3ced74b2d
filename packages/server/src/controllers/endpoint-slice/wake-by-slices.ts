import type { EndpointSlice } from "../../api/types.ts";
import type { ObjectKey } from "../../client/resource-type.ts";
import type { InformerHandler } from "../../informer/informer.ts";
import type { WorkQueue } from "../work-queue.ts";
import { MANAGED_BY, SERVICE_NAME } from "./service-slice.ts";
import type { SliceTracker } from "./slice-tracker.ts";

export interface WakeBySlicesOptions {
  /** Slices of others are not looked at. */
  readonly manager: string;
  readonly tracker: SliceTracker;
  readonly queue: WorkQueue<ObjectKey>;
  /** So long several changes are waited for. */
  readonly delayMs: number;
}

/**
 * Queues the services of slices that somebody else changes, or takes away, or gives to this manager,
 * or to somebody else.
 */
export function wakeBySlices(options: WakeBySlicesOptions): InformerHandler<EndpointSlice> {
  const { manager, tracker, queue, delayMs } = options;
  const isOurs = ({ metadata }: Readonly<EndpointSlice>): boolean =>
    metadata.labels?.[MANAGED_BY] === manager;
  const wake = (slice: Readonly<EndpointSlice>): void => {
    const name = serviceOf(slice);
    const { namespace = "" } = slice.metadata;
    if (name !== "") queue.addAfter({ namespace, name }, delayMs);
  };
  return {
    added: (slice) => {
      if (isOurs(slice) && tracker.isNews(slice)) wake(slice);
    },
    updated: (slice, before) => {
      if (serviceOf(slice) !== serviceOf(before)) {
        wake(slice);
        wake(before);
      } else if (isOurs(slice) !== isOurs(before) || (isOurs(slice) && tracker.isNews(slice))) {
        wake(slice);
      }
    },
    deleted: (slice) => {
      if (isOurs(slice) && tracker.gone(slice)) wake(slice);
    },
  };
}

function serviceOf({ metadata }: Readonly<EndpointSlice>): string {
  return metadata.labels?.[SERVICE_NAME] ?? "";
}
