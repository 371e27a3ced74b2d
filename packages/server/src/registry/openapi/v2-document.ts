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
import { SchemaCollector, V2 } from "./schema-collector.ts";
import type { OpenApiSchema } from "./schema-rows.ts";

type Json = Record<string, unknown>;

/** What a document gathers while its paths are written. */
interface Gathered {
  readonly collector: SchemaCollector;
  readonly parameters: Map<string, Json>;
}

/**
 * The one document of OpenAPI 2.0, about everything that is served.
 * @see kube-openapi pkg/builder/openapi.go, pkg/builder/parameters.go
 */
export function v2Document(paths: readonly PathModel[], info: Json): Json {
  const gathered: Gathered = {
    collector: new SchemaCollector(V2, (kind) =>
      isRegisteredEverywhere(kind) ? everyVersionOf(kind) : [],
    ),
    parameters: new Map(),
  };
  const pathItems = Object.fromEntries(
    sortPaths(paths).map((each) => [each.path, pathItem(each, gathered)]),
  );
  return {
    swagger: "2.0",
    info,
    paths: pathItems,
    definitions: gathered.collector.finish() ?? {},
    parameters: Object.fromEntries([...gathered.parameters].sort(byName)),
    securityDefinitions: {
      BearerToken: {
        description: "A bearer token.",
        type: "apiKey",
        name: "authorization",
        in: "header",
      },
    },
    security: [{ BearerToken: [] }],
  };
}

function byName([left]: [string, Json], [right]: [string, Json]): number {
  return left < right ? -1 : 1;
}

function pathItem(path: PathModel, gathered: Gathered): Json {
  const { common, own } = splitParameters(path);
  const operations = path.operations.map((each, index) => [
    each.method,
    operationObject(each, own[index] ?? [], gathered),
  ]);
  const parameters = common.map((each) => parameterObject(each, gathered));
  return {
    ...Object.fromEntries(operations),
    ...(parameters.length === 0 ? {} : { parameters }),
  };
}

function operationObject(
  operation: OperationModel,
  own: readonly ParameterModel[],
  gathered: Gathered,
): Json {
  const { body, action, consumes, groupVersionKind } = operation;
  const named: { name: string; object: Json }[] = own.map((each) => ({
    name: each.name,
    object: parameterObject(each, gathered),
  }));
  if (body !== undefined) named.push({ name: "body", object: bodyObject(body, gathered) });
  named.sort((left, right) => (left.name < right.name ? -1 : 1));
  return {
    description: operation.description,
    ...(consumes.length === 0 ? {} : { consumes }),
    produces: operation.produces,
    schemes: ["https"],
    tags: [operation.tag],
    operationId: operation.operationId,
    ...(named.length === 0 ? {} : { parameters: named.map(({ object }) => object) }),
    responses: responsesObject(operation, gathered.collector),
    ...(action === undefined ? {} : { "x-kubernetes-action": action }),
    ...(groupVersionKind === undefined || action === undefined
      ? {}
      : { "x-kubernetes-group-version-kind": groupVersionKind }),
  };
}

function parameterObject(parameter: ParameterModel, gathered: Gathered): Json {
  const { name, description, sharedName, type } = parameter;
  const object: Json = {
    uniqueItems: true,
    type,
    ...(description === undefined ? {} : { description }),
    name,
    in: parameter.in,
    ...(parameter.in === "path" ? { required: true } : {}),
  };
  return shared(object, sharedName, gathered);
}

function bodyObject(body: BodyModel, gathered: Gathered): Json {
  const object: Json = {
    name: "body",
    in: "body",
    ...(body.required ? { required: true } : {}),
    schema: schemaOf(body.type, gathered.collector),
  };
  return shared(object, body.sharedName, gathered);
}

/** The parameter itself, or a reference when it is kept among the shared ones. */
function shared(object: Json, sharedName: string | undefined, { parameters }: Gathered): Json {
  if (sharedName === undefined) return object;
  if (!parameters.has(sharedName)) parameters.set(sharedName, object);
  return { $ref: `#/parameters/${sharedName}` };
}

function responsesObject(operation: OperationModel, collector: SchemaCollector): Json {
  const responses: Json = {};
  for (const [status, type] of Object.entries(operation.responses)) {
    responses[status] = {
      description: responsePhrase(Number(status)),
      schema: schemaOf(type, collector),
    };
  }
  responses[UNAUTHORIZED] = { description: responsePhrase(UNAUTHORIZED) };
  return responses;
}

function schemaOf(type: BodyType, collector: SchemaCollector): OpenApiSchema {
  return type === "string" ? { type: "string" } : collector.reference(type.typeName);
}
