import type {
  LabelSelector,
  MutatingAdmissionPolicy,
  MutatingAdmissionPolicyBinding,
  MutatingWebhookConfiguration,
  ParamRef,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  ValidatingWebhookConfiguration,
} from "../../api/types.ts";
import { UNSET } from "./cell-texts.ts";
import { integer, type PrintersByResource, printer, text } from "./columns.ts";
import { ageOf } from "./human-duration.ts";
import { AGE_COLUMN, NAME_COLUMN, type TablePrinter } from "./table-printer.ts";

/** A selector as the generated `String` of Go's protobuf prints it. */
function goSelector({ matchLabels, matchExpressions }: LabelSelector): string {
  const labels = Object.entries(matchLabels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const pairs = labels.map(([key, value]) => `${key}: ${value},`).join("");
  const requirements = (matchExpressions ?? []).map(
    ({ key, operator, values }) =>
      `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${(values ?? []).join(" ")}],},`,
  );
  return `&LabelSelector{MatchLabels:map[string]string{${pairs}},MatchExpressions:[]LabelSelectorRequirement{${requirements.join("")}},}`;
}

function paramRefText(reference: ParamRef | undefined): string {
  if (reference === undefined) return UNSET;
  const { name = "", namespace = "", selector } = reference;
  if (name !== "") return `${namespace === "" ? "*" : namespace}/${name}`;
  return selector === undefined ? UNSET : goSelector(selector);
}

function paramKindText(kind: { apiVersion?: string; kind?: string } | undefined): string {
  return kind === undefined ? UNSET : `${kind.apiVersion ?? ""}/${kind.kind ?? ""}`;
}

const webhooks: TablePrinter = printer<
  MutatingWebhookConfiguration | ValidatingWebhookConfiguration
>(
  [NAME_COLUMN, integer("Webhooks", "How many webhooks it has."), AGE_COLUMN],
  (configuration, now) => [
    configuration.metadata.name ?? "",
    configuration.webhooks?.length ?? 0,
    ageOf(configuration.metadata.creationTimestamp, now),
  ],
);

const bindings: TablePrinter = printer<
  MutatingAdmissionPolicyBinding | ValidatingAdmissionPolicyBinding
>(
  [
    NAME_COLUMN,
    text("PolicyName", "The policy that is put to use."),
    text("ParamRef", "The object with its parameters, as namespace/name."),
    AGE_COLUMN,
  ],
  ({ metadata, spec }, now) => [
    metadata.name ?? "",
    spec?.policyName ?? "",
    paramRefText(spec?.paramRef),
    ageOf(metadata.creationTimestamp, now),
  ],
);

const PARAM_KIND = text("ParamKind", "Kind of the objects that hold its parameters.");

/** @see kubernetes pkg/printers/internalversion/printers.go */
export const admissionPrinters: PrintersByResource = {
  mutatingadmissionpolicies: printer<MutatingAdmissionPolicy>(
    [NAME_COLUMN, integer("Mutations", "How many changes it makes."), PARAM_KIND, AGE_COLUMN],
    ({ metadata, spec }, now) => [
      metadata.name ?? "",
      spec?.mutations?.length ?? 0,
      paramKindText(spec?.paramKind),
      ageOf(metadata.creationTimestamp, now),
    ],
  ),
  mutatingadmissionpolicybindings: bindings,
  mutatingwebhookconfigurations: webhooks,
  validatingadmissionpolicies: printer<ValidatingAdmissionPolicy>(
    [NAME_COLUMN, integer("Validations", "How many rules it checks."), PARAM_KIND, AGE_COLUMN],
    ({ metadata, spec }, now) => [
      metadata.name ?? "",
      spec?.validations?.length ?? 0,
      paramKindText(spec?.paramKind),
      ageOf(metadata.creationTimestamp, now),
    ],
  ),
  validatingadmissionpolicybindings: bindings,
  validatingwebhookconfigurations: webhooks,
};
