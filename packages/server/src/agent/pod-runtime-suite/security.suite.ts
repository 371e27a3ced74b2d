import { expect, test } from "vitest";
import { type Bench, codeOf } from "./bench.fixture.ts";

export function describeSecurity(bench: Bench): void {
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
