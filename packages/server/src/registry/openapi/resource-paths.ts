import type { ResourceDefinition } from "../../api/schema/language.ts";
import type { OperationModel, PathModel } from "./path-model.ts";
import {
  createOperation,
  deleteCollectionOperation,
  deleteOperation,
  type Endpoint,
  listOperation,
  patchOperation,
  readOperation,
  replaceOperation,
  watchOperation,
} from "./resource-operations.ts";
import { subresourcePaths } from "./subresource-paths.ts";

/** `/api/v1`, `/apis/apps/v1` */
export function groupVersionPath(group: string, version: string): string {
  return group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
}

/** Every path on which a resource, its subresources and its watches are. */
export function resourcePaths(resource: ResourceDefinition): readonly PathModel[] {
  const root = groupVersionPath(resource.group, resource.version);
  const { resource: plural, kind, namespaced, verbs } = resource;
  const below = namespaced ? `namespaces/{namespace}/${plural}` : plural;
  const words = namespaced ? `Namespaced${kind}` : kind;
  const collection: Endpoint = { resource, path: `${root}/${below}`, words };
  const item: Endpoint = { resource, path: `${root}/${below}/{name}`, words };
  const paths = [collectionPath(collection), itemPath(item)];
  if (namespaced && verbs.includes("list")) {
    paths.push({
      path: `${root}/${plural}`,
      operations: [listOperation(everywhere(resource, root))],
    });
  }
  if (verbs.includes("watch")) paths.push(...watchPaths(resource, root, below, words));
  for (const each of resource.subresources) paths.push(...subresourcePaths(item, each));
  return paths.filter(({ operations }) => operations.length > 0);
}

function everywhere(resource: ResourceDefinition, root: string): Endpoint {
  const path = `${root}/${resource.resource}`;
  return { resource, path, words: `${resource.kind}ForAllNamespaces` };
}

function collectionPath(endpoint: Endpoint): PathModel {
  const { verbs } = endpoint.resource;
  const operations: OperationModel[] = [];
  if (verbs.includes("list")) operations.push(listOperation(endpoint));
  if (verbs.includes("create")) operations.push(createOperation(endpoint));
  if (verbs.includes("deletecollection")) operations.push(deleteCollectionOperation(endpoint));
  return { path: endpoint.path, operations };
}

function itemPath(endpoint: Endpoint): PathModel {
  const { verbs } = endpoint.resource;
  const operations: OperationModel[] = [];
  if (verbs.includes("get")) operations.push(readOperation(endpoint));
  if (verbs.includes("update")) operations.push(replaceOperation(endpoint));
  if (verbs.includes("delete")) operations.push(deleteOperation(endpoint));
  if (verbs.includes("patch")) operations.push(patchOperation(endpoint));
  return { path: endpoint.path, operations };
}

function watchPaths(
  resource: ResourceDefinition,
  root: string,
  below: string,
  words: string,
): PathModel[] {
  const { resource: plural, kind, namespaced } = resource;
  const places: [path: string, words: string, action: string][] = [
    [`${root}/watch/${below}`, `${words}List`, "watchlist"],
    [`${root}/watch/${below}/{name}`, words, "watch"],
  ];
  if (namespaced) {
    places.push([`${root}/watch/${plural}`, `${kind}ListForAllNamespaces`, "watchlist"]);
  }
  return places.map(([path, name, action]) => ({
    path,
    operations: [watchOperation({ resource, path, words: name }, action)],
  }));
}
