import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type RuntimeHarness,
  RuntimeWorkbench,
  readLog,
  StreamText,
  textFrom,
} from "./pod-runtime.fixture.ts";
import { RuntimeError, type RuntimeErrorCode } from "./pod-runtime.ts";

/**
 * What every pod runtime has to do, with real processes.
 * @param make - A runtime with nothing in it.
 */
export function describePodRuntime(name: string, make: () => Promise<RuntimeHarness>): void {
  describe(`${name}: pods and containers`, () => {
    const bench = benchFor(make);
    describeContainers(bench);
    describeMounts(bench);
    describeSecurity(bench);
  });
  describe(`${name}: ends of containers`, () => describeEnds(benchFor(make)));
  describe(`${name}: streams`, () => {
    const bench = benchFor(make);
    describeExec(bench);
    describeAttach(bench);
    describeTerminals(bench);
    describeConnections(bench);
  });
  describe(`${name}: images and mistakes`, () => describeMistakes(benchFor(make)));
  describe(`${name}: restarts`, () => describeRestarts(benchFor(make)));
}

type Bench = () => RuntimeWorkbench;

function benchFor(make: () => Promise<RuntimeHarness>): Bench {
  let bench: RuntimeWorkbench | undefined;
  beforeAll(async () => {
    bench = new RuntimeWorkbench(await make());
  });
  afterAll(async () => {
    await bench?.harness.close();
  });
  return () => {
    if (bench === undefined) throw new Error("no runtime");
    return bench;
  };
}

async function codeOf(promise: Promise<unknown>): Promise<RuntimeErrorCode | undefined> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    if (error instanceof RuntimeError) return error.code;
    throw error;
  }
}

