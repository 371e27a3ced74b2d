import type { AdmissionAttributes } from "./admission-plugin.ts";

/** What a plugin is told of jane's creating a pod `x` in `ns`, but for what is said otherwise. */
export function attributesWith(more: Partial<AdmissionAttributes>): AdmissionAttributes {
  return {
    operation: "CREATE",
    group: "",
    version: "v1",
    resource: "pods",
    subresource: "",
    kind: "Pod",
    namespace: "ns",
    name: "x",
    user: { username: "jane", uid: "", groups: [], extra: {} },
    dryRun: false,
    object: undefined,
    oldObject: undefined,
    warn: () => {},
    ...more,
  };
}
