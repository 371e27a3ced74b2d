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

/**
 * Applies a decoded patch. Neither argument is changed, and the result shares nothing with them; it
 * is any JSON value and has to be decoded like a body.
 * @throws StatusError 400 for what is no patch.
 */
export function applyMergePatch(
  original: Readonly<Record<string, unknown>>,
  patch: unknown,
  { ignoreUnknown = false }: PatchOptions = {},
): unknown {
  if (patch === null) throw badRequest("Invalid JSON Patch");
  if (isJsonMap(patch)) return mergeMaps(copyJson(original), copyJson(patch));
  if (!ignoreUnknown) {
    throw badRequest(
      `error decoding patch: json: cannot unmarshal ${jsonTypeName(patch)} into Go value of type map[string]interface {}`,
    );
  }
  if (!Array.isArray(patch)) throw badRequest("Invalid JSON Patch");
  return withoutNulls(copyJson(patch));
}

function mergeMaps(target: unknown, patch: unknown): unknown {
  if (!isJsonMap(target)) return withoutNulls(patch);
  // A list that replaces a map is taken as it is.
  if (!isJsonMap(patch)) return patch;
  for (const name of Object.keys(patch)) {
    const value = patch[name];
    if (value === null) delete target[name];
    else setMember(target, name, mergeMember(target, name, value));
  }
  return target;
}

function mergeMember(target: JsonMap, name: string, value: unknown): unknown {
  const old = memberOf(target, name) ?? null;
  return old === null ? withoutNulls(value) : mergeMaps(old, value);
}

/** Drops members that are null, at every depth; items that are null stay. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) for (const item of value) withoutNulls(item);
  else if (isJsonMap(value)) {
    for (const name of Object.keys(value)) {
      if (value[name] === null) delete value[name];
      else withoutNulls(value[name]);
    }
  }
  return value;
}
