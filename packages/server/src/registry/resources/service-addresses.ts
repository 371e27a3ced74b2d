/**
 * Address families of services in a cluster that has IPv4 alone, and what an update keeps of what
 * was allocated.
 * @see kubernetes pkg/registry/core/service/storage/{storage,alloc}.go
 */
import { type FieldError, type FieldPath, invalidValue, root } from "../../api/field-error.ts";
import { semanticEqual } from "../../api/validation/equality.ts";
import { isIpv6 } from "../../api/validation/ip-address.ts";
import { needsClusterIp, needsHealthCheck, type ServiceSpec } from "./service-shapes.ts";

const FAMILY: FieldPath = root("spec", "ipFamilyPolicy");
const DEFAULT_FAMILY = "IPv4";

function needsNodePort(spec: ServiceSpec): boolean {
  if (spec.type === "NodePort") return true;
  return spec.type === "LoadBalancer" && spec.allocateLoadBalancerNodePorts !== false;
}

function keepNodePorts(spec: ServiceSpec, old: ServiceSpec): void {
  const before = new Map((old.ports ?? []).map(({ name = "", nodePort }) => [name, nodePort]));
  const oldPorts = new Set((old.ports ?? []).map(({ nodePort }) => nodePort));
  const used = new Set(
    (spec.ports ?? []).map(({ nodePort }) => nodePort).filter((port) => port && oldPorts.has(port)),
  );
  for (const port of spec.ports ?? []) {
    const nodePort = before.get(port.name ?? "");
    if (!port.nodePort && nodePort && !used.has(nodePort)) port.nodePort = nodePort;
  }
}

/** An update that leaves allocated values out means that they stay. */
export function keepAllocatedValues(spec: ServiceSpec, old: ServiceSpec): void {
  if (needsClusterIp(old) && needsClusterIp(spec)) {
    if (!spec.clusterIP && old.clusterIP) spec.clusterIP = old.clusterIP;
    if ((spec.clusterIPs ?? []).length === 0 && (old.clusterIPs ?? []).length > 0) {
      spec.clusterIPs = [...(old.clusterIPs ?? [])];
    }
  }
  if (needsNodePort(old) && needsNodePort(spec)) keepNodePorts(spec, old);
  if (needsHealthCheck(old) && needsHealthCheck(spec) && old.healthCheckNodePort) {
    spec.healthCheckNodePort ||= old.healthCheckNodePort;
  }
}

/** Keeps `clusterIP` and the first of `clusterIPs` the same thing for clients that know one of them. */
export function alignClusterIps(spec: ServiceSpec, old: ServiceSpec | undefined): void {
  if (old === undefined) {
    if (spec.clusterIP && (spec.clusterIPs ?? []).length === 0) spec.clusterIPs = [spec.clusterIP];
    return;
  }
  if ((spec.clusterIP ?? "") === (old.clusterIP ?? "")) {
    if ((spec.clusterIPs ?? []).length === 0 && (old.clusterIPs ?? []).length > 0) {
      spec.clusterIPs = [...(old.clusterIPs ?? [])];
    }
    return;
  }
  if (!semanticEqual(spec.clusterIPs, old.clusterIPs)) return;
  if (spec.clusterIP) spec.clusterIPs = [spec.clusterIP];
  else delete spec.clusterIPs;
}

/** Whether addresses are left as they are: a headless service without selector has any family. */
function isOpen(spec: ServiceSpec): boolean {
  return spec.clusterIP === "None" && Object.keys(spec.selector ?? {}).length === 0;
}

/** Fills policy and families in, as far as they follow from the rest. */
export function fillFamilies(spec: ServiceSpec, old: ServiceSpec | undefined): void {
  if (!needsClusterIp(spec)) return;
  const open = isOpen(spec);
  spec.ipFamilyPolicy ??= old?.ipFamilyPolicy ?? (open ? "RequireDualStack" : "SingleStack");
  if (familyErrors(spec).length > 0) return;
  const families = [...(spec.ipFamilies ?? [])];
  for (const address of (spec.clusterIPs ?? []).slice(families.length)) {
    if (address !== "None") families.push(isIpv6(address) ? "IPv6" : "IPv4");
  }
  if (families.length === 0) families.push(DEFAULT_FAMILY);
  if (open && families.length < 2 && spec.ipFamilyPolicy !== "SingleStack") {
    families.push(families[0] === "IPv4" ? "IPv6" : "IPv4");
  }
  spec.ipFamilies = families;
}

/** What a cluster of one family cannot give; these errors come before all others. */
export function familyErrors(spec: ServiceSpec): FieldError[] {
  if (!needsClusterIp(spec)) return [];
  const errors: FieldError[] = [];
  const addresses = spec.clusterIPs ?? [];
  const families = spec.ipFamilies ?? [];
  const policy = spec.ipFamilyPolicy;
  if (policy === "SingleStack" && addresses.length === 2) {
    const detail =
      "must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are specified";
    errors.push(invalidValue(FAMILY, policy, detail));
  }
  if (policy === "SingleStack" && families.length === 2) {
    const detail =
      "must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified";
    errors.push(invalidValue(FAMILY, policy, detail));
  }
  addresses.forEach((address, index) => {
    if (address === "None" || index < families.length || !isIpv6(address)) return;
    const field = root("spec", "clusterIPs").index(index);
    errors.push(invalidValue(field, addresses, "IPv6 is not configured on this cluster"));
  });
  if (errors.length > 0 || isOpen(spec)) return errors;
  if (policy === "RequireDualStack") {
    const detail = "this cluster is not configured for dual-stack services";
    errors.push(invalidValue(FAMILY, policy, detail));
  }
  families.forEach((family, index) => {
    if (family === DEFAULT_FAMILY) return;
    const field = root("spec", "ipFamilies").index(index);
    errors.push(invalidValue(field, family, "not configured on this cluster"));
  });
  return errors;
}
