import { ATOMIC, field, listOf, mergeMap, object, omitEmpty, optional, struct } from "./define.ts";
import type { StructDefinition } from "./language.ts";

/** Service types of core/v1. */
export const serviceStructs = (): Record<string, StructDefinition> => ({
  ClientIPConfig: struct([optional("timeoutSeconds", "*int32", 1)]),
  EndpointAddress: struct([
    field("ip", "string", 1),
    optional("hostname", "string", 3),
    optional("nodeName", "*string", 4),
    optional("targetRef", "*core.v1.ObjectReference", 2),
  ]),
  EndpointPort: struct([
    optional("name", "string", 1),
    field("port", "int32", 2),
    optional("protocol", "core.v1.Protocol", 3),
    optional("appProtocol", "*string", 4),
  ]),
  EndpointSubset: struct([
    optional("addresses", "[]core.v1.EndpointAddress", 1, ATOMIC),
    optional("notReadyAddresses", "[]core.v1.EndpointAddress", 2, ATOMIC),
    optional("ports", "[]core.v1.EndpointPort", 3, ATOMIC),
  ]),
  Endpoints: object([
    optional("metadata", "meta.v1.ObjectMeta", 1),
    optional("subsets", "[]core.v1.EndpointSubset", 2, ATOMIC),
  ]),
  EndpointsList: listOf("core.v1.Endpoints"),
  LoadBalancerIngress: struct([
    optional("ip", "string", 1),
    optional("hostname", "string", 2),
    optional("ipMode", "*core.v1.LoadBalancerIPMode", 3),
    optional("ports", "[]core.v1.PortStatus", 4, ATOMIC),
  ]),
  LoadBalancerStatus: struct([optional("ingress", "[]core.v1.LoadBalancerIngress", 1, ATOMIC)]),
  PortStatus: struct([
    field("port", "int32", 1),
    field("protocol", "core.v1.Protocol", 2),
    optional("error", "*string", 3),
  ]),
  Service: object([
    optional("metadata", "meta.v1.ObjectMeta", 1),
    optional("spec", "core.v1.ServiceSpec", 2),
    optional("status", "core.v1.ServiceStatus", 3),
  ]),
  ServiceList: listOf("core.v1.Service"),
  ServicePort: struct([
    optional("name", "string", 1),
    optional("protocol", "core.v1.Protocol", 2, { default: "TCP" }),
    optional("appProtocol", "*string", 6),
    field("port", "int32", 3),
    optional("targetPort", "IntOrString", 4),
    optional("nodePort", "int32", 5),
  ]),
  ServiceProxyOptions: object([optional("path", "string", 1)]),
  ServiceSpec: struct([
    omitEmpty("ports", "[]core.v1.ServicePort", 1, mergeMap("port", "protocol")),
    optional("selector", "map[string]string", 2, { mapType: "atomic" }),
    optional("clusterIP", "string", 3),
    optional("clusterIPs", "[]string", 18, ATOMIC),
    optional("type", "core.v1.ServiceType", 4),
    optional("externalIPs", "[]string", 5, ATOMIC),
    optional("sessionAffinity", "core.v1.ServiceAffinity", 7),
    optional("loadBalancerIP", "string", 8),
    optional("loadBalancerSourceRanges", "[]string", 9, ATOMIC),
    optional("externalName", "string", 10),
    optional("externalTrafficPolicy", "core.v1.ServiceExternalTrafficPolicy", 11),
    optional("healthCheckNodePort", "int32", 12),
    optional("publishNotReadyAddresses", "bool", 13),
    optional("sessionAffinityConfig", "*core.v1.SessionAffinityConfig", 14),
    optional("ipFamilies", "[]core.v1.IPFamily", 19, ATOMIC),
    optional("ipFamilyPolicy", "*core.v1.IPFamilyPolicy", 17),
    optional("allocateLoadBalancerNodePorts", "*bool", 20),
    optional("loadBalancerClass", "*string", 21),
    optional("internalTrafficPolicy", "*core.v1.ServiceInternalTrafficPolicy", 22),
    optional("trafficDistribution", "*string", 23),
  ]),
  ServiceStatus: struct([
    optional("loadBalancer", "core.v1.LoadBalancerStatus", 1),
    optional("conditions", "[]meta.v1.Condition", 2, mergeMap("type")),
  ]),
  SessionAffinityConfig: struct([optional("clientIP", "*core.v1.ClientIPConfig", 1)]),
});
