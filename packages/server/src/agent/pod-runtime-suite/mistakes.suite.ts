import { createServer } from "node:net";
import { expect, test } from "vitest";
import { type Bench, codeOf } from "./bench.fixture.ts";

export function describeConnections(bench: Bench): void {
  test("a port of the pod", async () => {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.pipe(socket);
      socket.on("error", () => {});
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    const pod = await bench().pod();
    expect(await bench().echo(pod.id, port, "ping")).toBe("ping");
    await new Promise((resolve) => server.close(resolve));
    expect(await codeOf(bench().echo(pod.id, port, "ping"))).toBe("connect-failed");
    expect(await codeOf(bench().runtime.connect("no-such-pod", port))).toBe("not-found");
    await bench().runtime.removePod(pod.id);
  });
}

export function describeMistakes(bench: Bench): void {
  const ensure = (image: string, policy: "Never" | "IfNotPresent"): Promise<unknown> =>
    bench().runtime.ensureImage({
      image,
      policy,
      credentials: [],
      signal: new AbortController().signal,
    });

  test("images that are none", async () => {
    expect(await codeOf(ensure("Not A Name", "IfNotPresent"))).toBe("invalid-image-name");
    expect(await codeOf(ensure("localhost/no-such-image:1", "Never"))).toBe("image-never-pull");
  });

  test("a command that is missing", async () => {
    const pod = await bench().pod();
    const id = await bench().create(pod, { command: ["no-such-program"] });
    const started = bench().runtime.startContainer(id);
    await expect(started).rejects.toThrow(
      'exec: "no-such-program": executable file not found in $PATH',
    );
    expect(await codeOf(bench().runtime.startContainer(id))).toBeDefined();
    const state = await bench().state(id);
    expect(state).toMatchObject({ state: "exited", exitCode: 128, reason: "StartError" });
    expect(state?.message).toContain("no-such-program");
    await bench().runtime.removePod(pod.id);
  });

  test("a command that is no program", async () => {
    const pod = await bench().pod();
    const id = await bench().create(pod, { command: ["/etc/passwd"] });
    await expect(bench().runtime.startContainer(id)).rejects.toThrow(
      'exec: "/etc/passwd": permission denied',
    );
    const directory = await bench().create(pod, { command: ["/etc"] });
    expect(await codeOf(bench().runtime.startContainer(directory))).toBe("start-failed");
    await bench().runtime.removePod(pod.id);
  });

  test("pods that are none", async () => {
    expect(
      await codeOf(bench().create({ ...(await bench().pod()), id: "none" }, { command: ["true"] })),
    ).toBe("not-found");
    expect(await codeOf(bench().runtime.startContainer("none"))).toBe("not-found");
    await bench().runtime.stopContainer("none", 10);
    await bench().runtime.removeContainer("none");
  });
}

export function describeRestarts(bench: Bench): void {
  test("another runtime over the same state knows what there was", async () => {
    const pod = await bench().pod();
    const done = await bench().start(pod, { command: ["sh", "-c", "exit 4"] });
    await bench().ended(done);
    const running = await bench().start(pod, { command: ["sleep", "1000"], attempt: 3 });
    await bench().harness.restart();
    expect(await bench().state(done)).toMatchObject({
      state: "exited",
      exitCode: 4,
      podUid: pod.uid,
    });
    const state = await bench().state(running);
    expect(state).toMatchObject({ attempt: 3, podId: pod.id, podUid: pod.uid });
    const { pods } = await bench().runtime.list();
    const found = pods.find(({ id }) => id === pod.id);
    if (bench().harness.containersSurvive) {
      expect([state?.state, found?.state]).toEqual(["running", "ready"]);
      expect((await bench().exec(running, ["echo", "still here"])).stdout).toBe("still here\n");
    } else {
      expect(state).toMatchObject({ state: "exited", exitCode: 137, reason: "Error" });
      expect(found?.state).toBe("not-ready");
    }
    await bench().runtime.stopPod(pod.id);
    await bench().runtime.removePod(pod.id);
    expect((await bench().runtime.list()).containers).toEqual([]);
  });
}
