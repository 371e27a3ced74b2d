import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { PassThrough, type Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import {
  Attach,
  Cp,
  Exec,
  KubeConfig,
  Log,
  PortForward,
  type V1Status,
} from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasProgram, type StreamingCluster, startStreamingCluster } from "./pod-streams.fixture.ts";

let cluster: StreamingCluster;
let config: KubeConfig;

beforeAll(async () => {
  cluster = await startStreamingCluster();
  cluster.pods.run("app", { log: "2026-01-01T00:00:00.5Z stdout F hello\n" });
  cluster.pods.run("side");
  config = new KubeConfig();
  config.loadFromFile(cluster.kubeconfig);
});
afterAll(() => cluster[Symbol.asyncDispose]());

/** Keeps what is written to it. */
class Sink extends Writable {
  text = "";

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

async function until(check: () => boolean): Promise<void> {
  while (!check()) await sleep(5);
}

async function exec(
  command: readonly string[],
  stdin: Readable | null = null,
): Promise<{ readonly out: string; readonly err: string; readonly status: V1Status }> {
  const [out, err] = [new Sink(), new Sink()];
  const status = await new Promise<V1Status>((resolve, reject) => {
    new Exec(config)
      .exec("default", "web", "app", [...command], out, err, stdin, false, resolve)
      .catch(reject);
  });
  return { out: out.text, err: err.text, status };
}

describe("the JavaScript client", () => {
  test("Exec: outputs and the exit code", async () => {
    const { out, err, status } = await exec(["sh", "-c", "echo out; echo err >&2; exit 3"]);
    expect([out, err]).toEqual(["out\n", "err\n"]);
    expect(status).toMatchObject({
      status: "Failure",
      reason: "NonZeroExitCode",
      details: { causes: [{ reason: "ExitCode", message: "3" }] },
    });
  });

  test("Exec: input and its end", async () => {
    const stdin = new PassThrough();
    stdin.end("three words here");
    const { out, status } = await exec(["wc", "-w"], stdin);
    expect([out.trim(), status.status]).toEqual(["3", "Success"]);
  });

  test("Attach: both ways", async () => {
    const count = cluster.runtime.played.length;
    const [stdin, out] = [new PassThrough(), new Sink()];
    const socket = await new Attach(config).attach(
      "default",
      "web",
      "side",
      out,
      null,
      stdin,
      true,
    );
    await until(() => cluster.runtime.played.length > count);
    const played = cluster.runtime.played.at(-1);
    stdin.write("typed");
    for await (const bytes of played?.stdin ?? []) {
      expect(Buffer.from(bytes).toString()).toBe("typed");
      break;
    }
    void played?.stdout.push(Buffer.from("shown"));
    await until(() => out.text === "shown");
    const closed = once(socket, "close");
    played?.exit(0);
    await closed;
  });

  test("PortForward", async () => {
    const backend = createServer((request, response) => response.end(`path ${request.url}`));
    backend.listen(0, "127.0.0.1");
    await once(backend, "listening");
    const { port } = backend.address() as AddressInfo;
    const [input, output, errors] = [new PassThrough(), new Sink(), new Sink()];
    await new PortForward(config).portForward("default", "web", [port], output, errors, input);
    input.write("GET /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    await until(() => output.text.includes("path /x"));
    expect(errors.text).toBe("");
    input.end();
    backend.close();
  });

  test.runIf(hasProgram("tar"))("Cp: to the pod and from it", async () => {
    const folder = mkdtempSync(join(cluster.server.dataDir, "cp-"));
    for (const each of ["source", "pod", "back"]) mkdirSync(join(folder, each));
    writeFileSync(join(folder, "source", "file"), "x".repeat(100_000));
    const cp = new Cp(config);
    const read = (name: string): string => {
      try {
        return readFileSync(join(folder, name, "file"), "utf8");
      } catch {
        return "";
      }
    };
    await cp.cpToPod("default", "web", "app", join(folder, "source"), join(folder, "pod"));
    await until(() => read("pod").length === 100_000);
    await cp.cpFromPod("default", "web", "app", "file", join(folder, "back"), join(folder, "pod"));
    await until(() => read("back").length === 100_000);
  });

  test("Log", async () => {
    const out = new Sink();
    await new Log(config).log("default", "web", "app", out, { timestamps: true });
    await until(() => out.text !== "");
    expect(out.text).toBe("2026-01-01T00:00:00.500000000Z hello\n");
  });
});
