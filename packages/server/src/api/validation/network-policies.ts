/** Network policies. @see kubernetes pkg/apis/networking/validation/validation.go */
import {
  type FieldError,
  type FieldPath,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
  root,
} from "../field-error.ts";
import type { IntOrString } from "../int-or-string.ts";
import { containsAddress, parseCidr } from "./cidr.ts";
import { checkPortName, checkPortNumber, type FieldErrors } from "./field-checks.ts";
import { checkCidr } from "./ip-address.ts";
import { checkLabelSelector, type LabelSelector } from "./selectors.ts";

export interface IpBlock {
  cidr?: string;
  except?: string[] | null;
}

export interface PolicyPort {
  protocol?: string | null;
  port?: IntOrString | null;
  endPort?: number | null;
}

interface PolicyPeer {
  podSelector?: LabelSelector | null;
  namespaceSelector?: LabelSelector | null;
  ipBlock?: IpBlock | null;
}

export interface NetworkPolicySpec {
  podSelector?: LabelSelector;
  ingress?: { ports?: PolicyPort[] | null; from?: PolicyPeer[] | null }[] | null;
  egress?: { ports?: PolicyPort[] | null; to?: PolicyPeer[] | null }[] | null;
  policyTypes?: string[] | null;
}

const SPEC = root("spec");
const PROTOCOLS = ["TCP", "UDP", "SCTP"];
const POLICY_TYPES = ["Ingress", "Egress"];

function checkPort({ protocol, port, endPort }: PolicyPort, path: FieldPath, errors: FieldErrors) {
  if (protocol != null && !PROTOCOLS.includes(protocol)) {
    errors.push(notSupported(path.child("protocol"), protocol, PROTOCOLS));
  }
  const field = path.child("endPort");
  if (port == null) {
    if (endPort == null) return;
    errors.push(invalidValue(field, endPort, "may not be specified when `port` is not specified"));
  } else if (typeof port === "string") {
    if (endPort != null) {
      errors.push(invalidValue(field, endPort, "may not be specified when `port` is non-numeric"));
    }
    checkPortName(port, path.child("port"), errors);
  } else {
    checkPortNumber(port, path.child("port"), errors);
    if (endPort == null) return;
    if (endPort < port) {
      errors.push(invalidValue(field, port, "must be greater than or equal to `port`"));
    }
    checkPortNumber(endPort, field, errors);
  }
}

function checkIpBlock(
  { cidr = "", except }: IpBlock,
  stored: readonly string[],
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (cidr === "") {
    errors.push(required(path.child("cidr")));
    return;
  }
  checkCidr(cidr, path.child("cidr"), errors, stored);
  const range = parseCidr(cidr);
  if (range === undefined) return;
  except?.forEach((excepted, index) => {
    const field = path.child("except").index(index);
    checkCidr(excepted, field, errors, stored);
    const inner = parseCidr(excepted);
    if (inner === undefined) return;
    if (containsAddress(range, inner.address) && range.prefix < inner.prefix) return;
    errors.push(invalidValue(field, excepted, "must be a strict subset of `cidr`"));
  });
}

function checkPeer(
  { podSelector, namespaceSelector, ipBlock }: PolicyPeer,
  stored: readonly string[],
  path: FieldPath,
  errors: FieldErrors,
): void {
  checkLabelSelector(podSelector, path.child("podSelector"), errors);
  checkLabelSelector(namespaceSelector, path.child("namespaceSelector"), errors);
  if (ipBlock != null) checkIpBlock(ipBlock, stored, path.child("ipBlock"), errors);
  const peers = [podSelector, namespaceSelector, ipBlock].filter((peer) => peer != null).length;
  if (peers === 0) errors.push(required(path, "must specify a peer"));
  else if (peers > 1 && ipBlock != null) {
    errors.push(forbiddenField(path, "may not specify both ipBlock and another peer"));
  }
}

/** Every address block of a policy, with the path to it. */
export function ipBlocksOf(spec: NetworkPolicySpec): [path: FieldPath, block: IpBlock][] {
  const blocks: [FieldPath, IpBlock][] = [];
  const collect = (peers: PolicyPeer[] | null | undefined, path: FieldPath) => {
    peers?.forEach(({ ipBlock }, index) => {
      if (ipBlock != null) blocks.push([path.index(index).child("ipBlock"), ipBlock]);
    });
  };
  spec.ingress?.forEach(({ from }, index) => {
    collect(from, SPEC.child("ingress").index(index).child("from"));
  });
  spec.egress?.forEach(({ to }, index) => {
    collect(to, SPEC.child("egress").index(index).child("to"));
  });
  return blocks;
}

function checkDirection(
  ports: PolicyPort[] | null | undefined,
  peers: PolicyPeer[] | null | undefined,
  peersPath: FieldPath,
  portsPath: FieldPath,
  stored: readonly string[],
  errors: FieldErrors,
): void {
  ports?.forEach((port, index) => {
    checkPort(port, portsPath.index(index), errors);
  });
  peers?.forEach((peer, index) => {
    checkPeer(peer, stored, peersPath.index(index), errors);
  });
}

/** Address blocks that are stored already may stay as they are. */
export function validateNetworkPolicy(
  spec: NetworkPolicySpec,
  old?: NetworkPolicySpec,
): FieldError[] {
  const errors: FieldErrors = [];
  const stored =
    old === undefined
      ? []
      : ipBlocksOf(old).flatMap(([, { cidr = "", except }]) => [cidr, ...(except ?? [])]);
  checkLabelSelector(spec.podSelector, SPEC.child("podSelector"), errors);
  spec.ingress?.forEach(({ ports, from }, index) => {
    const path = SPEC.child("ingress").index(index);
    checkDirection(ports, from, path.child("from"), path.child("ports"), stored, errors);
  });
  spec.egress?.forEach(({ ports, to }, index) => {
    const path = SPEC.child("egress").index(index);
    checkDirection(ports, to, path.child("to"), path.child("ports"), stored, errors);
  });
  const types = spec.policyTypes ?? [];
  const field = SPEC.child("policyTypes");
  if (types.length > POLICY_TYPES.length) {
    errors.push(invalidValue(field, types, "may not specify more than two policyTypes"));
    return errors;
  }
  types.forEach((type, index) => {
    if (POLICY_TYPES.includes(type)) return;
    errors.push(notSupported(field.index(index), type, POLICY_TYPES));
  });
  return errors;
}
