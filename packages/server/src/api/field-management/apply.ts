/**
 * Server-side apply.
 * @see apimachinery pkg/util/managedfields/internal/{fieldmanager,structuredmerge,skipnonapplied,lastappliedmanager}.go
 */
import { formatTime } from "../../runtime/clock.ts";
import type { KubeObject } from "../object.ts";
import { badRequest, bareError } from "../status-error.ts";
import type { ManagedFieldsEntry } from "../types.ts";
import { Conflicts } from "./conflicts.ts";
import { equalValues } from "./equal-values.ts";
import { recursiveDifference } from "./field-set.ts";
import { fieldsLastApplied, renewLastApplied } from "./last-applied.ts";
import { TypedError } from "./list-items.ts";
import {
  decodeManagedFields,
  encodeManagedFields,
  type Managed,
  type Manager,
  managerId,
} from "./managed-fields.ts";
import { capManagers, conflictsWith, releaseChanged, stripSystemFields } from "./ownership.ts";
import { prune } from "./prune.ts";
import { toFieldSet } from "./to-field-set.ts";
import { isMap } from "./type-shape.ts";
import { mergeTyped } from "./typed-merge.ts";
import { validateTyped } from "./typed-validate.ts";
import { takeOver } from "./update.ts";
import { type Endpoint, resetSet, VersionedDiff, zeroObject } from "./versions.ts";

const BEFORE_FIRST_APPLY = "before-first-apply";
/** Client-side apply is turned into server-side apply for this manager only. */
const KUBECTL = "kubectl";

type Members = Readonly<Record<string, unknown>>;

export interface ApplyRequest extends Endpoint {
  /** Kind of the endpoint. */
  readonly kind: string;
  /** The stored object; undefined when there is none. Not changed, nor is `applied`. */
  readonly live: KubeObject | undefined;
  /** What the client applies, decoded from YAML, nothing else done to it. */
  readonly applied: Members;
  readonly manager: string;
  /** Take fields from others that own them with other values. */
  readonly force: boolean;
  /** Now, milliseconds since 1970. */
  readonly now: number;
}

export interface Applied {
  /**
   * The merged object, with its managedFields. It has to be decoded like a body, and defaulted. Shares
   * parts with `live` and with what was applied.
   */
  readonly object: Members;
  /** False when the apply changed nothing but ownership. */
  readonly changed: boolean;
}

/**
 * Merges what is applied, removes what the manager applied before and does not now, and tells whose
 * fields are whose.
 * @throws StatusError 400 for another kind and for managedFields, 409 for conflicts, 500 without a reason
 *   for what does not fit the schema.
 */
export function applyObject(request: ApplyRequest): Applied {
  checkKind(request);
  const { live, manager, applied } = request;
  const { apiVersion, kind } = request;
  const base: Members = { apiVersion, kind, ...(live ?? zeroObject(request)) };
  const { managed, object } = applyOrTakeOver(request, base);
  const changed = object !== undefined;
  const { managedFields: _, ...metadata } = metadataOf(object ?? base);
  const entries = encodeManagedFields(managed);
  const result: Members = {
    ...(object ?? base),
    metadata: entries === undefined ? metadata : { ...metadata, managedFields: entries },
  };
  return { object: manager === KUBECTL ? renewLastApplied(result, applied) : result, changed };
}

function metadataOf(object: Members): Members {
  return isMap(object.metadata) ? object.metadata : {};
}

function checkKind({ applied, apiVersion, kind }: ApplyRequest): void {
  if (applied.apiVersion === apiVersion && applied.kind === kind) return;
  throw badRequest(`invalid object type: ${printKind(applied)}`);
}

/** `apps/v1, Kind=Deployment`, `/v1, Kind=Pod`, `/, Kind=`. */
function printKind({ apiVersion, kind }: Members): string {
  const version = typeof apiVersion === "string" ? apiVersion : "";
  const name = typeof kind === "string" ? kind : "";
  const slashes = version.split("/").length - 1;
  if (slashes > 1) return "/, Kind=";
  return `${slashes === 1 ? version : `/${version}`}, Kind=${name}`;
}

interface Outcome {
  readonly managed: Managed;
  /** undefined when nothing changed. */
  readonly object: Members | undefined;
}

/** kubectl does not conflict about what it has applied itself from the client's side. */
function applyOrTakeOver(request: ApplyRequest, base: Members): Outcome {
  try {
    return apply(request, base);
  } catch (error) {
    if (!(error instanceof Conflicts)) throw error;
    const allowed =
      request.manager === KUBECTL && request.live !== undefined
        ? fieldsLastApplied(request, request.live)
        : undefined;
    if (allowed === undefined) throw error.toStatusError();
    const left = error.without(allowed);
    if (left.sets.size > 0) throw left.toStatusError();
    return apply({ ...request, force: true }, base);
  }
}

function apply(request: ApplyRequest, base: Members): Outcome {
  const { apiVersion, subresource = "", applied, now, live } = request;
  const managed = ownersOf(live?.metadata.managedFields);
  if (managed.size === 0) {
    takeOver(managed, zeroObject(request), base, request, {
      name: BEFORE_FIRST_APPLY,
      operation: "Update",
      apiVersion,
      subresource,
    });
    capManagers(managed);
  }
  checkApplied(request);
  const name = request.manager === "" ? "unknown" : request.manager;
  const manager: Manager = { name, operation: "Apply", apiVersion, subresource };
  const id = managerId(manager);
  const last = managed.get(id);
  const merged = mergeTyped(request.shape, base, applied);
  const set = recursiveDifference(toFieldSet(request.shape, applied), resetSet(request));
  managed.set(id, { manager, set, time: last?.time });
  const object = prune(request, isMap(merged) ? merged : {}, managed, last);
  release(request, managed, id, new VersionedDiff(request, base, object));
  const changed = !equalValues(base, object);
  const owned = stripSystemFields(managed.get(id)?.set ?? []);
  if (owned.length === 0) managed.delete(id);
  else managed.set(id, { manager, set: owned, time: changed ? formatTime(now) : last?.time });
  return { managed, object: changed ? object : undefined };
}

function ownersOf(entries: readonly ManagedFieldsEntry[] | undefined): Managed {
  try {
    return decodeManagedFields(entries, true);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw bareError(`failed to decode managed fields: ${why}`, error);
  }
}

function release(request: ApplyRequest, managed: Managed, id: string, diffs: VersionedDiff): void {
  const conflicts = conflictsWith(managed, id, diffs);
  if (!request.force && conflicts.size > 0) throw new Conflicts(conflicts, managed);
  releaseChanged(managed, id, diffs);
}

/** `namespace/name` of what is applied; what is no text is not there. */
export function printNames(metadata: unknown): string {
  const { namespace, name } = isMap(metadata) ? metadata : {};
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  return `${text(namespace)}/${text(name)}`;
}

function checkApplied({ applied, shape }: ApplyRequest): void {
  const metadata = metadataOf(applied);
  if (metadata.managedFields !== undefined && metadata.managedFields !== null) {
    throw badRequest("metadata.managedFields must be nil");
  }
  try {
    validateTyped(shape, applied);
  } catch (error) {
    if (!(error instanceof TypedError)) throw error;
    const what = `${printNames(metadata)}; ${printKind(applied)}`;
    throw bareError(`failed to create typed patch object (${what}): ${error.message}`, error);
  }
}
