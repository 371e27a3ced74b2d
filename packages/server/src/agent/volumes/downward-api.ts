import { posix } from "node:path";
import type { DownwardAPIVolumeFile, Pod } from "../../api/types.ts";
import { downwardField, downwardResource } from "../pods/downward-api.ts";
import type { FileProjection, Payload } from "./payload.ts";
import { joinErrors } from "./source-error.ts";
import type { NodeAllocatable } from "./volume-source.ts";

/**
 * Files of fields of the pod and of resources of its containers, without a newline at their ends.
 * @throws Error of all fields that cannot be had
 * @see kubernetes pkg/volume/downwardapi/downwardapi.go (CollectData)
 */
export function collectDownwardApi(
  items: readonly DownwardAPIVolumeFile[],
  defaultMode: number,
  { pod, allocatable }: { readonly pod: Readonly<Pod>; readonly allocatable: NodeAllocatable },
): Payload {
  const errors: unknown[] = [];
  const payload = new Map<string, FileProjection>();
  for (const { path, mode = defaultMode, fieldRef, resourceFieldRef } of items) {
    try {
      let text = "";
      if (fieldRef !== undefined) text = downwardField(fieldRef, pod);
      else if (resourceFieldRef !== undefined) {
        text = downwardResource(resourceFieldRef, pod, undefined, allocatable);
      }
      payload.set(posix.normalize(path), { data: Buffer.from(text), mode });
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw joinErrors(errors);
  return payload;
}
