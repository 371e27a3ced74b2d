import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NODES } from "../../client/resource-type.ts";
import { type ControlledServer, startControlledServer } from "../controlled-server.fixture.ts";
import { stepFor } from "./node-ttl.ts";

describe("the step for a cluster", () => {
  it.each([
    [0, 0, 0],
    [100, 0, 0],
    [101, 0, 1],
    [90, 1, 1],
    [89, 1, 0],
    [500, 1, 1],
    [501, 1, 2],
    [5000, 0, 4],
    [1799, 4, 3],
    [3, 4, 0],
  ])("of %i nodes, coming from %i, is %i", (nodes, before, step) => {
    expect(stepFor(nodes, before)).toBe(step);
  });
});

describe("nodes", () => {
  let server: ControlledServer;
  beforeAll(async () => {
    server = await startControlledServer({
      controllers:
        "serviceaccount-controller,root-ca-certificate-publisher-controller,ttl-controller",
    });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it("are told for how long they may keep what they have read", async () => {
    const nodes = server.client.resource(NODES);
    const key = { namespace: "", name: "a" };
    const ttl = async () =>
      (await nodes.get(key)).metadata.annotations?.["node.alpha.kubernetes.io/ttl"];
    await nodes.create({ metadata: { name: "a" } });
    expect(await server.until(ttl)).toBe("0");
    const annotations = { "node.alpha.kubernetes.io/ttl": "7" };
    await nodes.patch(key, "merge-patch", { metadata: { annotations } });
    await server.until(async () => ((await ttl()) === "0" ? true : undefined));
    const made = Array.from({ length: 100 }, (_none, index) =>
      nodes.create({ metadata: { name: `n${index}` } }),
    );
    await Promise.all(made);
    await nodes.patch(key, "merge-patch", { metadata: { labels: { a: "b" } } });
    await server.until(async () => ((await ttl()) === "15" ? true : undefined));
  });
});
