import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RuntimeWorkbench } from "../pod-runtime.fixture.ts";
import { ROOT_DIRECTORY_ANNOTATION } from "./container-spec.ts";
import { canRunPods, processHarness } from "./process-runtime.fixture.ts";

const BUSYBOX = ["/bin/busybox", "/usr/bin/busybox"].find((path) => existsSync(path));
const isRequired = (BUSYBOX !== undefined && canRunPods) || process.env.CI === "true";

describe.skipIf(!isRequired).each([
  ["root", false],
  ["an ordinary user", true],
])("a directory as the root of a container, for %s", (_, userNamespace) => {
  let bench: RuntimeWorkbench;
  let root = "";

  beforeAll(async () => {
    const images: Record<string, string> = {};
    bench = new RuntimeWorkbench(await processHarness({ userNamespace, images }));
    root = join(bench.harness.directory, "root");
    makeRoot(root);
  });
  afterAll(async () => bench.harness.close());

  const run = async (command: readonly string[], overrides = {}) => {
    const pod = await bench.pod({ annotations: { [ROOT_DIRECTORY_ANNOTATION]: root } });
    const id = await bench.start(pod, { command, ...overrides });
    return { pod, id };
  };

  test("nothing is needed in it, nothing of the host is seen", async () => {
    const { id } = await run(["/busybox", "ls", "-a", "/", "/etc"]);
    const state = await bench.ended(id);
    expect(state).toMatchObject({ exitCode: 0 });
    const { readFileSync } = await import("node:fs");
    const log = readFileSync(state.logPath, "utf8");
    const names = log.split("\n").map((line) => line.split(" ").at(-1));
    expect(names).toEqual(expect.arrayContaining(["busybox", "link", "hostname", "proc", "dev"]));
    expect(names).not.toContain("usr");
  });

  test("commands run in it, with and without a terminal, whatever is made of it", async () => {
    const { id, pod } = await run(["/busybox", "sleep", "1000"]);
    // A container that owns its root can put there what the host's programs would read.
    await bench.exec(id, [
      "/busybox",
      "sh",
      "-c",
      "mkdir -p /lib /etc; echo /evil.so >/etc/ld.so.preload",
    ]);
    expect((await bench.exec(id, ["/busybox", "id", "-u"])).stdout).toBe("0\n");
    const terminal = await bench.runtime.exec(id, {
      command: ["/busybox", "tty"],
      stdin: true,
      tty: true,
    });
    let text = "";
    for await (const chunk of terminal.stdout) text += Buffer.from(chunk).toString();
    expect([text, (await terminal.ended).exitCode]).toEqual(["/dev/pts/0\r\n", 0]);
    await bench.runtime.removePod(pod.id);
  });

  test("links in it lead nowhere but into it", async () => {
    const outside = join(bench.harness.directory, "outside");
    mkdirSync(outside, { recursive: true });
    const volume = join(bench.harness.directory, "volume");
    mkdirSync(volume, { recursive: true });
    symlinkSync(outside, join(root, "out"));
    const mounts = [
      {
        hostPath: volume,
        containerPath: "/link/in",
        readOnly: false,
        propagation: "None" as const,
      },
    ];
    const { id } = await run(["/busybox", "sh", "-c", "echo x >/link/in/file; ls /target"], {
      mounts,
    });
    expect(await bench.ended(id)).toMatchObject({ exitCode: 0 });
    expect(readdirSync(volume)).toEqual(["file"]);
    expect(readdirSync(outside)).toEqual([]);
  });

  test("what is written is not in the directory", async () => {
    const { id } = await run([
      "/busybox",
      "sh",
      "-c",
      "echo x >/new; echo y >/etc/passwd; echo z >/data/new",
    ]);
    await bench.ended(id);
    expect(readdirSync(root)).not.toContain("new");
    expect(readdirSync(join(root, "data"))).toEqual(["old"]);
  });

  test.each([
    ["relative", "not an absolute path"],
    ["/no/such/directory", "no such directory"],
    ["/etc/passwd", "not a directory"],
  ])("%s is none", async (path, message) => {
    const pod = await bench.pod({ annotations: { [ROOT_DIRECTORY_ANNOTATION]: path } });
    await expect(bench.create(pod, { command: ["true"] })).rejects.toThrow(message);
  });

  test("the runtime's own is none", async () => {
    const path = join(bench.harness.directory, "state/pods");
    const pod = await bench.pod({ annotations: { [ROOT_DIRECTORY_ANNOTATION]: path } });
    await expect(bench.create(pod, { command: ["true"] })).rejects.toThrow("not for containers");
  });
});

function makeRoot(root: string): void {
  mkdirSync(join(root, "etc"), { recursive: true });
  mkdirSync(join(root, "data"));
  mkdirSync(join(root, "target"));
  copyFileSync(BUSYBOX ?? "", join(root, "busybox"));
  writeFileSync(join(root, "etc/passwd"), "root:x:0:0:root:/:/busybox\n");
  writeFileSync(join(root, "data/old"), "old");
  symlinkSync("/target", join(root, "link"));
  execFileSync("chmod", ["-R", "a+rX", root]);
}
