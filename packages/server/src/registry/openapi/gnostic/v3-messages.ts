import {
  createDocumentEncoder,
  type DocumentEncoder,
  type MessageTables,
} from "./message-encoder.ts";

/**
 * The messages of `openapi.v3` that our documents use, with the numbers of their fields.
 * @see github.com/google/gnostic-models openapiv3/OpenAPIv3.proto
 */
const MESSAGES: MessageTables = {
  Document: {
    openapi: [1, "string"],
    info: [2, "Info"],
    paths: [4, "Paths"],
    components: [5, "Components"],
    "x-": [9, "{}Any"],
  },
  Info: { title: [1, "string"], version: [6, "string"] },
  Paths: { "*": [1, "{}PathItem"], "x-": [2, "{}Any"] },
  PathItem: {
    get: [4, "Operation"],
    put: [5, "Operation"],
    post: [6, "Operation"],
    delete: [7, "Operation"],
    options: [8, "Operation"],
    head: [9, "Operation"],
    patch: [10, "Operation"],
    parameters: [13, "[]ParameterOrReference"],
    "x-": [14, "{}Any"],
  },
  Operation: {
    tags: [1, "[]string"],
    description: [3, "string"],
    operationId: [5, "string"],
    parameters: [6, "[]ParameterOrReference"],
    requestBody: [7, "RequestBodyOrReference"],
    responses: [8, "Responses"],
    "x-": [13, "{}Any"],
  },
  ParameterOrReference: () => [1, "Parameter"],
  Parameter: {
    name: [1, "string"],
    in: [2, "string"],
    description: [3, "string"],
    required: [4, "bool"],
    schema: [10, "SchemaOrReference"],
  },
  RequestBodyOrReference: () => [1, "RequestBody"],
  RequestBody: { description: [1, "string"], content: [2, "MediaTypes"], required: [3, "bool"] },
  MediaTypes: { "*": [1, "{}MediaType"] },
  MediaType: { schema: [1, "SchemaOrReference"] },
  Responses: { "*": [2, "{}ResponseOrReference"], "x-": [3, "{}Any"] },
  ResponseOrReference: () => [1, "Response"],
  Response: { description: [1, "string"], content: [3, "MediaTypes"] },
  Components: {
    schemas: [1, "SchemasOrReferences"],
    securitySchemes: [7, "SecuritySchemesOrReferences"],
  },
  SchemasOrReferences: { "*": [1, "{}SchemaOrReference"] },
  SchemaOrReference: (value) => ("$ref" in Object(value) ? [2, "Reference"] : [1, "Schema"]),
  Reference: { $ref: [1, "string"] },
  Schema: {
    uniqueItems: [20, "bool"],
    required: [23, "[]string"],
    enum: [24, "[]Any"],
    type: [25, "string"],
    allOf: [26, "[]SchemaOrReference"],
    oneOf: [27, "[]SchemaOrReference"],
    items: [30, "ItemsItem"],
    properties: [31, "Properties"],
    additionalProperties: [32, "AdditionalPropertiesItem"],
    default: [33, "DefaultType"],
    description: [34, "string"],
    format: [35, "string"],
    "x-": [36, "{}Any"],
  },
  ItemsItem: () => [1, "[]SchemaOrReference"],
  Properties: { "*": [1, "{}SchemaOrReference"] },
  AdditionalPropertiesItem: () => [1, "SchemaOrReference"],
  /** An empty object has no place here: the message is there, and empty. */
  DefaultType: (value) => {
    if (typeof value === "number") return [1, "double"];
    if (typeof value === "boolean") return [2, "bool"];
    return typeof value === "string" ? [3, "string"] : undefined;
  },
  SecuritySchemesOrReferences: { "*": [1, "{}SecuritySchemeOrReference"] },
  SecuritySchemeOrReference: () => [1, "SecurityScheme"],
  SecurityScheme: {
    type: [1, "string"],
    description: [2, "string"],
    name: [3, "string"],
    in: [4, "string"],
  },
  Any: () => [2, "yaml"],
};

/** Encodes a document of version 3 as `openapi.v3.Document`. */
export const encodeV3Document: DocumentEncoder = createDocumentEncoder(MESSAGES);
