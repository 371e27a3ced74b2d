/**
 * The value that a field selector demands of `field`: terms `a=b`, `a==b`, `a!=b`, joined by commas,
 * with `\\`, `\,` and `\=` escaped. Undefined when it demands none or cannot be parsed.
 * @see apimachinery pkg/fields/selector.go (ParseSelector, RequiresExactMatch)
 */
export function exactFieldValue(selector: string, field: string): string | undefined {
  let found: string | undefined;
  // Upstream sorts the terms, so of two names the smaller counts.
  for (const term of splitTerms(selector).sort()) {
    if (term === "") continue;
    const match = /^(.*?)(!=|==|=)(.*)$/s.exec(term);
    if (match === null) return undefined;
    const value = unescapeValue(match[3] ?? "");
    if (value === undefined) return undefined;
    if (found === undefined && match[2] !== "!=" && match[1] === field) found = value;
  }
  return found;
}

/** Splits at commas that are not escaped. */
function splitTerms(selector: string): string[] {
  if (!selector.includes("\\")) return selector.split(",");
  const terms: string[] = [];
  let start = 0;
  for (let position = 0; position < selector.length; position++) {
    if (selector[position] === "\\") position++;
    else if (selector[position] === ",") {
      terms.push(selector.slice(start, position));
      start = position + 1;
    }
  }
  terms.push(selector.slice(start));
  return terms;
}

/** Undefined for an escape that is none, and for an `=` that is not escaped. */
function unescapeValue(text: string): string | undefined {
  if (!text.includes("\\")) return text.includes("=") ? undefined : text;
  let value = "";
  for (let position = 0; position < text.length; position++) {
    let character = text[position] ?? "";
    if (character === "=" || character === ",") return undefined;
    if (character === "\\") {
      character = text[++position] ?? "";
      if (!"\\,=".includes(character) || character === "") return undefined;
    }
    value += character;
  }
  return value;
}
