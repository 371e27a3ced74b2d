/**
 * The same change seen in the versions in which managers named their fields.
 * @see structured-merge-diff merge/update.go
 */
import type { KubeObject } from "../object.ts";
import { EMPTY_SET, type FieldSet, recursiveDifference, setOfPaths } from "./field-set.ts";
import { fieldElement } from "./path-element.ts";
import type { TypeShape } from "./type-shape.ts";
import { diffTyped, type TypedDiff } from "./typed-diff.ts";

/** An object in some version, beside its shape there. */
export interface VersionedObject {
  readonly shape: TypeShape;
  readonly object: Readonly<Record<string, unknown>>;
}

/**
 * Puts an object, whose version it says itself, into some group version, maybe its own; undefined when
 * its kind does not exist there. Only kinds that are served in several versions need one.
 */
export type VersionConverter = (
  object: Readonly<Record<string, unknown>>,
  apiVersion: string,
) => VersionedObject | undefined;

/** What all writes of one endpoint have in common. */
export interface Endpoint {
  readonly shape: TypeShape;
  /** Group version of the endpoint: `v1`, `apps/v1`. */
  readonly apiVersion: string;
  /** Empty for the object itself. */
  readonly subresource?: string;
  /** Paths whose changes the endpoint takes back, and which its writers therefore do not own. */
  readonly resetFields?: readonly (readonly string[])[];
  readonly convert?: VersionConverter;
}

/** `object`, in whatever version it is, in that one; undefined for a version it does not have. */
export function inVersion(
  { apiVersion: own, shape, convert }: Endpoint,
  object: Readonly<Record<string, unknown>>,
  apiVersion: string,
): VersionedObject | undefined {
  const { apiVersion: present = own } = object;
  if (apiVersion === own && present === own) return { shape, object };
  return convert?.(object, apiVersion);
}

/** Compares two objects in every version asked for, each once. */
export class VersionedDiff {
  readonly #endpoint: Endpoint;
  readonly #old: Readonly<Record<string, unknown>>;
  readonly #value: Readonly<Record<string, unknown>>;
  readonly #diffs = new Map<string, TypedDiff | undefined>();

  constructor(
    endpoint: Endpoint,
    old: Readonly<Record<string, unknown>>,
    value: Readonly<Record<string, unknown>>,
  ) {
    this.#endpoint = endpoint;
    this.#old = old;
    this.#value = value;
  }

  /** Without the fields that the endpoint resets; undefined for a version the kind does not have. */
  in(apiVersion: string): TypedDiff | undefined {
    const known = this.#diffs.get(apiVersion);
    if (known !== undefined || this.#diffs.has(apiVersion)) return known;
    const diff = diffIn(this.#endpoint, this.#old, this.#value, apiVersion);
    this.#diffs.set(apiVersion, diff);
    return diff;
  }
}

/**
 * What differs between two objects in one version, without the fields that the endpoint resets;
 * undefined for a version the kind does not have.
 */
export function diffIn(
  endpoint: Endpoint,
  old: Readonly<Record<string, unknown>>,
  value: Readonly<Record<string, unknown>>,
  apiVersion: string,
): TypedDiff | undefined {
  const before = inVersion(endpoint, old, apiVersion);
  const after = inVersion(endpoint, value, apiVersion);
  if (before === undefined || after === undefined) return undefined;
  const diff = diffTyped(after.shape, before.object, after.object);
  const reset = resetSet(endpoint);
  if (reset.length === 0) return diff;
  return {
    added: recursiveDifference(diff.added, reset),
    modified: recursiveDifference(diff.modified, reset),
    removed: recursiveDifference(diff.removed, reset),
  };
}

const resetSets = new WeakMap<readonly (readonly string[])[], FieldSet>();

/** The endpoint's reset fields as a set. */
export function resetSet({ resetFields }: Endpoint): FieldSet {
  if (resetFields === undefined || resetFields.length === 0) return EMPTY_SET;
  const known = resetSets.get(resetFields);
  if (known !== undefined) return known;
  const set = setOfPaths(resetFields.map((path) => path.map(fieldElement)));
  resetSets.set(resetFields, set);
  return set;
}

/** What a new object is before anything is set. */
export function zeroObject({ shape }: Endpoint): Readonly<Record<string, unknown>> {
  return shape.map?.zero() ?? {};
}

/** Whether the object has been stored before: a uid is given at creation. */
export function isStored(live: KubeObject | undefined): live is KubeObject {
  return live?.metadata.uid !== undefined && live.metadata.uid !== "";
}
