/** @see kubernetes pkg/apis/core/validation/validation.go */
import {
  duplicate,
  type FieldError,
  type FieldPath,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
  root,
} from "../../api/field-error.ts";
import {
  checkDnsLabel,
  checkDnsSubdomain,
  checkPortNumber,
  checkPortNumberOrName,
  checkProtocol,
  checkQualifiedName,
  type FieldErrors,
} from "../../api/validation/field-checks.ts";
import {
  checkCidr,
  checkEndpointIp,
  checkIpAddress,
  isDualStackPair,
  isIpv6,
  parseIpAddress,
} from "../../api/validation/ip-address.ts";
import { checkLabels } from "../../api/validation/metadata.ts";
import {
  isExternallyAccessible,
  isHeadless,
  needsClusterIp,
  needsHealthCheck,
  type Service,
  type ServicePort,
  type ServiceSpec,
} from "./service-shapes.ts";

const SPEC = root("spec");
const PORTS = SPEC.child("ports");
const CLUSTER_IPS = SPEC.child("clusterIPs");
const FAMILIES = SPEC.child("ipFamilies");
const POLICY = SPEC.child("ipFamilyPolicy");
const TYPES = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
const FAMILY_POLICIES = ["PreferDualStack", "RequireDualStack", "SingleStack"];
const DISTRIBUTIONS = ["PreferClose", "PreferSameZone", "PreferSameNode"];
/** A day. */
const AFFINITY_MAX_SECONDS = 86400;
const UNCHANGED = "may not change once set";

function checkPort(
  port: ServicePort,
  needsName: boolean,
  names: Set<string>,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const { name = "", appProtocol } = port;
  if (name !== "") {
    checkDnsLabel(name, path.child("name"), errors);
    if (names.has(name)) errors.push(duplicate(path.child("name"), name));
    names.add(name);
  } else if (needsName) errors.push(required(path.child("name")));
  checkPortNumber(port.port ?? 0, path.child("port"), errors);
  checkProtocol(port.protocol, path, errors);
  checkPortNumberOrName(port.targetPort, path.child("targetPort"), errors);
  if (appProtocol != null) checkQualifiedName(appProtocol, path.child("appProtocol"), errors);
}

function checkExternalName(spec: ServiceSpec, errors: FieldErrors): void {
  for (const field of ["clusterIPs", "ipFamilies", "ipFamilyPolicy"] as const) {
    const value = spec[field];
    if (value == null || value.length === 0) continue;
    errors.push(forbiddenField(SPEC.child(field), "may not be set for ExternalName services"));
  }
  const name = (spec.externalName ?? "").replace(/\.$/, "");
  if (name === "") errors.push(required(SPEC.child("externalName")));
  else checkDnsSubdomain(name, SPEC.child("externalName"), errors);
}

function checkShape(spec: ServiceSpec, errors: FieldErrors): void {
  const ports = spec.ports ?? [];
  const headless = isHeadless(spec);
  if (ports.length === 0 && !headless && spec.type !== "ExternalName") errors.push(required(PORTS));
  if (headless && (spec.type === "LoadBalancer" || spec.type === "NodePort")) {
    const detail = `may not be set to 'None' for ${spec.type} services`;
    errors.push(invalidValue(CLUSTER_IPS.index(0), "None", detail));
  }
  if (spec.type === "ExternalName") checkExternalName(spec, errors);
  const names = new Set<string>();
  ports.forEach((port, index) => {
    checkPort(port, ports.length > 1, names, PORTS.index(index), errors);
  });
  checkLabels(spec.selector, SPEC.child("selector"), errors);
}

function checkAffinity(spec: ServiceSpec, errors: FieldErrors): void {
  const { sessionAffinity = "", sessionAffinityConfig } = spec;
  const field = SPEC.child("sessionAffinity");
  if (sessionAffinity === "") errors.push(required(field));
  else if (sessionAffinity !== "ClientIP" && sessionAffinity !== "None") {
    errors.push(notSupported(field, sessionAffinity, ["ClientIP", "None"]));
  }
  const config = SPEC.child("sessionAffinityConfig");
  if (sessionAffinity === "None" && sessionAffinityConfig != null) {
    errors.push(forbiddenField(config, "must not be set when session affinity is None"));
  }
  const seconds = sessionAffinityConfig?.clientIP?.timeoutSeconds;
  if (sessionAffinity !== "ClientIP" || seconds == null) return;
  if (seconds > 0 && seconds <= AFFINITY_MAX_SECONDS) return;
  const detail = `must be greater than 0 and less than ${AFFINITY_MAX_SECONDS}`;
  errors.push(invalidValue(config.child("clientIP", "timeoutSeconds"), seconds, detail));
}

