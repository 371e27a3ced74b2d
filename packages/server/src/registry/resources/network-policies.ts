/** @see kubernetes pkg/registry/networking/networkpolicy/strategy.go, pkg/apis/networking/v1/defaults.go */
import type { FieldPath } from "../../api/field-error.ts";
import type { KubeObject } from "../../api/object.ts";
import { cidrWarnings } from "../../api/validation/cidr.ts";
import {
  ipBlocksOf,
  type NetworkPolicySpec,
  type PolicyPort,
  validateNetworkPolicy,
} from "../../api/validation/network-policies.ts";
import type { Strategy } from "../strategy.ts";
import { specChanged } from "./workload-template.ts";

function specOf(object: KubeObject): NetworkPolicySpec {
  return (object.spec ?? {}) as NetworkPolicySpec;
}

function defaultPorts(ports: PolicyPort[] | null | undefined): void {
  for (const port of ports ?? []) port.protocol ??= "TCP";
}

function applyDefaults(object: KubeObject): void {
  object.spec ??= {};
  const spec = specOf(object);
  for (const { ports } of spec.ingress ?? []) defaultPorts(ports);
  for (const { ports } of spec.egress ?? []) defaultPorts(ports);
  if ((spec.policyTypes ?? []).length > 0) return;
  spec.policyTypes = (spec.egress ?? []).length > 0 ? ["Ingress", "Egress"] : ["Ingress"];
}

function warnings(object: KubeObject): string[] {
  return ipBlocksOf(specOf(object)).flatMap(([path, { cidr = "", except }]) => {
    const field = (index: number): FieldPath => path.child("except").index(index);
    const ofExcepted = (except ?? []).flatMap((each, index) => cidrWarnings(each, field(index)));
    return [...cidrWarnings(cidr, path.child("cidr")), ...ofExcepted];
  });
}

export const networkPoliciesStrategy: Strategy = {
  group: "networking.k8s.io",
  resource: "networkpolicies",
  defaults: applyDefaults,
  validateCreate: (object) => validateNetworkPolicy(specOf(object)),
  warningsOnCreate: warnings,
  validateUpdate: (object, old) => validateNetworkPolicy(specOf(object), specOf(old)),
  warningsOnUpdate: warnings,
  changesGeneration: specChanged,
};
