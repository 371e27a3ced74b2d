/**
 * Merge patch (RFC 7386) as a kube-apiserver applies it: nulls inside lists of the patch go too.
 * @see github.com/evanphx/json-patch v4 merge.go, apiserver pkg/endpoints/handlers/patch.go
 */
import { badRequest } from "../status-error.ts";
import type { PatchOptions } from "./json-patch.ts";
import {
  copyJson,
  isJsonMap,
  type JsonMap,
  jsonTypeName,
  memberOf,
  setMember,
} from "./patch-value.ts";
import type { TouchedMaps } from "./touched-maps.ts";

/**
 * Applies a decoded patch. Neither argument is changed, and the result shares nothing with them; it
 * is any JSON value and has to be decoded like a body.
 * @throws StatusError 400 for what is no patch.
 */
export function applyMergePatch(
  original: Readonly<Record<string, unknown>>,
  patch: unknown,
  { ignoreUnknown = false, touched }: PatchOptions = {},
): unknown {
  if (patch === null) throw badRequest("Invalid JSON Patch");
  if (isJsonMap(patch)) return mergeMaps(copyJson(original), copyJson(patch), touched);
  if (!ignoreUnknown) {
    throw badRequest(
      `error decoding patch: json: cannot unmarshal ${jsonTypeName(patch)} into Go value of type map[string]interface {}`,
    );
  }
  if (!Array.isArray(patch)) throw badRequest("Invalid JSON Patch");
  return withoutNulls(copyJson(patch), touched);
}

function mergeMaps(target: unknown, patch: unknown, touched?: TouchedMaps): unknown {
  if (!isJsonMap(target)) return withoutNulls(patch, touched);
  // A list that replaces a map is taken as it is.
  if (!isJsonMap(patch)) return patch;
  touched?.add(target);
  for (const name of Object.keys(patch)) {
    const value = patch[name];
    if (value === null) delete target[name];
    else setMember(target, name, mergeMember(target, name, value, touched));
  }
  return target;
}

function mergeMember(
  target: JsonMap,
  name: string,
  value: unknown,
  touched: TouchedMaps | undefined,
): unknown {
  const old = memberOf(target, name) ?? null;
  return old === null ? withoutNulls(value, touched) : mergeMaps(old, value, touched);
}

/** Drops members that are null, at every depth; items that are null stay. */
function withoutNulls(value: unknown, touched?: TouchedMaps): unknown {
  if (Array.isArray(value)) for (const item of value) withoutNulls(item, touched);
  else if (isJsonMap(value)) {
    touched?.add(value);
    for (const name of Object.keys(value)) {
      if (value[name] === null) delete value[name];
      else withoutNulls(value[name], touched);
    }
  }
  return value;
}
