/**
 * Bodies of DELETE, which upstream decodes by a scheme that knows nothing but options.
 * @see apiserver pkg/endpoints/handlers/delete.go · apimachinery pkg/apis/meta/internalversion/scheme
 */
import { type BodyMediaType, DecodeError, readBody, textOf, versionOrNone } from "./codec.ts";
import { InterpretError, interpretJson, parseApiVersion } from "./codec-interpret.ts";
import { notRegisteredIn } from "./codec-registration.ts";
import { decodeNode } from "./decode.ts";
import { decodeText } from "./json-parser-plain.ts";
import { decodeMessage, openProtobuf } from "./protobuf.ts";
import type { GroupVersionKind } from "./schema/language.ts";
import { yamlToJson } from "./yaml-parser.ts";

const SCHEME = "pkg/apis/meta/internalversion/scheme/register.go:27";
const TYPE = "meta.v1.DeleteOptions";

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
      checkKind({ ...versionOrNone(apiVersion), kind });
      return decodeMessage(TYPE, raw);
    }
    const isYaml = mediaType === "application/yaml";
    const node = readBody(isYaml ? yamlToJson(bytes).json : decodeText(bytes));
    const { apiVersion, kind } = interpretJson(node);
    checkKind({ ...parseApiVersion(apiVersion), kind });
    return decodeNode(TYPE, node).value;
  } catch (error) {
    const text = textOf(error);
    throw text === undefined ? error : new DecodeError(text, error);
  }
}

function checkKind(named: GroupVersionKind): void {
  if (named.kind === "" || named.kind === "DeleteOptions") return;
  throw new InterpretError(notRegisteredIn(SCHEME, named));
}
