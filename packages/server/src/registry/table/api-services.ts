import { printer, text } from "./columns.ts";
import { ageOf } from "./human-duration.ts";
import { AGE_COLUMN, NAME_COLUMN, type TablePrinter } from "./table-printer.ts";

/** What is printed of an APIService of apiregistration.k8s.io. */
interface ApiService {
  readonly metadata: { readonly name?: string; readonly creationTimestamp?: string };
  readonly spec?: { readonly service?: { readonly namespace?: string; readonly name?: string } };
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
    }[];
  };
}

function availableText({ status }: Readonly<ApiService>): string {
  const available = status?.conditions?.find(({ type }) => type === "Available");
  if (available === undefined) return "Unknown";
  const { status: value, reason = "" } = available;
  return value === "True" || reason === "" ? value : `${value} (${reason})`;
}

/** @see kube-aggregator pkg/registry/apiservice/etcd/etcd.go (ConvertToTable) */
export const apiServices: TablePrinter = printer<ApiService>(
  [
    NAME_COLUMN,
    text("Service", "The service that answers for it, as namespace/name; Local for this server."),
    text("Available", "Whether it answers."),
    AGE_COLUMN,
  ],
  (apiService, now) => {
    const { metadata, spec } = apiService;
    const service = spec?.service;
    return [
      metadata.name ?? "",
      service === undefined ? "Local" : `${service.namespace ?? ""}/${service.name ?? ""}`,
      availableText(apiService),
      ageOf(metadata.creationTimestamp, now),
    ];
  },
);
