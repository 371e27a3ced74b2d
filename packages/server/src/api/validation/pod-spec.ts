/** `spec` of a pod or of a pod template. @see kubernetes pkg/apis/core/validation/validation.go */

import {
  duplicate,
  type FieldError,
  type FieldPath,
  forbiddenField,
  invalidValue,
  notFoundValue,
  notSupported,
  required,
  tooLong,
} from "../field-error.ts";
import type { ObjectMeta } from "../types.ts";
import { checkContainers, checkEphemeralContainers, checkInitContainers } from "./containers.ts";
import {
  checkComplaints,
  checkDnsLabel,
  checkDnsSubdomain,
  checkQualifiedName,
  type FieldErrors,
} from "./field-checks.ts";
import { checkIpAddress } from "./ip-address.ts";
import { checkLabels } from "./metadata.ts";
import {
  dnsSubdomainWithUnderscoreComplaints,
  nameIsDnsSubdomain,
  rangeComplaint,
  utf8Length,
} from "./names.ts";
import { checkPodLevelResources } from "./pod-level-resources.ts";
import type { PodDnsConfig, PodResourceClaim, PodSpec } from "./pod-shapes.ts";
import { checkContainerResources } from "./resources.ts";
import {
  checkAffinity,
  checkSchedulingGates,
  checkTolerations,
  checkTopologySpread,
} from "./scheduling.ts";
import { checkHostUsers, checkPodSecurityContext } from "./security-context.ts";
import { checkVolumes } from "./volumes.ts";
import {
  checkHostProcess,
  checkOperatingSystem,
  forEachContainer,
} from "./windows-security-context.ts";

const MAX_INT32 = 2 ** 31 - 1;
const RESTART_POLICIES = ["Always", "OnFailure", "Never"];
const DNS_POLICIES = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];
const PREEMPTION_POLICIES = ["PreemptLowerPriority", "Never"];
const MAX_NAMESERVERS = 3;
const MAX_SEARCH_PATHS = 32;
const MAX_SEARCH_CHARACTERS = 2048;
const HOSTNAME_MAX_BYTES = 64;
/** A claim that no other pod of the specification can see. */
const NO_CLAIMS: ReadonlySet<string> = new Set();

/** What a specification belongs to. */
export interface PodSpecContext {
  /** Metadata of the pod; absent for a template. */
  readonly pod?: ObjectMeta | undefined;
}

function checkRequiredChoice(
  value: string | undefined,
  choices: readonly string[],
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (value === undefined || value === "") errors.push(required(path));
  else if (!choices.includes(value)) errors.push(notSupported(path, value, choices));
}

function checkResourceClaims(
  claims: readonly PodResourceClaim[] | undefined,
  pod: ObjectMeta | undefined,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const seen = new Set<string>();
  claims?.forEach((claim, index) => {
    if (pod?.annotations?.["kubernetes.io/config.mirror"] !== undefined) {
      const detail = "static pods do not support resource claims";
      errors.push({ field: "[]", reason: "FieldValueForbidden", message: `Forbidden: ${detail}` });
      return;
    }
    const at = path.index(index);
    const { name = "", resourceClaimName, resourceClaimTemplateName } = claim;
    if (name === "") errors.push(required(at.child("name")));
    else if (seen.has(name)) errors.push(duplicate(at.child("name"), name));
    else {
      checkDnsLabel(name, at.child("name"), errors);
      seen.add(name);
    }
    const shown = {
      Name: name,
      ResourceClaimName: resourceClaimName ?? null,
      ResourceClaimTemplateName: resourceClaimTemplateName ?? null,
    };
    if (resourceClaimName != null && resourceClaimTemplateName != null) {
      const detail =
        "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified";
      errors.push(invalidValue(at, shown, detail));
    }
    if (resourceClaimName == null && resourceClaimTemplateName == null) {
      const detail = "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`";
      errors.push(invalidValue(at, shown, detail));
    }
    for (const field of ["resourceClaimName", "resourceClaimTemplateName"] as const) {
      const value = claim[field];
      if (value == null) continue;
      checkComplaints(value, nameIsDnsSubdomain(value, false), at.child(field), errors);
    }
  });
}

