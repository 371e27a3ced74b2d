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
