import type { KubeObject } from "../api/object.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "./admission-plugin.ts";

type Classes = () => readonly Readonly<KubeObject>[];

const DEFAULT_STORAGE = [
  "storageclass.kubernetes.io/is-default-class",
  "storageclass.beta.kubernetes.io/is-default-class",
];
const CLAIM_CLASS = "volume.beta.kubernetes.io/storage-class";
const DEFAULT_INGRESS = ["ingressclass.kubernetes.io/is-default-class"];
const INGRESS_CLASS = "kubernetes.io/ingress.class";

/**
 * Gives new claims that name no storage class the default one.
 * @see kubernetes plugin/pkg/admission/storage/storageclass/setdefault/admission.go
 */
export function createDefaultStorageClass(classes: Classes): AdmissionPlugin {
  return {
    name: "DefaultStorageClass",
    mutate: (attributes) => {
      if (!isNew(attributes, "", "persistentvolumeclaims")) return;
      fill(attributes, "storageClassName", CLAIM_CLASS, classes, DEFAULT_STORAGE);
    },
  };
}

/**
 * Gives new ingresses that name no class the default one.
 * @see kubernetes plugin/pkg/admission/network/defaultingressclass/admission.go
 */
export function createDefaultIngressClass(classes: Classes): AdmissionPlugin {
  return {
    name: "DefaultIngressClass",
    mutate: (attributes) => {
      if (!isNew(attributes, "networking.k8s.io", "ingresses")) return;
      fill(attributes, "ingressClassName", INGRESS_CLASS, classes, DEFAULT_INGRESS);
    },
  };
}

function isNew(attributes: AdmissionAttributes, group: string, resource: string): boolean {
  return (
    attributes.operation === "CREATE" &&
    attributes.group === group &&
    attributes.resource === resource &&
    attributes.subresource === ""
  );
}

/** @param annotation - names the class too, and older clients use it */
function fill(
  { object }: AdmissionAttributes,
  field: string,
  annotation: string,
  classes: Classes,
  marks: readonly string[],
): void {
  const spec = object?.spec as Record<string, unknown> | undefined;
  if (spec === undefined || (spec[field] !== undefined && spec[field] !== null)) return;
  if (object?.metadata.annotations?.[annotation] !== undefined) return;
  const name = newestDefault(classes(), marks);
  if (name !== undefined) spec[field] = name;
}

/** Of several defaults the newest, then the first by name. */
function newestDefault(
  classes: readonly Readonly<KubeObject>[],
  marks: readonly string[],
): string | undefined {
  const [newest] = classes
    .filter(({ metadata }) => marks.some((mark) => metadata.annotations?.[mark] === "true"))
    .map(({ metadata }) => ({
      name: metadata.name ?? "",
      made: Date.parse(metadata.creationTimestamp ?? ""),
    }))
    .sort((left, right) => right.made - left.made || (left.name < right.name ? -1 : 1));
  return newest?.name;
}
