import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { appendFileSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  findKubectls,
  hasProgram,
  Kubectl,
  type StreamingCluster,
  startStreamingCluster,
} from "./pod-streams.fixture.ts";

const KUBECTLS = findKubectls(["1.27", "1.30", "1.33"]);
const hasScript = hasProgram("script");
let cluster: StreamingCluster;

beforeAll(async () => {
  cluster = await startStreamingCluster();
  cluster.pods.run("app");
  cluster.pods.run("side");
});
afterAll(() => cluster[Symbol.asyncDispose]());

async function until(check: () => boolean): Promise<void> {
  while (!check()) await sleep(5);
}

describe.each(KUBECTLS)("kubectl %s", (_version, path) => {
  let kubectl: Kubectl;
  beforeEach(() => {
    kubectl = new Kubectl(path, cluster.kubeconfig);
  });
  afterEach(() => kubectl[Symbol.dispose]());

  describe("exec", () => {
    test.each([[0], [1], [137]])("ends with the command's exit code %i", async (code) => {
      const command = `echo out; echo err >&2; exit ${code}`;
      const answer = await kubectl.run(["exec", "web", "--", "sh", "-c", command]);
      expect(answer.stdout.toString()).toBe("out\n");
      expect(answer.stderr).toBe(
        code === 0 ? "err\n" : `err\ncommand terminated with exit code ${code}\n`,
      );
      expect(answer.code).toBe(code);
    });

    test("hands input on, and its end", async () => {
      const answer = await kubectl.run(["exec", "-i", "web", "--", "wc", "-c"], Buffer.alloc(1234));
      expect([answer.code, answer.stdout.toString().trim()]).toEqual([0, "1234"]);
    });

    test("carries megabytes both ways", async () => {
      const bytes = randomBytes(6_000_000);
      const answer = await kubectl.run(["exec", "-i", "web", "--", "cat"], bytes);
      expect(answer.stdout.equals(bytes)).toBe(true);
    });

    test("says what cannot be", async () => {
      const missing = await kubectl.run(["exec", "web", "--", "no-such-program"]);
      expect(missing.code).toBe(1);
      expect(missing.stderr).toContain("executable file not found in $PATH");
      const elsewhere = await kubectl.run(["exec", "web", "-c", "other", "--", "true"]);
      expect([elsewhere.code, elsewhere.stderr]).toEqual([
        1,
        "Error from server (BadRequest): container other is not valid for pod web\n",
      ]);
      const nobody = await kubectl.run(["exec", "nobody", "--", "true"]);
      expect(nobody.stderr).toBe('Error from server (NotFound): pods "nobody" not found\n');
    });

    test.runIf(hasScript)("in a terminal: its size, what is typed, the exit code", async () => {
      const count = cluster.runtime.played.length;
      const child = kubectl.startInTerminal(["exec", "-it", "web", "--", "played"]);
      let shown = "";
      child.stdout?.on("data", (chunk: Buffer) => (shown += chunk.toString()));
      await until(() => cluster.runtime.played.length > count);
      const played = cluster.runtime.played.at(-1);
      if (played === undefined) throw new Error("nothing was started");
      expect(played.request).toEqual({ command: ["played"], stdin: true, tty: true });
      await until(() => played.sizes.length > 0);
      void played.stdout.push(Buffer.from("$ "));
      await until(() => shown.includes("$ "));
      child.stdin?.write("ls\r");
      for await (const bytes of played.stdin) {
        expect(Buffer.from(bytes).toString()).toBe("ls\r");
        break;
      }
      played.exit(5);
      const [code] = (await once(child, "close")) as [number];
      expect(code).toBe(5);
      expect(shown).toContain("command terminated with exit code 5");
    });

    test("a client that is killed takes its command with it", async () => {
      const count = cluster.runtime.played.length;
      const child = kubectl.start(["exec", "-i", "web", "--", "played"]);
      await until(() => cluster.runtime.played.length > count);
      child.kill("SIGKILL");
      await until(() => cluster.runtime.played.at(-1)?.killed === true);
    });
  });

  test("attach shows what the container writes, until it ends", async () => {
    const count = cluster.runtime.played.length;
    const child = kubectl.start(["attach", "web", "-c", "app"]);
    let shown = "";
    child.stdout?.on("data", (chunk: Buffer) => (shown += chunk.toString()));
    await until(() => cluster.runtime.played.length > count);
    const played = cluster.runtime.played.at(-1);
    void played?.stdout.push(Buffer.from("hello\n"));
    await until(() => shown.includes("hello\n"));
    played?.exit(1);
    expect(await once(child, "close")).toEqual([0, null]);
  });

  test.runIf(hasProgram("tar"))("cp brings files there and back", async () => {
    const bytes = randomBytes(3_000_000);
    writeFileSync(join(kubectl.directory, "file"), bytes);
    const there = join(cluster.server.dataDir, "copied");
    const up = await kubectl.run(["cp", "file", `web:${there}`]);
    expect([up.code, up.stderr]).toEqual([0, ""]);
    expect(readFileSync(there).equals(bytes)).toBe(true);
    const down = await kubectl.run(["cp", `web:${there}`, "back"]);
    expect(down.code).toBe(0);
    expect(readFileSync(join(kubectl.directory, "back")).equals(bytes)).toBe(true);
  });

  describe("port-forward", () => {
    let backend: Server;
    beforeAll(async () => {
      backend = createServer((request, response) => {
        response.end(`you asked for ${request.url}`);
      });
      backend.listen(0, "127.0.0.1");
      await once(backend, "listening");
    });
    afterAll(() => {
      backend.closeAllConnections();
      backend.close();
    });

    test("carries requests one after the other and at once", async () => {
      const { port } = backend.address() as AddressInfo;
      const child = kubectl.start(["port-forward", "pod/web", `:${port}`]);
      let shown = "";
      child.stdout?.on("data", (chunk: Buffer) => (shown += chunk.toString()));
      await until(() => /127\.0\.0\.1:(\d+) ->/.test(shown));
      const local = /127\.0\.0\.1:(\d+) ->/.exec(shown)?.[1];
      const ask = async (path: string) => {
        const answer = await fetch(`http://127.0.0.1:${local}${path}`, {
          headers: { connection: "close" },
        });
        return await answer.text();
      };
      expect(await ask("/one")).toBe("you asked for /one");
      const paths = Array.from({ length: 20 }, (_, index) => `/${index}`);
      const answers = await Promise.all(paths.map(ask));
      expect(answers).toEqual(paths.map((each) => `you asked for ${each}`));
      child.kill("SIGINT");
      await once(child, "close");
    });

    test("says when nobody listens there", async () => {
      const child = kubectl.start(["port-forward", "pod/web", ":1"]);
      let shown = "";
      child.stdout?.on("data", (chunk: Buffer) => (shown += chunk.toString()));
      child.stderr?.on("data", (chunk: Buffer) => (shown += chunk.toString()));
      await until(() => /127\.0\.0\.1:(\d+) ->/.test(shown));
      const local = /127\.0\.0\.1:(\d+) ->/.exec(shown)?.[1];
      await expect(fetch(`http://127.0.0.1:${local}/`)).rejects.toThrow();
      await until(() => shown.includes("error forwarding port 1 to pod sandbox-1"));
      child.kill("SIGINT");
      await once(child, "close");
    });
  });
});

