import type { AdmissionAttributes, AdmissionOperation } from "../admission/admission-plugin.ts";
import type { KubeObject } from "../api/object.ts";
import type { ResourceStore } from "./resource-store.ts";
import type { WriteContext } from "./write-context.ts";

/** What admission is told of a write of this resource. */
export function admissionAttributes(
  store: ResourceStore,
  context: WriteContext,
  operation: AdmissionOperation,
  objects: {
    readonly object: KubeObject | undefined;
    readonly oldObject: KubeObject | undefined;
    readonly subresource?: string;
  },
): AdmissionAttributes {
  return {
    operation,
    group: store.definition.group,
    version: store.definition.version,
    resource: store.definition.resource,
    subresource: objects.subresource ?? "",
    kind: store.definition.kind,
    namespace: context.namespace,
    name: context.name !== "" ? context.name : (objects.object?.metadata.name ?? ""),
    user: context.user,
    dryRun: context.dryRun,
    object: objects.object,
    oldObject: objects.oldObject,
    warn: context.warn,
  };
}
