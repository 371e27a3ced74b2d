/**
 * Strategic merge patch: a merge patch in which lists are merged too, as the schema says, and which may
 * hold directives.
 *
 * | in the patch | means |
 * |---|---|
 * | `$patch: replace` in a map | the map is what the patch says, nothing else |
 * | `$patch: delete` in a map | the map is empty |
 * | `{$patch: delete, <key>: x}` in a list | the elements with that key go |
 * | `{$patch: replace}` in a list | the list is what the patch says |
 * | `$deleteFromPrimitiveList/f: […]` | these values go from the list `f` |
 * | `$setElementOrder/f: […]` | the order of the list `f` |
 * | `$retainKeys: […]` | all other members of the map go |
 * @see apimachinery pkg/util/strategicpatch/patch.go
 */
import { type ResolvedType, resolveType } from "../scheme.ts";
import { badRequest, bareError } from "../status-error.ts";
import { goTypeName, printGo, printGoText } from "./go-value.ts";
import { mergeList, mergeOrderedList } from "./merge-list.ts";
import { DIRECTIVE, dropNulls, withoutDirectives } from "./patch-directives.ts";
import { listField, structField } from "./patch-schema.ts";
import {
  copyJson,
  isJsonMap,
  type JsonMap,
  jsonTypeName,
  memberOf,
  setMember,
} from "./patch-value.ts";

const RETAIN_KEYS = "$retainKeys";
const DELETE_FROM = "$deleteFromPrimitiveList";
const SET_ORDER = "$setElementOrder";

/**
 * Applies a decoded patch to an object of a built-in type. Neither is changed, and the result shares
 * nothing with them; it has to be decoded like a body.
 * @param typeName - `apps.v1.Deployment`.
 * @param onRest - is told what merging leaves of the patch, which is what upstream shows of it: ordered
 *   lists and directives have been taken out.
 * @throws StatusError 400 for what is no patch, 422 and 500 as upstream answers what it cannot merge.
 */
export function applyStrategicMergePatch(
  original: Readonly<Record<string, unknown>>,
  patch: unknown,
  typeName: string,
  onRest?: (rest: Readonly<JsonMap>) => void,
): JsonMap {
  if (patch !== null && !isJsonMap(patch)) {
    throw badRequest(
      `json: cannot unmarshal ${jsonTypeName(patch)} into Go value of type map[string]interface {}`,
    );
  }
  const target = copyJson(original);
  const changes = copyJson(patch ?? {});
  if (!isJsonMap(target) || !isJsonMap(changes)) throw badRequest("invalid JSON document");
  const merged = mergeMap(target, changes, resolveType(typeName));
  onRest?.(changes);
  return merged;
}

/** Merges into `target`, using `patch` up. */
function mergeMap(target: JsonMap, patch: JsonMap, type: ResolvedType): JsonMap {
  if (Object.hasOwn(patch, DIRECTIVE)) return followDirective(patch);
  retainKeys(target, patch);
  for (const name of Object.keys(patch)) {
    if (name.startsWith(SET_ORDER)) mergeInOrder(target, patch, name, type);
  }
  for (const name of Object.keys(patch)) {
    const value = patch[name];
    if (name.startsWith(DELETE_FROM))
      deleteValues(target, listNameOf(name, DELETE_FROM), value, type);
    else mergeMember(target, name, value, type);
  }
  return target;
}

function followDirective(patch: JsonMap): JsonMap {
  const directive = patch[DIRECTIVE];
  if (directive === "delete") return {};
  if (directive !== "replace") {
    throw bareError(`unknown patch type: ${printGoText(directive)} in map: ${printGo(patch)}`);
  }
  delete patch[DIRECTIVE];
  return patch;
}

function retainKeys(target: JsonMap, patch: JsonMap): void {
  if (!Object.hasOwn(patch, RETAIN_KEYS)) return;
  const kept: unknown = patch[RETAIN_KEYS];
  delete patch[RETAIN_KEYS];
  if (!Array.isArray(kept)) throw badRequest("invalid patch format of retainKeys");
  const names = new Set<unknown>(kept);
  for (const [name, value] of Object.entries(patch)) {
    const directive = name.startsWith(DELETE_FROM) || name.startsWith(SET_ORDER);
    if (value !== null && !directive && !names.has(name)) {
      throw badRequest("invalid patch format of retainKeys");
    }
  }
  for (const name of Object.keys(target)) if (!names.has(name)) delete target[name];
}

/** `containers` of `$setElementOrder/containers`. */
function listNameOf(directive: string, prefix: string): string {
  const slash = directive.indexOf("/");
  if (slash === prefix.length) return directive.slice(slash + 1);
  throw badRequest(
    prefix === DELETE_FROM
      ? "invalid patch format of primitive list"
      : "invalid patch format of setElementOrder list",
  );
}

function mergeInOrder(
  target: JsonMap,
  patch: JsonMap,
  directive: string,
  type: ResolvedType,
): void {
  const order = patch[directive];
  delete patch[directive];
  if (!Array.isArray(order)) throw wrongType("[]interface {}", order);
  const name = listNameOf(directive, SET_ORDER);
  const old = listOrNone(target, name);
  const changes = listOrNone(patch, name);
  const field = listField(type, name);
  const merged = mergeOrderedList(old, changes, order, { ...field, mergeElement: mergeMap });
  if (merged === undefined) return;
  setMember(target, name, merged);
  delete patch[name];
}

function listOrNone(map: JsonMap, name: string): unknown[] | undefined {
  const value = memberOf(map, name);
  if (value === undefined || Array.isArray(value)) return value;
  throw wrongType("[]interface {}", value);
}

function wrongType(expected: string, value: unknown): Error {
  const received = value === null ? "%!s(<nil>)" : goTypeName(value);
  return bareError(`expected a ${expected}, but received a ${received}`);
}

/** Takes values from a list of scalars, whether or not the schema merges it. */
function deleteValues(target: JsonMap, name: string, values: unknown, type: ResolvedType): void {
  if (values === null) {
    delete target[name];
    return;
  }
  const old = memberOf(target, name);
  if (!Array.isArray(old) || !Array.isArray(values)) return;
  setMember(
    target,
    name,
    mergeList(old, values, { ...listField(type, name), mergeElement: mergeMap, deleting: true }),
  );
}

function mergeMember(target: JsonMap, name: string, value: unknown, type: ResolvedType): void {
  const old = memberOf(target, name);
  if (value === null) delete target[name];
  else if (isJsonMap(old) && isJsonMap(value)) {
    const field = structField(type, name);
    const replaced = field.strategy === "replace";
    setMember(target, name, replaced ? value : mergeMap(old, value, field.type));
  } else if (Array.isArray(old) && Array.isArray(value)) {
    const field = listField(type, name);
    const merges = field.strategy === "merge";
    setMember(
      target,
      name,
      merges ? mergeList(old, value, { ...field, mergeElement: mergeMap }) : value,
    );
  } else {
    dropNulls(value);
    const kept = withoutDirectives(value);
    if (kept === undefined) delete target[name];
    else setMember(target, name, kept);
  }
}
