import { expect, test } from "vitest";
import { readLog, StreamText, textFrom } from "../pod-runtime.fixture.ts";
import { type Bench, sleeping } from "./bench.fixture.ts";

export function describeAttach(bench: Bench): void {
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

export function describeTerminals(bench: Bench): void {
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
    if (bench().harness.killsCommands) {
      await bench().until(async () => !(await bench().commands(id)).includes("sleep 8765; "));
    }
    await done();
  });
}
