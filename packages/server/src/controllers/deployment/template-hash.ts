import { dumpForHash } from "../../api/go-dump.ts";
import type { PodTemplateSpec } from "../../api/types.ts";
import { collisionBytes, Fnv32, safeEncode } from "../hash.ts";

/**
 * The label of a template's ReplicaSet: for the same template the same that kube-controller-manager
 * of this level writes.
 * @param template - As the API serves it, with its defaults.
 * @see kubernetes pkg/controller/controller_utils.go (ComputeHash)
 */
export function templateHash(template: Readonly<PodTemplateSpec>, collisionCount?: number): string {
  const hash = new Fnv32();
  hash.write(new TextEncoder().encode(dumpForHash("core.v1.PodTemplateSpec", template)));
  if (collisionCount !== undefined) hash.write(collisionBytes(collisionCount));
  return safeEncode(String(hash.sum));
}
