import { createServer, type RequestListener } from "node:http";
import type { AddressInfo, Server } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { LifecycleHandler } from "../../api/types.ts";
import { realClock } from "../../runtime/clock.ts";
import { FakeClock } from "../../testing/fake-clock.ts";
import { runHook } from "./lifecycle-hooks.ts";
import { ScriptedRuntime } from "./scripted-runtime.fixture.ts";

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(
    servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))),
  );
});

async function listen(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

function run(handler: LifecycleHandler, clock = realClock, abort = new AbortController()) {
  const events: string[] = [];
  const record = (_about: object, type: string, reason: string, message: string): void => {
    events.push(`${type} ${reason} ${message}`);
  };
  const pod = { metadata: { name: "p", namespace: "ns", uid: "u" }, spec: { containers: [] } };
  const target = { pod, container: { name: "c" }, containerId: "id", podIP: "127.0.0.1" };
  const runtime = new ScriptedRuntime({ clock });
  const running = runHook(handler, target, {
    runtime,
    clock,
    events: { record },
    signal: abort.signal,
  });
  return { running, events, abort };
}

describe("a hook", () => {
  it("over HTTP asks, whatever the answer is", async () => {
    const seen: unknown[] = [];
    const port = await listen(({ url, headers }, response) => {
      seen.push(url, headers["user-agent"]);
      response.writeHead(500).end();
    });
    await run({ httpGet: { port, path: "/bye" } }).running;
    expect(seen).toEqual(["/bye", "kube-lifecycle/1.36"]);
  });

  it("over HTTPS is tried over HTTP, and told of", async () => {
    const port = await listen(({ headers }, response) => {
      response.end(headers.authorization ?? "");
    });
    const httpHeaders = [{ name: "Authorization", value: "secret" }];
    const { running, events } = run({ httpGet: { port, scheme: "HTTPS", httpHeaders } });
    await running;
    expect(events).toEqual([
      `Warning LifecycleHTTPFallback request to HTTPS lifecycle hook 127.0.0.1:${port} got HTTP response, retry with HTTP succeeded`,
    ]);
  });

  it("over HTTP fails when nobody listens", async () => {
    const port = await listen(() => {});
    await new Promise((resolve) => servers.pop()?.close(resolve));
    await expect(run({ httpGet: { port, path: "/" } }).running).rejects.toThrow(
      `HTTP lifecycle hook (/) for Container "c" in Pod "p_ns(u)" failed - error: Get "http://127.0.0.1:${port}/": dial tcp 127.0.0.1:${port}: connect: connection refused`,
    );
  });

  it("that sleeps does so, or until it is given up", async () => {
    const clock = new FakeClock();
    const { running, abort } = run({ sleep: { seconds: 60 } }, clock);
    expect(clock.pending()).toBe(1);
    abort.abort();
    await running;
    expect(clock.pending()).toBe(0);
  });

  it("of a kind that there is no more fails", async () => {
    await expect(run({ tcpSocket: { port: 1 } }).running).rejects.toThrow("Cannot run handler");
  });
});
