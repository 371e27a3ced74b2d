import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../src/testing/test-server.ts";

const MAPS = "/api/v1/namespaces/default/configmaps";
interface List {
  readonly kind: string;
  readonly items: readonly { readonly metadata: { readonly name: string } }[];
}

describe("a field selector of one name is authorised by that name, and selects from a list", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
    for (const name of ["one", "two"]) await server.send("POST", MAPS, { metadata: { name } });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  it.each([
    [`${MAPS}?fieldSelector=metadata.name%3Dtwo`, ["two"]],
    [`${MAPS}?fieldSelector=metadata.name%3Dthree`, []],
    ["/api/v1/configmaps?fieldSelector=metadata.name%3Done", ["one"]],
    ["/api/v1/namespaces?fieldSelector=metadata.name%3Ddefault", ["default"]],
  ])("GET %s", async (path, names) => {
    const answer = await server.send("GET", path);
    expect(answer.status).toBe(200);
    const list = answer.json<List>();
    expect(list.kind).toMatch(/List$/);
    expect(list.items.map(({ metadata }) => metadata.name)).toEqual(names);
  });

  it("GET of a name is the object", async () => {
    const answer = await server.send("GET", `${MAPS}/two`);
    expect(answer.json()).toMatchObject({ kind: "ConfigMap", metadata: { name: "two" } });
  });
});
