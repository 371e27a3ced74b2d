/**
 * Bodies of requests to objects, and objects to bodies of answers.
 * @see apimachinery pkg/runtime/serializer · apiserver pkg/endpoints/handlers/{create,update,rest}.go
 */
import { encodeYaml } from "./codec-encode-yaml.ts";
import {
  InterpretError,
  interpretJson,
  parseApiVersion,
  parseError,
  withDefaults,
} from "./codec-interpret.ts";
import { internalTypeOf, notRegistered, registrationOf } from "./codec-registration.ts";
import { type Decoded, decodeJsonQuickly, decodeNode, JsonTypeError } from "./decode.ts";
import { encodeHex } from "./decode-base64.ts";
import { encodeJson } from "./encode-json.ts";
import { type JsonNode, JsonSyntaxError, readJson } from "./json-parser.ts";
import { decodeText, parseJson } from "./json-parser-plain.ts";
import { apiVersionOf, type KubeObject } from "./object.ts";
import { decodeMessage, encodeProtobuf, openProtobuf, ProtobufError } from "./protobuf.ts";
import type { GroupVersionKind } from "./schema/language.ts";
import { type Kind, kindOf } from "./scheme.ts";
import { YamlSyntaxError, yamlToJson } from "./yaml-parser.ts";

export { applySchemaDefaults, settleForStorage } from "./codec-defaults.ts";

export type BodyMediaType =
  | "application/json"
  | "application/yaml"
  | "application/vnd.kubernetes.protobuf";

/** A body that cannot be used; `message` is the complete text of the 400 that answers it. */
export class DecodeError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "DecodeError";
  }
}

export interface BodyRequest {
  /** What the endpoint takes. */
  readonly kind: Kind;
  readonly mediaType: BodyMediaType;
  readonly bytes: Uint8Array;
  /** What a body is that does not say; the endpoint's own kind if not given. */
  readonly defaultsKind?: GroupVersionKind;
  /** Further group versions in which the endpoint takes its kind, whose fields are the same in them. */
  readonly otherVersions?: readonly string[];
}

export interface DecodedBody {
  /** Canonical, with `kind` and `apiVersion` of the endpoint; defaults are not applied. */
  readonly object: KubeObject;
  /**
   * Unknown and duplicate fields, in the order of the body. Strict refuses them
   * (`strictMessage`), Warn warns (`warningsOf`), Ignore does neither.
   */
  readonly strictErrors: readonly string[];
  /** What the body said it is, where that is another version than the endpoint's. */
  readonly said?: GroupVersionKind;
}

/**
 * Decodes the body of a create or update.
 * @throws DecodeError
 */
export function decodeBody(request: BodyRequest): DecodedBody {
  const mayBeQuick = request.mediaType === "application/json" && request.defaultsKind === undefined;
  const quick = mayBeQuick ? decodeQuickly(request) : undefined;
  if (quick !== undefined) return quick;
  const stage: Stage = {};
  try {
    const decoded = typed(request.kind, decodeSlowly(request, stage));
    const { named } = stage;
    return named === undefined || isSameKind(named, request.kind)
      ? decoded
      : { ...decoded, said: named };
  } catch (error) {
    throw transformError(error, request, stage);
  }
}

/** How far decoding came before it failed. */
interface Stage {
  /** What the body says it is, defaults filled in. */
  named?: GroupVersionKind;
}

/** The usual body: in order in every respect, and of the endpoint's kind. */
function decodeQuickly({ kind, bytes }: BodyRequest): DecodedBody | undefined {
  const decoded = decodeJsonQuickly(kind.typeName, decodeText(bytes));
  if (decoded === undefined) return undefined;
  const { kind: saidKind, apiVersion } = decoded.value;
  const isSame =
    (saidKind === undefined || saidKind === kind.kind) &&
    (apiVersion === undefined || apiVersion === apiVersionOf(kind.group, kind.version));
  return isSame ? typed(kind, decoded) : undefined;
}

function typed(kind: Kind, { value, strictErrors }: Decoded): DecodedBody {
  const { kind: _kind, apiVersion: _apiVersion, ...rest } = value;
  const object = {
    kind: kind.kind,
    apiVersion: apiVersionOf(kind.group, kind.version),
    ...rest,
  } as unknown as KubeObject;
  return { object, strictErrors };
}

function decodeSlowly(request: BodyRequest, stage: Stage): Decoded {
  if (request.mediaType === "application/vnd.kubernetes.protobuf") {
    return decodeProtobufBody(request, stage);
  }
  const { json, strictErrors } =
    request.mediaType === "application/yaml"
      ? yamlToJson(request.bytes)
      : { json: decodeText(request.bytes), strictErrors: [] };
  const node = readBody(json);
  const { apiVersion, kind } = interpretJson(node);
  const typeName = chooseType(request, { ...parseApiVersion(apiVersion), kind }, stage);
  const decoded = decodeNode(
    typeName ?? request.kind.typeName,
    typeName === undefined ? null : node,
  );
  checkConversion(request, stage);
  return { value: decoded.value, strictErrors: [...strictErrors, ...decoded.strictErrors] };
}

/**
 * A JSON body, read exactly.
 * @throws InterpretError
 */
export function readBody(json: string): JsonNode {
  try {
    return readJson(json);
  } catch (error) {
    throw error instanceof JsonSyntaxError ? parseError(error.message) : error;
  }
}

function decodeProtobufBody(request: BodyRequest, stage: Stage): Decoded {
  const { apiVersion, kind, raw } = openProtobuf(request.bytes);
  const named = { ...versionOrNone(apiVersion), kind };
  const typeName = chooseType(request, named, stage);
  const value = decodeMessage(
    typeName ?? request.kind.typeName,
    typeName === undefined ? new Uint8Array(0) : raw,
  );
  checkConversion(request, stage);
  return { value, strictErrors: [] };
}

