import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { startTestServer } from "../testing/test-server.ts";

const ROLES = "/apis/rbac.authorization.k8s.io/v1/clusterroles";

it("puts a role right whose integers a number would round", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "countersign-bootstrap-"));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  const options = { "data-dir": dataDir, storage: "sqlite", controllers: "" };
  const name = "system:kube-scheduler";
  const generation = '"generation":9223372036854775807';
  {
    await using first = await startTestServer({ options });
    expect((await first.send("DELETE", `${ROLES}/${name}`)).status).toBe(200);
    const made = await first.send("POST", ROLES, `{"metadata":{"name":"${name}",${generation}}}`);
    expect(made.text).toContain(generation);
  }
  await using second = await startTestServer({ options });
  const { text } = await second.send("GET", `${ROLES}/${name}`);
  expect(text).toContain(generation);
  expect(text).toContain('"resources":["pods/binding"');
});

it("a quota of the namespace default does not keep a server from starting", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "countersign-bootstrap-"));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  const options = {
    "data-dir": dataDir,
    storage: "sqlite",
    controllers: "",
    "advertise-address": "192.0.2.1",
  };
  const core = "/api/v1/namespaces/default";
  const slices = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices";
  const hard = { services: "0", "count/endpointslices.discovery.k8s.io": "0" };
  {
    await using first = await startTestServer({ options });
    const quota = { metadata: { name: "q" }, spec: { hard }, status: { hard, used: hard } };
    await first.send("POST", `${core}/resourcequotas`, quota);
    const written = await first.send("PUT", `${core}/resourcequotas/q/status`, quota);
    expect(written.status).toBe(200);
    for (const url of [`${core}/services/kubernetes`, `${slices}/kubernetes`]) {
      expect((await first.send("DELETE", url)).status).toBe(200);
    }
  }
  await using second = await startTestServer({ options });
  expect((await second.send("GET", `${slices}/kubernetes`)).status).toBe(404);
  expect((await second.send("DELETE", `${core}/resourcequotas/q`)).status).toBe(200);
});
