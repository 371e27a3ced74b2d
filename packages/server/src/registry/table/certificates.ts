import type { CertificateSigningRequest } from "../../api/types.ts";
import { NONE } from "./cell-texts.ts";
import { printer, text } from "./columns.ts";
import { ageOf, humanDuration } from "./human-duration.ts";
import { AGE_COLUMN, NAME_COLUMN, type TablePrinter } from "./table-printer.ts";

/** `Approved,Issued`: the decision, then what came of it. */
function stateText({ status }: Readonly<CertificateSigningRequest>): string {
  const has = (wanted: string) => status?.conditions?.some(({ type }) => type === wanted) === true;
  const decision = has("Denied") ? "Denied" : has("Approved") ? "Approved" : "Pending";
  return decision + (has("Failed") ? ",Failed" : "") + (status?.certificate ? ",Issued" : "");
}

/** @see kubernetes pkg/printers/internalversion/printers.go (printCertificateSigningRequest) */
export const certificateSigningRequests: TablePrinter = printer<CertificateSigningRequest>(
  [
    NAME_COLUMN,
    AGE_COLUMN,
    text("SignerName", "Who is asked to sign."),
    text("Requestor", "Who asks."),
    text("RequestedDuration", "How long the certificate should be good for."),
    text("Condition", "Whether it was approved or denied, and what came of it."),
  ],
  (request, now) => {
    const { metadata, spec } = request;
    const seconds = spec?.expirationSeconds;
    return [
      metadata.name ?? "",
      ageOf(metadata.creationTimestamp, now),
      spec?.signerName || NONE,
      spec?.username ?? "",
      seconds === undefined ? NONE : humanDuration(seconds * 1_000),
      stateText(request),
    ];
  },
);
