import type { Descriptions } from "./define.ts";

export const networkingV1Descriptions = (): Descriptions => ({
  HTTPIngressPath: {
    "": "A path, and where it leads.",
    path: "The path.",
    pathType: "How it matches: `Exact`, `Prefix` or `ImplementationSpecific`.",
    backend: "Where it leads.",
  },
  HTTPIngressRuleValue: {
    "": "Paths of a host.",
    paths: "The paths.",
  },
  IPAddress: {
    "": "An address that is taken.",
  },
  IPAddressSpec: {
    "": "Who has the address.",
    parentRef: "The object.",
  },
  IPBlock: {
    "": "A network.",
    cidr: "The network.",
    except: "Parts of it that are left out.",
  },
  Ingress: {
    "": "Leads requests from outside to services.",
  },
  IngressBackend: {
    "": "Where requests are led.",
    service: "A service.",
    resource: "Another object.",
  },
  IngressClass: {
    "": "An implementation of ingresses.",
  },
  IngressClassParametersReference: {
    "": "Names the parameters of a class.",
    apiGroup: "Group of the object; core when absent.",
    kind: "Kind of the object.",
    name: "Name of the object.",
    scope: "`Cluster` or `Namespace`.",
    namespace: "Namespace of the object.",
  },
  IngressClassSpec: {
    "": "What the class is.",
    controller: "The controller.",
    parameters: "Its parameters.",
  },
  IngressLoadBalancerIngress: {
    "": "Where an ingress listens.",
    ip: "Its address.",
    hostname: "Its name.",
    ports: "State of its ports.",
  },
  IngressLoadBalancerStatus: {
    "": "State of an ingress' load balancer.",
    ingress: "Where it listens.",
  },
  IngressPortStatus: {
    "": "State of a port.",
    port: "The port.",
    protocol: "`TCP`, `UDP` or `SCTP`.",
    error: "What is wrong with it.",
  },
  IngressRule: {
    "": "Where requests for a host lead.",
    host: "The host; every one when absent.",
  },
  IngressRuleValue: {
    "": "What a rule holds.",
    http: "Rules for HTTP.",
  },
  IngressServiceBackend: {
    "": "A service.",
    name: "Its name.",
    port: "Its port.",
  },
  IngressSpec: {
    "": "Where requests lead.",
    ingressClassName: "The class.",
    defaultBackend: "Where requests lead that no rule matches.",
    tls: "Certificates.",
    rules: "The rules.",
  },
  IngressStatus: {
    "": "What has been observed.",
    loadBalancer: "State of its load balancer.",
  },
  IngressTLS: {
    "": "A certificate.",
    hosts: "Hosts for which it is used.",
    secretName: "Secret that holds it.",
  },
  NetworkPolicy: {
    "": "Which traffic pods may have.",
  },
  NetworkPolicyEgressRule: {
    "": "Traffic that may leave.",
    ports: "Ports; every one when empty.",
    to: "Destinations; every one when empty.",
  },
  NetworkPolicyIngressRule: {
    "": "Traffic that may enter.",
    ports: "Ports; every one when empty.",
    from: "Sources; every one when empty.",
  },
  NetworkPolicyPeer: {
    "": "A source or destination.",
    podSelector: "Chooses pods.",
    namespaceSelector: "Chooses namespaces.",
    ipBlock: "A network. Excludes the others.",
  },
  NetworkPolicyPort: {
    "": "A port or a range of them.",
    protocol: "`TCP`, `UDP` or `SCTP`.",
    port: "Number or name of the port; every one when absent.",
    endPort: "Last port of a range.",
  },
  NetworkPolicySpec: {
    "": "Which pods, and which traffic.",
    podSelector: "Chooses the pods.",
    ingress: "Traffic that may enter.",
    egress: "Traffic that may leave.",
    policyTypes: "Directions that are restricted: `Ingress`, `Egress`.",
  },
  ParentReference: {
    "": "Names the object that has an address.",
    group: "Its group.",
    resource: "Its resource.",
    namespace: "Its namespace.",
    name: "Its name.",
  },
  ServiceBackendPort: {
    "": "A port of a service: by name or by number.",
    name: "Its name.",
    number: "Its number.",
  },
  ServiceCIDR: {
    "": "A network from which services get addresses.",
  },
  ServiceCIDRSpec: {
    "": "The network.",
    cidrs: "The networks, at most one of each family.",
  },
  ServiceCIDRStatus: {
    "": "What has been observed.",
  },
});
