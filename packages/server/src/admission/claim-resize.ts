import type { KubeObject } from "../api/object.ts";
import type { PersistentVolumeClaim } from "../api/types.ts";
import { compareQuantities } from "../api/validation/amounts.ts";
import { admissionForbidden } from "./admission-forbidden.ts";
import type { AdmissionPlugin } from "./admission-plugin.ts";

const CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";

/**
 * Lets only those claims grow whose storage class says that its volumes can.
 * @see kubernetes plugin/pkg/admission/storage/persistentvolume/resize/admission.go
 */
export function createClaimResize(
  classOf: (name: string) => Readonly<KubeObject> | undefined,
): AdmissionPlugin {
  return {
    name: "PersistentVolumeClaimResize",
    validate: (attributes) => {
      const { operation, group, resource, subresource } = attributes;
      if (operation !== "UPDATE" || group !== "" || subresource !== "") return;
      if (resource !== "persistentvolumeclaims") return;
      const claim = attributes.object as PersistentVolumeClaim | undefined;
      const old = attributes.oldObject as PersistentVolumeClaim | undefined;
      if (compareQuantities(sizeOf(claim), sizeOf(old)) <= 0) return;
      if (old?.status?.phase !== "Bound") {
        const text = "Only bound persistent volume claims can be expanded";
        throw admissionForbidden(attributes, text);
      }
      const name = classNameOf(claim);
      const isSame = name !== "" && name === classNameOf(old);
      if (isSame && classOf(name)?.allowVolumeExpansion === true) return;
      throw admissionForbidden(
        attributes,
        "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize",
      );
    },
  };
}

function sizeOf(claim: PersistentVolumeClaim | undefined): string | undefined {
  return claim?.spec?.resources?.requests?.storage;
}

function classNameOf(claim: PersistentVolumeClaim | undefined): string {
  return claim?.metadata?.annotations?.[CLASS_ANNOTATION] ?? claim?.spec?.storageClassName ?? "";
}
