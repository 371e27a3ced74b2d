/**
 * The operations of resources and their subresources, one function each.
 * @see apiserver pkg/endpoints/installer.go (registerResourceHandlers)
 */
import type { ResourceDefinition, SubresourceDefinition } from "../../api/schema/language.ts";
import { kindOf } from "../../api/scheme.ts";
import { documentsDeletedObject } from "../deleted-object.ts";
import { operationId, operationTag } from "./operation-id.ts";
import type { BodyModel, BodyType, OperationModel } from "./path-model.ts";
import { optionParameters, pathParameters, prettyParameter } from "./request-parameters.ts";
import { sharedParameterName } from "./shared-parameters.ts";

const ANY: readonly string[] = ["*/*"];
export const OBJECT_TYPES: readonly string[] = [
  "application/json",
  "application/yaml",
  "application/vnd.kubernetes.protobuf",
];
const STREAM_TYPES: readonly string[] = [
  ...OBJECT_TYPES,
  "application/json;stream=watch",
  "application/vnd.kubernetes.protobuf;stream=watch",
];
const PATCH_TYPES: readonly string[] = [
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
  "application/apply-patch+yaml",
];
const STATUS: BodyType = { typeName: "meta.v1.Status" };
/** Options of a list that have no sense where the collection is deleted. */
const WATCH_OPTIONS: ReadonlySet<string> = new Set(["watch", "allowWatchBookmarks"]);

/** A place in the tree of paths, and the words that stand for it in names of operations. */
export interface Endpoint {
  readonly resource: ResourceDefinition;
  readonly path: string;
  /** `NamespacedPod` */
  readonly words: string;
}

/** What a caller says of an operation; the rest follows from the endpoint. */
export type OperationParts = Omit<OperationModel, "operationId" | "tag" | "consumes" | "produces"> &
  Partial<Pick<OperationModel, "consumes" | "produces">> & {
    /** Of the operation's name: `list`, `read`, `replace` … */
    readonly verb: string;
    /** The rest of it. */
    readonly words: string;
  };

/** Fills in what follows from the endpoint: names, tag, the kind, parameters of the path. */
export function operation(
  endpoint: Endpoint,
  { verb, words, parameters, ...parts }: OperationParts,
): OperationModel {
  const { resource, path } = endpoint;
  const { group, version, kind } = resource;
  return {
    consumes: ANY,
    produces: OBJECT_TYPES,
    groupVersionKind: { group, version, kind },
    ...parts,
    operationId: operationId(verb, group, version, words),
    tag: operationTag(group, version),
    parameters: [...parameters, ...pathParameters(path, resource)],
  };
}

export function listOperation(endpoint: Endpoint): OperationModel {
  const { group, version, kind } = endpoint.resource;
  return operation(endpoint, {
    method: "get",
    verb: "list",
    words: endpoint.words,
    action: "list",
    description: `Lists or watches objects of kind ${kind}.`,
    parameters: [...optionParameters("meta.v1.ListOptions"), prettyParameter()],
    produces: STREAM_TYPES,
    responses: { 200: typeOfKind(group, version, `${kind}List`) },
  });
}

export function watchOperation(endpoint: Endpoint, action: string): OperationModel {
  const what =
    action === "watch" ? `an object of kind ${endpoint.resource.kind}` : "a collection of them";
  return operation(endpoint, {
    method: "get",
    verb: "watch",
    words: endpoint.words,
    action,
    description: `Watches ${what}. Deprecated: list with the parameter \`watch\` instead.`,
    parameters: [...optionParameters("meta.v1.ListOptions"), prettyParameter()],
    produces: STREAM_TYPES,
    responses: { 200: { typeName: "meta.v1.WatchEvent" } },
  });
}

/** POST of a collection or of a subresource. */
export function createOperation(endpoint: Endpoint, sub?: SubresourceDefinition): OperationModel {
  const type = bodyType(endpoint, sub);
  return operation(endpoint, {
    method: "post",
    verb: "create",
    words: endpoint.words,
    action: "post",
    description: `Creates ${named(endpoint, sub)}.`,
    parameters: [...optionParameters("meta.v1.CreateOptions"), prettyParameter()],
    body: { type, required: true },
    responses: { 200: type, 201: type, 202: type },
    ...kindOfSubresource(endpoint, sub),
  });
}

