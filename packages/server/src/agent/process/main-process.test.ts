import { type ChildProcess, spawn } from "node:child_process";
import { afterEach, describe, expect, test, vi } from "vitest";
import { realClock } from "../../runtime/clock.ts";
import { MainProcess } from "./main-process.ts";
import { readProcLink } from "./proc-status.ts";
import { canRunPods } from "./process-runtime.fixture.ts";

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

/** A process that sees mounts of its own. */
async function apart(): Promise<ChildProcess & { readonly pid: number }> {
  const users = process.geteuid?.() === 0 ? [] : ["--user", "--map-root-user"];
  const child = spawn("unshare", [...users, "--mount", "sleep", "1000"], { stdio: "ignore" });
  started.push(child);
  const mine = readProcLink(process.pid, "ns/mnt");
  while (mountsOf(child) === mine) await realClock.sleep(1);
  return child as ChildProcess & { readonly pid: number };
}

const mountsOf = ({ pid = 0 }: ChildProcess): string | undefined => readProcLink(pid, "ns/mnt");

const exited = (child: ChildProcess): Promise<number> =>
  new Promise((resolve) => child.once("exit", () => resolve(0)));

describe.skipIf(!canRunPods)("the process of a container in a shared namespace", () => {
  test("is ended with all that see its mounts", async () => {
    const child = await apart();
    const ended = exited(child);
    const main = new MainProcess({ exited: ended }, { pid: child.pid, tty: false, isFirst: false });
    main.kill();
    await main.exited;
    expect(child.signalCode).toBe("SIGKILL");
    expect(main.pid).toBeUndefined();
  });

  test("looks for nobody when it has ended: another namespace may have the number by then", async () => {
    const child = await apart();
    const main = new MainProcess(
      { exited: exited(child) },
      { pid: child.pid, tty: false, isFirst: false },
    );
    child.kill("SIGKILL");
    await main.exited;
    // One of them has the number now, where nobody else on the machine was quicker.
    const others = await Promise.all(Array.from({ length: 4 }, () => apart()));
    const kill = vi.spyOn(process, "kill");
    main.kill();
    main.terminate();
    expect(kill).not.toHaveBeenCalled();
    kill.mockRestore();
    expect(others.every(({ signalCode }) => signalCode === null)).toBe(true);
  });

  test("that has the agent's own mounts has no others", async () => {
    const child = spawn("sleep", ["1000"], { stdio: "ignore" });
    started.push(child);
    const pid = child.pid ?? 0;
    const main = new MainProcess({ exited: exited(child) }, { pid, tty: false, isFirst: false });
    main.kill();
    await realClock.sleep(50);
    expect(child.signalCode).toBeNull();
  });
});
