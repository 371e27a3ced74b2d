import { expect, test } from "vitest";
import { readLog, StreamText } from "../pod-runtime.fixture.ts";
import type { Bench } from "./bench.fixture.ts";

export function describeEnds(bench: Bench): void {
  test("SIGTERM is heard by a command that listens", async () => {
    const pod = await bench().pod();
    const script = "trap 'echo bye; exit 9' TERM; echo ready; while :; do sleep 0.05; done";
    const id = await bench().start(pod, { command: ["sh", "-c", script] });
    await bench().logged(id, "ready");
    await bench().runtime.stopContainer(id, 20_000);
    const state = await bench().state(id);
    expect(state).toMatchObject({ state: "exited", exitCode: 9 });
    expect(readLog(state?.logPath ?? "").map(({ text }) => text)).toContain("bye");
    // What is gone already is no error.
    await bench().runtime.stopContainer(id, 1000);
    await bench().runtime.stopPod(pod.id);
    await bench().runtime.stopPod(pod.id);
    await bench().runtime.removePod(pod.id);
    await bench().runtime.removePod(pod.id);
    await bench().runtime.removeContainer(id);
  });

  test("SIGKILL follows when the grace is over", async () => {
    const pod = await bench().pod();
    const script = "trap '' TERM; echo ready; while :; do sleep 0.05; done";
    const id = await bench().start(pod, { command: ["sh", "-c", script] });
    await bench().logged(id, "ready");
    const before = performance.now();
    await bench().runtime.stopContainer(id, 300);
    expect(performance.now() - before).toBeGreaterThan(250);
    expect(await bench().state(id)).toMatchObject({ exitCode: 137, reason: "Error" });
    await bench().runtime.removePod(pod.id);
  });

  test("without grace a container ends at once", async () => {
    const pod = await bench().pod();
    const id = await bench().start(pod, { command: ["sleep", "1000"] });
    await bench().runtime.stopContainer(id, 0);
    expect(await bench().state(id)).toMatchObject({ state: "exited", exitCode: 137 });
    await bench().runtime.removePod(pod.id);
  });

  test("a pod that is stopped ends all of its containers, and what they run", async () => {
    const pod = await bench().pod();
    const ids = await Promise.all(
      [1, 2].map(() => bench().start(pod, { command: ["sleep", "1000"] })),
    );
    const running = await bench().runtime.exec(ids[0] ?? "", {
      command: ["sh", "-c", "echo ready; exec sleep 1000"],
      stdin: false,
      tty: false,
    });
    const output = new StreamText(running.stdout);
    await bench().until(async () => output.text === "ready\n");
    await bench().runtime.stopPod(pod.id);
    for (const id of ids) expect(await bench().state(id)).toMatchObject({ state: "exited" });
    expect((await running.ended).exitCode).toBe(137);
    const { pods } = await bench().runtime.list();
    expect(pods.find(({ id }) => id === pod.id)?.state).toBe("not-ready");
    await bench().runtime.removePod(pod.id);
    const left = await bench().runtime.list();
    expect(left.pods.some(({ id }) => id === pod.id)).toBe(false);
    expect(left.containers.some(({ podId }) => podId === pod.id)).toBe(false);
  });

  test("what a command leaves running ends with it", async () => {
    const pod = await bench().pod();
    const id = await bench().start(pod, {
      command: ["sh", "-c", "(sleep 1000; echo never) & sleep 0.1; echo done"],
    });
    expect(await bench().ended(id)).toMatchObject({ exitCode: 0 });
    await bench().runtime.removePod(pod.id);
  });
}
