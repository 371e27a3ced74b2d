import type { KubeObject } from "../../api/object.ts";
import {
  matchesFields,
  matchesLabels,
  parseFieldSelector,
  parseLabelSelector,
} from "../../api/selectors.ts";
import { notFound } from "../../api/status-error.ts";
import type { RequestContext } from "../../request/request-context.ts";
import { parseListOptions } from "../list-options.ts";
import { representationOf } from "../read-requests.ts";
import { collectionResponse, singleResponse } from "../representation.ts";
import type { EndpointHandler } from "../resource-handler.ts";
import { ResourceStore } from "../resource-store.ts";
import { checkMetadataField } from "../selection.ts";
import type { RegistryDependencies } from "../write-context.ts";

export interface ComponentStatusDependencies extends Pick<RegistryDependencies, "clock"> {
  /** Names of those that run. They are parts of the process that answers, so they are well. */
  readonly components: readonly string[];
}

/**
 * The deprecated `componentstatuses`, made for each request and stored nowhere.
 * @see kubernetes pkg/registry/core/componentstatus/rest.go
 */
export function componentStatusEndpoint(
  dependencies: ComponentStatusDependencies,
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
  dependencies: ComponentStatusDependencies,
  context: RequestContext,
  store: ResourceStore,
) {
  const { components } = dependencies;
  const name = context.info.parts[1] ?? "";
  if (name === "") {
    const representation = representationOf(dependencies, context, "list");
    const statuses = components.map(componentStatus).filter(selected(context));
    return collectionResponse(store, statuses, {}, representation);
  }
  // Upstream names the kind here, not the resource.
  if (!components.includes(name)) throw notFound({ group: "", resource: "componentstatus" }, name);
  const representation = representationOf(dependencies, context, "object");
  return singleResponse(200, store, componentStatus(name), representation);
}

/** What the selectors of a list ask for. @throws StatusError 400 */
function selected(context: RequestContext): (status: KubeObject) => boolean {
  const { labelSelector, fieldSelector } = parseListOptions(context.query, false);
  const labels = parseLabelSelector(labelSelector);
  const fields = parseFieldSelector(fieldSelector);
  for (const { key } of fields.requirements) checkMetadataField(key);
  return ({ metadata: { name = "" } }) =>
    matchesLabels(labels, {}) && matchesFields(fields, { "metadata.name": name });
}

function componentStatus(name: string): KubeObject {
  return {
    kind: "ComponentStatus",
    apiVersion: "v1",
    metadata: { name },
    conditions: [{ type: "Healthy", status: "True", message: "ok" }],
  };
}
