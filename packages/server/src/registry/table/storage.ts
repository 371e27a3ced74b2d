import type {
  CSIDriver,
  CSINode,
  StorageClass,
  VolumeAttachment,
  VolumeAttributesClass,
} from "../../api/types.ts";
import { NONE, UNSET } from "./cell-texts.ts";
import { flag, integer, type PrintersByResource, printer, text } from "./columns.ts";
import { ageOf } from "./human-duration.ts";
import { AGE_COLUMN, NAME_COLUMN, type TablePrinter } from "./table-printer.ts";

/** Annotations that make a class the default one, today's and its predecessor. */
const DEFAULT_CLASS: readonly string[] = [
  "storageclass.kubernetes.io/is-default-class",
  "storageclass.beta.kubernetes.io/is-default-class",
];

const csiDrivers: TablePrinter = printer<CSIDriver>(
  [
    NAME_COLUMN,
    flag("AttachRequired", "Whether volumes are attached to a node before they are mounted."),
    flag("PodInfoOnMount", "Whether the driver is told for which pod it mounts."),
    flag("StorageCapacity", "Whether the driver publishes how much room it has."),
    text("TokenRequests", "Audiences of the tokens that the driver gets."),
    flag("RequiresRepublish", "Whether the driver is called again and again."),
    text("Modes", "Which volumes the driver has: lasting ones, or ones as old as their pod."),
    AGE_COLUMN,
  ],
  ({ metadata, spec }, now) => [
    metadata.name ?? "",
    spec?.attachRequired ?? true,
    spec?.podInfoOnMount ?? false,
    spec?.storageCapacity ?? false,
    spec?.tokenRequests?.map(({ audience }) => audience ?? "").join(",") ?? UNSET,
    spec?.requiresRepublish ?? false,
    (spec?.volumeLifecycleModes ?? []).join(",") || NONE,
    ageOf(metadata.creationTimestamp, now),
  ],
);

const storageClasses: TablePrinter = printer<StorageClass>(
  [
    NAME_COLUMN,
    text("Provisioner", "Who makes its volumes."),
    text("ReclaimPolicy", "What happens to volumes whose claims are gone."),
    text("VolumeBindingMode", "When volumes are made and bound."),
    text("AllowVolumeExpansion", "Whether volumes may grow."),
    AGE_COLUMN,
  ],
  (storageClass, now) => {
    const { metadata, provisioner, reclaimPolicy, volumeBindingMode } = storageClass;
    const isDefault = DEFAULT_CLASS.some((name) => metadata.annotations?.[name] === "true");
    return [
      (metadata.name ?? "") + (isDefault ? " (default)" : ""),
      provisioner ?? "",
      reclaimPolicy ?? "Delete",
      volumeBindingMode ?? "Immediate",
      storageClass.allowVolumeExpansion ?? false,
      ageOf(metadata.creationTimestamp, now),
    ];
  },
);

/** @see kubernetes pkg/printers/internalversion/printers.go */
export const storagePrinters: PrintersByResource = {
  csidrivers: csiDrivers,
  csinodes: printer<CSINode>(
    [NAME_COLUMN, integer("Drivers", "How many drivers run on the node."), AGE_COLUMN],
    ({ metadata, spec }, now) => [
      metadata.name ?? "",
      spec?.drivers?.length ?? 0,
      ageOf(metadata.creationTimestamp, now),
    ],
  ),
  storageclasses: storageClasses,
  volumeattachments: printer<VolumeAttachment>(
    [
      NAME_COLUMN,
      // Upstream gives this column the format of names, too.
      { ...text("Attacher", "The driver that attaches."), format: "name" },
      text("PV", "The volume."),
      text("Node", "The node to which it is attached."),
      flag("Attached", "Whether it is attached."),
      AGE_COLUMN,
    ],
    ({ metadata, spec, status }, now) => [
      metadata.name ?? "",
      spec?.attacher ?? "",
      spec?.source?.persistentVolumeName ?? "",
      spec?.nodeName ?? "",
      status?.attached ?? false,
      ageOf(metadata.creationTimestamp, now),
    ],
  ),
  volumeattributesclasses: printer<VolumeAttributesClass>(
    [NAME_COLUMN, text("DriverName", "The driver that knows its attributes."), AGE_COLUMN],
    ({ metadata, driverName }, now) => [
      metadata.name ?? "",
      driverName ?? "",
      ageOf(metadata.creationTimestamp, now),
    ],
  ),
};