function describeContainers(bench: Bench): void {
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
    await bench().logged(first, "shared-name");
    const second = await bench().start(pod, {
      command: ["sh", "-c", "hostname; readlink /proc/self/ns/ipc; ls -d /proc/[0-9]*"],
    });
    const log = readLog((await bench().ended(second)).logPath);
    const [name, ipc, ...processes] = log.map(({ text }) => text);
    expect(name).toBe("shared-name");
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

function describeMounts(bench: Bench): void {
  test("volumes are at their paths, wherever that is", async () => {
    const token = join(bench().harness.directory, "token");
    mkdirSync(token, { recursive: true });
    writeFileSync(join(token, "token"), "secret");
    const data = join(bench().harness.directory, "data");
    mkdirSync(data, { recursive: true });
    chmodSync(data, 0o777);
    const file = join(bench().harness.directory, "words");
    writeFileSync(file, "");
    chmodSync(file, 0o666);
    const { stdout, stderr, state } = await bench().run(
      "cat /var/run/secrets/kubernetes.io/serviceaccount/token && " +
        "! touch /var/run/secrets/kubernetes.io/serviceaccount/x 2>/dev/null && " +
        "echo written >/data/deep/file && echo last words >/dev/termination-log && " +
        "cat /data/deep/nested/token /made/for/it/words",
      {
        mounts: [
          volume(file, "/made/for/it/words", true),
          volume(token, "/data/deep/nested", true),
          volume(data, "/data/deep", false),
          volume(token, "/var/run/secrets/kubernetes.io/serviceaccount", true),
          volume(file, "/dev/termination-log", false),
        ],
      },
    );
    expect({ exitCode: state.exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toBe("secretsecretlast words\n");
    expect(readFileSync(join(data, "file"), "utf8")).toBe("written\n");
    expect(readFileSync(file, "utf8")).toBe("last words\n");
  });

  test("a link in a volume leads nowhere but into the container", async () => {
    const volumeDirectory = join(bench().harness.directory, "links");
    mkdirSync(volumeDirectory, { recursive: true });
    const { state } = await bench().run(`ln -s ${bench().harness.directory} /links/out`, {
      mounts: [volume(volumeDirectory, "/links", false)],
    });
    expect(state.exitCode).toBe(0);
    const target = join(bench().harness.directory, "escaped");
    // Whether it is followed within the container or refused, the host has nothing of it.
    await bench()
      .run("true", {
        mounts: [
          volume(volumeDirectory, "/links", false),
          volume(volumeDirectory, "/links/out/escaped", false),
        ],
      })
      .catch(() => {});
    expect(() => readFileSync(target)).toThrow("ENOENT");
  });

  test("what a container writes is its own, and gone with it", async () => {
    const script = "test ! -e /etc/mine && echo x >/etc/mine && echo y >/tmp/mine && cat /etc/mine";
    for (let round = 0; round < 2; round++) {
      expect((await bench().run(script)).stdout).toBe("x\n");
    }
  });

  test("devices are there", async () => {
    const { stdout } = await bench().run(
      "echo x >/dev/null; head -c 3 /dev/zero | wc -c; head -c 5 /dev/urandom | wc -c; test -d /dev/shm && test -d /dev/pts && echo ok",
    );
    expect(stdout.replaceAll(/ +/g, "").split("\n")).toEqual(["3", "5", "ok", ""]);
  });

  test("a read-only root leaves volumes writable", async () => {
    const data = join(bench().harness.directory, "beside-read-only");
    mkdirSync(data, { recursive: true });
    chmodSync(data, 0o777);
    const { stdout } = await bench().run(
      "for path in /x /etc/x /tmp/x /usr/x /volume/x; do (echo x >$path) 2>/dev/null && echo $path; done",
      {
        ...bench().security({ readOnlyRootFilesystem: true }),
        mounts: [volume(data, "/volume", false)],
      },
    );
    expect(stdout).toBe("/volume/x\n");
  });
}

function volume(hostPath: string, containerPath: string, readOnly: boolean) {
  return { hostPath, containerPath, readOnly, propagation: "None" as const };
}

function describeSecurity(bench: Bench): void {
  test("users and groups", async () => {
    const asked = bench().run("id -u; id -g; id -G", {
      ...bench().security({ runAsUser: 1234, runAsGroup: 2345, supplementalGroups: [3456] }),
    });
    if (!bench().harness.otherUsers) {
      expect(await codeOf(asked)).toBe("unsupported");
      return;
    }
    expect((await asked).stdout).toBe("1234\n2345\n2345 3456\n");
  });

  test("without a group of its own, a user that is nobody's has root's", async () => {
    if (!bench().harness.otherUsers) return;
    const { stdout } = await bench().run("id -u; id -g; echo x >/dev/stdout", {
      ...bench().security({ runAsUser: 54321 }),
    });
    expect(stdout).toBe("54321\n0\nx\n");
  });

  const capabilities = "grep -E 'Cap(Prm|Eff|Bnd|Inh)|NoNewPrivs' /proc/self/status | tr -d '\\t'";

  test("capabilities are those of every runtime, less what is dropped", async () => {
    const normal = await bench().run(capabilities);
    expect(normal.stdout.split("\n")).toEqual(
      expect.arrayContaining([
        "CapBnd:00000000a80425fb",
        "CapEff:00000000a80425fb",
        "NoNewPrivs:0",
      ]),
    );
    const none = await bench().run(capabilities, {
      ...bench().security({
        dropCapabilities: ["ALL"],
        addCapabilities: ["CHOWN"],
        noNewPrivileges: true,
      }),
    });
    expect(none.stdout.split("\n")).toEqual(
      expect.arrayContaining([
        "CapInh:0000000000000000",
        "CapPrm:0000000000000001",
        "CapBnd:0000000000000001",
        "NoNewPrivs:1",
      ]),
    );
  });

  test("a command in the container has no more rights than the container", async () => {
    const pod = await bench().pod();
    const id = await bench().start(pod, {
      command: ["sleep", "1000"],
      env: [{ name: "SEEN", value: "yes" }],
      workingDir: "/tmp",
      ...bench().security({
        dropCapabilities: ["ALL"],
        noNewPrivileges: true,
        ...(bench().harness.otherUsers ? { runAsUser: 1234, runAsGroup: 77 } : {}),
      }),
    });
    const { stdout } = await bench().exec(id, [
      "sh",
      "-c",
      `id -u; id -g; pwd; echo $SEEN; echo x >/dev/stdout; ${capabilities}`,
    ]);
    const [uid, gid, directory, seen, named, ...rest] = stdout.split("\n");
    expect([uid, gid]).toEqual(bench().harness.otherUsers ? ["1234", "77"] : ["0", "0"]);
    expect([directory, seen, named]).toEqual(["/tmp", "yes", "x"]);
    expect(rest).toEqual(
      expect.arrayContaining([
        "CapBnd:0000000000000000",
        "CapPrm:0000000000000000",
        "NoNewPrivs:1",
      ]),
    );
    await bench().runtime.removePod(pod.id);
  });
}

function describeEnds(bench: Bench): void {
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
      command: ["sleep", "1000"],
      stdin: false,
      tty: false,
    });
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

function describeExec(bench: Bench): void {
  test("output, error and exit code are the command's", async () => {
    const { id, done } = await sleeping(bench);
    expect(await bench().exec(id, ["sh", "-c", "echo out; echo err >&2; exit 42"])).toEqual({
      stdout: "out\n",
      stderr: "err\n",
      exitCode: 42,
    });
    expect(await bench().exec(id, ["sh", "-c", "kill -9 $$"])).toMatchObject({ exitCode: 137 });
    await done();
  });

  test("input reaches the command, and its end too", async () => {
    const { id, done } = await sleeping(bench);
    const input = "line\n".repeat(50_000);
    const { stdout, exitCode } = await bench().exec(id, ["cat"], input);
    expect([stdout === input, exitCode]).toEqual([true, 0]);
    await done();
  });

  test("a missing program is no exit code", async () => {
    const { id, done } = await sleeping(bench);
    const missing = bench().exec(id, ["no-such-program"]);
    await expect(missing).rejects.toThrow(
      'exec: "no-such-program": executable file not found in $PATH',
    );
    await expect(bench().exec(id, ["/no/such"])).rejects.toThrow(
      'exec: "/no/such": stat /no/such: no such file or directory',
    );
    await done();
  });

  test("a command that nobody wants any more is ended", async () => {
    const { id, done } = await sleeping(bench);
    const process = await bench().runtime.exec(id, {
      command: ["sh", "-c", "trap '' TERM HUP; echo ready; sleep 7654; echo never"],
      stdin: true,
      tty: false,
    });
    for await (const chunk of process.stdout) {
      expect(Buffer.from(chunk).toString()).toBe("ready\n");
      break;
    }
    process.kill();
    expect((await process.ended).exitCode).toBe(137);
    await bench().until(async () => {
      const { stdout } = await bench().exec(id, [
        "sh",
        "-c",
        "cat /proc/[0-9]*/cmdline | tr '\\0' ' '",
      ]);
      return !stdout.includes("7654 ");
    });
    await done();
  });

  test("who reads slowly slows the command down", async () => {
    const { id, done } = await sleeping(bench);
    const process = await bench().runtime.exec(id, {
      command: ["sh", "-c", "head -c 20000000 /dev/zero; echo finished >/tmp/finished"],
      stdin: false,
      tty: false,
    });
    await bench().until(async () => true);
    expect((await bench().exec(id, ["ls", "/tmp"])).stdout).not.toContain("finished");
    const stdout = await textFrom(process.stdout);
    expect(stdout.length).toBe(20_000_000);
    expect((await process.ended).exitCode).toBe(0);
    await done();
  });

  test("there is nothing to run in what does not run", async () => {
    const { state } = await bench().run("true");
    expect(await codeOf(bench().exec(state.id, ["true"]))).toBe("not-found");
    expect(await codeOf(bench().exec("no-such-container", ["true"]))).toBe("not-found");
    expect(await codeOf(bench().runtime.attach("none", { stdin: false, tty: false }))).toBe(
      "not-found",
    );
  });
}

async function sleeping(bench: Bench): Promise<{ readonly id: string; done(): Promise<void> }> {
  const pod = await bench().pod();
  const id = await bench().start(pod, { command: ["sleep", "1000"] });
  return { id, done: () => bench().runtime.removePod(pod.id) };
}

function describeAttach(bench: Bench): void {
  test("several see the output, one gives the input", async () => {
    const pod = await bench().pod();
    const id = await bench().start(pod, {
      command: ["sh", "-c", "while read line; do echo got $line; echo err $line >&2; done; exit 6"],
      stdin: true,
      stdinOnce: true,
    });
    const writer = await bench().runtime.attach(id, { stdin: true, tty: false });
    const reader = await bench().runtime.attach(id, { stdin: false, tty: false });
    const gone = await bench().runtime.attach(id, { stdin: false, tty: false });
    gone.kill();
    const outputs = [writer, reader].map(({ stdout }) => new StreamText(stdout));
    const errors = [writer, reader].map(({ stderr }) => new StreamText(stderr));
    await writer.stdin.write(Buffer.from("one\n"));
    await bench().until(async () => outputs.every(({ text }) => text === "got one\n"));
    writer.stdin.end();
    expect((await reader.ended).exitCode).toBe(6);
    await Promise.all([...outputs, ...errors].map(({ ended }) => ended));
    expect(errors.map(({ text }) => text)).toEqual(["err one\n", "err one\n"]);
    expect(readLog((await bench().ended(id)).logPath).map(({ text }) => text)).toContain("got one");
    await bench().runtime.removePod(pod.id);
  });

  test("an input that is for more than one client stays open", async () => {
    const pod = await bench().pod();
    const id = await bench().start(pod, { command: ["cat"], stdin: true });
    for (const word of ["first", "second"]) {
      const client = await bench().runtime.attach(id, { stdin: true, tty: false });
      new StreamText(client.stdout);
      await client.stdin.write(Buffer.from(`${word}\n`));
      client.stdin.end();
      await bench().logged(id, word);
      client.kill();
    }
    expect(await bench().state(id)).toMatchObject({ state: "running" });
    await bench().runtime.removePod(pod.id);
  });
}

function describeTerminals(bench: Bench): void {
  test("a command with a terminal: echo, size, Ctrl-C, exit code", async () => {
    const { id, done } = await sleeping(bench);
    const process = await bench().runtime.exec(id, {
      command: [
        "sh",
        "-c",
        "tty; read line; echo got $line; stty size; trap 'exit 33' INT; echo ready; while :; do sleep 0.05; done",
      ],
      stdin: true,
      tty: true,
    });
    process.resize(123, 45);
    const output = new StreamText(process.stdout);
    await bench().until(async () => output.text.includes("/dev/pts/"));
    process.resize(100, 40);
    const size = async (): Promise<boolean> =>
      (await bench().exec(id, ["sh", "-c", "stty size </dev/pts/0"])).stdout === "40 100\n";
    await bench().until(size);
    await process.stdin.write(Buffer.from("hello\n"));
    await bench().until(async () => output.text.includes("ready"));
    expect(output.text).toMatch(/^\/dev\/pts\/\d+\r\nhello\r\ngot hello\r\n40 100\r\nready\r\n$/);
    await process.stdin.write(Buffer.from("\x03"));
    expect((await process.ended).exitCode).toBe(33);
    expect(await textFrom(process.stderr)).toBe("");
    await done();
  });

  test("a container with a terminal", async () => {
    const pod = await bench().pod();
    const id = await bench().start(pod, {
      command: [
        "sh",
        "-c",
        "tty; echo err >&2; read line; echo got $line; stty size; echo $TERM; exit 5",
      ],
      stdin: true,
      tty: true,
    });
    const client = await bench().runtime.attach(id, { stdin: true, tty: true });
    const output = new StreamText(client.stdout);
    await bench().logged(id, "err");
    client.resize(90, 30);
    await bench().until(
      async () =>
        (await bench().exec(id, ["sh", "-c", "stty size </dev/pts/0"])).stdout === "30 90\n",
    );
    await client.stdin.write(Buffer.from("hello\n"));
    expect((await client.ended).exitCode).toBe(5);
    await output.ended;
    expect(output.text).toContain("got hello\r\n30 90\r\nxterm\r\n");
    const state = await bench().ended(id);
    expect(state).toMatchObject({ exitCode: 5, reason: "Error" });
    expect(new Set(readLog(state.logPath).map(({ stream }) => stream))).toEqual(
      new Set(["stdout"]),
    );
    await bench().runtime.removePod(pod.id);
  });

  test("a container with a terminal hears SIGTERM", async () => {
    const pod = await bench().pod();
    const script = "trap 'exit 7' TERM; echo ready; while :; do sleep 0.05; done";
    const id = await bench().start(pod, { command: ["sh", "-c", script], tty: true });
    await bench().logged(id, "ready");
    await bench().runtime.stopContainer(id, 20_000);
    expect(await bench().state(id)).toMatchObject({ exitCode: 7 });
    await bench().runtime.removePod(pod.id);
  });

  test("a command with a terminal that nobody wants any more is ended", async () => {
    const { id, done } = await sleeping(bench);
    const process = await bench().runtime.exec(id, {
      command: ["sh", "-c", "trap '' HUP INT TERM; echo ready; sleep 8765; sleep 8765"],
      stdin: true,
      tty: true,
    });
    for await (const chunk of process.stdout) {
      expect(Buffer.from(chunk).toString()).toBe("ready\r\n");
      break;
    }
    process.kill();
    await process.ended;
    await bench().until(async () => {
      const { stdout } = await bench().exec(id, [
        "sh",
        "-c",
        "cat /proc/[0-9]*/cmdline | tr '\\0' ' '",
      ]);
      return !stdout.includes("sleep 8765; ");
    });
    await done();
  });
}

function describeConnections(bench: Bench): void {
  test("a port of the pod", async () => {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.pipe(socket);
      socket.on("error", () => {});
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    const pod = await bench().pod();
    const stream = await bench().runtime.connect(pod.id, port);
    await stream.write(Buffer.from("ping"));
    stream.end();
    expect(await textFrom(stream.readable)).toBe("ping");
    await stream[Symbol.asyncDispose]();
    await new Promise((resolve) => server.close(resolve));
    expect(await codeOf(bench().runtime.connect(pod.id, port))).toBe("connect-failed");
    expect(await codeOf(bench().runtime.connect("no-such-pod", port))).toBe("not-found");
    await bench().runtime.removePod(pod.id);
  });
}

function describeMistakes(bench: Bench): void {
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

function describeRestarts(bench: Bench): void {
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
