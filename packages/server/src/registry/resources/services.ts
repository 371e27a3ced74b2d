/** @see kubernetes pkg/registry/core/service/strategy.go, pkg/apis/core/v1/defaults.go */
import { type FieldError, root } from "../../api/field-error.ts";
import type { KubeObject } from "../../api/object.ts";
import { invalid } from "../../api/status-error.ts";
import { semanticEqual } from "../../api/validation/equality.ts";
import { ipAddressWarnings } from "../../api/validation/ip-address.ts";
import { nameIsDnsLabel } from "../../api/validation/names.ts";
import type { Strategy } from "../strategy.ts";
import {
  alignClusterIps,
  familyErrors,
  fillFamilies,
  keepAllocatedValues,
} from "./service-addresses.ts";
import {
  isExternallyAccessible,
  isHeadless,
  needsClusterIp,
  needsHealthCheck,
  type Service,
  type ServiceSpec,
} from "./service-shapes.ts";
import {
  clusterIpErrors,
  validateLoadBalancerStatus,
  validateService,
  validateServiceChange,
} from "./service-validation.ts";

/** Three hours: how long a client sticks to an endpoint. */
const AFFINITY_SECONDS = 10800;
const SERVICE = { group: "", kind: "Service" } as const;
const HINTS = "service.kubernetes.io/topology-aware-hints";

function specOf(object: KubeObject): ServiceSpec {
  return (object as Service).spec ?? {};
}

function applyDefaults(object: KubeObject): void {
  const service = object as Service;
  service.spec ??= {};
  const { spec } = service;
  spec.sessionAffinity ||= "None";
  if (spec.sessionAffinity === "None") delete spec.sessionAffinityConfig;
  else if (spec.sessionAffinity === "ClientIP") {
    const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? AFFINITY_SECONDS;
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: seconds } };
  }
  spec.type ||= "ClusterIP";
  for (const port of spec.ports ?? []) {
    port.protocol ||= "TCP";
    if (!port.targetPort && port.port !== undefined) port.targetPort = port.port;
  }
  if (isExternallyAccessible(spec)) spec.externalTrafficPolicy ||= "Cluster";
  if (spec.type !== "ExternalName") spec.internalTrafficPolicy ??= "Cluster";
  if (spec.type !== "LoadBalancer") return;
  spec.allocateLoadBalancerNodePorts ??= true;
  for (const ingress of service.status?.loadBalancer?.ingress ?? []) {
    if (ingress.ip) ingress.ipMode ??= "VIP";
  }
}

/** Upstream does it whenever it reads a service: nothing inside leads to such a service. */
function dropInternalPolicy(spec: ServiceSpec): void {
  if (spec.type === "ExternalName") delete spec.internalTrafficPolicy;
}

/** Takes away what the old type needed and the new one must not have, unless it was changed too. */
function dropOldType(service: Service, old: ServiceSpec): void {
  const { spec = {} } = service;
  const same = (field: keyof ServiceSpec) => semanticEqual(spec[field], old[field], field);
  if (needsClusterIp(old) && !needsClusterIp(spec)) {
    if (same("clusterIP") && same("clusterIPs")) {
      delete spec.clusterIP;
      delete spec.clusterIPs;
    }
    if (same("ipFamilies")) delete spec.ipFamilies;
    if (same("ipFamilyPolicy")) delete spec.ipFamilyPolicy;
  }
  const usesNodePorts = (type: string | undefined) =>
    type === "NodePort" || type === "LoadBalancer";
  if (usesNodePorts(old.type) && !usesNodePorts(spec.type)) {
    const ports = new Set((old.ports ?? []).map(({ nodePort }) => nodePort));
    if ((spec.ports ?? []).every(({ nodePort }) => !nodePort || ports.has(nodePort))) {
      for (const port of spec.ports ?? []) delete port.nodePort;
    }
  }
  if (needsHealthCheck(old) && !needsHealthCheck(spec) && same("healthCheckNodePort")) {
    delete spec.healthCheckNodePort;
  }
  if (old.type === "LoadBalancer" && spec.type !== "LoadBalancer") {
    if (same("allocateLoadBalancerNodePorts")) delete spec.allocateLoadBalancerNodePorts;
    if (same("loadBalancerClass")) delete spec.loadBalancerClass;
  }
  if (isExternallyAccessible(old) && !isExternallyAccessible(spec)) {
    if (same("externalTrafficPolicy")) delete spec.externalTrafficPolicy;
  }
  if (spec.type !== "LoadBalancer") service.status = { ...service.status, loadBalancer: {} };
  dropInternalPolicy(spec);
}

