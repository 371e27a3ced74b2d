import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { silentLogger } from "../../runtime/logger.ts";
import { FakeClock } from "../../testing/fake-clock.ts";
import { rotatedLogs } from "../log-rotation.ts";
import { RuntimeWorkbench } from "../pod-runtime.fixture.ts";
import type { ImageRequest, SecurityProfile } from "../pod-runtime.ts";
import { canMakeNetworks, canRunContainerd, criHarness, IMAGE } from "./containerd.fixture.ts";
import { createCriRuntime } from "./create-cri-runtime.ts";
import { CriClient } from "./cri-client.ts";
import { rotateLogs } from "./rotate-logs.ts";

const MI = 1024 * 1024;

describe.skipIf(!canRunContainerd)("a containerd", () => {
  let bench: RuntimeWorkbench;
  let harness: Awaited<ReturnType<typeof criHarness>>;

  beforeAll(async () => {
    harness = await criHarness();
    bench = new RuntimeWorkbench(harness);
  }, 60_000);
  afterAll(async () => harness?.close());

  const ensure = (overrides: Partial<ImageRequest>) =>
    bench.runtime.ensureImage({
      image: IMAGE,
      policy: "IfNotPresent",
      credentials: [],
      signal: new AbortController().signal,
      ...overrides,
    });

  test("says who it is", () => {
    expect(bench.runtime.name).toBe("containerd");
    expect(bench.runtime.version).toMatch(/^\d+\.\d+/);
  });

  test("has the image that was imported, and knows no other", async () => {
    const image = await ensure({ policy: "Never" });
    expect(image).toMatchObject({ pulled: false, reference: expect.stringMatching(/^sha256:/) });
    expect(image.sizeBytes).toBeGreaterThan(100_000);
    await expect(ensure({ image: "127.0.0.1:1/none", policy: "Never" })).rejects.toMatchObject({
      code: "image-never-pull",
    });
    await expect(ensure({ image: "127.0.0.1:1/none:x" })).rejects.toMatchObject({
      code: "pull-failed",
      message: expect.stringMatching(
        /^rpc error: code = \w+ desc = failed to pull and unpack image/,
      ),
    });
    const credentials = [{ username: "a", password: "secret" }];
    const refused = await ensure({ image: "127.0.0.1:1/none:x", credentials }).catch(
      (error) => error,
    );
    expect(JSON.stringify([refused.message, refused.cause?.message])).not.toContain("secret");
  });

  test("tells which images it has", async () => {
    const { reference, sizeBytes } = await ensure({ policy: "Never" });
    expect(await bench.runtime.imageStore?.list()).toEqual([
      // Pods are made of it.
      { id: reference, tags: [IMAGE], digests: [], sizeBytes, pinned: true },
    ]);
    const directory = (await bench.runtime.imageStore?.directory()) ?? "";
    expect(directory).toContain(harness.containerd.directory);
    expect(existsSync(directory)).toBe(true);
  });

  test("a pull ends when nobody wants it any more", async () => {
    const abort = new AbortController();
    // An address where nobody answers.
    const pulling = ensure({ image: "10.255.255.1/none:x", signal: abort.signal });
    setImmediate(() => abort.abort());
    await expect(pulling).rejects.toMatchObject({ code: "unavailable" });
  });

  test("pods of another agent are none of ours", async () => {
    const pod = await bench.pod();
    const options = {
      endpoint: harness.containerd.endpoint,
      clock: new FakeClock(),
      logger: silentLogger,
      addresses: () => [],
      seccompDirectory: "",
    };
    const other = await createCriRuntime({ ...options, owner: "another-node" });
    expect(await other.list()).toEqual({ pods: [], containers: [] });
    await other[Symbol.asyncDispose]();
    await bench.runtime.removePod(pod.id);
  });

  test("waits for an end as long as it takes, were it for ever", async () => {
    const pod = await bench.pod();
    const script = 'trap "exit 3" TERM; echo up; while :; do sleep 0.02; done';
    const id = await bench.start(pod, { command: ["sh", "-c", script] });
    await bench.logged(id, "up");
    // The greatest number of seconds that a pod can ask for.
    await bench.runtime.stopContainer(id, 2 ** 63 * 1000);
    expect(await bench.state(id)).toMatchObject({ state: "exited", exitCode: 3 });
    await bench.runtime.removePod(pod.id);
  });

  test("a log that has grown is put aside, and written on", async () => {
    const pod = await bench.pod();
    const script = "while :; do echo line; sleep 0.02; done";
    const id = await bench.start(pod, { command: ["sh", "-c", script] });
    await bench.logged(id, "line");
    const state = await bench.state(id);
    const path = state?.logPath ?? "";
    const clock = new FakeClock();
    const client = new CriClient(harness.containerd.endpoint);
    const stop = rotateLogs({
      ...{ client, clock, logger: silentLogger, rotation: { maxBytes: 100, maxFiles: 3 } },
      running: () => (state === undefined ? [] : [state]),
    });
    for (let round = 0; round < 4; round++) {
      await bench.until(async () => existsSync(path) && readFileSync(path).length > 200);
      await clock.advance(10_000);
      const aside = Math.min(round + 1, 2);
      await bench.until(async () => (await rotatedLogs(path)).length >= aside && existsSync(path));
    }
    stop();
    client.close();
    await bench.until(async () => readdirSync(dirname(path)).length === 3);
    expect(clock.pending()).toBe(0);
    await bench.runtime.removePod(pod.id);
    expect(await rotatedLogs(path)).toEqual([]);
  });

  test.skipIf(!canMakeNetworks)("a pod with a network of its own", async () => {
    const pod = await bench.pod({ hostNetwork: false, hostname: "of-its-own" });
    expect(pod.ips).toEqual([expect.stringMatching(/^10\.213\.0\.\d+$/)]);
    const script = "hostname; echo listening; nc -l -p 80 -e cat";
    const id = await bench.start(pod, { command: ["sh", "-c", script] });
    await bench.logged(id, "listening");
    expect((await bench.exec(id, ["hostname"])).stdout).toBe("of-its-own\n");
    expect(await bench.echo(pod.id, 80, "through the pod's own loopback")).toBe(
      "through the pod's own loopback",
    );
    const refused = bench.echo(pod.id, 81, "x");
    await expect(refused).rejects.toMatchObject({ code: "connect-failed" });
    await bench.runtime.removePod(pod.id);
  });

  test("a privileged container, in a pod that says so", async () => {
    const pod = await bench.pod({ privileged: true });
    const privileged = bench.security({ privileged: true });
    const id = await bench.start(pod, { command: ["sleep", "1000"], ...privileged });
    const { stdout } = await bench.exec(id, ["grep", "CapEff", "/proc/self/status"]);
    const capabilities = BigInt(`0x${stdout.split(":")[1]?.trim()}`);
    // CAP_SYS_ADMIN
    expect(capabilities & (1n << 21n)).not.toBe(0n);
    await bench.runtime.removePod(pod.id);
  });

  test.skipIf(!canMakeNetworks)("settings of the kernel that are the pod's own", async () => {
    const sysctls = { "net.ipv4.ip_unprivileged_port_start": "80" };
    const pod = await bench.pod({ hostNetwork: false, sysctls });
    const id = await bench.start(pod, { command: ["sleep", "1000"] });
    const path = "/proc/sys/net/ipv4/ip_unprivileged_port_start";
    expect((await bench.exec(id, ["cat", path])).stdout).toBe("80\n");
    await bench.runtime.removePod(pod.id);
  });

  test("a runtime class that the server has, and one that it has not", async () => {
    const pod = await bench.pod({ runtimeHandler: "runc" });
    await bench.runtime.removePod(pod.id);
    await expect(bench.pod({ runtimeHandler: "other" })).rejects.toMatchObject({
      code: "sandbox-failed",
      message: expect.stringContaining('no runtime for "other" is configured'),
    });
  });

  test("profiles of seccomp: none, the runtime's, and one that is missing", async () => {
    const pod = await bench.pod();
    const modeWith = async (seccomp?: SecurityProfile): Promise<string> => {
      const security = bench.security(seccomp === undefined ? {} : { seccomp });
      const id = await bench.start(pod, { command: ["sleep", "1000"], ...security });
      const { stdout } = await bench.exec(id, ["grep", "^Seccomp:", "/proc/1/status"]);
      return stdout.replace(/\s+/g, "");
    };
    expect(await modeWith()).toBe("Seccomp:0");
    expect(await modeWith({ type: "RuntimeDefault" })).toBe("Seccomp:2");
    await expect(modeWith({ type: "Localhost", profile: "none.json" })).rejects.toMatchObject({
      message: expect.stringContaining("/no/seccomp/none.json"),
    });
    await bench.runtime.removePod(pod.id);
  });

  test("a container is given other resources while it runs", async () => {
    const pod = await bench.pod();
    const resources = { memoryBytes: 24 * MI, cpuMillis: 500, cpuRequestMillis: 500 };
    const id = await bench.start(pod, { command: ["sleep", "1000"], resources });
    const used = (await bench.runtime.memoryUsage(id)) ?? 0;
    expect(used).toBeGreaterThan(0);
    expect(used).toBeLessThan(24 * MI);
    await bench.runtime.updateContainer(id, { memoryBytes: 200 * MI, cpuMillis: 1000 });
    const script =
      "cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max; cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us /sys/fs/cgroup/cpu.max";
    const { stdout } = await bench.exec(id, ["sh", "-c", `(${script}) 2>/dev/null`]);
    expect(stdout.split(/\s/).slice(0, 2)).toEqual([String(200 * MI), "100000"]);
    await expect(bench.runtime.updateContainer("none", resources)).rejects.toMatchObject({
      code: "not-found",
    });
    await bench.runtime.removePod(pod.id);
  });

  test("a container with too little memory", async () => {
    const { state } = await bench.run(
      "head -c 100000000 /dev/zero | tail -c 90000000 | wc -c; exit 137",
      {
        resources: { memoryBytes: 24 * 1024 * 1024 },
      },
    );
    expect(state).toMatchObject({ exitCode: 137, reason: "OOMKilled" });
  });
});

test("where nobody answers there is no runtime", async () => {
  const options = {
    clock: new FakeClock(),
    logger: silentLogger,
    owner: "node",
    addresses: () => [],
    seccompDirectory: "",
  };
  const created = createCriRuntime({ endpoint: "unix:///no/such/socket", ...options });
  await expect(created).rejects.toMatchObject({ code: "unavailable" });
});
