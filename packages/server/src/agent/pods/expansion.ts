/**
 * Replaces `$(NAME)` by the value of a variable; `$$` stands for `$`. What cannot be resolved stays
 * as it is.
 * @example expandVariables("$(A)-$$(A)-$(B)", (name) => ({ A: "1" })[name]) // "1-$(A)-$(B)"
 * @see kubernetes third_party/forked/golang/expansion/expand.go
 */
export function expandVariables(
  text: string,
  lookUp: (name: string) => string | undefined,
): string {
  if (!text.includes("$")) return text;
  return text.replace(/\$(?:(\$)|\(([^)]*)\))/gs, (whole, dollar, name) => {
    if (dollar !== undefined) return "$";
    return lookUp(String(name)) ?? whole;
  });
}