function checkFamilies(spec: ServiceSpec, errors: FieldErrors): void {
  const seen = new Set<string>();
  spec.ipFamilies?.forEach((family, index) => {
    if (family !== "IPv4" && family !== "IPv6") {
      errors.push(notSupported(FAMILIES.index(index), family, ["IPv4", "IPv6"]));
    }
    if (seen.has(family)) errors.push(duplicate(FAMILIES.index(index), family));
    seen.add(family);
  });
  const policy = spec.ipFamilyPolicy;
  if (policy != null && !FAMILY_POLICIES.includes(policy)) {
    errors.push(notSupported(POLICY, policy, FAMILY_POLICIES));
  }
}

/**
 * What cluster IPs, families and their policy say of each other; an update and a create look at it
 * before addresses are allotted, and once more with everything else.
 */
export function clusterIpErrors(spec: ServiceSpec, old: ServiceSpec | undefined): FieldError[] {
  const errors: FieldErrors = [];
  if (needsClusterIp(spec)) checkClusterIps(spec, old, errors);
  return errors;
}

function checkClusterIps(
  spec: ServiceSpec,
  old: ServiceSpec | undefined,
  errors: FieldErrors,
): void {
  const { clusterIP = "", clusterIPs = [] } = spec;
  const [first] = clusterIPs;
  if (clusterIP !== "" && first === undefined) errors.push(required(CLUSTER_IPS));
  else if (clusterIP !== "" && first !== clusterIP) {
    errors.push(invalidValue(CLUSTER_IPS, clusterIPs, "first value must match `clusterIP`"));
  } else if (clusterIP === "" && first !== undefined) {
    const detail = "must be empty when `clusterIP` is not specified";
    errors.push(invalidValue(CLUSTER_IPS, clusterIPs, detail));
  }
  checkFamilies(spec, errors);
  const before = errors.length;
  clusterIPs.forEach((address, index) => {
    if (index === 0 && address === "None") {
      if (clusterIPs.length === 1) return;
      const detail = "'None' must be the first and only value";
      errors.push(invalidValue(CLUSTER_IPS, clusterIPs, detail));
    } else checkIpAddress(address, CLUSTER_IPS.index(index), errors, old?.clusterIPs ?? []);
  });
  const valid = errors.length === before;
  if (clusterIPs.length > 2) {
    errors.push(invalidValue(CLUSTER_IPS, clusterIPs, "may only hold up to 2 values"));
  }
  if (valid) checkFamilyOfAddresses(spec, errors);
}

function checkFamilyOfAddresses(spec: ServiceSpec, errors: FieldErrors): void {
  const { clusterIPs = [], ipFamilies = [] } = spec;
  if (clusterIPs.length > 1 && !isDualStackPair(clusterIPs)) {
    const detail = "may specify no more than one IP for each IP family";
    errors.push(invalidValue(CLUSTER_IPS, clusterIPs, detail));
  }
  if (isHeadless(spec)) return;
  clusterIPs.slice(0, ipFamilies.length).forEach((address, index) => {
    const family = ipFamilies[index];
    if ((family === "IPv6") === isIpv6(address)) return;
    const detail = `expected an ${family} value as indicated by \`ipFamilies[${index}]\``;
    errors.push(invalidValue(CLUSTER_IPS.index(index), address, detail));
  });
}

