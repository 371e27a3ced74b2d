/**
 * The annotation in which `kubectl apply` without server-side apply keeps what it applied.
 * @see apimachinery pkg/util/managedfields/internal/{lastapplied,lastappliedmanager,lastappliedupdater}.go
 */
import { writeAnyJson } from "../encode-json-text.ts";
import { parseValidJson } from "../json-long-integers.ts";
import { difference, type FieldSet } from "./field-set.ts";
import { compareText } from "./text-order.ts";
import { toFieldSet } from "./to-field-set.ts";
import { isMap } from "./type-shape.ts";
import { diffTyped } from "./typed-diff.ts";
import { validateTyped } from "./typed-validate.ts";
import type { Endpoint } from "./versions.ts";

const ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";
/** Bytes of all annotations of an object. @see TotalAnnotationSizeLimitB */
const MAX_ANNOTATION_BYTES = 256 * 1024;

const encoder = new TextEncoder();

function byteLength(text: string): number {
  return encoder.encode(text).length;
}

type Members = Readonly<Record<string, unknown>>;

function annotationsOf(object: Members): Members {
  const metadata = object.metadata;
  const annotations = isMap(metadata) ? metadata.annotations : undefined;
  return isMap(annotations) ? annotations : {};
}

/** The annotation's text; empty for none. */
function lastAppliedOf(object: Members): string {
  const text = annotationsOf(object)[ANNOTATION];
  return typeof text === "string" ? text : "";
}

/**
 * Fields that kubectl may take over, because it applied them itself before, and nobody has changed them
 * since. Undefined when the annotation does not say.
 */
export function fieldsLastApplied(
  { shape, apiVersion }: Endpoint,
  live: Members,
): FieldSet | undefined {
  const text = lastAppliedOf(live);
  if (text === "") return undefined;
  try {
    const applied: unknown = parseValidJson(text);
    if (!isMap(applied) || applied.apiVersion !== apiVersion) return undefined;
    validateTyped(shape, applied);
    const { added, modified, removed } = diffTyped(shape, applied, live);
    return [modified, added, removed].reduce(difference, toFieldSet(shape, applied));
  } catch {
    // Not JSON, or not of this type: as if it were not there.
    return undefined;
  }
}

/** The object with the annotation brought up to date, if it has one; dropped where it grows too large. */
export function renewLastApplied<T extends Members>(object: T, applied: Members): T {
  if (lastAppliedOf(object) === "") return object;
  const annotations: Record<string, unknown> = { ...annotationsOf(object) };
  annotations[ANNOTATION] = `${encodeSorted(withoutAnnotation(applied))}\n`;
  const bytes = Object.entries(annotations).reduce(
    (sum, [key, value]) => sum + byteLength(key) + byteLength(String(value)),
    0,
  );
  if (bytes > MAX_ANNOTATION_BYTES) delete annotations[ANNOTATION];
  const metadata = isMap(object.metadata) ? object.metadata : {};
  return { ...object, metadata: { ...metadata, annotations } };
}

function withoutAnnotation(applied: Members): Members {
  const { metadata } = applied;
  if (!isMap(metadata) || !isMap(metadata.annotations)) return applied;
  const { [ANNOTATION]: _, ...annotations } = metadata.annotations;
  return { ...applied, metadata: { ...metadata, annotations } };
}

/** JSON with sorted members, as Go's encoder writes a map. */
export function encodeSorted(value: unknown): string {
  return writeAnyJson(sorted(value));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isMap(value)) return value;
  const members = Object.entries(value).sort(([a], [b]) => compareText(a, b));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}
