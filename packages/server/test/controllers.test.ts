import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Logger } from "../src/runtime/logger.ts";
import { OptionsError } from "../src/server/options.ts";
import { startTestServer, type TestServer } from "../src/testing/test-server.ts";

/** What is promised of controllers as a part of the server: ready means ready, and stop means stopped. */

const ACCOUNTS = "/api/v1/namespaces/default/serviceaccounts";
let dataDir = "";
const complaints: string[] = [];
const complain = (_fields: unknown, message: string): void => void complaints.push(message);
const logger: Logger = { debug() {}, info() {}, warn: complain, error: complain };

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "countersign-controllers-"));
  complaints.length = 0;
});
afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

/** On one data directory, so that a server finds what the one before it left. */
function start(controllers: string): Promise<TestServer> {
  return startTestServer({
    logger,
    options: { "data-dir": join(dataDir, "data"), storage: "sqlite", controllers },
  });
}

async function found(server: TestServer, url: string): Promise<boolean> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if ((await server.send("GET", url)).status === 200) return true;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return false;
}

describe("controllers of a server", () => {
  it("have made what a pod needs when the server says that it is ready", async () => {
    await using server = await start("*");
    const pod = await server.send("POST", "/api/v1/namespaces/default/pods", {
      metadata: { name: "p" },
      spec: { containers: [{ name: "c", image: "i" }] },
    });
    expect(pod.status, pod.text).toBe(201);
    const ca = await server.send("GET", "/api/v1/namespaces/default/configmaps/kube-root-ca.crt");
    expect(ca.status).toBe(200);
  });

  it("that do not run are not waited for, and make up for it in the next life", async () => {
    {
      await using server = await start("*,-serviceaccount-controller");
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect((await server.send("GET", `${ACCOUNTS}/default`)).status).toBe(404);
    }
    await using server = await start("*");
    expect((await server.send("GET", `${ACCOUNTS}/default`)).status).toBe(200);
  });

  it("go on where those of the life before were stopped", async () => {
    {
      await using server = await start("*");
      await server.send("POST", "/api/v1/namespaces", { metadata: { name: "cut-short" } });
      await server.send("DELETE", `${ACCOUNTS}/default`);
    }
    await using server = await start("*");
    expect(await found(server, `${ACCOUNTS}/default`)).toBe(true);
    expect(await found(server, "/api/v1/namespaces/cut-short/serviceaccounts/default")).toBe(true);
  });

  it("stop in the midst of work without a word", async () => {
    {
      await using server = await start("*");
      const names = Array.from({ length: 50 }, (_, index) => `n${index}`);
      await Promise.all(
        names.map((name) => server.send("POST", "/api/v1/namespaces", { metadata: { name } })),
      );
    }
    expect(complaints).toEqual([]);
  });

  it("of a name that nobody knows stop the server before it has touched anything", async () => {
    await expect(start("*,foo")).rejects.toThrow(OptionsError);
    expect(existsSync(join(dataDir, "data"))).toBe(false);
  });
});