export function readOperation(endpoint: Endpoint, sub?: SubresourceDefinition): OperationModel {
  return operation(endpoint, {
    method: "get",
    verb: "read",
    words: endpoint.words,
    action: "get",
    description: `Reads ${named(endpoint, sub)}.`,
    parameters: [prettyParameter()],
    responses: { 200: bodyType(endpoint, sub) },
    ...kindOfSubresource(endpoint, sub),
  });
}

export function replaceOperation(endpoint: Endpoint, sub?: SubresourceDefinition): OperationModel {
  const type = bodyType(endpoint, sub);
  return operation(endpoint, {
    method: "put",
    verb: "replace",
    words: endpoint.words,
    action: "put",
    description: `Replaces ${named(endpoint, sub)}.`,
    parameters: [...optionParameters("meta.v1.UpdateOptions"), prettyParameter()],
    body: { type, required: true },
    responses: { 200: type, 201: type },
    ...kindOfSubresource(endpoint, sub),
  });
}

export function patchOperation(endpoint: Endpoint, sub?: SubresourceDefinition): OperationModel {
  const type = bodyType(endpoint, sub);
  return operation(endpoint, {
    method: "patch",
    verb: "patch",
    words: endpoint.words,
    action: "patch",
    description: `Changes a part of ${named(endpoint, sub)}.`,
    parameters: [...optionParameters("meta.v1.PatchOptions"), prettyParameter()],
    body: sharedBody("meta.v1.Patch", true),
    consumes: PATCH_TYPES,
    responses: { 200: type, 201: type },
    ...kindOfSubresource(endpoint, sub),
  });
}

export function deleteOperation(endpoint: Endpoint): OperationModel {
  const type = documentsDeletedObject(endpoint.resource) ? bodyType(endpoint) : STATUS;
  return operation(endpoint, {
    method: "delete",
    verb: "delete",
    words: endpoint.words,
    action: "delete",
    description: `Deletes ${named(endpoint)}.`,
    parameters: [...optionParameters("meta.v1.DeleteOptions"), prettyParameter()],
    body: sharedBody("meta.v1.DeleteOptions", false),
    responses: { 200: type, 202: type },
  });
}

export function deleteCollectionOperation(endpoint: Endpoint): OperationModel {
  const selection = optionParameters("meta.v1.ListOptions");
  return operation(endpoint, {
    method: "delete",
    verb: "delete",
    words: `Collection${endpoint.words}`,
    action: "deletecollection",
    description: `Deletes the objects of kind ${endpoint.resource.kind} that are selected.`,
    parameters: [
      ...selection.filter(({ name }) => !WATCH_OPTIONS.has(name)),
      ...optionParameters("meta.v1.DeleteOptions"),
      prettyParameter(),
    ],
    body: sharedBody("meta.v1.DeleteOptions", false),
    responses: { 200: STATUS },
  });
}

function sharedBody(typeName: string, required: boolean): BodyModel {
  const sharedName = sharedParameterName(typeName, "body");
  return { type: { typeName }, required, ...(sharedName === undefined ? {} : { sharedName }) };
}

function bodyType({ resource }: Endpoint, sub?: SubresourceDefinition): BodyType {
  const { group, version, kind } = { ...resource, ...sub };
  return typeOfKind(group, version, kind);
}

/**
 * The type of a kind's bodies.
 * @throws Error when no table has the kind: rows name kinds, clients do not.
 */
export function typeOfKind(group: string, version: string, kind: string): BodyType {
  const found = kindOf(group, version, kind);
  if (found === undefined) throw new Error(`no kind ${kind} in ${group}/${version}`);
  return { typeName: found.typeName };
}

/** The operation is told by the kind of its bodies, which a subresource may have of its own. */
export function kindOfSubresource(
  { resource }: Endpoint,
  sub?: SubresourceDefinition,
): Pick<OperationModel, "groupVersionKind"> {
  const { group, version, kind } = { ...resource, ...sub };
  return { groupVersionKind: { group, version, kind } };
}

function named({ resource: { kind } }: Endpoint, sub?: SubresourceDefinition): string {
  return sub === undefined ? `an object of kind ${kind}` : `the ${sub.name} of a ${kind}`;
}
