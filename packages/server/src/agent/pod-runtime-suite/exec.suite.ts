import { expect, test } from "vitest";
import { textFrom } from "../pod-runtime.fixture.ts";
import { type Bench, codeOf, sleeping } from "./bench.fixture.ts";

export function describeExec(bench: Bench): void {
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
    if (bench().harness.killsCommands) {
      await bench().until(async () => !(await bench().commands(id)).includes("7654 "));
    }
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