function prepareForUpdate(object: KubeObject, oldObject: KubeObject): void {
  const service = object as Service;
  service.spec ??= {};
  const old = specOf(oldObject);
  keepAllocatedValues(service.spec, old);
  alignClusterIps(service.spec, old);
  settleFamilies(object, old);
  object.status = oldObject.status;
  dropOldType(service, old);
}

/**
 * Families are settled before addresses are allotted and anything else is looked at, so errors of
 * theirs stand alone.
 * @throws StatusError 422
 */
function settleFamilies(object: KubeObject, old: ServiceSpec | undefined): void {
  const spec = specOf(object);
  refuse(object, clusterIpErrors(spec, old));
  fillFamilies(spec, old);
  refuse(object, familyErrors(spec));
}

function refuse({ metadata }: KubeObject, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid(SERVICE, metadata.name ?? "", errors);
}

function addressWarnings(spec: ServiceSpec): string[] {
  const path = root("spec");
  const addresses = spec.clusterIP && !isHeadless(spec) ? (spec.clusterIPs ?? []) : [];
  return [
    ...addresses.flatMap((ip, index) =>
      ipAddressWarnings(ip, path.child("clusterIPs").index(index)),
    ),
    ...(spec.externalIPs ?? []).flatMap((ip, index) =>
      ipAddressWarnings(ip, path.child("externalIPs").index(index)),
    ),
  ];
}

function warnings(object: KubeObject): string[] {
  const spec = specOf(object);
  const found: string[] = [];
  const external = (spec.externalIPs ?? []).length > 0;
  const headless = spec.type === "ClusterIP" && spec.clusterIP === "None";
  if (object.metadata.annotations?.[HINTS] !== undefined) {
    found.push(
      `annotation ${HINTS} is deprecated, please use service.kubernetes.io/topology-mode instead`,
    );
  }
  if (headless) {
    if (spec.loadBalancerIP) found.push("spec.loadBalancerIP is ignored for headless services");
    if (external) found.push("spec.externalIPs is ignored for headless services");
    if (spec.sessionAffinity !== "None") {
      found.push("spec.SessionAffinity is ignored for headless services");
    }
  }
  found.push(...addressWarnings(spec));
  if (external && !headless && spec.type !== "ExternalName") {
    found.push("spec.externalIPs is deprecated and may no longer be implemented in some clusters");
  }
  if (spec.type === "ExternalName" && external) {
    found.push('spec.externalIPs is ignored when spec.type is "ExternalName"');
  }
  if (spec.type !== "ExternalName" && spec.externalName) {
    found.push('spec.externalName is ignored when spec.type is not "ExternalName"');
  }
  if (spec.trafficDistribution === "PreferClose") {
    found.push('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"');
  }
  return found;
}

export const servicesStrategy: Strategy = {
  group: "",
  resource: "services",
  validateName: nameIsDnsLabel,
  createOnUpdate: true,
  defaults: applyDefaults,
  prepareForCreate: (object) => {
    const spec = specOf(object);
    alignClusterIps(spec, undefined);
    settleFamilies(object, undefined);
    dropInternalPolicy(spec);
    object.status = { loadBalancer: {} };
  },
  validateCreate: (object) => validateService(object as Service, undefined),
  warningsOnCreate: warnings,
  prepareForUpdate,
  validateUpdate: (object, old) => validateServiceChange(object as Service, old as Service),
  warningsOnUpdate: warnings,
  resetFields: [["status"]],
  selectableFields: (object) => {
    const { clusterIP = "", type = "" } = specOf(object);
    return { "spec.clusterIP": clusterIP, "spec.type": type };
  },
  subresources: {
    status: {
      prepareForUpdate: (object, old) => {
        object.spec = old.spec;
      },
      validateUpdate: (object, old) =>
        validateLoadBalancerStatus(object as Service, old as Service),
      resetFields: [["spec"]],
    },
  },
};
