import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Pod } from "../../../api/types.ts";
import { silentLogger } from "../../../runtime/logger.ts";
import { FakeClock } from "../../../testing/fake-clock.ts";
import { RuntimeError } from "../../pod-runtime.ts";
import { type AgentOfServer, startAgentOfServer } from "../agent-of-server.fixture.ts";
import { observed } from "../observed.fixture.ts";
import { PodFiles } from "../pod-files.ts";
import { C, isRunning, withContainers } from "../pod-lifecycle.fixture.ts";
import { ScriptedRuntime } from "../scripted-runtime.fixture.ts";
import { monitorStorage } from "./storage-monitor.ts";

const MI = 1024 * 1024;
const LIMITED = { ...C, resources: { limits: { "ephemeral-storage": "1Mi" } } };

describe("a pod that stores too much", () => {
  let agent: AgentOfServer;
  afterEach(async () => agent[Symbol.asyncDispose]());

  it("is evicted, and says why", async () => {
    agent = await startAgentOfServer();
    await agent.create("p", withContainers(LIMITED));
    await agent.until("p", isRunning);
    agent.runtime.written = MI;
    await agent.advance(10_000);
    expect(isRunning(await agent.get("p"))).toBe(true);
    agent.runtime.written = MI + 1;
    const pod = await agent.until("p", ({ status }) => status?.phase === "Failed", 1000);
    const message = "Pod ephemeral local storage usage exceeds the total limit of containers 1Mi. ";
    expect(pod.status).toMatchObject({ phase: "Failed", reason: "Evicted", message });
    await agent.untilEvents("p", `Warning Evicted ${message}`);
    expect((await agent.counts("p")).Evicted).toBe(1);
  });

  it("is left alone if it is critical", async () => {
    agent = await startAgentOfServer();
    await agent.create("p", {
      ...withContainers(LIMITED),
      priorityClassName: "system-node-critical",
    });
    await agent.until("p", isRunning);
    agent.runtime.written = 2 * MI;
    await agent.advance(30_000);
    expect(isRunning(await agent.get("p"))).toBe(true);
  });
});

describe("what is looked at", () => {
  const directory = mkdtempSync(join(tmpdir(), "storage-"));
  afterEach(() => rmSync(directory, { recursive: true }));

  it("are volumes and logs; what cannot be known of one pod is no matter of others", async () => {
    const clock = new FakeClock();
    const runtime = new ScriptedRuntime({ clock });
    const files = new PodFiles({ root: directory, hostsFile: "/etc/hosts" });
    const evicted: string[] = [];
    const storing = (name: string, sizeLimit: string, hostPath: string) => {
      const pod: Pod = {
        metadata: { name, namespace: "ns", uid: name },
        spec: { containers: [{ name: "c" }], volumes: [{ name: "v", emptyDir: { sizeLimit } }] },
      };
      return {
        pod,
        volumes: [{ name: "v", hostPath, readOnly: false }],
        observed: observed("ready", "c running"),
        evict: ({ message }: { readonly message: string }) => {
          evicted.push(`${name}: ${message}`);
        },
      };
    };
    const full = join(directory, "full");
    mkdirSync(full);
    writeFileSync(join(full, "file"), "x".repeat(2 * MI));
    let asked = 0;
    runtime.writtenBytes = async () => {
      if (++asked === 1) throw new RuntimeError("unavailable", "no answer");
      return 0;
    };
    const pods = [storing("a", "1Mi", full), storing("b", "1Mi", full), storing("c", "8Mi", full)];
    const abort = new AbortController();
    const running = monitorStorage(
      {
        ...{ pods: () => pods, files, runtime, clock, logger: silentLogger },
        events: { record: () => {} },
      },
      abort.signal,
    );
    await clock.advance(10_000);
    await expect
      .poll(() => evicted)
      .toEqual(['b: Usage of EmptyDir volume "v" exceeds the limit "1Mi". ']);
    abort.abort();
    await running;
    expect(clock.pending()).toBe(0);
  });
});
