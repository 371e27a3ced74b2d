import type { KubeObject } from "../../api/object.ts";
import { notFound } from "../../api/status-error.ts";
import type { RequestContext } from "../../request/request-context.ts";
import { representationOf } from "../read-requests.ts";
import { collectionResponse, singleResponse } from "../representation.ts";
import type { EndpointHandler } from "../resource-handler.ts";
import { ResourceStore } from "../resource-store.ts";
import type { RegistryDependencies } from "../write-context.ts";

/** Those that upstream probes and that are here: parts of the process that answers, so they are well. */
const COMPONENTS: readonly string[] = ["controller-manager", "etcd-0"];

/**
 * The deprecated `componentstatuses`, made for each request and stored nowhere.
 * @see kubernetes pkg/registry/core/componentstatus/rest.go
 */
export function componentStatusEndpoint(
  dependencies: Pick<RegistryDependencies, "clock">,
): readonly (readonly [string, EndpointHandler])[] {
  let store: ResourceStore | undefined;
  const handler: EndpointHandler = (context, definition) => {
    store ??= new ResourceStore(
      definition,
      { group: "", resource: definition.resource },
      {
        freeze: false,
      },
    );
    return answer(dependencies, context, store);
  };
  return [["/componentstatuses", handler]];
}

function answer(
  dependencies: Pick<RegistryDependencies, "clock">,
  context: RequestContext,
  store: ResourceStore,
) {
  const name = context.info.parts[1] ?? "";
  if (name === "") {
    const representation = representationOf(dependencies, context, "list");
    return collectionResponse(store, COMPONENTS.map(componentStatus), {}, representation);
  }
  if (!COMPONENTS.includes(name)) throw notFound(store.groupResource, name);
  const representation = representationOf(dependencies, context, "object");
  return singleResponse(200, store, componentStatus(name), representation);
}

function componentStatus(name: string): KubeObject {
  return {
    kind: "ComponentStatus",
    apiVersion: "v1",
    metadata: { name },
    conditions: [{ type: "Healthy", status: "True", message: "ok" }],
  };
}
