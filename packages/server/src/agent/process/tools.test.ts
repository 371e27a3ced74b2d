import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { interpreterOf } from "./elf.ts";
import { canRunPods } from "./process-runtime.fixture.ts";
import { copyToolsInto } from "./tools.ts";

const STRACE = ["/usr/bin/strace", "/bin/strace"].find((path) => existsSync(path));
const isRequired = (STRACE !== undefined && canRunPods) || process.env.CI === "true";

/** Nobody but root may take on another one. */
const IDENTITY =
  process.geteuid?.() === 0
    ? ["--reuid=1234", "--regid=2345", "--groups=3456", "--bounding-set=-all"]
    : [];

describe.skipIf(!canRunPods)("programs for containers", () => {
  let directory = "";
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "tools-"));
    chmodSync(directory, 0o755);
    await copyToolsInto(directory);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  /** As in a container, but for the place. */
  const run = (name: string, ...parameters: string[]) =>
    [
      join(directory, "ld.so"),
      "--library-path",
      directory,
      join(directory, name),
      ...parameters,
    ] as const;

  test("work without any of the host's libraries", () => {
    const [file, ...parameters] = run("sh", "-c", "echo $((6 * 7))");
    expect(execFileSync(file, parameters, { encoding: "utf8", env: {} })).toBe("42\n");
    for (const name of readdirSync(directory)) {
      const program = readFileSync(join(directory, name));
      const loader = interpreterOf(program)?.path;
      // A library that can be run by itself keeps the host's.
      if (!/\.so/.test(name)) expect(["/.pod/bin/ld.so", undefined]).toContain(loader);
    }
  });

  test.skipIf(!isRequired).each([
    ["setpriv", [...IDENTITY, "--inh-caps=-all"]],
    ["script", ["--quiet", "--return", "--echo", "always", "--command", ":", "/dev/null"]],
    ["sh", ["-c", ":"]],
  ])("%s reads nothing that a container could have put there", (name, parameters) => {
    const shell = name === "setpriv" ? run("sh", "-c", ":") : [];
    const { stderr, status } = spawnSync(
      STRACE ?? "strace",
      [
        "-f",
        "-e",
        "trace=open,openat,access,connect,execve,readlink",
        ...run(name, ...parameters),
        ...shell,
      ],
      { encoding: "utf8", env: { SHELL: "/bin/true" } },
    );
    expect(status).toBe(0);
    const paths = [...stderr.matchAll(/"(\/[^"]*)"/g)].map(([, path = ""]) => path);
    const mine = [directory, "/.pod/bin", "/proc/", "/dev/"];
    const strange = paths.filter((path) => !mine.some((prefix) => path.startsWith(prefix)));
    // The shell that stands in for the container's own, and what that reads, is no matter here.
    const own = strange.filter(
      (path) => name !== "script" || !/^\/(?:bin\/true|etc\/ld|lib)/.test(path),
    );
    expect(own).toEqual([]);
  });
});
