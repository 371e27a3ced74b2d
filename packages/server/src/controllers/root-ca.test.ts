import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ConfigMap } from "../api/types.ts";
import { type ControlledServer, find, startControlledServer } from "./controlled-server.fixture.ts";
import { observeRootCa, ROOT_CA_CONFIG_MAP } from "./root-ca.ts";

const DESCRIPTION = "kubernetes.io/description";
const keyIn = (namespace: string) => ({ namespace, name: ROOT_CA_CONFIG_MAP });

let server: ControlledServer;
let ca = "";
beforeAll(async () => {
  server = await startControlledServer();
  const published = await server.configMaps.get(keyIn("default"));
  ca = published.data?.["ca.crt"] ?? "";
});
afterAll(() => server[Symbol.asyncDispose]());

/** A namespace whose certificate somebody has changed. */
async function changed(namespace: string, patch: unknown): Promise<void> {
  await server.namespace(namespace);
  await server.configMaps.patch(keyIn(namespace), "merge-patch", patch);
}

/** The certificate once it holds the right data, and some description, again. */
function putRight(namespace: string): Promise<ConfigMap> {
  return server.until(async () => {
    const found = await server.configMaps.get(keyIn(namespace));
    const described = (found.metadata.annotations?.[DESCRIPTION] ?? "") !== "";
    const { "ca.crt": pem, ...others } = found.data ?? {};
    return described && pem === ca && Object.keys(others).length === 0 ? found : undefined;
  });
}

describe("the certificate in every namespace", () => {
  it("is the authority of the server, with a description", async () => {
    expect(ca).toContain("BEGIN CERTIFICATE");
    const { metadata, data } = await server.configMaps.get(keyIn("default"));
    expect(data).toEqual({ "ca.crt": ca });
    expect(metadata.annotations?.[DESCRIPTION]).toMatch(/^Contains a CA bundle/);
  });

  it.each<[string, unknown]>([
    ["another certificate", { data: { "ca.crt": "mine" } }],
    ["one more key", { data: { more: "x" } }],
    ["no data", { data: null }],
    ["no description", { metadata: { annotations: { [DESCRIPTION]: null } } }],
    ["an empty description", { metadata: { annotations: { [DESCRIPTION]: "" } } }],
  ])("is put right after %s", async (name, patch) => {
    const namespace = `right-${name.replaceAll(" ", "-")}`;
    await changed(namespace, patch);
    const { metadata } = await putRight(namespace);
    expect(metadata.annotations?.[DESCRIPTION]).toMatch(/^Contains a CA bundle/);
  });

  it("keeps labels and other annotations", async () => {
    const metadata = { labels: { a: "b" }, annotations: { c: "d" } };
    await changed("kept", { metadata, data: { more: "x" } });
    expect((await putRight("kept")).metadata).toMatchObject(metadata);
  });

  it("keeps a description of somebody else's, until something else is wrong", async () => {
    await changed("described", { metadata: { annotations: { [DESCRIPTION]: "ours" } } });
    await server.clock.advance(1_000);
    const { metadata } = await server.configMaps.get(keyIn("described"));
    expect(metadata.annotations?.[DESCRIPTION]).toBe("ours");
    await server.configMaps.patch(keyIn("described"), "merge-patch", { data: { more: "x" } });
    const after = await putRight("described");
    expect(after.metadata.annotations?.[DESCRIPTION]).toMatch(/^Contains a CA bundle/);
  });

  it("comes back when it is deleted", async () => {
    await server.namespace("back");
    const { metadata } = await server.configMaps.get(keyIn("back"));
    await server.configMaps.delete(keyIn("back"));
    const after = await server.until(() => find(server.configMaps, keyIn("back")));
    expect(after.metadata.uid).not.toBe(metadata.uid);
    expect(after.data).toEqual({ "ca.crt": ca });
  });

  it("does not come back in a namespace that is going, and nobody complains", async () => {
    await server.namespace("going");
    await server.namespaces.delete({ namespace: "", name: "going" });
    await server.configMaps.delete(keyIn("going"));
    await server.clock.advance(1_000);
    expect((await server.configMaps.list({ namespace: "going" })).items).toEqual([]);
    expect(server.complaints).toEqual([]);
  });

  it("that somebody made unchangeable stays wrong; the log says so and others go on", async () => {
    await changed("fixed", { data: { "ca.crt": "mine" }, immutable: true });
    await server.until(() => Promise.resolve(server.complaints[0]));
    expect(server.complaints[0]).toMatchObject({ key: "fixed" });
    expect((await server.configMaps.get(keyIn("fixed"))).data).toEqual({ "ca.crt": "mine" });
    await server.namespace("beside");
  });
});

describe("what is kept of it in memory", () => {
  const metadata = {
    namespace: "n",
    name: ROOT_CA_CONFIG_MAP,
    annotations: { [DESCRIPTION]: "x" },
  };

  it("is nothing but its name when it is right", () => {
    expect(observeRootCa({ metadata, data: { "ca.crt": "pem" } }, "pem")).toEqual({
      metadata: { namespace: "n", name: ROOT_CA_CONFIG_MAP },
    });
  });

  it("is everything when it is wrong, because that is what an update starts from", () => {
    const wrong = { metadata, data: { "ca.crt": "other" } };
    expect(observeRootCa(wrong, "pem").wrong).toBe(wrong);
  });
});
