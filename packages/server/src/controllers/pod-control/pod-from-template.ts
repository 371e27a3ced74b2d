import type { ObjectMeta, Pod, PodTemplateSpec } from "../../api/types.ts";
import { nameIsDnsSubdomain } from "../../api/validation/names.ts";
import type { ApiObject } from "../../client/resource-type.ts";
import { newControllerRef, type OwnerKind } from "../controller-ref.ts";

/**
 * The pod that a template asks for, owned by who made it from it. Its name is left to the server.
 * @param generateName - What the name begins with; the owner's name when not given.
 * @see kubernetes pkg/controller/controller_utils.go (GetPodFromTemplate)
 */
export function podFromTemplate(
  template: Readonly<PodTemplateSpec>,
  kind: OwnerKind,
  owner: Readonly<ApiObject>,
  generateName: string = podNamePrefix(owner.metadata.name ?? ""),
): Pod {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  const metadata: ObjectMeta = {
    namespace: owner.metadata.namespace ?? "",
    generateName,
    ownerReferences: [newControllerRef(kind, owner)],
  };
  if (labels !== undefined) metadata.labels = { ...labels };
  if (annotations !== undefined) metadata.annotations = { ...annotations };
  if (finalizers !== undefined) metadata.finalizers = [...finalizers];
  return { metadata, ...(template.spec === undefined ? {} : { spec: template.spec }) };
}

/** With a dash, where a name may have one there. */
function podNamePrefix(ownerName: string): string {
  const prefix = `${ownerName}-`;
  return nameIsDnsSubdomain(prefix, true).length === 0 ? prefix : ownerName;
}
