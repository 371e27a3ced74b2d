import type { Descriptions } from "./define.ts";

export const discoveryV1Descriptions = (): Descriptions => ({
  Endpoint: {
    "": "Something behind a service.",
    addresses: "Its addresses, of which the first is used.",
    conditions: "Its state.",
    hostname: "Host name.",
    targetRef: "The pod.",
    deprecatedTopology: "Obsolete.",
    nodeName: "Node on which it is.",
    zone: "Zone in which it is.",
    hints: "Who should use it.",
  },
  EndpointConditions: {
    "": "State of an endpoint.",
    ready: "It takes traffic; true when absent.",
    serving: "It answers, perhaps on its way out.",
    terminating: "It is on its way out.",
  },
  EndpointHints: {
    "": "Who should use an endpoint.",
    forZones: "Clients of these zones.",
    forNodes: "Clients on these nodes.",
  },
  EndpointPort: {
    "": "A port.",
    name: "Name of the service's port.",
    protocol: "`TCP`, `UDP` or `SCTP`.",
    port: "The port.",
    appProtocol: "Protocol above it.",
  },
  EndpointSlice: {
    "": "A part of what is behind a service.",
    addressType: "`IPv4`, `IPv6` or `FQDN`. Cannot be changed.",
    endpoints: "The endpoints.",
    ports: "Their ports.",
  },
  ForNode: {
    "": "A node.",
    name: "Name of the node.",
  },
  ForZone: {
    "": "A zone.",
    name: "Name of the zone.",
  },
});
