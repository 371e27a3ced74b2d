import type { KubeObject } from "../api/object.ts";
import type { ResourceDefinition } from "../api/schema/language.ts";
import {
  type FieldSelector,
  type LabelSelector,
  matchesFields,
  matchesLabels,
  parseFieldSelector,
  parseLabelSelector,
} from "../api/selectors.ts";
import { badRequest } from "../api/status-error.ts";
import type { Entry } from "../storage/storage.ts";
import type { ListOptions } from "./list-options.ts";
import type { ResourceStore } from "./resource-store.ts";

/** Which objects of a collection a request is about. */
export interface Selection {
  /** Nothing is filtered: bytes can be sent without a look inside. */
  readonly everything: boolean;
  /** The one name the selectors allow, if they do. */
  readonly name: string | undefined;
  matches(entry: Entry): boolean;
}

const EVERYTHING: Selection = { everything: true, name: undefined, matches: () => true };

/** Field labels besides name and namespace, `undefined` for kinds that have none of their own. */
function labelsOf(store: ResourceStore): ReadonlySet<string> | undefined {
  const values = store.strategy.selectableFields;
  if (values === undefined) return undefined;
  return new Set(Object.keys(values({ metadata: {} })));
}

function isMetadataField(field: string): boolean {
  return field === "metadata.name" || field === "metadata.namespace";
}

/** What kinds without fields of their own say. @throws StatusError 400 */
export function checkMetadataField(field: string): void {
  if (isMetadataField(field)) return;
  throw badRequest(
    `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`,
  );
}

function checkField(store: ResourceStore, field: string): void {
  const labels = labelsOf(store);
  if (labels === undefined) {
    checkMetadataField(field);
    return;
  }
  const namespaceIsUnknown = store.strategy.hasNamespaceField === false;
  if (isMetadataField(field) && !(namespaceIsUnknown && field === "metadata.namespace")) return;
  if (labels.has(field)) return;
  throw badRequest(unsupportedField(store.definition, field));
}

/** Groups have their own words for it. */
function unsupportedField({ group, version, kind }: ResourceDefinition, field: string): string {
  switch (group) {
    case "batch":
      return `field label ${JSON.stringify(field)} not supported for ${kind}`;
    case "resource.k8s.io":
      return `field label not supported for ${group}/${version}, Kind=${kind}: ${field}`;
    default:
      return `field label not supported: ${field}`;
  }
}

function fieldsOf(store: ResourceStore, object: Readonly<KubeObject>): Record<string, string> {
  const { name = "", namespace = "" } = object.metadata;
  return {
    ...store.strategy.selectableFields?.(object as KubeObject),
    "metadata.name": name,
    "metadata.namespace": namespace,
  };
}

/** Fields that stand in the kept JSON as they are selected by, under the last part of their name. */
const LITERAL_FIELDS: ReadonlySet<string> = new Set(["metadata.name", "spec.nodeName"]);
/** Texts that JSON writes as they are. */
const PLAIN = /^[\w./-]+$/;

/**
 * Texts without which the kept JSON of an object cannot match: most objects are passed over without
 * being decoded. A needle found proves nothing.
 */
function needlesOf(labels: LabelSelector, fields: FieldSelector): readonly Buffer[] {
  const pairs: string[] = [];
  const add = (key: string, value: string | undefined): void => {
    if (value !== undefined && PLAIN.test(key) && PLAIN.test(value)) {
      pairs.push(`"${key}":"${value}"`);
    }
  };
  for (const { key, operator, values } of labels.requirements) {
    const isOne = values.length === 1;
    if (isOne && (operator === "=" || operator === "==" || operator === "in")) add(key, values[0]);
  }
  for (const { key, operator, values } of fields.requirements) {
    if (operator === "!=" || !LITERAL_FIELDS.has(key)) continue;
    add(key.slice(key.lastIndexOf(".") + 1), values[0]);
  }
  return pairs.map((pair) => Buffer.from(pair));
}

function holdsAll({ bytes }: Entry, needles: readonly Buffer[]): boolean {
  if (needles.length === 0) return true;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return needles.every((needle) => text.includes(needle));
}

function onlyName(fields: FieldSelector): string | undefined {
  for (const { key, operator, values } of fields.requirements) {
    if (key === "metadata.name" && operator !== "!=") return values[0];
  }
  return undefined;
}

/**
 * @param read - decodes an entry; watches share what they decode, scans leave nothing behind.
 * @throws StatusError 400 for selectors that cannot be read or name unknown fields
 */
export function parseSelection(
  store: ResourceStore,
  options: ListOptions,
  read: (entry: Entry) => Readonly<KubeObject> = (entry) => store.peek(entry),
): Selection {
  if (options.labelSelector === "" && options.fieldSelector === "") return EVERYTHING;
  const labels: LabelSelector = parseLabelSelector(options.labelSelector);
  const fields: FieldSelector = parseFieldSelector(options.fieldSelector);
  for (const { key } of fields.requirements) checkField(store, key);
  if (labels.requirements.length === 0 && fields.requirements.length === 0) return EVERYTHING;
  const needles = needlesOf(labels, fields);
  return {
    everything: false,
    name: onlyName(fields),
    matches: (entry) => {
      if (!holdsAll(entry, needles)) return false;
      const object = read(entry);
      return (
        matchesLabels(labels, object.metadata.labels ?? {}) &&
        (fields.requirements.length === 0 || matchesFields(fields, fieldsOf(store, object)))
      );
    },
  };
}
