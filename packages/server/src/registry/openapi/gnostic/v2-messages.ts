import {
  createDocumentEncoder,
  type DocumentEncoder,
  type MessageTables,
} from "./message-encoder.ts";

/**
 * The messages of `openapi.v2` that our documents use, with the numbers of their fields.
 * @see github.com/google/gnostic-models openapiv2/OpenAPIv2.proto
 */
const MESSAGES: MessageTables = {
  Document: {
    swagger: [1, "string"],
    info: [2, "Info"],
    paths: [8, "Paths"],
    definitions: [9, "Definitions"],
    parameters: [10, "ParameterDefinitions"],
    security: [12, "[]SecurityRequirement"],
    securityDefinitions: [13, "SecurityDefinitions"],
    "x-": [16, "{}Any"],
  },
  Info: { title: [1, "string"], version: [2, "string"] },
  Paths: { "x-": [1, "{}Any"], "*": [2, "{}PathItem"] },
  PathItem: {
    get: [2, "Operation"],
    put: [3, "Operation"],
    post: [4, "Operation"],
    delete: [5, "Operation"],
    options: [6, "Operation"],
    head: [7, "Operation"],
    patch: [8, "Operation"],
    parameters: [9, "[]ParametersItem"],
    "x-": [10, "{}Any"],
  },
  Operation: {
    tags: [1, "[]string"],
    description: [3, "string"],
    operationId: [5, "string"],
    produces: [6, "[]string"],
    consumes: [7, "[]string"],
    parameters: [8, "[]ParametersItem"],
    responses: [9, "Responses"],
    schemes: [10, "[]string"],
    "x-": [13, "{}Any"],
  },
  ParameterDefinitions: { "*": [1, "{}Parameter"] },
  ParametersItem: (value) => ("$ref" in Object(value) ? [2, "JsonReference"] : [1, "Parameter"]),
  JsonReference: { $ref: [1, "string"], description: [2, "string"] },
  Parameter: (value) =>
    placeOf(value) === "body" ? [1, "BodyParameter"] : [2, "NonBodyParameter"],
  BodyParameter: {
    description: [1, "string"],
    name: [2, "string"],
    in: [3, "string"],
    required: [4, "bool"],
    schema: [5, "Schema"],
  },
  NonBodyParameter: (value) =>
    placeOf(value) === "path" ? [4, "PathParameterSubSchema"] : [3, "QueryParameterSubSchema"],
  QueryParameterSubSchema: {
    in: [2, "string"],
    description: [3, "string"],
    name: [4, "string"],
    type: [6, "string"],
    uniqueItems: [20, "bool"],
  },
  PathParameterSubSchema: {
    required: [1, "bool"],
    in: [2, "string"],
    description: [3, "string"],
    name: [4, "string"],
    type: [5, "string"],
    uniqueItems: [19, "bool"],
  },
  Responses: { "*": [1, "{}ResponseValue"], "x-": [2, "{}Any"] },
  ResponseValue: () => [1, "Response"],
  Response: { description: [1, "string"], schema: [2, "SchemaItem"] },
  SchemaItem: () => [1, "Schema"],
  Definitions: { "*": [1, "{}Schema"] },
  Schema: {
    $ref: [1, "string"],
    format: [2, "string"],
    description: [4, "string"],
    required: [19, "[]string"],
    enum: [20, "[]Any"],
    additionalProperties: [21, "AdditionalPropertiesItem"],
    type: [22, "TypeItem"],
    items: [23, "ItemsItem"],
    properties: [25, "Properties"],
    "x-": [31, "{}Any"],
  },
  Properties: { "*": [1, "{}Schema"] },
  AdditionalPropertiesItem: () => [1, "Schema"],
  TypeItem: () => [1, "[]string"],
  ItemsItem: () => [1, "[]Schema"],
  SecurityRequirement: { "*": [1, "{}StringArray"] },
  StringArray: () => [1, "[]string"],
  SecurityDefinitions: { "*": [1, "{}SecurityDefinitionsItem"] },
  SecurityDefinitionsItem: () => [2, "ApiKeySecurity"],
  ApiKeySecurity: {
    type: [1, "string"],
    name: [2, "string"],
    in: [3, "string"],
    description: [4, "string"],
  },
  Any: () => [2, "yaml"],
};

function placeOf(parameter: unknown): unknown {
  return Object(parameter).in;
}

/** Encodes a document of version 2 as `openapi.v2.Document`. */
export const encodeV2Document: DocumentEncoder = createDocumentEncoder(MESSAGES);
