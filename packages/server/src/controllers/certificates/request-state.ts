import type { CertificateSigningRequest } from "../../api/types.ts";

type Request = Readonly<CertificateSigningRequest>;

/** @see kubernetes pkg/controller/certificates/certificate_controller_utils.go */
export function hasCondition({ status }: Request, type: string): boolean {
  return status?.conditions?.some((condition) => condition.type === type) ?? false;
}

export function isIssued({ status }: Request): boolean {
  return (status?.certificate ?? "") !== "";
}

export function isDecided(request: Request): boolean {
  return hasCondition(request, "Approved") || hasCondition(request, "Denied");
}

/** Whether a signer has something to do about it. */
export function isToBeSigned(request: Request): boolean {
  const isApproved = hasCondition(request, "Approved") && !hasCondition(request, "Denied");
  return isApproved && !hasCondition(request, "Failed") && !isIssued(request);
}