function checkDnsConfig(
  config: PodDnsConfig | undefined,
  policy: string | undefined,
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (policy === "None") {
    if (config == null) {
      errors.push(required(path, "must provide `dnsConfig` when `dnsPolicy` is None"));
      return;
    }
    if ((config.nameservers ?? []).length === 0) {
      const detail = "must provide at least one DNS nameserver when `dnsPolicy` is None";
      errors.push(required(path.child("nameservers"), detail));
      return;
    }
  }
  if (config == null) return;
  const { nameservers = [], searches = [], options = [] } = config;
  if (nameservers.length > MAX_NAMESERVERS) {
    const detail = `must not have more than ${MAX_NAMESERVERS} nameservers`;
    errors.push(invalidValue(path.child("nameservers"), nameservers, detail));
  }
  nameservers.forEach((server, index) => {
    checkIpAddress(server, path.child("nameservers").index(index), errors);
  });
  checkSearches(searches, path.child("searches"), errors);
  options.forEach(({ name = "" }, index) => {
    if (name === "") errors.push(required(path.child("options").index(index), "must not be empty"));
  });
}

function checkSearches(searches: readonly string[], path: FieldPath, errors: FieldErrors): void {
  if (searches.length > MAX_SEARCH_PATHS) {
    const detail = `must not have more than ${MAX_SEARCH_PATHS} search paths`;
    errors.push(invalidValue(path, searches, detail));
  }
  if (utf8Length(searches.join(" ")) > MAX_SEARCH_CHARACTERS) {
    const detail = `must not have more than ${MAX_SEARCH_CHARACTERS} characters (including spaces) in the search list`;
    errors.push(invalidValue(path, searches, detail));
  }
  searches.forEach((search, index) => {
    if (search === ".") return;
    const name = search.endsWith(".") ? search.slice(0, -1) : search;
    checkComplaints(name, dnsSubdomainWithUnderscoreComplaints(name), path.index(index), errors);
  });
}

function checkHostNetworkPorts(
  spec: PodSpec,
  isPod: boolean,
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (spec.hostNetwork !== true) return;
  spec.containers?.forEach(({ ports }, index) => {
    ports?.forEach(({ hostPort = 0, containerPort = 0 }, port) => {
      if (hostPort === containerPort || (!isPod && hostPort === 0)) return;
      const field = path.child("containers").index(index).child("ports").index(port);
      const detail = "must match `containerPort` when `hostNetwork` is true";
      errors.push(invalidValue(field.child("hostPort"), hostPort, detail));
    });
  });
}

function checkHostNames(spec: PodSpec, path: FieldPath, errors: FieldErrors): void {
  const { hostnameOverride } = spec;
  if (hostnameOverride == null) return;
  const field = path.child("hostnameOverride");
  if (spec.setHostnameAsFQDN === true) {
    errors.push(forbiddenField(field, "may not be specified when setHostnameAsFQDN is true"));
  }
  if (spec.hostNetwork === true) {
    errors.push(forbiddenField(field, "may not be specified when hostNetwork is true"));
  }
  if (utf8Length(hostnameOverride) > HOSTNAME_MAX_BYTES) {
    errors.push(tooLong(field, HOSTNAME_MAX_BYTES));
  }
  checkDnsSubdomain(hostnameOverride, field, errors);
}

function checkName(
  value: string | undefined,
  path: FieldPath,
  field: string,
  errors: FieldErrors,
): void {
  if (value === undefined || value === null || value === "") return;
  const complaints = nameIsDnsSubdomain(value, false);
  if (complaints.length > 0) checkComplaints(value, complaints, path.child(field), errors);
}

/** Names of other objects, and single values. */
function checkReferences(spec: PodSpec, path: FieldPath, errors: FieldErrors): void {
  checkName(spec.serviceAccountName, path, "serviceAccountName", errors);
  checkName(spec.nodeName, path, "nodeName", errors);
  const deadline = spec.activeDeadlineSeconds;
  if (deadline != null && (deadline < 1 || deadline > MAX_INT32)) {
    const field = path.child("activeDeadlineSeconds");
    errors.push(invalidValue(field, deadline, rangeComplaint(1, MAX_INT32)));
  }
  if (spec.hostname) checkDnsLabel(spec.hostname, path.child("hostname"), errors);
  if (spec.subdomain) checkDnsLabel(spec.subdomain, path.child("subdomain"), errors);
  if (spec.tolerations) checkTolerations(spec.tolerations, path.child("tolerations"), errors);
  spec.hostAliases?.forEach(({ ip = "", hostnames }, index) => {
    const at = path.child("hostAliases").index(index);
    checkIpAddress(ip, at.child("ip"), errors);
    hostnames?.forEach((name, position) => {
      checkDnsSubdomain(name, at.child("hostnames").index(position), errors);
    });
  });
  checkName(spec.priorityClassName, path, "priorityClassName", errors);
  const { runtimeClassName, preemptionPolicy } = spec;
  if (runtimeClassName != null) {
    const complaints = nameIsDnsSubdomain(runtimeClassName, false);
    checkComplaints(runtimeClassName, complaints, path.child("runtimeClassName"), errors);
  }
  if (preemptionPolicy != null) {
    const field = path.child("preemptionPolicy");
    checkRequiredChoice(preemptionPolicy, PREEMPTION_POLICIES, field, errors);
  }
  if (spec.overhead != null) {
    checkContainerResources({ limits: spec.overhead }, NO_CLAIMS, path.child("overhead"), errors);
  }
}

