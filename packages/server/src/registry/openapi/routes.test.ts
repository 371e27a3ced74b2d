import { beforeAll, describe, expect, test } from "vitest";
import { servedGroups } from "../../api/schema/resources.ts";
import { createOpenApiDocuments, type OpenApiDocuments } from "./documents.ts";
import { createOpenApiRoutes, type OpenApiRequest, type OpenApiRoutes } from "./routes.ts";

const NOW = Date.UTC(2026, 2, 4, 5, 6, 7, 890);
const NOW_TEXT = "Wed, 04 Mar 2026 05:06:07 GMT";
const NODE = "/openapi/v3/apis/node.k8s.io/v1";
const V2_PROTOBUF = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
const V3_PROTOBUF = "application/com.github.proto-openapi.spec.v3@v1.0+protobuf";

let documents: OpenApiDocuments;
let routes: OpenApiRoutes;
let hash: string;

beforeAll(() => {
  documents = createOpenApiDocuments(servedGroups().filter(({ group }) => group === "node.k8s.io"));
  routes = createOpenApiRoutes(documents);
  hash = documents.v3.get("apis/node.k8s.io/v1")?.hash() ?? "";
});

function ask(path: string, more: Partial<OpenApiRequest> = {}): ReturnType<OpenApiRoutes> {
  return routes({ method: "GET", path, now: NOW, ...more });
}

function text(answer: ReturnType<OpenApiRoutes>): string {
  return answer.body instanceof Uint8Array ? Buffer.from(answer.body).toString() : "";
}

describe("the index", () => {
  test("is text to look at, without a tag", () => {
    const answer = ask("/openapi/v3");
    expect(answer).toMatchObject({
      status: 200,
      headers: {
        "content-type": "text/plain; charset=utf-8",
        "last-modified": NOW_TEXT,
        "accept-ranges": "bytes",
      },
    });
    expect(answer.headers).not.toHaveProperty("etag");
    expect(JSON.parse(text(answer)).paths["apis/node.k8s.io/v1"]).toEqual({
      serverRelativeURL: `${NODE}?hash=${hash}`,
    });
  });

  test("any condition on a tag but `*` fails to hold", () => {
    expect(ask("/openapi/v3", { ifNoneMatch: '"x"' }).status).toBe(200);
    expect(ask("/openapi/v3", { ifNoneMatch: "*" })).toMatchObject({
      status: 304,
      headers: { "last-modified": NOW_TEXT },
    });
  });
});

