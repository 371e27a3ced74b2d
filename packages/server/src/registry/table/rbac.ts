import type { ClusterRoleBinding, RoleBinding, Subject } from "../../api/types.ts";
import { type PrintersByResource, printer, text, wideText } from "./columns.ts";
import { ageOf } from "./human-duration.ts";
import { AGE_COLUMN, NAME_COLUMN, type TablePrinter } from "./table-printer.ts";

function subjectsText(
  subjects: readonly Subject[] | null | undefined,
  wanted: string,
  print: (subject: Subject) => string,
): string {
  const of = (subjects ?? []).filter(({ kind }) => kind === wanted);
  return of.map(print).join(", ");
}

/** Bindings print alike, in a namespace or not. @see kubernetes pkg/apis/rbac/helpers.go */
const bindings: TablePrinter = printer<RoleBinding | ClusterRoleBinding>(
  [
    NAME_COLUMN,
    text("Role", "The role that is granted, as kind/name."),
    AGE_COLUMN,
    wideText("Users", "Users that get it."),
    wideText("Groups", "Groups that get it."),
    wideText("ServiceAccounts", "Service accounts that get it, as namespace/name."),
  ],
  ({ metadata, roleRef, subjects }, now) => [
    metadata.name ?? "",
    `${roleRef?.kind ?? ""}/${roleRef?.name ?? ""}`,
    ageOf(metadata.creationTimestamp, now),
    subjectsText(subjects, "User", ({ name }) => name),
    subjectsText(subjects, "Group", ({ name }) => name),
    subjectsText(subjects, "ServiceAccount", ({ namespace = "", name }) => `${namespace}/${name}`),
  ],
);

/** Roles have the default columns. */
export const rbacPrinters: PrintersByResource = {
  clusterrolebindings: bindings,
  rolebindings: bindings,
};
