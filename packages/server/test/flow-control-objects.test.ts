import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../src/testing/test-server.ts";

const GROUP = "/apis/flowcontrol.apiserver.k8s.io/v1";
interface List {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly spec: {
      readonly matchingPrecedence?: number;
      readonly priorityLevelConfiguration?: { readonly name: string };
    };
  }[];
}

describe("flow schemas of a fresh cluster", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  it("are matched in upstream's order, and each names a priority level that exists", async () => {
    const levels = (await server.send("GET", `${GROUP}/prioritylevelconfigurations`)).json<List>();
    const names = levels.items.map(({ metadata }) => metadata.name);
    expect(names).toEqual(
      "catch-all exempt global-default leader-election node-high system workload-high workload-low".split(
        " ",
      ),
    );
    const schemas = (await server.send("GET", `${GROUP}/flowschemas`)).json<List>().items;
    expect(
      schemas
        .toSorted((a, b) => (a.spec.matchingPrecedence ?? 0) - (b.spec.matchingPrecedence ?? 0))
        .map(({ metadata, spec }) => `${spec.matchingPrecedence} ${metadata.name}`),
    ).toEqual([
      "1 exempt",
      "2 probes",
      "100 system-leader-election",
      "400 system-node-high",
      "500 system-nodes",
      "800 kube-controller-manager",
      "800 kube-scheduler",
      "900 kube-system-service-accounts",
      "9000 service-accounts",
      "9900 global-default",
      "10000 catch-all",
    ]);
    const table = await server.send("GET", `${GROUP}/flowschemas`, undefined, {
      headers: { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" },
    });
    const rows = table.json<{ rows: readonly { cells: readonly unknown[] }[] }>().rows;
    expect(rows.map(({ cells }) => cells[0])).toEqual(
      schemas
        .toSorted((a, b) => (a.spec.matchingPrecedence ?? 0) - (b.spec.matchingPrecedence ?? 0))
        .map(({ metadata }) => metadata.name),
    );
    const missing = table
      .json<{ columnDefinitions: readonly { name: string }[] }>()
      .columnDefinitions.findIndex(({ name }) => name === "MissingPL");
    expect(new Set(rows.map(({ cells }) => cells[missing]))).toEqual(new Set(["False"]));
    for (const { spec } of schemas) {
      expect(names).toContain(spec.priorityLevelConfiguration?.name);
    }
  });
});

describe("the range of services", () => {
  it("is there as an object, ready", async () => {
    await using server = await startTestServer();
    const range = "/apis/networking.k8s.io/v1/servicecidrs/kubernetes";
    expect((await server.send("GET", range)).json()).toMatchObject({
      spec: { cidrs: ["10.96.0.0/16"] },
      status: {
        conditions: [
          { type: "Ready", status: "True", message: "Kubernetes Service CIDR is ready" },
        ],
      },
    });
  });
});

it("a start makes up for the condition that the one before could not tell", async () => {
  const directory = mkdtempSync(join(tmpdir(), "countersign-test-"));
  const options = { "data-dir": directory, storage: "sqlite" };
  const url = `${GROUP}/flowschemas/exempt`;
  const conditionsOf = async (server: TestServer) =>
    (await server.send("GET", url)).json<{ status: { conditions?: unknown } }>().status.conditions;
  try {
    let told: unknown;
    {
      await using server = await startTestServer({ options });
      told = await conditionsOf(server);
      const patch = await server.send(
        "PATCH",
        `${url}/status`,
        { status: { conditions: null } },
        { headers: { "content-type": "application/merge-patch+json" } },
      );
      expect(patch.status).toBe(200);
      expect(await conditionsOf(server)).toBeUndefined();
    }
    await using server = await startTestServer({ options });
    expect(told).toMatchObject([{ type: "Dangling", status: "False" }]);
    expect(await conditionsOf(server)).toEqual(told);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
