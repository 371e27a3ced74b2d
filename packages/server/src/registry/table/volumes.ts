import type { PersistentVolume, PersistentVolumeClaim } from "../../api/types.ts";
import { UNSET } from "./cell-texts.ts";
import { type PrintersByResource, printer, text, wideText } from "./columns.ts";
import { ageOf } from "./human-duration.ts";
import { AGE_COLUMN, NAME_COLUMN } from "./table-printer.ts";

const MODES: readonly (readonly [mode: string, short: string])[] = [
  ["ReadWriteOnce", "RWO"],
  ["ReadOnlyMany", "ROX"],
  ["ReadWriteMany", "RWX"],
  ["ReadWriteOncePod", "RWOP"],
];
/** Where the class stood before there was a field for it. */
const CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";

function modesText(modes: readonly string[] | null | undefined): string {
  const known = MODES.filter(([mode]) => modes?.includes(mode));
  return known.map(([, short]) => short).join(",");
}

function phaseText({
  metadata,
  status,
}: Readonly<PersistentVolume | PersistentVolumeClaim>): string {
  return metadata.deletionTimestamp === undefined ? (status?.phase ?? "") : "Terminating";
}

function classText({ metadata, spec }: Readonly<PersistentVolume | PersistentVolumeClaim>): string {
  return metadata.annotations?.[CLASS_ANNOTATION] ?? spec?.storageClassName ?? "";
}

const ATTRIBUTES_CLASS = text("VolumeAttributesClass", "Class of attributes of the volume.");
const VOLUME_MODE = wideText("VolumeMode", "Whether it is a file system or a raw device.");

/** @see kubernetes pkg/printers/internalversion/printers.go */
export const volumePrinters: PrintersByResource = {
  persistentvolumeclaims: printer<PersistentVolumeClaim>(
    [
      NAME_COLUMN,
      text("Status", "Whether a volume is bound."),
      text("Volume", "The bound volume."),
      text("Capacity", "Size of the bound volume."),
      text("Access Modes", "How the bound volume may be used."),
      text("StorageClass", "Class of the wanted volume."),
      ATTRIBUTES_CLASS,
      AGE_COLUMN,
      VOLUME_MODE,
    ],
    (claim, now) => {
      const { metadata, spec, status } = claim;
      const volume = spec?.volumeName ?? "";
      return [
        metadata.name ?? "",
        phaseText(claim),
        volume,
        volume === "" ? "" : (status?.capacity?.storage ?? "0"),
        volume === "" ? "" : modesText(status?.accessModes),
        classText(claim),
        spec?.volumeAttributesClassName ?? UNSET,
        ageOf(metadata.creationTimestamp, now),
        spec?.volumeMode ?? UNSET,
      ];
    },
  ),
  persistentvolumes: printer<PersistentVolume>(
    [
      NAME_COLUMN,
      text("Capacity", "Size of the volume."),
      text("Access Modes", "How it may be used."),
      text("Reclaim Policy", "What happens to it when its claim is gone."),
      text("Status", "Whether it is free, bound or in the way of going."),
      text("Claim", "The claim it is bound to, as namespace/name."),
      text("StorageClass", "Class of the volume."),
      ATTRIBUTES_CLASS,
      text("Reason", "Why it is in its state."),
      AGE_COLUMN,
      VOLUME_MODE,
    ],
    (volume, now) => {
      const { metadata, spec, status } = volume;
      const claim = spec?.claimRef;
      return [
        metadata.name ?? "",
        spec?.capacity?.storage ?? "0",
        modesText(spec?.accessModes),
        spec?.persistentVolumeReclaimPolicy ?? "",
        phaseText(volume),
        claim === undefined ? "" : `${claim.namespace ?? ""}/${claim.name ?? ""}`,
        classText(volume),
        spec?.volumeAttributesClassName ?? UNSET,
        status?.reason ?? "",
        ageOf(metadata.creationTimestamp, now),
        spec?.volumeMode ?? UNSET,
      ];
    },
  ),
};
