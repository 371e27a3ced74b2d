import type { Endpoints, ObjectMeta, Pod, Service } from "../../api/types.ts";
import { semanticEqual } from "../../api/validation/equality.ts";
import type { ResourceClient } from "../../client/client.ts";
import { isNamespaceTerminating, isNotFound } from "../../client/errors.ts";
import { type EventSink, referenceTo } from "../../client/event-recorder.ts";
import { keyOf, type ObjectKey, printKey } from "../../client/resource-type.ts";
import type { Informer } from "../../informer/informer.ts";
import { formatTime } from "../../runtime/clock.ts";
import { textOf } from "../pod-control/pod-control.ts";
import { DONE, type Reconciler, type Result } from "../reconciler.ts";
import { hasClusterIp, podsOf, selectsPods } from "../service-endpoints/service-pods.ts";
import { TRIGGER_TIME, TriggerTimes } from "../service-endpoints/trigger-times.ts";
import { isOverCapacity, truncateSubsets } from "./capacity.ts";
import { serviceSubsets } from "./service-subsets.ts";
import { repackSubsets } from "./subsets.ts";

const ENDPOINTS = { apiVersion: "v1", kind: "Endpoints" };
const MANAGED_BY = "endpoints.kubernetes.io/managed-by";
const HEADLESS = "service.kubernetes.io/headless";
const OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity";
/** Also the name in events, and of its own objects. */
export const COMPONENT = "endpoint-controller";

export interface EndpointsReconcilerOptions {
  readonly services: Informer<Service>;
  readonly pods: Informer<Pod>;
  readonly endpoints: Informer<Endpoints>;
  readonly endpointsClient: ResourceClient<Endpoints>;
  readonly events: EventSink;
}

/**
 * Keeps the Endpoints of services that select pods. Keys are those of services.
 * @see kubernetes pkg/controller/endpoint/endpoints_controller.go
 */
export class EndpointsReconciler implements Reconciler<ObjectKey> {
  readonly #options: EndpointsReconcilerOptions;
  readonly #triggers = new TriggerTimes();
  /** Versions that have been written over: who sees one of them is behind. */
  readonly #stale = new Map<string, string>();

  constructor(options: EndpointsReconcilerOptions) {
    this.#options = options;
  }

  async reconcile(key: ObjectKey, { signal }: { readonly signal: AbortSignal }): Promise<Result> {
    const { services, pods, endpoints } = this.#options;
    const service = services.lister.get(key.namespace, key.name);
    if (service === undefined) {
      await this.#delete(key, signal);
      return DONE;
    }
    if (!selectsPods(service)) return DONE;
    const own = podsOf(service, pods.lister);
    const changedAt = this.#triggers.changedAt(service, own);
    const subsets = serviceSubsets(service, own);
    const current = endpoints.lister.get(key.namespace, key.name);
    const { resourceVersion } = current?.metadata ?? {};
    if (resourceVersion !== undefined && this.#stale.get(printKey(key)) === resourceVersion) {
      return { requeueLater: true };
    }
    if (current !== undefined && isCurrent(current, subsets, service)) return DONE;
    const wanted: Endpoints = {
      ...current,
      metadata: metadataOf(service, current, changedAt, isOverCapacity(subsets)),
      subsets: [...truncateSubsets(subsets)],
    };
    await this.#write(wanted, current, service, signal);
    return DONE;
  }

  async #delete(key: ObjectKey, signal: AbortSignal): Promise<void> {
    try {
      await this.#options.endpointsClient.delete(key, { signal });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    this.#triggers.forget(key);
    this.#stale.delete(printKey(key));
  }

  async #write(
    wanted: Endpoints,
    current: Readonly<Endpoints> | undefined,
    service: Readonly<Service>,
    signal: AbortSignal,
  ): Promise<void> {
    const { endpointsClient, events } = this.#options;
    const about = referenceTo(ENDPOINTS, wanted);
    const name = printKey(keyOf(service));
    try {
      if (current === undefined) {
        await endpointsClient.create(wanted, { signal });
        return;
      }
      const written = await endpointsClient.update(wanted, { signal });
      const { resourceVersion } = current.metadata;
      if (resourceVersion !== undefined && written.metadata.resourceVersion !== resourceVersion) {
        this.#stale.set(name, resourceVersion);
      }
    } catch (error) {
      if (current === undefined && isNamespaceTerminating(error)) return;
      if (current === undefined) {
        const what = `Failed to create endpoint for service ${name}: ${textOf(error)}`;
        events.record(about, "Warning", "FailedToCreateEndpoint", what);
      } else {
        const what = `Failed to update endpoint ${name}: ${textOf(error)}`;
        events.record(about, "Warning", "FailedToUpdateEndpoint", what);
      }
      throw error;
    }
  }
}

/** Whether there is nothing to write: what was cut off counts as not written. */
function isCurrent(
  { metadata, subsets = [] }: Readonly<Endpoints>,
  wanted: Endpoints["subsets"],
  service: Readonly<Service>,
): boolean {
  const { labels = {}, annotations = {} } = metadata;
  const { [MANAGED_BY]: managedBy, [HEADLESS]: _headless, ...others } = labels;
  const { [HEADLESS]: _reserved, ...ownLabels } = service.metadata.labels ?? {};
  return (
    managedBy === COMPONENT &&
    annotations[OVER_CAPACITY] === undefined &&
    !isOverCapacity(subsets) &&
    semanticEqual(others, ownLabels) &&
    (semanticEqual(subsets, wanted) || semanticEqual(repackSubsets(subsets), wanted))
  );
}

function metadataOf(
  service: Readonly<Service>,
  current: Readonly<Endpoints> | undefined,
  changedAt: number | undefined,
  isTruncated: boolean,
): ObjectMeta {
  const { [HEADLESS]: _headless, ...labels } = service.metadata.labels ?? {};
  const {
    [TRIGGER_TIME]: _trigger,
    [OVER_CAPACITY]: _capacity,
    ...annotations
  } = current?.metadata.annotations ?? {};
  return {
    ...(current?.metadata ?? keyOf(service)),
    labels: {
      ...labels,
      ...(hasClusterIp(service) ? {} : { [HEADLESS]: "" }),
      [MANAGED_BY]: COMPONENT,
    },
    annotations: {
      ...annotations,
      ...(changedAt === undefined ? {} : { [TRIGGER_TIME]: formatTime(changedAt) }),
      ...(isTruncated ? { [OVER_CAPACITY]: "truncated" } : {}),
    },
  };
}
