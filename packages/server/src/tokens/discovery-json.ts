/** Characters that Go's encoder writes as escapes: those that HTML or JavaScript would trip over. */
const ESCAPED = /[<>&\u2028\u2029]/g;

/** JSON as kube-apiserver writes discovery documents, byte for byte. @see Go encoding/json */
export function discoveryJson(value: object): string {
  return JSON.stringify(value).replace(
    ESCAPED,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
