/** Requests for signatures. @see kubernetes pkg/apis/certificates/validation/validation.go */

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
import { semanticEqual } from "../../api/validation/equality.ts";
import { describeChanges } from "../../api/validation/field-changes.ts";
import type { FieldErrors } from "../../api/validation/field-checks.ts";
import { checkSignerName } from "../../api/validation/signer-names.ts";
import {
  CertificateRequestError,
  certificateChainComplaint,
  parseCertificateRequest,
} from "../../tls/certificate-request.ts";

export interface SigningCondition {
  type?: string;
  status?: string;
  reason?: string;
  message?: string;
  lastUpdateTime?: string | null;
  lastTransitionTime?: string | null;
}

export interface SigningRequest {
  spec?: {
    /** Base64 of a PEM text. */
    request?: string;
    signerName?: string;
    expirationSeconds?: number | null;
    usages?: string[] | null;
  };
  status?: {
    conditions?: SigningCondition[] | null;
    /** Base64 of a PEM text. */
    certificate?: string | null;
  };
}

/** What one endpoint may set besides what all may. */
export interface SigningRights {
  readonly decision?: true;
  readonly certificate?: true;
}

const SPEC = root("spec");
const CONDITIONS = root("status", "conditions");
const CERTIFICATE = root("status", "certificate");
const LEGACY_SIGNER = "kubernetes.io/legacy-unknown";
const EXPIRATION_MIN_SECONDS = 600;
const DECISIONS = ["Approved", "Denied"];
/** Conditions that are there or not, but never false. */
const ONLY_TRUE = [...DECISIONS, "Failed"];
const STATUSES = ["False", "True", "Unknown"];
const USAGES = [
  "any",
  "cert sign",
  "client auth",
  "code signing",
  "content commitment",
  "crl sign",
  "data encipherment",
  "decipher only",
  "digital signature",
  "email protection",
  "encipher only",
  "ipsec end system",
  "ipsec tunnel",
  "ipsec user",
  "key agreement",
  "key encipherment",
  "microsoft sgc",
  "netscape sgc",
  "ocsp signing",
  "s/mime",
  "server auth",
  "signing",
  "timestamping",
];

/** Wrong things that are stored already, and which may therefore stay. */
interface Leniency {
  readonly bothDecisions: boolean;
  readonly legacySigner: boolean;
  readonly duplicateConditions: boolean;
  readonly emptyCondition: boolean;
  readonly certificate: boolean;
  readonly duplicateUsages: boolean;
  readonly unknownUsages: boolean;
}

function textOf(base64: string | null | undefined): string {
  return Buffer.from(base64 ?? "", "base64").toString("latin1");
}

function conditionsOf(request: SigningRequest | undefined): readonly SigningCondition[] {
  return request?.status?.conditions ?? [];
}

function hasDuplicates(values: readonly string[]): boolean {
  return new Set(values).size < values.length;
}

function leniencyOf(request: SigningRequest, old: SigningRequest | undefined): Leniency {
  const types = conditionsOf(old).map(({ type = "" }) => type);
  const usages = old?.spec?.usages ?? [];
  const before = old?.status?.certificate ?? "";
  const unchanged = old !== undefined && (request.status?.certificate ?? "") === before;
  return {
    bothDecisions: DECISIONS.every((decision) => types.includes(decision)),
    legacySigner: old?.spec?.signerName === LEGACY_SIGNER,
    duplicateConditions: hasDuplicates(types),
    emptyCondition: types.includes(""),
    certificate:
      unchanged || (before !== "" && certificateChainComplaint(textOf(before)) !== undefined),
    duplicateUsages: hasDuplicates(usages),
    unknownUsages: usages.some((usage) => !USAGES.includes(usage)),
  };
}

function checkRequest(base64: string | null | undefined, errors: FieldErrors): void {
  try {
    parseCertificateRequest(textOf(base64));
  } catch (error) {
    if (!(error instanceof CertificateRequestError)) throw error;
    errors.push(invalidValue(SPEC.child("request"), base64 ?? null, error.message));
  }
}

function checkUsages(usages: readonly string[], leniency: Leniency, errors: FieldErrors): void {
  const path = SPEC.child("usages");
  if (usages.length === 0) errors.push(required(path));
  usages.forEach((usage, index) => {
    if (leniency.unknownUsages || USAGES.includes(usage)) return;
    errors.push(notSupported(path.index(index), usage, USAGES));
  });
  usages.forEach((usage, index) => {
    if (leniency.duplicateUsages || usages.indexOf(usage) === index) return;
    errors.push(duplicate(path.index(index), usage));
  });
}

