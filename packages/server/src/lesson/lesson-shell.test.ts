import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { systemRandom } from "../runtime/random.ts";
import { LessonShell } from "./lesson-shell.ts";

const shell = (timeoutMs = 10_000): LessonShell =>
  new LessonShell({
    environment: process.env,
    directory: tmpdir(),
    random: systemRandom,
    timeoutMs,
  });

test("both outputs in their order, and the exit code", async () => {
  await using sh = shell();
  expect(await sh.run("echo a; echo b >&2; echo c; (exit 3)")).toEqual({
    output: "a\nb\nc",
    exitCode: 3,
  });
});

test("variables and directories stay, input is empty", async () => {
  await using sh = shell();
  await sh.run("TOKEN=abc; cd /");
  expect((await sh.run('echo "$TOKEN"; pwd; cat')).output).toBe("abc\n/");
});

test("output without a line end is whole", async () => {
  await using sh = shell();
  expect((await sh.run("printf 'no end'")).output).toBe("no end");
});

test("several lines are one command", async () => {
  await using sh = shell();
  expect((await sh.run("for each in 1 2; do\n  echo $each\ndone")).output).toBe("1\n2");
});

test("jobs in the background end with the shell", async () => {
  let pid = 0;
  {
    await using sh = shell();
    pid = Number((await sh.run("sleep 600 >/dev/null 2>&1 & echo $!")).output);
    expect(isAlive(pid)).toBe(true);
  }
  await expect.poll(() => isAlive(pid)).toBe(false);
});

/** One that has ended and that nobody has waited for is still listed, as a zombie. */
function isAlive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}

test("a shell that ends, and a command that does not, are errors", async () => {
  {
    await using sh = shell();
    await expect(sh.run("exit 1")).rejects.toThrow("the shell ended during: exit 1");
  }
  await using sh = shell(100);
  await expect(sh.run("sleep 600")).rejects.toThrow("no end after 0.1 s");
});
