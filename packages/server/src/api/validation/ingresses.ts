/** Ingresses. @see kubernetes pkg/apis/networking/validation/validation.go */
import {
  type FieldError,
  type FieldPath,
  invalidValue,
  notSupported,
  required,
  root,
} from "../field-error.ts";
import { internalForm } from "../internal-form.ts";
import { requirePathSegment } from "./domain-paths.ts";
import {
  checkComplaints,
  checkDnsSubdomain,
  checkPortName,
  checkPortNumber,
  type FieldErrors,
} from "./field-checks.ts";
import { checkIpAddress, parseIpAddress } from "./ip-address.ts";
import {
  dnsSubdomainComplaints,
  maxCharactersComplaint,
  nameIsDnsLabel,
  nameIsDnsSubdomain,
  regexComplaint,
  SUBDOMAIN_MAX_BYTES,
} from "./names.ts";

export interface IngressBackend {
  service?: { name?: string; port?: { name?: string; number?: number } } | null;
  resource?: { apiGroup?: string | null; kind?: string; name?: string } | null;
}

interface IngressPath {
  path?: string;
  pathType?: string | null;
  backend?: IngressBackend;
}

export interface IngressRule {
  host?: string;
  http?: { paths?: IngressPath[] | null } | null;
}

export interface IngressSpec {
  ingressClassName?: string | null;
  defaultBackend?: IngressBackend | null;
  tls?: { hosts?: string[] | null; secretName?: string }[] | null;
  rules?: IngressRule[] | null;
}

export interface IngressPoint {
  ip?: string;
  hostname?: string;
}

const SPEC = root("spec");
const PATH_TYPES = ["Exact", "ImplementationSpecific", "Prefix"];
const FORBIDDEN_SEQUENCES = ["//", "/./", "/../", "%2f", "%2F"];
const FORBIDDEN_SUFFIXES = ["/..", "/."];
const NO_ADDRESS = "must be a DNS name, not an IP address";
const WILDCARD_FORMAT = "\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
const WILDCARD = new RegExp(`^${WILDCARD_FORMAT}$`);

/** `*.example.com`: one star, in front. */
function wildcardComplaints(host: string): string[] {
  const complaints: string[] = [];
  if (host.length > SUBDOMAIN_MAX_BYTES)
    complaints.push(maxCharactersComplaint(SUBDOMAIN_MAX_BYTES));
  if (!WILDCARD.test(host)) {
    const text =
      "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character";
    complaints.push(regexComplaint(text, WILDCARD_FORMAT, "*.example.com"));
  }
  return complaints;
}

function checkHost(host: string, path: FieldPath, errors: FieldErrors): void {
  const complaints = host.includes("*") ? wildcardComplaints(host) : dnsSubdomainComplaints(host);
  checkComplaints(host, complaints, path, errors);
}

function checkServiceBackend(
  { name = "", port = {} }: NonNullable<IngressBackend["service"]>,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const field = path.child("service", "name");
  if (name === "") errors.push(required(field));
  else checkComplaints(name, nameIsDnsLabel(name, false), field, errors);
  const portName = port.name ?? "";
  const number = port.number ?? 0;
  if (portName !== "" && number !== 0) {
    errors.push(invalidValue(path, "", "cannot set both port name & port number"));
  } else if (portName !== "")
    checkPortName(portName, path.child("service", "port", "name"), errors);
  else if (number !== 0) checkPortNumber(number, path.child("service", "port", "number"), errors);
  else errors.push(required(path, "port name or number is required"));
}

function checkBackend(backend: IngressBackend, path: FieldPath, errors: FieldErrors): void {
  const { resource, service } = backend;
  if (resource != null && service != null) {
    errors.push(invalidValue(path, "", "cannot set both resource and service backends"));
  } else if (resource != null) {
    const at = path.child("resource");
    if (resource.apiGroup != null) {
      checkDnsSubdomain(resource.apiGroup, at.child("apiGroup"), errors);
    }
    requirePathSegment(resource.kind, at.child("kind"), errors);
    requirePathSegment(resource.name, at.child("name"), errors);
  } else if (service != null) checkServiceBackend(service, path, errors);
  else errors.push(invalidValue(path, "", "resource or service backend is required"));
}

function checkPathText(text: string, field: FieldPath, errors: FieldErrors): void {
  if (!text.startsWith("/")) errors.push(invalidValue(field, text, "must be an absolute path"));
  for (const sequence of FORBIDDEN_SEQUENCES) {
    if (text.includes(sequence)) {
      errors.push(invalidValue(field, text, `must not contain '${sequence}'`));
    }
  }
  for (const suffix of FORBIDDEN_SUFFIXES) {
    if (text.endsWith(suffix))
      errors.push(invalidValue(field, text, `cannot end with '${suffix}'`));
  }
}

