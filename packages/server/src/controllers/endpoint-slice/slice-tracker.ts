import type { EndpointSlice } from "../../api/types.ts";
import { type ObjectKey, printKey } from "../../client/resource-type.ts";
import { SERVICE_NAME } from "./service-slice.ts";

/** Stands for the generation of a slice that was deleted. */
const DELETED = -1;

/**
 * Which generations of slices were written last, so that nobody decides on what is known to be old.
 * @see kubernetes staging/src/k8s.io/endpointslice/util/endpointslice_tracker.go
 */
export class SliceTracker {
  /** Service → uid of a slice → generation. */
  readonly #services = new Map<string, Map<string, number>>();

  /** A slice was created or updated. */
  written(slice: Readonly<EndpointSlice>): void {
    this.#expect(slice, slice.metadata.generation ?? 0);
  }

  /** A slice was deleted by us. */
  removed(slice: Readonly<EndpointSlice>): void {
    this.#expect(slice, DELETED);
  }

  /** Whether these slices, as they are known, are behind what was written. */
  isStale(service: ObjectKey, slices: readonly Readonly<EndpointSlice>[]): boolean {
    const written = this.#services.get(printKey(service));
    if (written === undefined) return false;
    const known = new Map(slices.map(({ metadata }) => [metadata.uid, metadata.generation ?? 0]));
    return [...written].some(([uid, generation]) => {
      const seen = known.get(uid);
      if (generation === DELETED) return seen !== undefined;
      return seen === undefined || seen < generation;
    });
  }

  /** Whether somebody else has written the slice. */
  isNews(slice: Readonly<EndpointSlice>): boolean {
    const { uid = "", generation = 0 } = slice.metadata;
    const written = this.#of(slice)?.get(uid);
    return written === undefined || generation > written;
  }

  /** A slice is gone. @returns whether that was somebody else, and the slice one of ours */
  gone(slice: Readonly<EndpointSlice>): boolean {
    const { uid = "" } = slice.metadata;
    const slices = this.#of(slice);
    const written = slices?.get(uid);
    slices?.delete(uid);
    return written !== undefined && written !== DELETED;
  }

  forget(service: ObjectKey): void {
    this.#services.delete(printKey(service));
  }

  #expect(slice: Readonly<EndpointSlice>, generation: number): void {
    const { uid = "" } = slice.metadata;
    const name = serviceOf(slice);
    const slices = this.#services.get(name) ?? new Map<string, number>();
    this.#services.set(name, slices.set(uid, generation));
  }

  #of(slice: Readonly<EndpointSlice>): Map<string, number> | undefined {
    return this.#services.get(serviceOf(slice));
  }
}

function serviceOf({ metadata }: Readonly<EndpointSlice>): string {
  const { namespace = "", labels = {} } = metadata;
  return printKey({ namespace, name: labels[SERVICE_NAME] ?? "" });
}
