import type { SubresourceDefinition } from "../../api/schema/language.ts";
import { METHODS, type Method, type OperationModel, type PathModel } from "./path-model.ts";
import { optionParameters, prettyParameter } from "./request-parameters.ts";
import {
  createOperation,
  type Endpoint,
  kindOfSubresource,
  OBJECT_TYPES,
  operation,
  patchOperation,
  readOperation,
  replaceOperation,
} from "./resource-operations.ts";

const BOTH_WAYS: readonly Method[] = ["get", "post"];

/** The paths of one subresource. */
export function subresourcePaths(
  item: Endpoint,
  subresource: SubresourceDefinition,
): readonly PathModel[] {
  const { name } = subresource;
  const endpoint: Endpoint = {
    resource: item.resource,
    path: `${item.path}/${name}`,
    words: `${item.words}${name.charAt(0).toUpperCase()}${name.slice(1)}`,
  };
  if (subresource.kind.endsWith("Options")) return connectPaths(endpoint, subresource);
  if (name === "log") return [{ path: endpoint.path, operations: [logOperation(endpoint)] }];
  return [{ path: endpoint.path, operations: objectOperations(endpoint, subresource) }];
}

function objectOperations(
  endpoint: Endpoint,
  subresource: SubresourceDefinition,
): OperationModel[] {
  const { verbs } = subresource;
  const operations: OperationModel[] = [];
  if (verbs.includes("get")) operations.push(readOperation(endpoint, subresource));
  if (verbs.includes("update")) operations.push(replaceOperation(endpoint, subresource));
  if (verbs.includes("create")) operations.push(createOperation(endpoint, subresource));
  if (verbs.includes("patch")) operations.push(patchOperation(endpoint, subresource));
  return operations;
}

/** Text, whatever the type says. */
function logOperation(endpoint: Endpoint): OperationModel {
  return operation(endpoint, {
    method: "get",
    verb: "read",
    words: endpoint.words,
    action: "get",
    description: `Reads the log of a container of a ${endpoint.resource.kind}.`,
    parameters: [...optionParameters("core.v1.PodLogOptions"), prettyParameter()],
    produces: ["text/plain", ...OBJECT_TYPES],
    responses: { 200: "string" },
  });
}

/** Subresources that take the connection over; a proxy takes any method and has paths below it. */
function connectPaths(endpoint: Endpoint, subresource: SubresourceDefinition): PathModel[] {
  if (subresource.name !== "proxy") return [connectPath(endpoint, subresource, BOTH_WAYS)];
  const below: Endpoint = {
    ...endpoint,
    path: `${endpoint.path}/{path}`,
    words: `${endpoint.words}WithPath`,
  };
  return [endpoint, below].map((each) => connectPath(each, subresource, METHODS));
}

function connectPath(
  endpoint: Endpoint,
  subresource: SubresourceDefinition,
  methods: readonly Method[],
): PathModel {
  const parameters = optionParameters(`core.v1.${subresource.kind}`);
  return {
    path: endpoint.path,
    operations: methods.map((method) =>
      operation(endpoint, {
        method,
        verb: "connect",
        words: `${method.charAt(0).toUpperCase()}${method.slice(1)}${endpoint.words}`,
        action: "connect",
        description: `Connects ${method.toUpperCase()} requests to the ${subresource.name} of a ${endpoint.resource.kind}.`,
        parameters,
        produces: ["*/*"],
        responses: { 200: "string" },
        ...kindOfSubresource(endpoint, subresource),
      }),
    ),
  };
}
