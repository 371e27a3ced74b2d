import type { ApiRequest } from "./exchange.ts";

/**
 * The value of a header as Go's `Header.Get` returns it: of repeated fields the first. Node joins
 * repeated fields with commas, so the fields as they came are looked at when there is one.
 * @param name - In lower case.
 */
export function firstHeader(
  request: Pick<ApiRequest, "headers" | "rawHeaders">,
  name: string,
): string | undefined {
  const joined = request.headers[name];
  if (typeof joined !== "string") return joined?.[0];
  if (!joined.includes(",")) return joined;
  const { rawHeaders } = request;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const field = rawHeaders[index] ?? "";
    if (field.length === name.length && field.toLowerCase() === name) return rawHeaders[index + 1];
  }
  return joined;
}
