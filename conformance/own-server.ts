import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A server started for one run; disposing stops it and removes its files. */
export interface OwnServer extends AsyncDisposable {
  readonly url: string;
  readonly kubeconfig: string;
  /** Where its state and log lines are kept while it runs. */
  readonly directory: string;
}

const READY_WITHIN_MS = 30_000;
const MAIN = fileURLToPath(new URL("../packages/server/src/cli/main.ts", import.meta.url));

/**
 * `countersign up` in a process of its own, in memory, on a free port; without a node unless told
 * (what a test of the control plane wants: pods stay Pending until somebody writes their status).
 * @throws Error with the server's own words when it does not become ready
 */
export async function startOwnServer(
  flags: readonly string[] = [],
  { node = false }: { readonly node?: boolean } = {},
): Promise<OwnServer> {
  const directory = mkdtempSync(join(tmpdir(), "countersign-conformance-"));
  const child = spawn(
    process.execPath,
    [
      MAIN,
      "up",
      ...["--storage", "memory", "--data-dir", join(directory, "data")],
      ...["--secure-port", "0", "--log-level", "warn"],
      ...[...(node ? [] : ["--no-node"]), ...flags],
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    log += text;
  });
  const exited = once(child, "exit");
  // A server that neither gets ready nor ends must not hold up the run.
  const late = setTimeout(() => child.kill("SIGKILL"), READY_WITHIN_MS);
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await exited;
    rmSync(directory, { recursive: true, force: true });
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const ready = /^countersign ready (\S+) kubeconfig (.+) in \d+ ms$/.exec(line);
    if (ready === null) continue;
    clearTimeout(late);
    const [, url = "", kubeconfig = ""] = ready;
    return { url, kubeconfig, directory, [Symbol.asyncDispose]: stop };
  }
  clearTimeout(late);
  await stop();
  throw new Error(`the server did not become ready:\n${log}`);
}
