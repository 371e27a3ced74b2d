import type {
  ControllerRevision,
  DaemonSet,
  Deployment,
  ReplicaSet,
  ReplicationController,
  Scale,
  StatefulSet,
} from "../../api/types.ts";
import { containerCells, labelsText, NONE, selectorText, selectorTextOr } from "./cell-texts.ts";
import { integer, type PrintersByResource, printer, text, wideText } from "./columns.ts";
import { ageOf } from "./human-duration.ts";
import { AGE_COLUMN, NAME_COLUMN, type TableColumn, type TablePrinter } from "./table-printer.ts";

const READY_OF_ALL = text("Ready", "Pods that are ready, of those wanted.");
const CONTAINERS = wideText("Containers", "Names of the containers of the pod template.");
const IMAGES = wideText("Images", "Images of the containers of the pod template.");
const SELECTOR = wideText("Selector", "Labels of the pods that belong to the object.");

/** Columns of what only keeps a number of pods running. */
const REPLICA_COLUMNS: readonly TableColumn[] = [
  NAME_COLUMN,
  integer("Desired", "How many pods are wanted."),
  integer("Current", "How many pods there are."),
  integer("Ready", "How many pods are ready."),
  AGE_COLUMN,
  CONTAINERS,
  IMAGES,
  SELECTOR,
];

/** The owner that controls an object: `statefulset.apps/name`. */
function controllerText({ metadata }: Readonly<ControllerRevision>): string {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (owner === undefined) return NONE;
  const { apiVersion, kind, name } = owner;
  const slash = apiVersion.indexOf("/");
  const group = slash === -1 ? "" : `.${apiVersion.slice(0, slash)}`;
  return `${`${kind}${group}`.toLowerCase()}/${name}`;
}

const daemonSets = printer<DaemonSet>(
  [
    NAME_COLUMN,
    integer("Desired", "How many nodes should run a pod of the set."),
    integer("Current", "How many of these nodes run one."),
    integer("Ready", "How many nodes run one that is ready."),
    integer("Up-to-date", "How many nodes run one of the newest template."),
    integer("Available", "How many nodes run one that has been ready for long enough."),
    text("Node Selector", "Labels of the nodes that should run a pod."),
    AGE_COLUMN,
    CONTAINERS,
    IMAGES,
    SELECTOR,
  ],
  ({ metadata, spec, status }, now) => [
    metadata.name ?? "",
    status?.desiredNumberScheduled ?? 0,
    status?.currentNumberScheduled ?? 0,
    status?.numberReady ?? 0,
    status?.updatedNumberScheduled ?? 0,
    status?.numberAvailable ?? 0,
    labelsText(spec?.template?.spec?.nodeSelector),
    ageOf(metadata.creationTimestamp, now),
    ...containerCells(spec?.template?.spec?.containers),
    selectorText(spec?.selector),
  ],
);

const deployments = printer<Deployment>(
  [
    NAME_COLUMN,
    READY_OF_ALL,
    text("Up-to-date", "How many pods are of the newest template."),
    text("Available", "How many pods have been ready for long enough."),
    AGE_COLUMN,
    CONTAINERS,
    IMAGES,
    SELECTOR,
  ],
  ({ metadata, spec, status }, now) => [
    metadata.name ?? "",
    `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
    status?.updatedReplicas ?? 0,
    status?.availableReplicas ?? 0,
    ageOf(metadata.creationTimestamp, now),
    ...containerCells(spec?.template?.spec?.containers),
    selectorTextOr(spec?.selector, "<invalid>"),
  ],
);

/** @see kubernetes pkg/printers/internalversion/printers.go */
export const appsPrinters: PrintersByResource = {
  controllerrevisions: printer<ControllerRevision>(
    [
      NAME_COLUMN,
      text("Controller", "The object whose state was recorded."),
      text("Revision", "Number of the recorded state; the newest has the highest."),
      AGE_COLUMN,
    ],
    (object, now) => [
      object.metadata.name ?? "",
      controllerText(object),
      object.revision ?? 0,
      ageOf(object.metadata.creationTimestamp, now),
    ],
  ),
  daemonsets: daemonSets,
  deployments,
  replicasets: printer<ReplicaSet>(REPLICA_COLUMNS, ({ metadata, spec, status }, now) => [
    metadata.name ?? "",
    spec?.replicas ?? 0,
    status?.replicas ?? 0,
    status?.readyReplicas ?? 0,
    ageOf(metadata.creationTimestamp, now),
    ...containerCells(spec?.template?.spec?.containers),
    selectorText(spec?.selector),
  ]),
  statefulsets: printer<StatefulSet>(
    [NAME_COLUMN, READY_OF_ALL, AGE_COLUMN, CONTAINERS, IMAGES],
    ({ metadata, spec, status }, now) => [
      metadata.name ?? "",
      `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
      ageOf(metadata.creationTimestamp, now),
      ...containerCells(spec?.template?.spec?.containers),
    ],
  ),
};

export const replicationControllers: TablePrinter = printer<ReplicationController>(
  REPLICA_COLUMNS,
  ({ metadata, spec, status }, now) => [
    metadata.name ?? "",
    spec?.replicas ?? 0,
    status?.replicas ?? 0,
    status?.readyReplicas ?? 0,
    ageOf(metadata.creationTimestamp, now),
    ...containerCells(spec?.template?.spec?.containers),
    labelsText(spec?.selector),
  ],
);

/** Of the `scale` subresource; its name column has no format upstream either. */
export const scalePrinter: TablePrinter = printer<Scale>(
  [
    { ...NAME_COLUMN, format: "" },
    integer("Desired", "How many pods are wanted."),
    integer("Available", "How many pods were last seen."),
    AGE_COLUMN,
  ],
  ({ metadata, spec, status }, now) => [
    metadata.name ?? "",
    spec?.replicas ?? 0,
    status?.replicas ?? 0,
    ageOf(metadata.creationTimestamp, now),
  ],
);
