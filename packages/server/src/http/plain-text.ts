import type { ApiResponse } from "./exchange.ts";

/** An answer in plain text as Go's `http.Error` writes it: with a line end, and not to be sniffed. */
export function plainText(status: number, text: string): ApiResponse {
  return {
    status,
    headers: {
      "content-type": "text/plain; charset=utf-8",
      "x-content-type-options": "nosniff",
    },
    body: `${text}\n`,
  };
}

/** What a path gets that nothing answers. */
export function pageNotFound(): ApiResponse {
  return plainText(404, "404 page not found");
}
