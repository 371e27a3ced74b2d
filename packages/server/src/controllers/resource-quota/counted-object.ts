import { equalAmounts, parseAmounts } from "../../api/quota/amounts.ts";
import { hasDeadline } from "../../api/quota/pod-scopes.ts";
import { holdsResources } from "../../api/quota/pod-usage.ts";
import { countedServiceType } from "../../api/quota/service-usage.ts";
import type { Container, ContainerStatus, Pod, Service } from "../../api/types.ts";
import type { ApiObject, ResourceType } from "../../client/resource-type.ts";
import { withoutFieldOwners } from "../../informer/without-field-owners.ts";
import { identity } from "../observed.ts";

/** What is kept of an object to reckon with it: of pods, most of what there is is something else. */
export function keptOf(type: ResourceType<ApiObject>): (object: ApiObject) => ApiObject {
  if (type.group === "" && type.resource === "pods") return (pod) => keepPod(pod as Pod);
  if (needsWhole(type)) return withoutFieldOwners;
  return ({ metadata }) => ({ metadata: identity(metadata) });
}

/** Whether more than the metadata counts. */
export function needsWhole({ group, resource }: ResourceType<ApiObject>): boolean {
  const name = `${group}/${resource}`;
  return WHOLE.includes(name);
}

const WHOLE = ["/pods", "/services", "/persistentvolumeclaims", "resource.k8s.io/resourceclaims"];

function keepPod({ metadata, spec, status }: Pod): ApiObject & Partial<Pod> {
  const { deletionGracePeriodSeconds: grace } = metadata;
  const container = ({ name, resources, restartPolicy }: Container): Container => ({
    name,
    ...(resources === undefined ? {} : { resources }),
    ...(restartPolicy === undefined ? {} : { restartPolicy }),
  });
  const { affinity, activeDeadlineSeconds, priorityClassName, overhead, resources } = spec ?? {};
  const kept = {
    containers: (spec?.containers ?? []).map(container),
    initContainers: (spec?.initContainers ?? []).map(container),
    ...(affinity === undefined ? {} : { affinity }),
    ...(activeDeadlineSeconds === undefined ? {} : { activeDeadlineSeconds }),
    ...(priorityClassName === undefined ? {} : { priorityClassName }),
    ...(overhead === undefined ? {} : { overhead }),
    ...(resources === undefined ? {} : { resources }),
  };
  return {
    metadata: {
      ...identity(metadata),
      ...(grace === undefined ? {} : { deletionGracePeriodSeconds: grace }),
    },
    spec: kept,
    status: keepStatus(status ?? {}),
  };
}

function keepStatus(status: NonNullable<Pod["status"]>): NonNullable<Pod["status"]> {
  const { phase, qosClass, conditions, containerStatuses, initContainerStatuses } = status;
  const pending = conditions?.filter(({ type }) => type === "PodResizePending") ?? [];
  const ofContainer = ({ name, resources, allocatedResources }: ContainerStatus) =>
    ({
      name,
      ...(resources === undefined ? {} : { resources }),
      ...(allocatedResources === undefined ? {} : { allocatedResources }),
    }) as ContainerStatus;
  return {
    ...(phase === undefined ? {} : { phase }),
    ...(qosClass === undefined ? {} : { qosClass }),
    ...(pending.length === 0 ? {} : { conditions: pending }),
    containerStatuses: (containerStatuses ?? []).map(ofContainer),
    initContainerStatuses: (initContainerStatuses ?? []).map(ofContainer),
  };
}

/**
 * Whether a change may have made room in a quota, or taken it.
 * @see kubernetes pkg/quota/v1/install/update_filter.go
 */
export function changesUsage(
  { group, resource }: ResourceType<ApiObject>,
  object: Readonly<ApiObject>,
  before: Readonly<ApiObject>,
  now: number,
): boolean {
  switch (`${group}/${resource}`) {
    case "/pods":
      return changesPodUsage(object as Pod, before as Pod, now);
    case "/services":
      return countedServiceType(object as Service) !== countedServiceType(before as Service);
    case "/persistentvolumeclaims":
      return true;
    default:
      return false;
  }
}

function changesPodUsage(pod: Readonly<Pod>, before: Readonly<Pod>, now: number): boolean {
  if (hasDeadline(pod) !== hasDeadline(before)) return true;
  if (holdsResources(before, now) && !holdsResources(pod, now)) return true;
  return (["containerStatuses", "initContainerStatuses"] as const).some((list) =>
    (before.status?.[list] ?? []).some((old) => {
      const status = pod.status?.[list]?.find(({ name }) => name === old.name);
      return status !== undefined && !equalResources(status, old);
    }),
  );
}

function equalResources({ resources: a }: ContainerStatus, { resources: b }: ContainerStatus) {
  return (["requests", "limits"] as const).every((list) =>
    equalAmounts(parseAmounts(a?.[list]), parseAmounts(b?.[list])),
  );
}
