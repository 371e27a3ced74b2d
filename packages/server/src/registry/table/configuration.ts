import type {
  ComponentStatus,
  ConfigMap,
  Namespace,
  ResourceQuota,
  Secret,
  ServiceAccount,
} from "../../api/types.ts";
import { type PrintersByResource, printer, text } from "./columns.ts";
import { ageOf } from "./human-duration.ts";
import { AGE_COLUMN, NAME_COLUMN } from "./table-printer.ts";

function count(members: Readonly<Record<string, unknown>> | null | undefined): number {
  return Object.keys(members ?? {}).length;
}

/** What is used, and what may be, of each resource: requests apart from limits. */
function quotaTexts({ status }: Readonly<ResourceQuota>): [requests: string, limits: string] {
  const requests: string[] = [];
  const limits: string[] = [];
  for (const [name, hard] of Object.entries(status?.hard ?? {}).sort(([a], [b]) =>
    a < b ? -1 : 1,
  )) {
    const list = name.startsWith("limits.") ? limits : requests;
    list.push(`${name}: ${status?.used?.[name] ?? "0"}/${hard}`);
  }
  return [requests.join(", "), limits.join(", ")];
}

function healthTexts({ conditions }: Readonly<ComponentStatus>): [string, string, string] {
  const health = conditions?.find(({ type }) => type === "Healthy");
  if (health === undefined) return ["Unknown", "", ""];
  const { status, message = "", error = "" } = health;
  return [status === "True" ? "Healthy" : "Unhealthy", message, error];
}

/** @see kubernetes pkg/printers/internalversion/printers.go */
export const configurationPrinters: PrintersByResource = {
  componentstatuses: printer<ComponentStatus>(
    [
      NAME_COLUMN,
      text("Status", "Whether the component is healthy."),
      text("Message", "What the component says about its health."),
      text("Error", "Why it could not be asked, or what is wrong with it."),
    ],
    (component) => [component.metadata.name ?? "", ...healthTexts(component)],
  ),
  configmaps: printer<ConfigMap>(
    [NAME_COLUMN, text("Data", "How many entries it has, binary ones included."), AGE_COLUMN],
    ({ metadata, data, binaryData }, now) => [
      metadata.name ?? "",
      count(data) + count(binaryData),
      ageOf(metadata.creationTimestamp, now),
    ],
  ),
  namespaces: printer<Namespace>(
    [NAME_COLUMN, text("Status", "Whether it is in use or going away."), AGE_COLUMN],
    ({ metadata, status }, now) => [
      metadata.name ?? "",
      status?.phase ?? "",
      ageOf(metadata.creationTimestamp, now),
    ],
  ),
  resourcequotas: printer<ResourceQuota>(
    [
      NAME_COLUMN,
      text("Request", "What is used, of what may be: counts and requests."),
      text("Limit", "What is used, of what may be: limits."),
      AGE_COLUMN,
    ],
    (quota, now) => [
      quota.metadata.name ?? "",
      ...quotaTexts(quota),
      ageOf(quota.metadata.creationTimestamp, now),
    ],
  ),
  secrets: printer<Secret>(
    [
      NAME_COLUMN,
      text("Type", "What the secret is for."),
      text("Data", "How many entries it has."),
      AGE_COLUMN,
    ],
    ({ metadata, type, data }, now) => [
      metadata.name ?? "",
      type ?? "",
      count(data),
      ageOf(metadata.creationTimestamp, now),
    ],
  ),
  serviceaccounts: printer<ServiceAccount>([NAME_COLUMN, AGE_COLUMN], ({ metadata }, now) => [
    metadata.name ?? "",
    ageOf(metadata.creationTimestamp, now),
  ]),
};
