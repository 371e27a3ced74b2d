import type { Service, ServicePort } from "../../api/types.ts";

/** What is kept of a service: enough for environment variables. */
export interface ObservedService {
  readonly metadata: { readonly name: string; readonly namespace: string; resourceVersion: string };
  /** Empty where it has none of its own. */
  readonly clusterIP: string;
  readonly ports: readonly ServicePort[];
}

export function observeService({ metadata, spec }: Service): ObservedService {
  const { name = "", namespace = "", resourceVersion = "" } = metadata;
  const { clusterIP = "", ports = [] } = spec ?? {};
  return {
    metadata: { name, namespace, resourceVersion },
    clusterIP: clusterIP === "None" ? "" : clusterIP,
    ports,
  };
}

/** Where pods reach the API server, if not at the address of its service. */
export interface ApiEndpoint {
  readonly host: string;
  readonly port: number;
}

/**
 * Variables that tell a pod of the services it may use: always of the API server, and of those of its
 * own namespace where `links` says so.
 * @see kubernetes pkg/kubelet/envvars/envvars.go, kubelet_pods.go (getServiceEnvVarMap)
 */
export function serviceVariables(
  services: Iterable<ObservedService>,
  namespace: string,
  links: boolean,
  endpoint?: ApiEndpoint,
): Map<string, string> {
  const chosen = new Map<string, ObservedService>();
  for (const service of services) {
    const { name, namespace: home } = service.metadata;
    if (service.clusterIP === "") continue;
    const isApi = home === "default" && name === "kubernetes";
    if (isApi && !chosen.has(name)) chosen.set(name, atEndpoint(service, endpoint));
    else if (!isApi && links && home === namespace) chosen.set(name, service);
  }
  const variables = new Map<string, string>();
  for (const service of chosen.values()) addVariables(variables, service);
  return variables;
}

function atEndpoint(service: ObservedService, endpoint: ApiEndpoint | undefined): ObservedService {
  if (endpoint === undefined) return service;
  const [first, ...rest] = service.ports;
  const ports = first === undefined ? [] : [{ ...first, port: endpoint.port }, ...rest];
  return { ...service, clusterIP: endpoint.host, ports };
}

function addVariables(variables: Map<string, string>, service: ObservedService): void {
  const { clusterIP, ports, metadata } = service;
  const [first] = ports;
  if (first === undefined) return;
  const prefix = variableName(metadata.name);
  variables.set(`${prefix}_SERVICE_HOST`, clusterIP);
  variables.set(`${prefix}_SERVICE_PORT`, String(first.port));
  for (const { name = "", port } of ports) {
    if (name !== "") variables.set(`${prefix}_SERVICE_PORT_${variableName(name)}`, String(port));
  }
  const host = clusterIP.includes(":") ? `[${clusterIP}]` : clusterIP;
  ports.forEach(({ port, protocol = "TCP" }, index) => {
    const scheme = protocol.toLowerCase();
    const url = `${scheme}://${host}:${port}`;
    const link = `${prefix}_PORT_${port}_${protocol.toUpperCase()}`;
    if (index === 0) variables.set(`${prefix}_PORT`, url);
    variables.set(link, url);
    variables.set(`${link}_PROTO`, scheme);
    variables.set(`${link}_PORT`, String(port));
    variables.set(`${link}_ADDR`, clusterIP);
  });
}

function variableName(text: string): string {
  return text.replaceAll("-", "_").toUpperCase();
}
