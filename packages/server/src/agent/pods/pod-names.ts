import type { ObjectReference, Pod } from "../../api/types.ts";
import { referenceTo } from "../../client/event-recorder.ts";

const POD_KIND = { apiVersion: "v1", kind: "Pod" };

/** `name_namespace(uid)`, as messages name a pod. @see kubernetes pkg/kubelet/util/format/pod.go */
export function describePod({ metadata }: Pod): string {
  return `${metadata.name}_${metadata.namespace}(${metadata.uid})`;
}

/** What an event about a pod refers to. */
export function referenceToPod(pod: Pod): ObjectReference {
  return referenceTo(POD_KIND, pod);
}

/** What an event about a container refers to. @see kubernetes pkg/kubelet/container/ref.go */
export function referenceToContainer(pod: Pod, name: string): ObjectReference {
  const { containers = [], initContainers = [] } = pod.spec ?? {};
  const has = (list: readonly { readonly name: string }[]): boolean =>
    list.some((container) => container.name === name);
  const list = has(containers)
    ? "containers"
    : has(initContainers)
      ? "initContainers"
      : "ephemeralContainers";
  return { ...referenceToPod(pod), fieldPath: `spec.${list}{${name}}` };
}

/** A host name has 63 characters at most, and does not end with what joins names. */
const MAX_HOSTNAME = 63;

export interface PodHostname {
  readonly hostname: string;
  /** Behind the host name; empty when the pod has no subdomain. */
  readonly domain: string;
}

/**
 * The name of the host that a pod takes itself for.
 * @see kubernetes pkg/kubelet/kubelet_pods.go (GeneratePodHostNameAndDomain)
 */
export function hostnameOf({ metadata, spec }: Pod, clusterDomain: string): PodHostname {
  const override = spec?.hostnameOverride;
  if (override !== undefined && override !== "") return { hostname: cut(override), domain: "" };
  const { hostname = "", subdomain = "" } = spec ?? {};
  const domain = subdomain === "" ? "" : `${subdomain}.${metadata.namespace}.svc.${clusterDomain}`;
  return { hostname: cut(hostname === "" ? (metadata.name ?? "") : hostname), domain };
}

function cut(name: string): string {
  return name.length <= MAX_HOSTNAME ? name : name.slice(0, MAX_HOSTNAME).replace(/[-.]+$/, "");
}