describe("a document", () => {
  test("without a hash is not to be kept", () => {
    const answer = ask(NODE);
    expect(answer.status).toBe(200);
    expect(answer.headers).toEqual({
      vary: "Accept",
      "content-type": "application/json",
      etag: `"${hash}"`,
      "last-modified": NOW_TEXT,
      "accept-ranges": "bytes",
    });
    expect(JSON.parse(text(answer))).toMatchObject({ openapi: "3.0.0" });
  });

  test("with its hash may be kept for a year", () => {
    expect(ask(NODE, { hash }).headers).toMatchObject({
      "cache-control": "public, immutable",
      expires: "Thu, 04 Mar 2027 05:06:07 GMT",
      vary: "Accept",
    });
  });

  test("with an empty hash is as without", () => {
    expect(ask(NODE, { hash: "" })).toEqual(ask(NODE));
  });

  test("with another hash is elsewhere", () => {
    const answer = ask(NODE, { hash: "ABC" });
    expect(answer).toEqual({
      status: 301,
      headers: {
        vary: "Accept",
        "content-type": "application/json",
        etag: `"${hash}"`,
        location: `${NODE}?hash=${hash}`,
      },
      body: undefined,
    });
  });

  test("was last modified when it was first asked for", () => {
    const fresh = createOpenApiRoutes(documents);
    fresh({ method: "GET", path: NODE, now: NOW });
    const later = fresh({ method: "GET", path: NODE, now: NOW + 60_000 });
    expect(later.headers).toMatchObject({ "last-modified": NOW_TEXT });
  });

  test.each(["HEAD", "POST", "PUT"])("%s answers like GET", (method) => {
    expect(ask(NODE, { method })).toEqual(ask(NODE));
  });

  test.each([
    [undefined, "application/json"],
    ["", "application/json"],
    ["*/*", "application/json"],
    ["application/*", "application/json"],
    ["text/html, application/json;q=0.1", "application/json"],
    [V3_PROTOBUF, "protobuf"],
    ["application/com.github.proto-openapi.spec.v3.v1.0+protobuf", "protobuf"],
    [`${V3_PROTOBUF},application/json`, "protobuf"],
    [`${V3_PROTOBUF};q=0.5,application/json`, "application/json"],
  ])("Accept %j gets %s", (accept, expected) => {
    const answer = ask(NODE, { accept });
    expect(answer.status).toBe(200);
    if (expected === "protobuf") {
      expect(answer.headers).toMatchObject({
        "content-type": "application/com.github.proto-openapi.spec.v3.v1.0+protobuf",
        etag: `"${hash}"`,
      });
      expect(answer.body).toBe(documents.v3.get("apis/node.k8s.io/v1")?.protobuf());
    } else {
      expect(answer.headers).toMatchObject({ "content-type": expected });
    }
  });

  test.each(["text/html", "application/yaml", V2_PROTOBUF, "nonsense"])(
    "Accept %s gets nothing",
    (accept) => {
      expect(ask(NODE, { accept })).toEqual({
        status: 406,
        headers: { vary: "Accept" },
        body: undefined,
      });
    },
  );

  test("that the client has is not sent again", () => {
    const ifNoneMatch = `"${hash}"`;
    expect(ask(NODE, { ifNoneMatch })).toEqual({
      status: 304,
      headers: { vary: "Accept", etag: ifNoneMatch },
      body: undefined,
    });
    expect(ask(NODE, { ifNoneMatch, hash })).toMatchObject({
      status: 304,
      headers: { "cache-control": "public, immutable", expires: expect.any(String) },
    });
    expect(ask(NODE, { ifNoneMatch: '"other"' }).status).toBe(200);
  });
});

describe("version 2", () => {
  test("varies by two headers", () => {
    const answer = ask("/openapi/v2");
    expect(answer).toMatchObject({
      status: 200,
      headers: {
        "content-type": "application/json",
        vary: ["Accept-Encoding", "Accept"],
        etag: `"${documents.v2.hash()}"`,
        "last-modified": NOW_TEXT,
        "accept-ranges": "bytes",
      },
    });
    expect(JSON.parse(text(answer))).toMatchObject({ swagger: "2.0" });
  });

  test("has a protobuf form under the name without the sign", () => {
    const answer = ask("/openapi/v2", { accept: V2_PROTOBUF });
    expect(answer.headers).toMatchObject({
      "content-type": "application/com.github.proto-openapi.spec.v2.v1.0+protobuf",
    });
    expect(answer.body).toBe(documents.v2.protobuf());
  });

  test("takes no hash", () => {
    expect(ask("/openapi/v2", { hash: "ABC" })).toEqual(ask("/openapi/v2"));
  });

  test.each([
    [{ accept: "text/html" }, 406],
    [{ accept: V3_PROTOBUF }, 406],
    [{ ifNoneMatch: "W/*" }, 200],
    [{ ifNoneMatch: "*" }, 304],
    [{ ifNoneMatch: "*", method: "POST" }, 412],
  ])("%j is %i", (more, status) => {
    expect(ask("/openapi/v2", more)).toMatchObject({
      status,
      headers: { vary: ["Accept-Encoding", "Accept"] },
    });
  });
});

test.each(["/openapi/v3/", `${NODE}/`, "/openapi/v3/apis/none/v1", "/openapi/v3/constructor"])(
  "%s is an empty 404",
  (path) => {
    expect(ask(path)).toEqual({ status: 404, headers: {}, body: undefined });
  },
);

test.each(["/openapi", "/openapi/", "/openapi/v1", "/openapi/v2/", "/openapi/v4", "/openapi/v3x"])(
  "%s is a 404 in words",
  (path) => {
    expect(ask(path)).toMatchObject({ status: 404, body: "404 page not found\n" });
  },
);
