import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Bench } from "./bench.fixture.ts";

export function describeMounts(bench: Bench): void {
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
