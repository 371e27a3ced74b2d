import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { acceptsGzip, compressResponse } from "./compression.ts";
import type { ApiResponse } from "./exchange.ts";

const asking = (encoding?: string) => ({
  headers: encoding === undefined ? {} : { "accept-encoding": encoding },
  rawHeaders: encoding === undefined ? [] : ["Accept-Encoding", encoding],
});

test.each([
  [undefined, false],
  ["gzip", true],
  ["deflate, gzip", true],
  ["gzip,br", true],
  ["gzip;q=1.0", false],
  ["deflate, gzip;q=1.0, *;q=0.5", false],
  ["GZIP", false],
  ["*", false],
  ["x-gzip", false],
])("Accept-Encoding %s: %s", (encoding, expected) => {
  expect(acceptsGzip(asking(encoding))).toBe(expected);
});

describe("compressResponse", () => {
  const LIMIT = 128 * 1024;
  const answer = (body: ApiResponse["body"]): ApiResponse => ({
    status: 200,
    headers: { "content-type": "application/json" },
    body,
  });

  test.each<[string, ApiResponse["body"], boolean]>([
    ["nothing", undefined, false],
    ["a string at the limit", "x".repeat(LIMIT), false],
    ["a string above it", "x".repeat(LIMIT + 1), true],
    ["few characters of many bytes", "é".repeat(LIMIT / 2 + 1), true],
    ["bytes above it", Buffer.alloc(LIMIT + 1), true],
    ["chunks above it together", [Buffer.alloc(LIMIT), Buffer.alloc(1)], true],
    ["chunks at it together", [Buffer.alloc(LIMIT - 1), Buffer.alloc(1)], false],
    ["a stream", { start: () => {} }, false],
  ])("%s", async (_name, body, compressed) => {
    const response = await compressResponse(asking("gzip"), answer(body));
    if (!compressed) {
      expect(response).toEqual(answer(body));
      return;
    }
    expect(response.headers).toEqual({
      "content-type": "application/json",
      "content-encoding": "gzip",
      vary: ["Accept-Encoding"],
    });
    const plain =
      typeof body === "string" ? Buffer.from(body) : Buffer.concat([body].flat() as Buffer[]);
    expect(gunzipSync(response.body as Uint8Array).equals(plain)).toBe(true);
  });

  test("pulls chunks that are made one by one, and keeps them when they are few", async () => {
    const make = function* (): Generator<Uint8Array> {
      yield Buffer.from("a");
      yield Buffer.from("b");
    };
    const response = await compressResponse(asking("gzip"), answer(make()));
    expect(Buffer.from(response.body as Uint8Array).toString()).toBe("ab");
    expect(response.headers["content-encoding"]).toBeUndefined();
  });

  test("names nothing twice that the answer varies by", async () => {
    const response = {
      ...answer("x".repeat(LIMIT + 1)),
      headers: { vary: ["Accept-Encoding", "Accept"] },
    };
    const { headers } = await compressResponse(asking("gzip"), response);
    expect(headers.vary).toEqual(["Accept-Encoding", "Accept"]);
  });

  test("adds to what the answer varies by already", async () => {
    const response = { ...answer("x".repeat(LIMIT + 1)), headers: { vary: "Accept" } };
    const { headers } = await compressResponse(asking("gzip"), response);
    expect(headers.vary).toEqual(["Accept", "Accept-Encoding"]);
  });
});
