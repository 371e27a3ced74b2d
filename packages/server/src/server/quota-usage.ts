import { copyObject } from "../api/object.ts";
import type { ResourceQuota } from "../api/types.ts";
import { updateObject } from "../registry/update.ts";
import type { RegistryDependencies } from "../registry/write-context.ts";
import { SERVER_USER } from "./bootstrap.ts";
import type { Stores } from "./stores.ts";

/** As the server's own writes are named in `managedFields`. */
const FIELD_MANAGER = "kube-apiserver";

/**
 * Writes down what is used of a quota, as an update of its status that everybody sees.
 * @param quota - as it was when this was reckoned
 * @throws StatusError 409 when it has been changed since, 404 when it is gone
 */
export async function writeQuotaUsage(
  registry: RegistryDependencies,
  stores: Stores,
  { metadata }: Readonly<ResourceQuota>,
  used: Readonly<Record<string, string>>,
): Promise<void> {
  const store = stores.of("", "v1", "resourcequotas");
  if (store === undefined) throw new Error("resourcequotas are not served");
  const context = {
    user: { username: SERVER_USER.username, uid: "", groups: SERVER_USER.groups, extra: {} },
    namespace: metadata?.namespace ?? "",
    name: metadata?.name ?? "",
    dryRun: false,
    fieldManager: FIELD_MANAGER,
    warn: () => {},
  };
  await updateObject(registry, store, context, {
    subresource: "status",
    preconditionUid: metadata?.uid ?? "",
    mayCreate: false,
    source: "body",
    transform: (current) => {
      const changed = copyObject(current ?? { metadata: {} });
      changed.metadata.resourceVersion = metadata?.resourceVersion ?? "";
      changed.status = { ...(changed.status as object | undefined), used: { ...used } };
      return changed;
    },
  });
}