/** Variables read from files need a volume that containers can write to. */
function checkFileKeyVolumes(spec: PodSpec, path: FieldPath, errors: FieldErrors): void {
  forEachContainer(spec, path, ({ env }, at) => {
    env?.forEach(({ valueFrom }, index) => {
      const reference = valueFrom?.fileKeyRef;
      if (reference == null) return;
      const name = reference.volumeName ?? "";
      const field = at.child("env").index(index).child("valueFrom", "fileKeyRef", "volumeName");
      const volume = spec.volumes?.findLast((candidate) => (candidate.name ?? "") === name);
      if (volume === undefined) errors.push(notFoundValue(field, name));
      else if (volume.emptyDir == null) {
        errors.push(invalidValue(field, name, "referenced volume must be of type emptyDir"));
      }
    });
  });
}

/** Collects every error of a specification. */
export function checkPodSpec(
  spec: PodSpec,
  path: FieldPath,
  context: PodSpecContext,
  errors: FieldErrors,
): void {
  const isPod = context.pod !== undefined;
  if (spec.terminationGracePeriodSeconds == null) {
    errors.push(required(path.child("terminationGracePeriodSeconds")));
  }
  const volumes = checkVolumes(
    spec.volumes ?? [],
    path.child("volumes"),
    { pod: context.pod, isPod },
    errors,
  );
  const claims =
    spec.resourceClaims == null
      ? NO_CLAIMS
      : new Set(spec.resourceClaims.map(({ name = "" }) => name).filter((name) => name !== ""));
  checkResourceClaims(spec.resourceClaims, context.pod, path.child("resourceClaims"), errors);
  const containers = { spec, volumes, claims };
  checkContainers(containers, path.child("containers"), errors);
  if (spec.initContainers) {
    checkInitContainers(containers, path.child("initContainers"), errors);
  }
  checkEphemeralContainers(containers, path.child("ephemeralContainers"), errors);
  checkPodLevelResources(spec, claims, path, errors);
  checkHostNetworkPorts(spec, isPod, path, errors);
  checkRequiredChoice(spec.restartPolicy, RESTART_POLICIES, path.child("restartPolicy"), errors);
  checkRequiredChoice(spec.dnsPolicy, DNS_POLICIES, path.child("dnsPolicy"), errors);
  if (spec.nodeSelector) checkLabels(spec.nodeSelector, path.child("nodeSelector"), errors);
  checkPodSecurityContext(spec, path.child("securityContext"), errors);
  checkAffinity(spec.affinity, path.child("affinity"), errors);
  checkDnsConfig(spec.dnsConfig, spec.dnsPolicy, path.child("dnsConfig"), errors);
  spec.readinessGates?.forEach(({ conditionType = "" }, index) => {
    const field = path.child("readinessGates").index(index).child("conditionType");
    checkQualifiedName(conditionType, field, errors);
  });
  checkSchedulingGates(spec.schedulingGates, path.child("schedulingGates"), errors);
  checkTopologySpread(
    spec.topologySpreadConstraints,
    path.child("topologySpreadConstraints"),
    errors,
  );
  checkHostProcess(spec, path, errors);
  checkHostUsers(spec, path, errors);
  checkHostNames(spec, path, errors);
  checkReferences(spec, path, errors);
  checkOperatingSystem(spec, path, errors);
  checkFileKeyVolumes(spec, path, errors);
}

/** Every error of a specification. @param path - of the spec, `spec` or `spec.template.spec` */
export function validatePodSpec(
  spec: PodSpec,
  path: FieldPath,
  context: PodSpecContext = {},
): FieldError[] {
  const errors: FieldErrors = [];
  checkPodSpec(spec, path, context, errors);
  return errors;
}
