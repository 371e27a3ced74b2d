import type {
  BodyModel,
  BodyType,
  OperationModel,
  ParameterModel,
  PathModel,
} from "./path-model.ts";
import { sortPaths, splitParameters } from "./path-model.ts";
import { everyVersionOf, isRegisteredEverywhere } from "./registered-versions.ts";
import { responsePhrase, UNAUTHORIZED } from "./response-phrases.ts";
import { SchemaCollector, V3 } from "./schema-collector.ts";
import type { OpenApiSchema } from "./schema-rows.ts";

type Json = Record<string, unknown>;

/** The group version that a document is about; absent for documents of no group version. */
export interface DocumentScope {
  readonly group: string;
  readonly version: string;
}

/**
 * One document of OpenAPI 3.0.
 * @see kube-openapi pkg/builder3/openapi.go
 */
export function v3Document(paths: readonly PathModel[], info: Json, scope?: DocumentScope): Json {
  const collector = new SchemaCollector(V3, (kind) => versionsIn(scope, kind));
  const pathItems = Object.fromEntries(
    sortPaths(paths).map((each) => [each.path, pathItem(each, collector)]),
  );
  const schemas = collector.finish();
  return {
    openapi: "3.0.0",
    info,
    paths: pathItems,
    components: {
      ...(schemas === undefined ? {} : { schemas }),
      securitySchemes: {
        BearerToken: {
          type: "apiKey",
          description: "A bearer token.",
          name: "authorization",
          in: "header",
        },
      },
    },
  };
}

/** The versions of a kind that concern a document: the core group's, and those of its own. */
function versionsIn(
  scope: DocumentScope | undefined,
  kind: string,
): ReturnType<typeof everyVersionOf> {
  if (!isRegisteredEverywhere(kind)) return [];
  return everyVersionOf(kind).filter(
    ({ group, version }) => group === "" || (group === scope?.group && version === scope.version),
  );
}

function pathItem(path: PathModel, collector: SchemaCollector): Json {
  const { common, own } = splitParameters(path);
  const operations = path.operations.map((each, index) => [
    each.method,
    operationObject(each, own[index] ?? [], collector),
  ]);
  return {
    ...Object.fromEntries(operations),
    ...(common.length === 0 ? {} : { parameters: common.map(parameterObject) }),
  };
}

function operationObject(
  operation: OperationModel,
  parameters: readonly ParameterModel[],
  collector: SchemaCollector,
): Json {
  const { body, action, groupVersionKind } = operation;
  return {
    tags: [operation.tag],
    description: operation.description,
    operationId: operation.operationId,
    ...(parameters.length === 0 ? {} : { parameters: parameters.map(parameterObject) }),
    ...(body === undefined ? {} : { requestBody: bodyObject(body, operation.consumes, collector) }),
    responses: responsesObject(operation, collector),
    ...(action === undefined ? {} : { "x-kubernetes-action": action }),
    ...(groupVersionKind === undefined || action === undefined
      ? {}
      : { "x-kubernetes-group-version-kind": groupVersionKind }),
  };
}

function parameterObject(parameter: ParameterModel): Json {
  const { name, description, type } = parameter;
  return {
    name,
    in: parameter.in,
    ...(description === undefined ? {} : { description }),
    ...(parameter.in === "path" ? { required: true } : {}),
    schema: { type, uniqueItems: true },
  };
}

function bodyObject(
  body: BodyModel,
  mediaTypes: readonly string[],
  collector: SchemaCollector,
): Json {
  return {
    content: content(body.type, mediaTypes, collector),
    ...(body.required ? { required: true } : {}),
  };
}

function responsesObject(operation: OperationModel, collector: SchemaCollector): Json {
  const responses: Json = {};
  for (const [status, type] of Object.entries(operation.responses)) {
    responses[status] = {
      description: responsePhrase(Number(status)),
      content: content(type, operation.produces, collector),
    };
  }
  responses[UNAUTHORIZED] = { description: responsePhrase(UNAUTHORIZED) };
  return responses;
}

/** The same schema for each media type, by name, ascending. */
function content(type: BodyType, mediaTypes: readonly string[], collector: SchemaCollector): Json {
  const schema: OpenApiSchema =
    type === "string" ? { type: "string" } : collector.reference(type.typeName);
  return Object.fromEntries([...mediaTypes].sort().map((mediaType) => [mediaType, { schema }]));
}
