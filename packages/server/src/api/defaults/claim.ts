/** Defaults of persistent volume claims. */
import type { ClaimSpec } from "../validation/volume-shapes.ts";

export function defaultClaimSpec(spec: ClaimSpec): void {
  spec.volumeMode ??= "Filesystem";
}
