import type { KubeObject } from "../api/object.ts";
import { forbidden, notFound } from "../api/status-error.ts";
import { admissionForbidden } from "./admission-forbidden.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "./admission-plugin.ts";

/** Namespaces that nobody may delete. @see kubernetes pkg/kubeapiserver/options/plugins.go */
const IMMORTAL: ReadonlySet<string> = new Set(["default", "kube-system", "kube-public"]);

/**
 * Nothing is created in a namespace that is missing or going away, and three namespaces stay.
 * `namespaceOf` reads the newest state, so there is no cache to wait for.
 * @see apiserver pkg/admission/plugin/namespace/lifecycle/admission.go
 */
export function createNamespaceLifecycle(
  namespaceOf: (name: string) => Readonly<KubeObject> | undefined,
): AdmissionPlugin {
  return {
    name: "NamespaceLifecycle",
    // In the mutating phase, as upstream, so that it comes before what other plugins look up.
    mutate: (attributes) => check(attributes, namespaceOf),
    validate: (attributes) => {
      if (attributes.operation === "DELETE") check(attributes, namespaceOf);
    },
  };
}

function check(
  attributes: AdmissionAttributes,
  namespaceOf: (name: string) => Readonly<KubeObject> | undefined,
): void {
  const { operation, group, resource, namespace, name } = attributes;
  const isNamespace = group === "" && resource === "namespaces";
  if (operation === "DELETE" && isNamespace && IMMORTAL.has(name)) {
    throw forbidden({ group, resource }, name, "this namespace may not be deleted");
  }
  if (operation !== "CREATE" || namespace === "" || isNamespace) return;
  if (resource === "localsubjectaccessreviews") return;
  const owner = namespaceOf(namespace);
  if (owner === undefined) throw notFound({ group: "", resource: "namespaces" }, namespace);
  const status = owner.status as { phase?: string } | undefined;
  if (status?.phase !== "Terminating") return;
  throw admissionForbidden(
    attributes,
    `unable to create new content in namespace ${namespace} because it is being terminated`,
    [
      {
        reason: "NamespaceTerminating",
        message: `namespace ${namespace} is being terminated`,
        field: "metadata.namespace",
      },
    ],
  );
}
