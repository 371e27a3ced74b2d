import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Pod } from "../../../api/types.ts";
import { silentLogger } from "../../../runtime/logger.ts";
import { FakeClock } from "../../../testing/fake-clock.ts";
import { type PodRuntime, RuntimeError } from "../../pod-runtime.ts";
import { type AgentOfServer, startAgentOfServer } from "../agent-of-server.fixture.ts";
import { observed } from "../observed.fixture.ts";
import { PodFiles } from "../pod-files.ts";
import { C, isRunning, withContainers } from "../pod-lifecycle.fixture.ts";
import { ScriptedRuntime } from "../scripted-runtime.fixture.ts";
import { monitorStorage, type StoringPod } from "./storage-monitor.ts";

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
  let directory: string;
  let full: string;
  let clock: FakeClock;
  let runtime: PodRuntime;
  let evicted: string[];
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "storage-"));
    full = join(directory, "full");
    mkdirSync(full);
    writeFileSync(join(full, "file"), "x".repeat(2 * MI));
    clock = new FakeClock();
    runtime = new ScriptedRuntime({ clock });
    evicted = [];
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  /** @param container - as the runtime knows it by `id-of-…` */
  function storing(name: string, sizeLimit: string, container: string): StoringPod {
    const pod: Pod = {
      metadata: { name, namespace: "ns", uid: name },
      spec: {
        containers: [{ name: container }],
        volumes: [{ name: "v", emptyDir: { sizeLimit } }],
      },
    };
    return {
      pod,
      volumes: [{ name: "v", hostPath: full, readOnly: false }],
      observed: observed("ready", `${container} running`),
      evict: ({ message }) => {
        evicted.push(`${name}: ${message}`);
      },
    };
  }

  async function monitoring(pods: readonly StoringPod[], work: () => Promise<void>): Promise<void> {
    const files = new PodFiles({ root: directory, hostsFile: "/etc/hosts" });
    const abort = new AbortController();
    const running = monitorStorage(
      {
        ...{ pods: () => pods, files, runtime, clock, logger: silentLogger },
        events: { record: () => {} },
      },
      abort.signal,
    );
    await work();
    abort.abort();
    await running;
    expect(clock.pending()).toBe(0);
  }

  it("are volumes and logs; what cannot be known of one pod is no matter of others", async () => {
    runtime.writtenBytes = async (id) => {
      if (id === "id-of-mute") throw new RuntimeError("unavailable", "no answer");
      return 0;
    };
    const pods = [storing("a", "1Mi", "mute"), storing("b", "1Mi", "c"), storing("c", "8Mi", "c")];
    await monitoring(pods, async () => {
      await clock.advance(10_000);
      await expect
        .poll(() => evicted)
        .toEqual(['b: Usage of EmptyDir volume "v" exceeds the limit "1Mi". ']);
    });
  });

  it("is each pod on its own: one that takes long is not waited for, and comes later again", async () => {
    const slow = Promise.withResolvers<number>();
    const asked: string[] = [];
    runtime.writtenBytes = async (id) => {
      asked.push(id);
      return id === "id-of-slow" ? slow.promise : 0;
    };
    const times = (id: string) => (): number => asked.filter((each) => each === id).length;
    const pods = [storing("a", "1Mi", "slow"), storing("b", "8Mi", "quick")];
    await monitoring(pods, async () => {
      for (let round = 1; round <= 3; round++) {
        await clock.advance(10_000);
        await expect.poll(times("id-of-quick")).toBe(round);
      }
      expect(times("id-of-slow")()).toBe(1);
      // It began after 10 s, and takes 20.
      slow.resolve(0);
      await expect.poll(() => evicted).toHaveLength(1);
      for (let round = 4; round <= 20; round++) {
        await clock.advance(10_000);
        await expect.poll(times("id-of-quick")).toBe(round);
      }
      expect(times("id-of-slow")()).toBe(1);
      await clock.advance(20_000);
      await expect.poll(times("id-of-slow")).toBe(2);
    });
  });

  it("are a few pods at once", async () => {
    let asking = 0;
    const wait = Promise.withResolvers<number>();
    runtime.writtenBytes = () => {
      asking++;
      return wait.promise;
    };
    const pods = ["a", "b", "c", "d", "e"].map((name) => storing(name, "8Mi", "c"));
    await monitoring(pods, async () => {
      await clock.advance(10_000);
      await expect.poll(() => asking).toBe(3);
      await clock.advance(10_000);
      expect(asking).toBe(3);
      wait.resolve(0);
      await expect.poll(() => asking).toBeGreaterThanOrEqual(5);
    });
  });
});
