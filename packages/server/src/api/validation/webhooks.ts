/** Admission webhooks. @see kubernetes pkg/apis/admissionregistration/validation/validation.go */
import {
  duplicate,
  type FieldError,
  type FieldPath,
  invalidValue,
  notSupported,
  required,
  root,
} from "../field-error.ts";
import {
  type AdmissionRule,
  checkAdmissionRule,
  checkMatchConditions,
  checkOptionalChoice,
  FAILURE_POLICIES,
  MATCH_POLICIES,
  type MatchCondition,
} from "./admission-rules.ts";
import { checkComplaints, type FieldErrors } from "./field-checks.ts";
import { dns1035LabelComplaints, dnsSubdomainComplaints, rangeComplaint } from "./names.ts";
import { checkLabelSelector, type LabelSelector } from "./selectors.ts";

export interface WebhookService {
  name?: string;
  namespace?: string;
  path?: string | null;
  port?: number | null;
}

export interface Webhook {
  name?: string;
  clientConfig?: { url?: string | null; service?: WebhookService | null };
  rules?: AdmissionRule[] | null;
  failurePolicy?: string | null;
  matchPolicy?: string | null;
  namespaceSelector?: LabelSelector | null;
  objectSelector?: LabelSelector | null;
  sideEffects?: string | null;
  timeoutSeconds?: number | null;
  admissionReviewVersions?: string[] | null;
  reinvocationPolicy?: string | null;
  matchConditions?: MatchCondition[] | null;
}

const SIDE_EFFECTS = ["None", "NoneOnDryRun"];
const REINVOCATION = ["IfNeeded", "Never"];
const REVIEW_VERSIONS = ["v1", "v1beta1"];
const TIMEOUT_MAX_SECONDS = 30;
const URL_FORM = "; desired format: https://host[/path]";

/** At least three segments. @see apimachinery IsFullyQualifiedName */
function checkFullName(name: string, path: FieldPath, errors: FieldErrors): void {
  const complaints = dnsSubdomainComplaints(name);
  if (name === "") errors.push(required(path));
  else if (complaints.length > 0) errors.push(invalidValue(path, name, complaints.join(",")));
  else if (name.split(".").length < 3) {
    const detail = "should be a domain with at least three segments separated by dots";
    errors.push(invalidValue(path, name, detail));
  }
}

