/** @see kubernetes pkg/registry/core/endpoint/strategy.go, pkg/apis/core/validation/validation.go */
import { type FieldError, type FieldPath, required, root } from "../../api/field-error.ts";
import type { KubeObject } from "../../api/object.ts";
import { semanticEqual } from "../../api/validation/equality.ts";
import {
  checkComplaints,
  checkDnsLabel,
  checkPortNumber,
  checkProtocol,
  checkQualifiedName,
  type FieldErrors,
} from "../../api/validation/field-checks.ts";
import {
  checkEndpointIp,
  checkIpAddress,
  ipAddressWarnings,
} from "../../api/validation/ip-address.ts";
import { nameIsDnsSubdomain } from "../../api/validation/names.ts";
import type { Strategy } from "../strategy.ts";

interface EndpointAddress {
  ip?: string;
  hostname?: string;
  nodeName?: string;
}

interface EndpointPort {
  name?: string;
  port?: number;
  protocol?: string;
  appProtocol?: string;
}

interface EndpointSubset {
  addresses?: EndpointAddress[];
  notReadyAddresses?: EndpointAddress[];
  ports?: EndpointPort[];
}

const ADDRESS_LISTS = ["addresses", "notReadyAddresses"] as const;

function subsetsOf(object: KubeObject): EndpointSubset[] {
  return (object.subsets as EndpointSubset[] | null | undefined) ?? [];
}

function checkAddress(address: EndpointAddress, path: FieldPath, errors: FieldErrors): void {
  const { ip = "", hostname = "", nodeName } = address;
  checkIpAddress(ip, path.child("ip"), errors);
  if (hostname !== "") checkDnsLabel(hostname, path.child("hostname"), errors);
  if (nodeName != null) {
    checkComplaints(nodeName, nameIsDnsSubdomain(nodeName, false), path.child("nodeName"), errors);
  }
  checkEndpointIp(ip, path.child("ip"), errors);
}

function checkPort(
  port: EndpointPort,
  needsName: boolean,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const { name = "", appProtocol } = port;
  if (name !== "") checkDnsLabel(name, path.child("name"), errors);
  else if (needsName) errors.push(required(path.child("name")));
  checkPortNumber(port.port ?? 0, path.child("port"), errors);
  checkProtocol(port.protocol, path, errors);
  if (appProtocol != null) checkQualifiedName(appProtocol, path.child("appProtocol"), errors);
}

function validate(object: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  subsetsOf(object).forEach((subset, index) => {
    const path = root("subsets").index(index);
    const ports = subset.ports ?? [];
    if (ADDRESS_LISTS.every((list) => (subset[list] ?? []).length === 0)) {
      errors.push(required(path, "must specify `addresses` or `notReadyAddresses`"));
    }
    for (const list of ADDRESS_LISTS) {
      subset[list]?.forEach((address, position) => {
        checkAddress(address, path.child(list).index(position), errors);
      });
    }
    ports.forEach((port, position) => {
      checkPort(port, ports.length > 1, path.child("ports").index(position), errors);
    });
  });
  return errors;
}

function warnings(object: KubeObject): string[] {
  if (object.metadata.labels?.["endpoints.kubernetes.io/managed-by"] === "endpoint-controller") {
    return [];
  }
  return subsetsOf(object).flatMap((subset, index) =>
    ADDRESS_LISTS.flatMap((list) =>
      (subset[list] ?? []).flatMap(({ ip = "" }, position) =>
        ipAddressWarnings(ip, root("subsets").index(index).child(list).index(position).child("ip")),
      ),
    ),
  );
}

export const endpointsStrategy: Strategy = {
  group: "",
  resource: "endpoints",
  createOnUpdate: true,
  defaults: (object) => {
    for (const { ports } of subsetsOf(object)) {
      for (const port of ports ?? []) port.protocol ||= "TCP";
    }
  },
  validateCreate: validate,
  // Subsets that were stored before a rule came may stay as they are.
  updateChecks: ["change", "whole", "own"],
  validateUpdate: (object, old) =>
    semanticEqual(object.subsets, old.subsets) ? [] : validate(object),
  warningsOnCreate: warnings,
  warningsOnUpdate: warnings,
};
