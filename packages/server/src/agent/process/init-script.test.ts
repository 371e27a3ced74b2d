import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { type InitProcess, initScript } from "./init-script.ts";

/** Runs the text as the last shell before a command does: reports on 3, the command's errors on 4. */
function run(overrides: Partial<InitProcess>) {
  const { text, variables } = initScript({
    command: ["true"],
    environment: [],
    workingDirectory: "/",
    tty: false,
    ...overrides,
  });
  const { status, output } = spawnSync("/bin/sh", ["-c", text], {
    env: { PATH: "/usr/bin:/bin", LD_LIBRARY_PATH: "/nowhere", LC_ALL: "C", ...variables },
    stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
    encoding: "utf8",
  });
  const [, stdout, , report, stderr] = output;
  return { status, stdout, report, stderr };
}

describe("the last shell before a command", () => {
  test("becomes the command, with its environment and nothing else", () => {
    const environment = [
      { name: "PATH", value: "/usr/bin:/bin" },
      { name: "A", value: "x".repeat(100_000) },
      { name: "B", value: "it's\n$A" },
    ];
    const { status, stdout, report, stderr } = run({ command: ["env"], environment });
    expect({ status, report, stderr }).toEqual({ status: 0, report: "started\n", stderr: "" });
    const lines = stdout?.split("\n").sort();
    expect(lines).toEqual(["", "$A", `A=${"x".repeat(100_000)}`, "B=it's", "PATH=/usr/bin:/bin"]);
  });

  test.each<[Partial<InitProcess>, string]>([
    [{ command: ["none"] }, 'exec: "none": executable file not found in $PATH'],
    [{ command: [""] }, 'exec: "": executable file not found in $PATH'],
    [{ command: ['o"d`d$'] }, 'exec: "o\\"d`d$": executable file not found in $PATH'],
    [{ command: ["/no/such"] }, 'exec: "/no/such": stat /no/such: no such file or directory'],
    [{ command: ["/etc"] }, 'exec: "/etc": is a directory'],
    [{ command: ["/etc/passwd"] }, 'exec: "/etc/passwd": permission denied'],
    [{ workingDirectory: "/no/such" }, 'chdir to cwd ("/no/such") failed'],
    [
      { command: ["ls"], environment: [{ name: "PATH", value: "/no/such:/etc" }] },
      'exec: "ls": executable file not found in $PATH',
    ],
  ])("%j does not start", (process, message) => {
    const { status, report } = run(process);
    expect(status).not.toBe(0);
    expect(report?.split("\n").filter((line) => line.startsWith("error "))).toEqual([
      `error ${message}`,
    ]);
    expect(report).not.toContain("started");
  });

  test("what is in the path may have any name", () => {
    const environment = [{ name: "PATH", value: "/no such:*:/usr/bin:/bin" }];
    expect(run({ command: ["sh", "-c", 'echo "$PATH"'], environment }).stdout).toBe(
      "/no such:*:/usr/bin:/bin\n",
    );
  });
});
