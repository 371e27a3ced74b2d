import type { ApiObject } from "../../client/resource-type.ts";

/** @see kubernetes pkg/volume/util/finalizer.go */
export const CLAIM_PROTECTION = "kubernetes.io/pvc-protection";
export const VOLUME_PROTECTION = "kubernetes.io/pv-protection";
export const ATTRIBUTES_CLASS_PROTECTION = "kubernetes.io/vac-protection";

/** Waits for the finalizer to be taken off. */
export function isDeletionCandidate({ metadata }: Readonly<ApiObject>, finalizer: string): boolean {
  return (
    metadata.deletionTimestamp !== undefined && metadata.finalizers?.includes(finalizer) === true
  );
}

/** Made before admission gave the finalizer to everybody, or somebody took it off. */
export function lacksFinalizer({ metadata }: Readonly<ApiObject>, finalizer: string): boolean {
  return (
    metadata.deletionTimestamp === undefined && metadata.finalizers?.includes(finalizer) !== true
  );
}

export function withFinalizer<T extends ApiObject>(object: Readonly<T>, finalizer: string): T {
  const finalizers = [...(object.metadata.finalizers ?? []), finalizer];
  return { ...object, metadata: { ...object.metadata, finalizers } };
}

export function withoutFinalizer<T extends ApiObject>(object: Readonly<T>, finalizer: string): T {
  const finalizers = (object.metadata.finalizers ?? []).filter((each) => each !== finalizer);
  return { ...object, metadata: { ...object.metadata, finalizers } };
}