/** In protobuf a version with too many slashes is no version. */
export function versionOrNone(apiVersion: string): { group: string; version: string } {
  return apiVersion.split("/").length > 2
    ? { group: "", version: "" }
    : parseApiVersion(apiVersion);
}

/** The type as which the body is decoded; undefined for one that only upstream has. */
function chooseType(
  request: BodyRequest,
  said: GroupVersionKind,
  stage: Stage,
): string | undefined {
  const named = withDefaults(said, request.defaultsKind ?? request.kind);
  stage.named = named;
  if (named.version === "") {
    const body = decodeText(request.bytes);
    throw new InterpretError(`Object 'apiVersion' is missing in '${body}'`);
  }
  if (isTaken(named, request)) return request.kind.typeName;
  const registration = registrationOf(request.kind.group, named);
  if (registration === undefined) {
    throw new InterpretError(notRegistered(request.kind.group, named));
  }
  return registration.typeName;
}

function isSameKind(left: GroupVersionKind, right: GroupVersionKind): boolean {
  return left.kind === right.kind && left.version === right.version && left.group === right.group;
}

function isTaken(named: GroupVersionKind, { kind, otherVersions }: BodyRequest): boolean {
  if (isSameKind(named, kind)) return true;
  const version = apiVersionOf(named.group, named.version);
  return named.kind === kind.kind && otherVersions?.includes(version) === true;
}

/** Whether what has been decoded is what the endpoint takes, in the version it takes. */
function checkConversion(request: BodyRequest, { named }: Stage): void {
  const { kind } = request;
  if (named === undefined || isTaken(named, request)) return;
  const isKind = named.kind === kind.kind && internalTypeOf(named) === internalTypeOf(kind);
  if (!isKind) {
    const [, version = named.version, name = named.kind] =
      kindOf(named.group, named.version, named.kind)?.typeName.split(".") ?? [];
    throw new InterpretError(
      `converting (${version}.${name}) to (${internalTypeOf(kind)}): unknown conversion`,
    );
  }
  const [said, wanted] = [
    apiVersionOf(named.group, named.version),
    apiVersionOf(kind.group, kind.version),
  ];
  if (said === wanted) return;
  throw new DecodeError(
    `the API version in the data (${said}) does not match the expected API version (${wanted})`,
  );
}

function transformError(error: unknown, request: BodyRequest, { named }: Stage): unknown {
  const text = textOf(error);
  if (text === undefined) return error;
  if (named !== undefined && named.kind !== "") {
    return new DecodeError(`${cannotBeHandled(named, request.kind)}: ${text}`, error);
  }
  const head = `the object provided is unrecognized (must be of type ${request.kind.kind})`;
  return new DecodeError(`${head}: ${text} (${summarize(request.bytes)})`, error);
}

/** The text of an error that a body can cause; undefined for those that are somebody's fault. */
export function textOf(error: unknown): string | undefined {
  const isExpected =
    error instanceof InterpretError ||
    error instanceof JsonTypeError ||
    error instanceof JsonSyntaxError ||
    error instanceof YamlSyntaxError ||
    error instanceof ProtobufError;
  if (isExpected) return error.message;
  // Values nested so deep that the stack ends.
  return error instanceof RangeError ? "exceeded max depth" : undefined;
}

function cannotBeHandled(named: GroupVersionKind, kind: GroupVersionKind): string {
  return `${named.kind} in version "${named.version}" cannot be handled as a ${kind.kind}`;
}

/** Upstream shows so many bytes of a body. */
const MAX_SUMMARY = 30;

function summarize(bytes: Uint8Array): string {
  if (bytes.length === 0) return "<empty>";
  const shown = bytes.subarray(0, MAX_SUMMARY);
  const text = bytes[0] === 0x7b ? decodeText(shown) : encodeHex(shown);
  return bytes.length > MAX_SUMMARY ? `${text} ...` : text;
}

/** The text of the 400 that Strict gives for strict errors. */
export function strictMessage(kind: GroupVersionKind, strictErrors: readonly string[]): string {
  return `${cannotBeHandled(kind, kind)}: strict decoding error: ${strictErrors.join(", ")}`;
}

/** Strict errors as warnings, one each; those of YAML, which come as one, taken apart. */
export function warningsOf(strictErrors: readonly string[]): string[] {
  return strictErrors.flatMap((text) => {
    if (!text.startsWith(YAML_ERRORS)) return text;
    return text
      .slice(YAML_ERRORS.length)
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");
  });
}

const YAML_ERRORS = "yaml: unmarshal errors:";
/**
 * Encodes an object: JSON in one line without a line end, YAML with one, protobuf with its envelope.
 * `kind` and `apiVersion` are written even if the object does not carry them.
 */
export function encodeObject(kind: Kind, object: object, format: "json" | "yaml"): string;
export function encodeObject(
  kind: Kind,
  object: object,
  format: "protobuf",
): Uint8Array<ArrayBuffer>;
export function encodeObject(
  kind: Kind,
  object: object,
  format: "json" | "yaml" | "protobuf",
): string | Uint8Array<ArrayBuffer> {
  if (format === "protobuf") return encodeProtobuf(kind, object);
  const isTyped = "kind" in object && "apiVersion" in object;
  const typedObject = isTyped
    ? object
    : { ...object, kind: kind.kind, apiVersion: apiVersionOf(kind.group, kind.version) };
  const json = encodeJson(kind.typeName, typedObject);
  return format === "json" ? json : encodeYaml(parseJson(json).value);
}
