import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ControlledServer, find, startControlledServer } from "./controlled-server.fixture.ts";

const DEFAULT = "default";

let server: ControlledServer;
beforeAll(async () => {
  server = await startControlledServer();
});
afterAll(() => server[Symbol.asyncDispose]());

describe("the default account", () => {
  it("is there in every namespace of a new cluster, and empty", async () => {
    for (const namespace of ["default", "kube-system", "kube-public", "kube-node-lease"]) {
      const account = await server.until(() => find(server.accounts, { namespace, name: DEFAULT }));
      expect(Object.keys(account).sort()).toEqual(["apiVersion", "kind", "metadata"]);
    }
  });

  it("comes back anew when it is deleted", async () => {
    await server.namespace("again");
    const key = { namespace: "again", name: DEFAULT };
    const before = await server.accounts.get(key);
    await server.accounts.delete(key);
    const after = await server.until(() => find(server.accounts, key));
    expect(after.metadata.uid).not.toBe(before.metadata.uid);
  });

  it("keeps what users make of it", async () => {
    await server.namespace("kept");
    const key = { namespace: "kept", name: DEFAULT };
    await server.accounts.patch(key, "merge-patch", { automountServiceAccountToken: false });
    await server.namespaces.patch({ namespace: "", name: "kept" }, "merge-patch", {
      metadata: { labels: { a: "b" } },
    });
    await server.clock.advance(1_000);
    expect((await server.accounts.get(key)).automountServiceAccountToken).toBe(false);
  });

  it("that a finalizer holds is replaced only when it is gone", async () => {
    await server.namespace("held");
    const key = { namespace: "held", name: DEFAULT };
    await server.accounts.patch(key, "merge-patch", {
      metadata: { finalizers: ["example.com/hold"] },
    });
    await server.accounts.delete(key);
    await server.clock.advance(1_000);
    const held = await server.accounts.get(key);
    expect(held.metadata.deletionTimestamp).toBeDefined();
    await server.accounts.patch(key, "merge-patch", { metadata: { finalizers: null } });
    const after = await server.until(async () => {
      const found = await find(server.accounts, key);
      return found?.metadata.uid === held.metadata.uid ? undefined : found;
    });
    expect(after.metadata.deletionTimestamp).toBeUndefined();
  });

  it("other accounts are not made again", async () => {
    await server.namespace("others");
    const key = { namespace: "others", name: "builder" };
    await server.accounts.create({ metadata: { ...key } });
    await server.accounts.delete(key);
    await server.clock.advance(1_000);
    expect(await find(server.accounts, key)).toBeUndefined();
  });

  it("comes with two hundred namespaces at once", async () => {
    const names = Array.from({ length: 200 }, (_, index) => `many-${index}`);
    await Promise.all(names.map((name) => server.namespaces.create({ metadata: { name } })));
    for (const namespace of names) {
      await server.until(() => find(server.accounts, { namespace, name: DEFAULT }));
    }
  });

  it("does not come back in a namespace that is going, and nobody complains", async () => {
    await server.namespace("going");
    await server.namespaces.delete({ namespace: "", name: "going" });
    await server.accounts.delete({ namespace: "going", name: DEFAULT });
    await server.clock.advance(1_000);
    const { items } = await server.accounts.list({ namespace: "going" });
    expect(items).toEqual([]);
    expect(server.complaints).toEqual([]);
  });

  it("is made by the account of its controller", async () => {
    const account = await server.accounts.get({ namespace: "default", name: DEFAULT });
    expect(account.metadata.managedFields).toBeUndefined();
    const controllers = await server.accounts.list({ namespace: "kube-system" });
    const names = controllers.items.map(({ metadata }) => metadata.name);
    expect(names).toContain(DEFAULT);
    expect(names).toContain("service-account-controller");
    expect(names).toContain("generic-garbage-collector");
  });
});

describe("without the right to make accounts", () => {
  it("the controller keeps trying, and goes on when it has it again", async () => {
    await using other = await startControlledServer();
    const binding = "system:controller:service-account-controller";
    const url = `/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/${binding}`;
    const { subjects } = (await other.server.send("GET", url)).json<{ subjects: unknown }>();
    const headers = { "content-type": "application/merge-patch+json" };
    await other.server.send("PATCH", url, { subjects: [] }, { headers });
    await other.namespaces.create({ metadata: { name: "late" } });
    await other.clock.advance(0);
    await other.clock.advance(30_000);
    expect(await find(other.accounts, { namespace: "late", name: DEFAULT })).toBeUndefined();
    expect(other.complaints[0]).toMatchObject({ controller: "serviceaccount-controller" });
    await other.server.send("PATCH", url, { subjects }, { headers });
    await other.until(() => find(other.accounts, { namespace: "late", name: DEFAULT }), 1_000);
  });
});
