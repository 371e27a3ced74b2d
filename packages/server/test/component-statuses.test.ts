import { describe, expect, it } from "vitest";
import { startTestServer } from "../src/testing/test-server.ts";

const PATH = "/api/v1/componentstatuses";

describe("componentstatuses", () => {
  it.each([
    ["*", ["scheduler", "controller-manager", "etcd-0"], 200],
    ["*,-scheduler", ["controller-manager", "etcd-0"], 404],
  ])("with --controllers=%s", async (controllers, names, status) => {
    await using server = await startTestServer({ options: { controllers } });
    const list = (await server.send("GET", PATH)).json<{
      items: { metadata: { name: string } }[];
    }>();
    expect(list.items.map(({ metadata }) => metadata.name)).toEqual(names);
    expect((await server.send("GET", `${PATH}/scheduler`)).status).toBe(status);
  });
});
