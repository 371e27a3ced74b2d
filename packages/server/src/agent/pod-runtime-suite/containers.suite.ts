import { hostname } from "node:os";
import { expect, test } from "vitest";
import { readLog } from "../pod-runtime.fixture.ts";
import type { Bench } from "./bench.fixture.ts";

export function describeContainers(bench: Bench): void {
  test("a command runs to its end, its outputs are in the log", async () => {
    const { state, log } = await bench().run("echo one; echo two >&2; printf three");
    expect(state).toMatchObject({ state: "exited", exitCode: 0, reason: "Completed" });
    expect(state.finishedAt).toBeGreaterThanOrEqual(state.startedAt ?? Number.NaN);
    expect(log.filter(({ stream }) => stream === "stdout")).toEqual([
      { stream: "stdout", tag: "F", text: "one" },
      { stream: "stdout", tag: "P", text: "three" },
    ]);
    expect(log.filter(({ stream }) => stream === "stderr")).toEqual([
      { stream: "stderr", tag: "F", text: "two" },
    ]);
  });

  test("exit codes are exact, of signals too", async () => {
    for (const [script, exitCode] of [
      ["exit 3", 3],
      ["exit 127", 127],
      ["sh -c 'kill -9 $$'; exit $?", 137],
    ] as const) {
      const { state } = await bench().run(script);
      expect(state, script).toMatchObject({ exitCode, reason: "Error" });
    }
  });

  test("arguments and environment arrive as they are", async () => {
    const env = [
      { name: "PLAIN", value: "value" },
      { name: "ODD", value: `it's "$PLAIN" \\ \`id\`\nand more` },
      { name: "EMPTY", value: "" },
    ];
    const { stdout } = await bench().run("", {
      command: ["sh", "-c", 'for each; do echo "<$each>"; done; env', "name"],
      args: ["a b", "", "'\"$HOME", "*"],
      env,
    });
    expect(stdout.split("\n").slice(0, 4)).toEqual(["<a b>", "<>", "<'\"$HOME>", "<*>"]);
    for (const { name, value } of env) expect(stdout).toContain(`${name}=${value}\n`);
    expect(stdout).toMatch(/^PATH=.*\/usr\/bin.*$/m);
    expect(stdout).not.toMatch(/^(?:LD_|POD_|LC_ALL|STAGE|OLD)/m);
  });

  test("variables that mean something to a shell, or that none can set, arrive as well", async () => {
    const env = [
      { name: "with.dots-and-dashes", value: "1 2" },
      { name: "IFS", value: "xyz" },
      { name: "OPTIND", value: "none" },
      { name: "LD_LIBRARY_PATH", value: "/no/such" },
      { name: "SHELL", value: "/bin/none" },
    ];
    const { stdout } = await bench().run("", { command: ["env"], env });
    for (const { name, value } of env) expect(stdout).toContain(`${name}=${value}\n`);
  });

  test("an environment larger than any one argument may be", async () => {
    const env = Array.from({ length: 20 }, (_, index) => ({
      name: `LARGE_${index}`,
      value: `${index}`.repeat(20_000),
    }));
    const { stdout } = await bench().run(
      "printf %s $LARGE_0 | wc -c; printf %s $LARGE_19 | wc -c",
      { env },
    );
    expect(stdout).toBe("20000\n40000\n");
  });

  test("the working directory is where the command starts, made if it is not there", async () => {
    expect((await bench().run("pwd", { workingDir: "/tmp" })).stdout).toBe("/tmp\n");
    expect((await bench().run("pwd", { workingDir: "/no/such place" })).stdout).toBe(
      "/no/such place\n",
    );
  });

  test("containers of a pod share its name, and see only their own processes", async () => {
    const pod = await bench().pod({ hostname: "shared-name" });
    const script = "hostname; cat /etc/hostname; exec sleep 1000";
    const first = await bench().start(pod, { command: ["sh", "-c", script] });
    const expected = bench().harness.ownHostname ? "shared-name" : hostname();
    await bench().logged(first, expected);
    const second = await bench().start(pod, {
      command: ["sh", "-c", "hostname; readlink /proc/self/ns/ipc; ls -d /proc/[0-9]*"],
    });
    const log = readLog((await bench().ended(second)).logPath);
    const [name, ipc, ...processes] = log.map(({ text }) => text);
    expect(name).toBe(expected);
    expect(ipc).toBe((await bench().exec(first, ["readlink", "/proc/self/ns/ipc"])).stdout.trim());
    expect(processes[0]).toBe("/proc/1");
    expect(processes.length).toBeLessThan(4);
    await bench().runtime.removePod(pod.id);
  });

  test("with a shared namespace of processes, containers see each other's", async () => {
    const pod = await bench().pod({ shareProcessNamespace: true });
    const first = await bench().start(pod, { command: ["sleep", "4321"] });
    const second = await bench().start(pod, {
      command: ["sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '; sleep 4322 & exit 5"],
    });
    const state = await bench().ended(second);
    expect(state.exitCode).toBe(5);
    expect(
      readLog(state.logPath)
        .map(({ text }) => text)
        .join(),
    ).toContain("sleep 4321");
    // What it had started ended with it.
    const { stdout } = await bench().exec(first, [
      "sh",
      "-c",
      "cat /proc/[0-9]*/cmdline | tr '\\0' ' '",
    ]);
    expect(stdout).toContain("sleep 4321");
    expect(stdout).not.toContain("sleep 4322 ");
    await bench().runtime.removePod(pod.id);
  });

  test("a container can see the processes of another one, and ends with it", async () => {
    const pod = await bench().pod();
    const target = await bench().start(pod, { command: ["sleep", "6543"] });
    const id = await bench().start(pod, {
      command: ["sh", "-c", "cat /proc/1/cmdline | tr '\\0' ' '; echo; exec sleep 1000"],
      targetContainerId: target,
    });
    await bench().logged(id, "sleep 6543");
    await bench().runtime.stopContainer(target, 0);
    expect(await bench().ended(id)).toMatchObject({ exitCode: 137 });
    await bench().runtime.removePod(pod.id);
  });

  test("long lines are cut, bytes are kept", async () => {
    const { log, stdout } = await bench().run(
      "head -c 40000 /dev/zero | tr '\\0' x; echo; printf '\\000\\377\\n'",
    );
    expect(log.map(({ tag, text }) => [tag, text.length])).toEqual([
      ["P", 16384],
      ["P", 16384],
      ["F", 7232],
      ["F", 2],
    ]);
    expect(stdout).toBe(`${"x".repeat(40_000)}\n\0\xff\n`);
  });

  test("standard output can be opened by its name", async () => {
    const { stdout, stderr } = await bench().run("echo out >/dev/stdout; echo err >/dev/stderr");
    expect({ stdout, stderr }).toEqual({ stdout: "out\n", stderr: "err\n" });
  });

  test("a command has nothing open that leads to the host", async () => {
    const list =
      "for fd in /proc/self/fd/*; do [ ! -e $fd ] || [ -p $fd ] || [ $(readlink $fd) = /dev/null ] || readlink $fd; done; echo done";
    const pod = await bench().pod();
    const id = await bench().start(pod, { command: ["sh", "-c", `${list}; exec sleep 1000`] });
    await bench().logged(id, "done");
    const log = readLog((await bench().state(id))?.logPath ?? "");
    expect(log.map(({ text }) => text)).toEqual(["done"]);
    expect((await bench().exec(id, ["sh", "-c", list])).stdout).toBe("done\n");
    await bench().runtime.removePod(pod.id);
  });

  test("a change is known before it is told", async () => {
    const told: string[] = [];
    const stop = bench().runtime.onChange((uid) => {
      void bench()
        .runtime.list()
        .then(({ containers }) => {
          const mine = containers.find(({ podUid }) => podUid === uid);
          told.push(`${uid} ${mine?.state}`);
        });
    });
    const { state } = await bench().run("exit 0");
    await bench().until(async () => told.includes(`${state.podUid} exited`));
    stop();
  });
}
