import { unsupportedMediaType } from "../api/status-error.ts";

/** The encodings of objects. */
export type MediaType = "json" | "yaml" | "protobuf";

/** Their names, in the order in which upstream prefers and lists them. */
export const MEDIA_TYPES: {
  readonly json: "application/json";
  readonly yaml: "application/yaml";
  readonly protobuf: "application/vnd.kubernetes.protobuf";
} = {
  json: "application/json",
  yaml: "application/yaml",
  protobuf: "application/vnd.kubernetes.protobuf",
};

/** Names of all encodings. */
export const MEDIA_TYPE_NAMES: readonly string[] = Object.values(MEDIA_TYPES);

const BY_NAME: ReadonlyMap<string, MediaType> = new Map([
  ["application/json", "json"],
  ["application/yaml", "yaml"],
  ["application/vnd.kubernetes.protobuf", "protobuf"],
]);

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const MEDIA_TYPE = new RegExp(`^\\s*(${TOKEN}/${TOKEN})\\s*(;|$)`);
const PARAMETER = new RegExp(`^\\s*(${TOKEN})\\s*=\\s*(${TOKEN}|"(?:[^"\\\\]|\\\\.)*")\\s*(;|$)`);

/**
 * The encoding of a request's body. Without a Content-Type it is JSON; parameters are ignored, but
 * have to be readable.
 * @throws StatusError 415
 * @see apiserver negotiation.NegotiateInputSerializer, go mime.ParseMediaType
 */
export function requestMediaType(contentType: string | undefined): MediaType {
  if (contentType === undefined || contentType === "" || contentType === MEDIA_TYPES.json) {
    return "json";
  }
  const mediaType = BY_NAME.get(parseMediaType(contentType) ?? "");
  if (mediaType !== undefined) return mediaType;
  throw unsupportedMediaType(
    `the body of the request was in an unknown format - accepted media types include: ${MEDIA_TYPE_NAMES.join(", ")}`,
  );
}

/** Type and subtype in lower case; undefined when the header cannot be read. */
export function parseMediaType(header: string): string | undefined {
  const match = MEDIA_TYPE.exec(header);
  if (match === null) return undefined;
  const seen = new Set<string>();
  let rest = header.slice(match[0].length);
  // A semicolon at the end is let pass.
  while (rest.trim() !== "") {
    const parameter = PARAMETER.exec(rest);
    const name = parameter?.[1]?.toLowerCase();
    if (parameter === null || name === undefined || seen.has(name)) return undefined;
    seen.add(name);
    rest = rest.slice(parameter[0].length);
  }
  return match[1]?.toLowerCase();
}