function checkPortConflicts(spec: ServiceSpec, errors: FieldErrors): void {
  const nodePorts = new Set<string>();
  const ports = new Set<string>();
  spec.ports?.forEach(({ nodePort = 0 }, index) => {
    if (spec.type !== "ClusterIP" || nodePort === 0) return;
    const field = PORTS.index(index).child("nodePort");
    errors.push(forbiddenField(field, "may not be used when `type` is 'ClusterIP'"));
  });
  spec.ports?.forEach(({ protocol = "", nodePort = 0 }, index) => {
    if (nodePort === 0) return;
    const key = `${protocol}/${nodePort}`;
    if (nodePorts.has(key)) errors.push(duplicate(PORTS.index(index).child("nodePort"), nodePort));
    nodePorts.add(key);
  });
  spec.ports?.forEach(({ protocol = "", port = 0 }, index) => {
    const key = `${protocol}/${port}`;
    if (ports.has(key)) {
      const shown = {
        Name: "",
        Protocol: protocol,
        AppProtocol: null,
        Port: port,
        TargetPort: 0,
        NodePort: 0,
      };
      errors.push(duplicate(PORTS.index(index), shown));
    }
    ports.add(key);
  });
}

function checkLoadBalancer(
  spec: ServiceSpec,
  old: ServiceSpec | undefined,
  errors: FieldErrors,
): void {
  const detail = "may only be used when `type` is 'LoadBalancer'";
  const balanced = spec.type === "LoadBalancer";
  const ranges = spec.loadBalancerSourceRanges ?? [];
  const field = SPEC.child("LoadBalancerSourceRanges");
  if (ranges.length > 0 && !balanced) errors.push(forbiddenField(field, detail));
  const accepted = (old?.loadBalancerSourceRanges ?? []).map((range) => range.trim());
  ranges.forEach((range, index) => {
    checkCidr(range.trim(), field.index(index), errors, accepted);
  });
  if (spec.allocateLoadBalancerNodePorts != null && !balanced) {
    errors.push(forbiddenField(SPEC.child("allocateLoadBalancerNodePorts"), detail));
  }
  checkLoadBalancerClass(spec, errors);
}

function checkLoadBalancerClass(spec: ServiceSpec, errors: FieldErrors): void {
  const { loadBalancerClass, type } = spec;
  const path = SPEC.child("loadBalancerClass");
  if (loadBalancerClass == null) return;
  if (type === "LoadBalancer") checkQualifiedName(loadBalancerClass, path, errors);
  else errors.push(forbiddenField(path, "may only be used when `type` is 'LoadBalancer'"));
}

function checkTraffic(spec: ServiceSpec, errors: FieldErrors): void {
  const { externalTrafficPolicy = "", internalTrafficPolicy, trafficDistribution } = spec;
  const external = SPEC.child("externalTrafficPolicy");
  const policies = ["Cluster", "Local"];
  if (!isExternallyAccessible(spec)) {
    if (externalTrafficPolicy !== "") {
      const detail = "may only be set for externally-accessible services";
      errors.push(invalidValue(external, externalTrafficPolicy, detail));
    }
  } else if (externalTrafficPolicy === "") errors.push(required(external));
  else if (!policies.includes(externalTrafficPolicy)) {
    errors.push(notSupported(external, externalTrafficPolicy, policies));
  }
  const { healthCheckNodePort = 0 } = spec;
  if (healthCheckNodePort !== 0 && !needsHealthCheck(spec)) {
    const detail =
      "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    errors.push(invalidValue(SPEC.child("healthCheckNodePort"), healthCheckNodePort, detail));
  }
  if (internalTrafficPolicy != null && !policies.includes(internalTrafficPolicy)) {
    const field = SPEC.child("internalTrafficPolicy");
    errors.push(notSupported(field, internalTrafficPolicy, policies));
  }
  if (trafficDistribution != null && !DISTRIBUTIONS.includes(trafficDistribution)) {
    const field = SPEC.child("trafficDistribution");
    errors.push(notSupported(field, trafficDistribution, DISTRIBUTIONS));
  }
}

/** Everything about a service; addresses that the stored one has are not judged again. */
export function validateService(service: Service, old: Service | undefined): FieldError[] {
  const errors: FieldErrors = [];
  const spec = service.spec ?? {};
  const { type = "" } = spec;
  checkShape(spec, errors);
  checkAffinity(spec, errors);
  errors.push(...clusterIpErrors(spec, old?.spec));
  spec.externalIPs?.forEach((address, index) => {
    const field = SPEC.child("externalIPs").index(index);
    const before = errors.length;
    checkIpAddress(address, field, errors, old?.spec?.externalIPs ?? []);
    if (errors.length === before) checkEndpointIp(address, field, errors);
  });
  if (type === "") errors.push(required(SPEC.child("type")));
  else if (!TYPES.includes(type)) errors.push(notSupported(SPEC.child("type"), type, TYPES));
  checkPortConflicts(spec, errors);
  checkLoadBalancer(spec, old?.spec, errors);
  checkTraffic(spec, errors);
  return errors;
}

