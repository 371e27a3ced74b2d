import type {
  EndpointAddress,
  EndpointPort,
  EndpointSubset,
  Pod,
  Service,
  ServicePort,
} from "../../api/types.ts";
import { isIpv6 } from "../../api/validation/ip-address.ts";
import { isPodReady } from "../pod-state.ts";
import {
  addressesOf,
  hasClusterIp,
  hostnameOf,
  isReachable,
  targetPortOf,
} from "../service-endpoints/service-pods.ts";
import { repackSubsets } from "./subsets.ts";

/** Where a service leads. @see kubernetes pkg/controller/endpoint/endpoints_controller.go (syncService) */
export function serviceSubsets(
  service: Readonly<Service>,
  pods: readonly Readonly<Pod>[],
): EndpointSubset[] {
  const { ports = [], publishNotReadyAddresses: takesAll = false } = service.spec ?? {};
  const subsets: EndpointSubset[] = [];
  for (const pod of pods) {
    const address = isReachable(pod, takesAll) ? addressOf(service, pod) : undefined;
    if (address === undefined) continue;
    const isReady = takesAll || isPodReady(pod);
    const place = isReady ? { addresses: [address] } : { notReadyAddresses: [address] };
    // A headless service need not have ports.
    if (ports.length === 0 && !hasClusterIp(service)) subsets.push({ ...place, ports: [] });
    for (const port of ports) {
      const number = targetPortOf(pod, port);
      if (number !== undefined) subsets.push({ ...place, ports: [endpointPort(port, number)] });
    }
  }
  return repackSubsets(subsets);
}

/** Undefined for a pod without an address of the service's family. */
function addressOf(service: Readonly<Service>, pod: Readonly<Pod>): EndpointAddress | undefined {
  const { namespace = "", name = "", uid = "" } = pod.metadata;
  const [ip] = addressesOf(pod, familyOf(service, pod));
  if (ip === undefined) return undefined;
  const hostname = hostnameOf(pod, service);
  return {
    ip,
    ...(hostname === undefined ? {} : { hostname }),
    nodeName: pod.spec?.nodeName ?? "",
    targetRef: { kind: "Pod", namespace, name, uid },
  };
}

function familyOf({ spec }: Readonly<Service>, { status }: Readonly<Pod>): "IPv4" | "IPv6" {
  const { ipFamilies: [family] = [], clusterIP = "" } = spec ?? {};
  if (family !== undefined) return family === "IPv6" ? "IPv6" : "IPv4";
  const address = clusterIP === "" || clusterIP === "None" ? (status?.podIP ?? "") : clusterIP;
  return isIpv6(address) ? "IPv6" : "IPv4";
}

function endpointPort(
  { name = "", protocol, appProtocol }: ServicePort,
  port: number,
): EndpointPort {
  return {
    ...(name === "" ? {} : { name }),
    port,
    ...(protocol === undefined ? {} : { protocol }),
    ...(appProtocol === undefined ? {} : { appProtocol }),
  };
}
