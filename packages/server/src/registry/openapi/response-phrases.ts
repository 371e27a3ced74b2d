const PHRASES: Readonly<Record<number, string>> = {
  200: "OK",
  201: "Created",
  202: "Accepted",
  401: "Unauthorized",
};

/** The answer that every operation may give to who is not known. */
export const UNAUTHORIZED = 401;

/** What an answer with this status is called. @see RFC 9110 §15 */
export function responsePhrase(status: number): string {
  return PHRASES[status] ?? String(status);
}
