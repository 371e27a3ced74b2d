/** What is cleaned from parts of a strategic merge patch that are taken as they are. */
import { isJsonMap, setMember } from "./patch-value.ts";

/** Makes a map a directive: `$patch: delete`. */
export const DIRECTIVE = "$patch";

/** Drops members that are null, at every depth. */
export function dropNulls(value: unknown): void {
  if (Array.isArray(value)) for (const item of value) dropNulls(item);
  else if (isJsonMap(value)) {
    for (const name of Object.keys(value)) {
      if (value[name] === null) delete value[name];
      else dropNulls(value[name]);
    }
  }
}

/** undefined for a map that is itself a directive. */
export function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutDirectives).filter((item) => item !== undefined);
  }
  if (!isJsonMap(value)) return value;
  if (Object.hasOwn(value, DIRECTIVE)) return undefined;
  for (const name of Object.keys(value)) {
    const kept = withoutDirectives(value[name]);
    if (kept === undefined) delete value[name];
    else setMember(value, name, kept);
  }
  return value;
}
