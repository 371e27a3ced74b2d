/**
 * Bodies of DELETE, which upstream decodes by a scheme that knows nothing but options.
 * @see apiserver pkg/endpoints/handlers/delete.go · apimachinery pkg/apis/meta/internalversion/scheme
 */
import { type BodyMediaType, DecodeError, readBody, textOf, versionOrNone } from "./codec.ts";
import { InterpretError, interpretJson, parseApiVersion, withDefaults } from "./codec-interpret.ts";
import { notRegisteredIn } from "./codec-registration.ts";
import { decodeNode } from "./decode.ts";
import { decodeText } from "./json-parser-plain.ts";
import { apiVersionOf } from "./object.ts";
import { decodeMessage, openProtobuf } from "./protobuf.ts";
import type { GroupVersionKind } from "./schema/language.ts";
import { yamlToJson } from "./yaml-parser.ts";

const SCHEME = "pkg/apis/meta/internalversion/scheme/register.go:27";
const TYPE = "meta.v1.DeleteOptions";
const OPTIONS_VERSION = "meta.k8s.io/v1";
/** What else the scheme knows: of whatever version, and of that of the options. */
const UNVERSIONED = [
  "CreateOptions",
  "UpdateOptions",
  "Status",
  "APIVersions",
  "APIGroupList",
  "APIGroup",
  "APIResourceList",
];
const VERSIONED = [
  "WatchEvent",
  "ListOptions",
  "GetOptions",
  "PatchOptions",
  "Table",
  "TableOptions",
  "PartialObjectMetadata",
  "PartialObjectMetadataList",
];
/** What a body is that does not say. */
const OPTIONS: GroupVersionKind = { group: "meta.k8s.io", version: "v1", kind: "DeleteOptions" };

/**
 * Decodes the body of a DELETE. Its version does not matter, nor do unknown fields.
 * @throws DecodeError with the bare text, which names no kind.
 */
export function decodeDeleteOptions(
  mediaType: BodyMediaType,
  bytes: Uint8Array,
): Record<string, unknown> {
  try {
    if (mediaType === "application/vnd.kubernetes.protobuf") {
      const { apiVersion, kind, raw } = openProtobuf(bytes);
      checkKind(bytes, { ...versionOrNone(apiVersion), kind });
      return decodeMessage(TYPE, raw);
    }
    const isYaml = mediaType === "application/yaml";
    const node = readBody(isYaml ? yamlToJson(bytes).json : decodeText(bytes));
    const { apiVersion, kind } = interpretJson(node);
    checkKind(bytes, { ...parseApiVersion(apiVersion), kind });
    return decodeNode(TYPE, node).value;
  } catch (error) {
    const text = textOf(error);
    throw text === undefined ? error : new DecodeError(text, error);
  }
}

function checkKind(bytes: Uint8Array, said: GroupVersionKind): void {
  const named = withDefaults(said, OPTIONS);
  if (named.version === "") {
    throw new InterpretError(`Object 'apiVersion' is missing in '${decodeText(bytes)}'`);
  }
  if (named.kind === OPTIONS.kind) return;
  const isVersioned = apiVersionOf(named.group, named.version) === OPTIONS_VERSION;
  if (UNVERSIONED.includes(named.kind) || (isVersioned && VERSIONED.includes(named.kind))) {
    throw new InterpretError(
      `converting (v1.${named.kind}) to (v1.DeleteOptions): unknown conversion`,
    );
  }
  throw new InterpretError(notRegisteredIn(SCHEME, named));
}
