import type { Authorizer } from "../authorization/authorizer.ts";
import { type Backends, noBackends } from "../registry/endpoints/node-backend.ts";
import { bindingEndpoint } from "../registry/endpoints/pod-binding.ts";
import { evictionEndpoint } from "../registry/endpoints/pod-eviction.ts";
import { podLogEndpoint } from "../registry/endpoints/pod-log.ts";
import { podStreamEndpoint } from "../registry/endpoints/pod-streams.ts";
import { proxyEndpoints } from "../registry/endpoints/proxies.ts";
import { scaleEndpoint } from "../registry/endpoints/scale-requests.ts";
import { createObjectReader, type ObjectReader } from "../registry/object-reader.ts";
import type { EndpointHandler } from "../registry/resource-handler.ts";
import type { ResourceStore } from "../registry/resource-store.ts";
import type { RegistryDependencies } from "../registry/write-context.ts";
import type { Stores } from "./stores.ts";

export interface PodEndpointsDependencies {
  readonly registry: RegistryDependencies;
  readonly stores: Stores;
  readonly authorizer: Authorizer;
  /** How nodes and pods are reached; without it nobody is. */
  readonly backends?: Backends;
}

const SCALED: readonly (readonly [group: string, resource: string])[] = [
  ["", "replicationcontrollers"],
  ["apps", "deployments"],
  ["apps", "replicasets"],
  ["apps", "statefulsets"],
];

/** Endpoints around pods that are more than reading and writing them. */
export function podEndpoints({
  registry,
  stores,
  authorizer,
  backends = noBackends,
}: PodEndpointsDependencies): readonly (readonly [string, EndpointHandler])[] {
  const store = (group: string, resource: string): ResourceStore => {
    const found = stores.of(group, "v1", resource);
    if (found === undefined) throw new Error(`${resource} are not served`);
    return found;
  };
  const reader = (resource: string): ObjectReader =>
    createObjectReader(registry.storage, store("", resource));
  const pods = reader("pods");
  const nodes = reader("nodes");
  const binding = bindingEndpoint({ ...registry, pods: store("", "pods") });
  const streams = { pods, nodes, authorizer, openStreams: backends.openStreams };
  const eviction = { pods: store("", "pods"), budgets: store("policy", "poddisruptionbudgets") };
  return [
    ["/bindings", binding],
    ["/pods/binding", binding],
    ["/pods/eviction", evictionEndpoint({ ...registry, ...eviction })],
    ["/pods/log", podLogEndpoint({ pods, nodes, readAgent: backends.readAgent })],
    ["/pods/exec", podStreamEndpoint("exec", streams)],
    ["/pods/attach", podStreamEndpoint("attach", streams)],
    ["/pods/portforward", podStreamEndpoint("portforward", streams)],
    ...proxyEndpoints({
      pods,
      nodes,
      services: reader("services"),
      endpoints: reader("endpoints"),
      random: registry.random,
      callBackend: backends.callBackend,
      openStreams: backends.openStreams,
    }),
    ...SCALED.map(
      ([group, resource]) =>
        [`${group}/${resource}/scale`, scaleEndpoint(registry, store(group, resource))] as const,
    ),
  ];
}