function checkUrl(text: string, path: FieldPath, errors: FieldErrors): void {
  const [, scheme = "", rest = ""] = /^([A-Za-z][A-Za-z0-9+.-]*):(.*)$/s.exec(text) ?? [];
  const [, authority = ""] = /^\/\/([^/?#]*)/.exec(rest) ?? [];
  if (scheme.toLowerCase() !== "https") {
    const detail = `'https' is the only allowed URL scheme${URL_FORM}`;
    errors.push(invalidValue(path, scheme.toLowerCase(), detail));
  }
  const at = authority.lastIndexOf("@");
  const host = authority.slice(at + 1);
  if (host === "") errors.push(invalidValue(path, host, `host must be specified${URL_FORM}`));
  if (at !== -1) {
    const detail = "user information is not permitted in the URL";
    errors.push(invalidValue(path, authority.slice(0, at), detail));
  }
  const fragment = /#(.+)$/s.exec(rest)?.[1];
  if (fragment !== undefined) {
    errors.push(invalidValue(path, fragment, "fragments are not permitted in the URL"));
  }
  const query = /\?([^#]+)/.exec(rest)?.[1];
  if (query !== undefined) {
    errors.push(invalidValue(path, query, "query parameters are not permitted in the URL"));
  }
}

function checkServicePath(text: string, path: FieldPath, errors: FieldErrors): void {
  if (text === "/" || text === "") return;
  if (text === "//") {
    errors.push(invalidValue(path, text, "segment[0] may not be empty"));
    return;
  }
  if (!text.startsWith("/")) errors.push(invalidValue(path, text, "must start with a '/'"));
  const steps = text.slice(1).replace(/\/$/, "").split("/");
  steps.forEach((step, index) => {
    if (step === "") {
      errors.push(invalidValue(path, text, `segment[${index}] may not be empty`));
      return;
    }
    const complaints = dnsSubdomainComplaints(step).map((each) => `segment[${index}]: ${each}`);
    checkComplaints(text, complaints, path, errors);
  });
}

function checkService(service: WebhookService, path: FieldPath, errors: FieldErrors): void {
  // Upstream hands name and namespace over in the wrong order, so that each is told of as the other.
  if (!service.namespace) errors.push(required(path.child("name")));
  if (!service.name) errors.push(required(path.child("namespace")));
  const port = service.port ?? 0;
  if (port < 1 || port > 65_535) {
    const detail = `port is not valid: ${rangeComplaint(1, 65_535)}`;
    errors.push(invalidValue(path.child("port"), port, detail));
  }
  if (service.path != null) checkServicePath(service.path, path.child("path"), errors);
}

function checkSideEffects(hook: Webhook, path: FieldPath, errors: FieldErrors): void {
  const field = path.child("sideEffects");
  if (hook.sideEffects == null) {
    errors.push(required(field, `must specify one of ${SIDE_EFFECTS.join(", ")}`));
  } else if (!SIDE_EFFECTS.includes(hook.sideEffects)) {
    errors.push(notSupported(field, hook.sideEffects, SIDE_EFFECTS));
  }
}

function checkReviewVersions(versions: readonly string[], path: FieldPath, errors: FieldErrors) {
  if (versions.length === 0) {
    errors.push(required(path, `must specify one of ${REVIEW_VERSIONS.join(", ")}`));
    return;
  }
  versions.forEach((version, index) => {
    if (versions.indexOf(version) < index) {
      errors.push(invalidValue(path.index(index), version, "duplicate version"));
    } else checkComplaints(version, dns1035LabelComplaints(version), path.index(index), errors);
  });
  if (versions.some((version) => REVIEW_VERSIONS.includes(version))) return;
  const detail = `must include at least one of ${REVIEW_VERSIONS.join(", ")}`;
  errors.push(invalidValue(path, versions, detail));
}

function checkWebhook(hook: Webhook, path: FieldPath, errors: FieldErrors): void {
  checkFullName(hook.name ?? "", path.child("name"), errors);
  hook.rules?.forEach((rule, index) => {
    checkAdmissionRule(rule, path.child("rules").index(index), errors);
  });
  checkOptionalChoice(hook.failurePolicy, FAILURE_POLICIES, path.child("failurePolicy"), errors);
  checkOptionalChoice(hook.matchPolicy, MATCH_POLICIES, path.child("matchPolicy"), errors);
  checkSideEffects(hook, path, errors);
  const timeout = hook.timeoutSeconds;
  if (timeout != null && (timeout < 1 || timeout > TIMEOUT_MAX_SECONDS)) {
    const detail = "the timeout value must be between 1 and 30 seconds";
    errors.push(invalidValue(path.child("timeoutSeconds"), timeout, detail));
  }
  checkLabelSelector(hook.namespaceSelector, path.child("namespaceSelector"), errors);
  checkLabelSelector(hook.objectSelector, path.child("objectSelector"), errors);
  const field = path.child("reinvocationPolicy");
  checkOptionalChoice(hook.reinvocationPolicy, REINVOCATION, field, errors);
  const { url, service } = hook.clientConfig ?? {};
  const client = path.child("clientConfig");
  if ((url == null) === (service == null)) {
    errors.push(required(client, "exactly one of url or service is required"));
  } else if (url != null) checkUrl(url, client.child("url"), errors);
  else if (service != null) checkService(service, client.child("service"), errors);
  checkMatchConditions(hook.matchConditions, path.child("matchConditions"), errors);
  const versions = hook.admissionReviewVersions ?? [];
  checkReviewVersions(versions, path.child("admissionReviewVersions"), errors);
}

export function validateWebhooks(hooks: readonly Webhook[] | null | undefined): FieldError[] {
  const errors: FieldErrors = [];
  const names = new Set<string>();
  hooks?.forEach((hook, index) => {
    const path = root("webhooks").index(index);
    checkWebhook(hook, path, errors);
    const { name = "" } = hook;
    if (name !== "" && names.has(name)) errors.push(duplicate(path.child("name"), name));
    names.add(name);
  });
  return errors;
}
