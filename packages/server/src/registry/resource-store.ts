import { encodeObject } from "../api/codec.ts";
import type { VersionConverter } from "../api/field-management/versions.ts";
import { parseStoredJson } from "../api/json-long-integers.ts";
import { apiVersionOf, type KubeObject } from "../api/object.ts";
import type { GroupVersionKind, ResourceDefinition } from "../api/schema/language.ts";
import { type Kind, kindOf } from "../api/scheme.ts";
import { servedForm } from "../api/served-form.ts";
import type { GroupResource } from "../api/status-error.ts";
import type { Entry, Storage } from "../storage/storage.ts";
import { FrameCache } from "./frame-cache.ts";
import { RunBytes } from "./run-bytes.ts";
import { STORAGE_ROOT, storagePrefix } from "./storage-keys.ts";
import type { Strategy } from "./strategy.ts";

/**
 * A resource that is stored under the kind of another group version and converted on its way in and
 * out: `events.k8s.io/v1` events are core events in the store.
 */
export interface Conversion {
  readonly storedKind: Kind;
  readonly fromStored: (object: KubeObject) => KubeObject;
  readonly toStored: (object: KubeObject) => KubeObject;
}

/** One served resource: its definition, its strategy, and how its objects are kept as bytes. */
export class ResourceStore {
  readonly definition: ResourceDefinition;
  readonly strategy: Strategy;
  readonly kind: Kind;
  /** What a refused object is called: by the kind that is validated, which is the stored one. */
  readonly invalidKind: GroupVersionKind;
  readonly listKind: string;
  readonly apiVersion: string;
  readonly groupResource: GroupResource;
  readonly prefix: string;
  readonly conversion: Conversion | undefined;
  /** Shows objects in the versions that their managers wrote; undefined for kinds with one version. */
  readonly convert: VersionConverter | undefined;
  /** Length of `{"kind":"…","apiVersion":"…",` at the start of every kept object. */
  readonly headLength: number;
  /** JSON frames of recent changes. */
  readonly frames: FrameCache = new FrameCache();
  /** Joined items of lists; shared by all stores. */
  readonly runBytes: RunBytes;
  readonly #freeze: boolean;

  constructor(
    definition: ResourceDefinition,
    strategy: Strategy,
    options: {
      readonly conversion?: Conversion;
      readonly convert?: VersionConverter;
      readonly freeze: boolean;
      readonly runBytes?: RunBytes;
    },
  ) {
    const kind = kindOf(definition.group, definition.version, definition.kind);
    if (kind === undefined) throw new Error(`no kind for resource ${definition.resource}`);
    this.definition = definition;
    this.strategy = strategy;
    this.kind = kind;
    this.invalidKind = options.conversion?.storedKind ?? kind;
    this.listKind = `${definition.kind}List`;
    this.apiVersion = apiVersionOf(definition.group, definition.version);
    this.groupResource = { group: definition.group, resource: definition.resource };
    this.prefix = storagePrefix(definition.resource);
    this.conversion = options.conversion;
    this.convert = options.convert;
    this.headLength = Buffer.byteLength(
      `{"kind":"${definition.kind}","apiVersion":"${this.apiVersion}",`,
    );
    this.#freeze = options.freeze;
    this.runBytes = options.runBytes ?? new RunBytes();
  }

  key(namespace: string, name: string): string {
    return this.definition.namespaced
      ? `${this.prefix}${namespace}/${name}`
      : `${this.prefix}${name}`;
  }

  /** The key as texts print it: a dry run asks before the place of all keys is added. */
  shownKey(namespace: string, name: string, dryRun: boolean): string {
    const key = this.key(namespace, name);
    return dryRun ? key.slice(STORAGE_ROOT.length) : key;
  }

  /** Prefix of the keys of a collection: of one namespace, or of all when it is empty. */
  collectionPrefix(namespace: string): string {
    return namespace === "" ? this.prefix : `${this.prefix}${namespace}/`;
  }

  /** The shared decoded object of an entry; whoever changes it takes a copy first. */
  decode(entry: Entry): Readonly<KubeObject> {
    entry.decoded ??= parseStored(entry);
    return this.peek(entry);
  }

  /** Like `decode`, but leaves no copy behind: for scans that touch every object once. */
  peek(entry: Entry): Readonly<KubeObject> {
    const object = (entry.decoded as KubeObject | undefined) ?? parseStored(entry);
    if (this.#freeze) deepFreeze(object);
    return this.conversion === undefined ? object : this.conversion.fromStored(object);
  }

  /**
   * What has just been written, as it was handed over, or else what `peek` finds. Members that are
   * written even when they are zero may be missing: for those who look at single fields.
   */
  written(entry: Entry): Readonly<KubeObject> {
    if (entry.written === undefined) return this.peek(entry);
    const object = entry.written as KubeObject;
    if (this.#freeze) deepFreeze(object);
    return object;
  }

  /**
   * What a client that reads the entry's JSON has then. Shared with what has just been written, as far
   * as that is in the same form.
   */
  served(entry: Entry): Readonly<KubeObject> {
    // What has been written may be in another version.
    const found = this.conversion === undefined ? entry.written : this.peek(entry);
    if (found === undefined) return this.peek(entry);
    const object = servedForm(this.kind.typeName, found as KubeObject);
    if (this.#freeze) deepFreeze(object);
    return object;
  }

  /**
   * Creates or replaces an object, which is the store's from then on: its resourceVersion is set, and
   * nobody changes it any more. @throws StorageError
   */
  put(storage: Storage, key: string, expectedRevision: number, object: KubeObject): Promise<Entry> {
    const encode = (revision: number): Uint8Array => this.encodeAt(object, String(revision));
    const written = this.conversion === undefined ? object : undefined;
    return storage.put(key, expectedRevision, encode, written);
  }

  encodeAt(object: KubeObject, resourceVersion: string): Uint8Array {
    const stored = this.conversion === undefined ? object : this.conversion.toStored(object);
    stored.metadata.resourceVersion = resourceVersion;
    object.metadata.resourceVersion = resourceVersion;
    const kind = this.conversion?.storedKind ?? this.kind;
    return Buffer.from(`${encodeObject(kind, stored, "json")}\n`);
  }
}

function parseStored(entry: Entry): KubeObject {
  return parseStoredJson(entry.bytes) as unknown as KubeObject;
}

function deepFreeze(value: unknown): void {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner);
}