describe.each(KUBECTLS.slice(-1))("kubectl logs (%s)", (_version, path) => {
  let kubectl: Kubectl;
  beforeEach(() => {
    kubectl = new Kubectl(path, cluster.kubeconfig);
    cluster.pods.instances.delete("app");
  });
  afterEach(() => {
    kubectl[Symbol.dispose]();
    cluster.pods.instances.delete("app");
    cluster.pods.run("app");
  });
  const line = (text: string, second = 0, stream = "stdout", tag = "F"): string =>
    `2026-01-01T00:00:${String(second).padStart(2, "0")}.5Z ${stream} ${tag} ${text}\n`;
  const logs = async (...args: string[]) => {
    const { code, stdout, stderr } = await kubectl.run(["logs", "web", ...args]);
    return { code, text: stdout.toString() + stderr };
  };

  test("both outputs, cut lines joined, and no line that is none", async () => {
    const log = [
      line("one"),
      line("two", 1, "stderr"),
      line("a long ", 2, "stdout", "P"),
      "junk\n",
      line("line", 2, "stdout", "F"),
    ];
    cluster.pods.run("app", { log: log.join("") });
    expect(await logs()).toEqual({ code: 0, text: "one\ntwo\na long line\n" });
    expect(await logs("--timestamps", "--tail=3")).toEqual({
      code: 0,
      text: "2026-01-01T00:00:02.500000000Z a long line\n",
    });
  });

  test("--tail, --since-time, --limit-bytes", async () => {
    const log = Array.from({ length: 50 }, (_, index) => line(`line ${index}`, index));
    cluster.pods.run("app", { log: log.join("") });
    expect((await logs("--tail=2")).text).toBe("line 48\nline 49\n");
    expect((await logs("--tail=0")).text).toBe("");
    expect((await logs("--since-time=2026-01-01T00:00:48Z")).text).toBe("line 48\nline 49\n");
    expect((await logs("--since=1h")).text).toBe("");
    expect((await logs("--limit-bytes=10")).text).toBe("line 0\nlin");
  });

  test("--previous, and that there is none", async () => {
    cluster.pods.run("app", { log: line("first"), state: "exited" });
    expect(await logs("--previous")).toEqual({
      code: 1,
      text: 'Error from server (BadRequest): previous terminated container "app" in pod "web" not found\n',
    });
    cluster.pods.run("app", { log: line("second") });
    expect((await logs("--previous")).text).toBe("first\n");
    expect((await logs()).text).toBe("second\n");
  });

  test("-f goes on through a rotation up to the end of the container", async () => {
    const { logPath } = cluster.pods.run("app", { log: line("old") });
    const child = kubectl.start(["logs", "-f", "web"]);
    let shown = "";
    child.stdout?.on("data", (chunk: Buffer) => (shown += chunk.toString()));
    await until(() => shown === "old\n");
    appendFileSync(logPath, line("more"));
    renameSync(logPath, `${logPath}.1`);
    writeFileSync(logPath, line("new"));
    await until(() => shown === "old\nmore\nnew\n");
    cluster.pods.end("app");
    cluster.runtime.changed("11111111-2222-3333-4444-555555555555");
    expect(await once(child, "close")).toEqual([0, null]);
  });

  test("--all-containers", async () => {
    cluster.pods.run("app", { log: line("of app") });
    const { text } = await logs("--all-containers", "--prefix");
    expect(text).toBe("[pod/web/app] of app\n");
  });

  test("a container that waits", async () => {
    const state = { waiting: { reason: "ImagePullBackOff" } };
    const before = cluster.pods.pod;
    const status = { containerStatuses: [{ name: "app", state }] };
    cluster.pods.pod = { ...before, status } as unknown as typeof before;
    expect(await logs()).toEqual({
      code: 1,
      text: 'Error from server (BadRequest): container "app" in pod "web" is waiting to start: trying and failing to pull image\n',
    });
  });
});
