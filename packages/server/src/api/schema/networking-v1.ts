import {
  ATOMIC,
  definePackage,
  field,
  inline,
  listOf,
  mergeMap,
  object,
  omitEmpty,
  oneOf,
  optional,
  required,
  struct,
} from "./define.ts";
import type { SchemaPackage } from "./language.ts";
import { networkingV1Descriptions } from "./networking-v1-descriptions.ts";

export const networkingV1: SchemaPackage = definePackage({
  name: "networking.v1",
  group: "networking.k8s.io",
  version: "v1",
  openApiPrefix: "io.k8s.api.networking.v1",
  structs: () => ({
    HTTPIngressPath: struct([
      optional("path", "string", 1),
      field("pathType", "*networking.v1.PathType", 3),
      field("backend", "networking.v1.IngressBackend", 2),
    ]),
    HTTPIngressRuleValue: struct([field("paths", "[]networking.v1.HTTPIngressPath", 1, ATOMIC)]),
    IPAddress: object([
      optional("metadata", "meta.v1.ObjectMeta", 1),
      required("spec", "networking.v1.IPAddressSpec", 2, { omitEmpty: true }),
    ]),
    IPAddressList: listOf("networking.v1.IPAddress"),
    IPAddressSpec: struct([
      required("parentRef", "*networking.v1.ParentReference", 1, { omitEmpty: true }),
    ]),
    IPBlock: struct([required("cidr", "string", 1), optional("except", "[]string", 2, ATOMIC)]),
    Ingress: object([
      optional("metadata", "meta.v1.ObjectMeta", 1),
      optional("spec", "networking.v1.IngressSpec", 2),
      optional("status", "networking.v1.IngressStatus", 3),
    ]),
    IngressBackend: struct([
      optional("service", "*networking.v1.IngressServiceBackend", 4),
      optional("resource", "*core.v1.TypedLocalObjectReference", 3),
    ]),
    IngressClass: object([
      optional("metadata", "meta.v1.ObjectMeta", 1),
      optional("spec", "networking.v1.IngressClassSpec", 2),
    ]),
    IngressClassList: listOf("networking.v1.IngressClass"),
    IngressClassParametersReference: struct([
      optional("apiGroup", "*string", 1),
      required("kind", "string", 2),
      required("name", "string", 3),
      field("scope", "*string", 4, { optional: true }),
      optional("namespace", "*string", 5),
    ]),
    IngressClassSpec: struct([
      omitEmpty("controller", "string", 1),
      optional("parameters", "*networking.v1.IngressClassParametersReference", 2),
    ]),
    IngressList: listOf("networking.v1.Ingress"),
    IngressLoadBalancerIngress: struct([
      optional("ip", "string", 1),
      optional("hostname", "string", 2),
      optional("ports", "[]networking.v1.IngressPortStatus", 4, ATOMIC),
    ]),
    IngressLoadBalancerStatus: struct([
      optional("ingress", "[]networking.v1.IngressLoadBalancerIngress", 1, ATOMIC),
    ]),
    IngressPortStatus: struct([
      field("port", "int32", 1),
      field("protocol", "core.v1.Protocol", 2),
      optional("error", "*string", 3),
    ]),
    IngressRule: struct([
      optional("host", "string", 1),
      inline("networking.v1.IngressRuleValue", 2, { optional: true }),
    ]),
    IngressRuleValue: struct([optional("http", "*networking.v1.HTTPIngressRuleValue", 1)]),
    IngressServiceBackend: struct([
      field("name", "string", 1),
      omitEmpty("port", "networking.v1.ServiceBackendPort", 2),
    ]),
    IngressSpec: struct([
      optional("ingressClassName", "*string", 4),
      optional("defaultBackend", "*networking.v1.IngressBackend", 1),
      optional("tls", "[]networking.v1.IngressTLS", 2, ATOMIC),
      optional("rules", "[]networking.v1.IngressRule", 3, ATOMIC),
    ]),
    IngressStatus: struct([optional("loadBalancer", "networking.v1.IngressLoadBalancerStatus", 1)]),
    IngressTLS: struct([
      optional("hosts", "[]string", 1, ATOMIC),
      optional("secretName", "string", 2),
    ]),
    NetworkPolicy: object([
      optional("metadata", "meta.v1.ObjectMeta", 1),
      optional("spec", "networking.v1.NetworkPolicySpec", 2),
    ]),
    NetworkPolicyEgressRule: struct([
      optional("ports", "[]networking.v1.NetworkPolicyPort", 1, ATOMIC),
      optional("to", "[]networking.v1.NetworkPolicyPeer", 2, ATOMIC),
    ]),
    NetworkPolicyIngressRule: struct([
      optional("ports", "[]networking.v1.NetworkPolicyPort", 1, ATOMIC),
      optional("from", "[]networking.v1.NetworkPolicyPeer", 2, ATOMIC),
    ]),
    NetworkPolicyList: listOf("networking.v1.NetworkPolicy"),
    NetworkPolicyPeer: struct([
      optional("podSelector", "*meta.v1.LabelSelector", 1),
      optional("namespaceSelector", "*meta.v1.LabelSelector", 2),
      optional("ipBlock", "*networking.v1.IPBlock", 3),
    ]),
    NetworkPolicyPort: struct([
      optional("protocol", "*core.v1.Protocol", 1),
      optional("port", "*IntOrString", 2),
      optional("endPort", "*int32", 3),
    ]),
    NetworkPolicySpec: struct([
      field("podSelector", "meta.v1.LabelSelector", 1, { optional: true }),
      optional("ingress", "[]networking.v1.NetworkPolicyIngressRule", 2, ATOMIC),
      optional("egress", "[]networking.v1.NetworkPolicyEgressRule", 3, ATOMIC),
      optional("policyTypes", "[]networking.v1.PolicyType", 4, ATOMIC),
    ]),
    ParentReference: struct([
      optional("group", "string", 1),
      required("resource", "string", 2, { omitEmpty: true }),
      optional("namespace", "string", 3),
      required("name", "string", 4, { omitEmpty: true }),
    ]),
    ServiceBackendPort: struct([optional("name", "string", 1), optional("number", "int32", 2)]),
    ServiceCIDR: object([
      optional("metadata", "meta.v1.ObjectMeta", 1),
      optional("spec", "networking.v1.ServiceCIDRSpec", 2),
      optional("status", "networking.v1.ServiceCIDRStatus", 3),
    ]),
    ServiceCIDRList: listOf("networking.v1.ServiceCIDR"),
    ServiceCIDRSpec: struct([optional("cidrs", "[]string", 1, ATOMIC)]),
    ServiceCIDRStatus: struct([optional("conditions", "[]meta.v1.Condition", 1, mergeMap("type"))]),
  }),
  aliases: () => ({
    PathType: oneOf("Exact", "Prefix", "ImplementationSpecific"),
    PolicyType: oneOf("Ingress", "Egress"),
  }),
  descriptions: [networkingV1Descriptions],
});