/** Cluster IPs and families stay once they are set: only the second of a pair comes and goes. */
function checkFixedList(
  field: "clusterIPs" | "ipFamilies",
  spec: ServiceSpec,
  old: ServiceSpec,
  errors: FieldErrors,
): void {
  const now = spec[field] ?? [];
  const before = old[field] ?? [];
  const path = SPEC.child(field);
  if (now.length === before.length) {
    before.forEach((value, index) => {
      if (value === now[index]) return;
      const at = field === "clusterIPs" ? path.index(index) : path.index(0);
      errors.push(invalidValue(at, now, UNCHANGED));
    });
    return;
  }
  if (before.length > 0 && now.length > 0 && now[0] !== before[0]) {
    errors.push(invalidValue(path.index(0), now, UNCHANGED));
  }
  if (before.length < now.length) return;
  const what = field === "clusterIPs" ? "clusterIP" : "ipFamily";
  if (now.length === 0) {
    errors.push(invalidValue(path.index(0), now, `primary ${what} can not be unset`));
  }
  if (now.length === 1 && spec.ipFamilyPolicy !== "SingleStack") {
    const detail = `must be set to 'SingleStack' when releasing the secondary ${what}`;
    errors.push(invalidValue(POLICY, spec.ipFamilyPolicy ?? null, detail));
  }
}

export function validateServiceChange(service: Service, oldService: Service): FieldError[] {
  const errors: FieldErrors = [];
  const spec = service.spec ?? {};
  const old = oldService.spec ?? {};
  if (needsClusterIp(spec) && needsClusterIp(old)) {
    const headless = isHeadless(spec);
    const wasHeadless = isHeadless(old);
    if (!headless || !wasHeadless) checkFixedList("clusterIPs", spec, old, errors);
    if (!headless && !wasHeadless) checkFixedList("ipFamilies", spec, old, errors);
  }
  const balanced = spec.type === "LoadBalancer" && old.type === "LoadBalancer";
  if (balanced && spec.loadBalancerClass !== old.loadBalancerClass) {
    const field = SPEC.child("loadBalancerClass");
    errors.push(invalidValue(field, spec.loadBalancerClass ?? null, UNCHANGED));
  }
  // With everything else it is looked at once more.
  checkLoadBalancerClass(spec, errors);
  if (needsHealthCheck(spec) && needsHealthCheck(old)) {
    if (spec.healthCheckNodePort !== old.healthCheckNodePort) {
      errors.push(forbiddenField(SPEC.child("healthCheckNodePort"), "field is immutable"));
    }
  }
  errors.push(...validateService(service, oldService));
  return errors;
}

export function validateLoadBalancerStatus(service: Service, old: Service): FieldError[] {
  const errors: FieldErrors = [];
  const path = root("status", "loadBalancer", "ingress");
  const ingress = service.status?.loadBalancer?.ingress ?? [];
  if (service.spec?.type !== "LoadBalancer" && ingress.length > 0) {
    return [forbiddenField(path, "may only be used when `spec.type` is 'LoadBalancer'")];
  }
  const accepted = (old.status?.loadBalancer?.ingress ?? []).map(({ ip = "" }) => ip);
  ingress.forEach(({ ip = "", ipMode, hostname = "" }, index) => {
    const at = path.index(index);
    if (ip !== "") checkIpAddress(ip, at.child("ip"), errors, accepted);
    const mode = at.child("ipMode");
    if (ipMode == null) {
      if (ip !== "") errors.push(required(mode, "must be specified when `ip` is set"));
    } else if (ip === "") {
      errors.push(forbiddenField(mode, "may not be specified when `ip` is not set"));
    } else if (ipMode !== "VIP" && ipMode !== "Proxy") {
      errors.push(notSupported(mode, ipMode, ["Proxy", "VIP"]));
    }
    if (hostname === "") return;
    checkDnsSubdomain(hostname, at.child("hostname"), errors);
    if (parseIpAddress(hostname) === undefined) return;
    errors.push(
      invalidValue(at.child("hostname"), hostname, "must be a DNS name, not an IP address"),
    );
  });
  return errors;
}
