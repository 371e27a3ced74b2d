import type {
  DeviceClass,
  ResourceClaim,
  ResourceClaimTemplate,
  ResourceSlice,
} from "../../api/types.ts";
import { type PrintersByResource, printer, text } from "./columns.ts";
import { ageOf } from "./human-duration.ts";
import { AGE_COLUMN, NAME_COLUMN, type TablePrinter } from "./table-printer.ts";

/** `deleted,allocated,reserved`: what holds, or `pending`. */
function claimState({ metadata, status }: Readonly<ResourceClaim>): string {
  const isDeleted = metadata.deletionTimestamp !== undefined;
  const states = isDeleted ? ["deleted"] : [];
  if (status?.allocation !== undefined) {
    states.push("allocated");
    if ((status.reservedFor ?? []).length > 0) states.push("reserved");
  } else if (!isDeleted) states.push("pending");
  return states.join(",");
}

const nameAndAge: TablePrinter = printer<DeviceClass | ResourceClaimTemplate>(
  [NAME_COLUMN, AGE_COLUMN],
  ({ metadata }, now) => [metadata.name ?? "", ageOf(metadata.creationTimestamp, now)],
);

/** @see kubernetes pkg/printers/internalversion/printers.go */
export const devicePrinters: PrintersByResource = {
  deviceclasses: nameAndAge,
  resourceclaims: printer<ResourceClaim>(
    [NAME_COLUMN, text("State", "Whether devices were found and are in use."), AGE_COLUMN],
    (claim, now) => [
      claim.metadata.name ?? "",
      claimState(claim),
      ageOf(claim.metadata.creationTimestamp, now),
    ],
  ),
  resourceclaimtemplates: nameAndAge,
  resourceslices: printer<ResourceSlice>(
    [
      NAME_COLUMN,
      text("Node", "The node that has the devices."),
      text("Driver", "The driver that knows them."),
      text("Pool", "The pool to which they belong."),
      AGE_COLUMN,
    ],
    ({ metadata, spec }, now) => [
      metadata.name ?? "",
      spec?.nodeName ?? "",
      spec?.driver ?? "",
      spec?.pool?.name ?? "",
      ageOf(metadata.creationTimestamp, now),
    ],
  ),
};