function checkPath(item: IngressPath, path: FieldPath, errors: FieldErrors): void {
  const { pathType, path: text = "", backend = {} } = item;
  if (pathType == null) {
    errors.push(required(path.child("pathType"), "pathType must be specified"));
    return;
  }
  const field = path.child("path");
  if (pathType === "Exact" || pathType === "Prefix") checkPathText(text, field, errors);
  else if (pathType === "ImplementationSpecific") {
    if (text !== "" && !text.startsWith("/")) {
      errors.push(invalidValue(field, text, "must be an absolute path"));
    }
  } else errors.push(notSupported(path.child("pathType"), pathType, PATH_TYPES));
  checkBackend(backend, path.child("backend"), errors);
}

function checkHttp(rule: IngressRule, path: FieldPath, errors: FieldErrors): void {
  if (rule.http == null) return;
  const field = path.child("http", "paths");
  const paths = rule.http.paths ?? [];
  if (paths.length === 0) errors.push(required(field));
  paths.forEach((item, index) => {
    checkPath(item, field.index(index), errors);
  });
}

/** Wrong things that older servers let in, and which may therefore stay. */
interface Leniency {
  readonly secretNames: boolean;
  readonly wildcardRules: boolean;
}

function leniencyOf(old: IngressSpec | undefined): Leniency {
  const secretNames = old?.tls?.some(
    ({ secretName = "" }) => secretName !== "" && nameIsDnsSubdomain(secretName, false).length > 0,
  );
  const wildcardRules = old?.rules?.some((rule) => {
    const found: FieldErrors = [];
    if (rule.host?.includes("*") === true) checkHttp(rule, SPEC, found);
    return found.length > 0;
  });
  return { secretNames: secretNames === true, wildcardRules: wildcardRules === true };
}

function checkRule(rule: IngressRule, leniency: Leniency, path: FieldPath, errors: FieldErrors) {
  const { host = "" } = rule;
  if (host !== "") {
    const field = path.child("host");
    if (parseIpAddress(host) !== undefined) errors.push(invalidValue(field, host, NO_ADDRESS));
    checkHost(host, field, errors);
  }
  if (!(host.includes("*") && leniency.wildcardRules)) checkHttp(rule, path, errors);
}

function checkTls(spec: IngressSpec, leniency: Leniency, errors: FieldErrors): void {
  spec.tls?.forEach(({ hosts, secretName = "" }, index) => {
    const path = SPEC.child("tls").index(index);
    hosts?.forEach((host, at) => {
      checkHost(host, path.child("hosts").index(at), errors);
    });
    if (secretName === "" || leniency.secretNames) return;
    const complaints = nameIsDnsSubdomain(secretName, false);
    checkComplaints(secretName, complaints, path.child("secretName"), errors);
  });
}

export function validateIngress(spec: IngressSpec, old?: IngressSpec): FieldError[] {
  const errors: FieldErrors = [];
  const leniency = leniencyOf(old);
  const rules = spec.rules ?? [];
  if (rules.length === 0 && spec.defaultBackend == null) {
    const detail = "either `defaultBackend` or `rules` must be specified";
    errors.push(
      invalidValue(SPEC, internalForm("[]networking.v1.IngressRule", spec.rules), detail),
    );
  }
  if (spec.defaultBackend != null) {
    checkBackend(spec.defaultBackend, SPEC.child("defaultBackend"), errors);
  }
  rules.forEach((rule, index) => {
    checkRule(rule, leniency, SPEC.child("rules").index(index), errors);
  });
  checkTls(spec, leniency, errors);
  if (spec.ingressClassName != null) {
    const complaints = nameIsDnsSubdomain(spec.ingressClassName, false);
    checkComplaints(spec.ingressClassName, complaints, SPEC.child("ingressClassName"), errors);
  }
  return errors;
}

/** Where a load balancer says it is reached; addresses that are stored already may stay. */
export function validateIngressPoints(
  points: readonly IngressPoint[],
  old: readonly IngressPoint[],
): FieldError[] {
  const errors: FieldErrors = [];
  const path = root("status", "loadBalancer", "ingress");
  const stored = old.map(({ ip = "" }) => ip);
  points.forEach(({ ip = "", hostname = "" }, index) => {
    const at = path.index(index);
    if (ip !== "") checkIpAddress(ip, at.child("ip"), errors, stored);
    if (hostname === "") return;
    const field = at.child("hostname");
    checkDnsSubdomain(hostname, field, errors);
    if (parseIpAddress(hostname) !== undefined) {
      errors.push(invalidValue(field, hostname, NO_ADDRESS));
    }
  });
  return errors;
}
