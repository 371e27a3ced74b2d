import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../src/testing/test-server.ts";

const DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

describe("custom resources are not served, and kubectl can learn it", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  it.each([DEFINITIONS, `${DEFINITIONS}?limit=500`])("GET %s is an empty list", async (path) => {
    const answer = await server.send("GET", path);
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({
      kind: "CustomResourceDefinitionList",
      apiVersion: "apiextensions.k8s.io/v1",
      metadata: { resourceVersion: expect.stringMatching(/^[1-9]\d*$/) },
      items: [],
    });
  });

  it.each(["fieldSelector=spec.group%3Dx", "labelSelector=a%3D%3D%3Db", "limit=x"])(
    "a selector that a list would refuse is refused: %s",
    async (query) => {
      expect((await server.send("GET", `${DEFINITIONS}?${query}`)).status).toBe(400);
    },
  );

  it("only for those who may list them", async () => {
    const user = { username: "nobody", groups: ["system:authenticated"] };
    const answer = await server.send("GET", DEFINITIONS, undefined, { user });
    expect(answer.status).toBe(403);
  });

  it.each([
    ["GET", `${DEFINITIONS}/widgets.example.com`],
    ["GET", `${DEFINITIONS}?watch=1`],
    ["POST", DEFINITIONS],
    ["GET", "/apis/apiextensions.k8s.io/v1"],
  ])("%s %s is not there", async (method, path) => {
    const body = method === "POST" ? { metadata: { name: "widgets.example.com" } } : undefined;
    expect((await server.send(method, path, body)).status).toBe(404);
  });
});
