import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../src/testing/test-server.ts";

const RECORDED = new URL("../../../../shared/golden/paths.json", import.meta.url);

describe("GET /", () => {
  let server: TestServer;
  let paths: readonly string[] = [];
  beforeAll(async () => {
    server = await startTestServer();
    paths = (await server.send("GET", "/")).json<{ paths: readonly string[] }>().paths;
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  it("names paths that answer, and a prefix of such, once each and in order", async () => {
    expect(paths).toEqual([...new Set(paths)].sort());
    for (const path of paths.filter((each) => each !== "/openapi/v3/")) {
      const answer = await server.send("GET", path, undefined, { headers: { accept: "*/*" } });
      expect([path, answer.status]).toEqual([path, 200]);
    }
  });

  it.each(["/.well-known/openid-configuration", "/api/v1", "/apis/apps/v1", "/openapi/v3/"])(
    "names %s",
    (path) => {
      expect(paths).toContain(path);
    },
  );

  it.each(["/version/x", "/openid/v1/jwks/x", "/.well-known/openid-configuration/x"])(
    "knows nothing below %s, and says so as a Status",
    async (path) => {
      const answer = await server.send("GET", path);
      expect([answer.status, answer.json().reason]).toEqual([404, "NotFound"]);
    },
  );

  it.each([
    ["/version//", 200],
    ["/openid/v1/jwks///", 200],
    ["/api//", 200],
    ["/apis/", 200],
    ["/apis//", 404],
    ["/metrics/", 404],
  ])("answers %s with %i", async (path, status) => {
    const answer = await server.send("GET", path, undefined, { headers: { accept: "*/*" } });
    expect(answer.status).toBe(status);
  });

  it.skipIf(!existsSync(RECORDED))("names nothing that a real server does not have", () => {
    const recorded = JSON.parse(readFileSync(RECORDED, "utf8")) as { paths: readonly string[] };
    expect(paths.filter((path) => !recorded.paths.includes(path))).toEqual([]);
  });
});