function checkStatus(condition: SigningCondition, path: FieldPath, errors: FieldErrors): void {
  const { type = "", status = "" } = condition;
  const allowed = ONLY_TRUE.includes(type) ? ["True"] : STATUSES;
  if (status === "") errors.push(required(path.child("status")));
  else if (!allowed.includes(status)) {
    errors.push(notSupported(path.child("status"), status, allowed));
  }
}

function checkConditions(request: SigningRequest, leniency: Leniency, errors: FieldErrors): void {
  const seen = new Set<string>();
  conditionsOf(request).forEach((condition, index) => {
    const path = CONDITIONS.index(index);
    const { type = "" } = condition;
    if (type === "" && !leniency.emptyCondition) errors.push(required(path.child("type")));
    checkStatus(condition, path, errors);
    const other = type === "Approved" ? "Denied" : type === "Denied" ? "Approved" : undefined;
    if (other !== undefined && seen.has(other) && !leniency.bothDecisions) {
      const detail = "Approved and Denied conditions are mutually exclusive";
      errors.push(invalidValue(CONDITIONS, type, detail));
    }
    if (seen.has(type) && !leniency.duplicateConditions) {
      errors.push(duplicate(path.child("type"), type));
    }
    seen.add(type);
  });
}

export function validateSigningRequest(
  request: SigningRequest,
  old?: SigningRequest,
): FieldError[] {
  const errors: FieldErrors = [];
  const leniency = leniencyOf(request, old);
  const { spec = {} } = request;
  checkRequest(spec.request, errors);
  checkUsages(spec.usages ?? [], leniency, errors);
  const signer = spec.signerName ?? "";
  if (signer === LEGACY_SIGNER && !leniency.legacySigner) {
    const detail = "the legacy signerName is not allowed via this API version";
    errors.push(invalidValue(SPEC.child("signerName"), signer, detail));
  } else checkSignerName(signer, SPEC.child("signerName"), errors);
  const seconds = spec.expirationSeconds;
  if (seconds != null && seconds < EXPIRATION_MIN_SECONDS) {
    const detail = "may not specify a duration less than 600 seconds (10 minutes)";
    errors.push(invalidValue(SPEC.child("expirationSeconds"), seconds, detail));
  }
  checkConditions(request, leniency, errors);
  const certificate = request.status?.certificate ?? "";
  if (certificate !== "" && !leniency.certificate) {
    const complaint = certificateChainComplaint(textOf(certificate));
    if (complaint !== undefined) {
      errors.push(invalidValue(CERTIFICATE, "<certificate data>", complaint));
    }
  }
  return errors;
}

function ofType(request: SigningRequest, wanted: string): readonly SigningCondition[] {
  return conditionsOf(request).filter(({ type }) => type === wanted);
}

function checkDecisionUnchanged(
  type: string,
  request: SigningRequest,
  old: SigningRequest,
  errors: FieldErrors,
): void {
  const now = ofType(request, type);
  const before = ofType(old, type);
  if (now.length < before.length) return;
  if (now.length > before.length) {
    const detail = `updates may not add a condition of type "${type}"`;
    errors.push(forbiddenField(CONDITIONS, detail));
  } else if (!semanticEqual(now, before)) {
    const detail = `updates may not modify a condition of type "${type}"\n${describeChanges("[]certificates.v1.CertificateSigningRequestCondition", before, now)}`;
    errors.push(forbiddenField(CONDITIONS, detail));
  }
}

/** @param rights - of the endpoint: `approval` decides, `status` issues */
export function validateSigningRequestUpdate(
  request: SigningRequest,
  old: SigningRequest,
  rights: SigningRights,
): FieldError[] {
  const errors = validateSigningRequest(request, old);
  for (const type of ONLY_TRUE) {
    if (ofType(request, type).length >= ofType(old, type).length) continue;
    const detail = `updates may not remove a condition of type "${type}"`;
    errors.push(forbiddenField(CONDITIONS, detail));
  }
  if (rights.decision !== true) {
    for (const type of DECISIONS) checkDecisionUnchanged(type, request, old, errors);
  }
  const before = old.status?.certificate ?? "";
  if ((request.status?.certificate ?? "") === before) return errors;
  if (rights.certificate !== true) {
    errors.push(forbiddenField(CERTIFICATE, "updates may not set certificate content"));
  } else if (before !== "") {
    const detail = "updates may not modify existing certificate content";
    errors.push(forbiddenField(CERTIFICATE, detail));
  }
  return errors;
}
