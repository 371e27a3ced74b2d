/** A control plane of our own to replay recordings against, as a process. */
import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { CONTROLLER_NAMES } from "../../packages/server/src/server/controller-names.ts";

const MAIN: string = fileURLToPath(
  new URL("../../packages/server/src/cli/main.ts", import.meta.url),
);
const START_MS = 30_000;
const STOP_MS = 15_000;

/** Those of our controllers that ran while kubectl was recorded; nothing acts on workloads. */
export const RECORDED_CONTROLLERS: readonly string[] = [
  "serviceaccount-controller",
  "serviceaccount-token-controller",
  "legacy-serviceaccount-token-cleaner-controller",
  "root-ca-certificate-publisher-controller",
  "namespace-controller",
  "garbage-collector-controller",
  "clusterrole-aggregation-controller",
].filter((name) => CONTROLLER_NAMES.some((known) => known === name));

export interface ServerProcess extends AsyncDisposable {
  readonly kubeconfig: string;
}

/**
 * Starts a server with what the recordings presume: RS256, no node, nothing kept.
 * @param folder - an empty folder of its own, for its data and its log (`server.log`)
 * @param controllers - kube-controller-manager's names
 * @throws Error when it is not ready in half a minute; it is stopped then
 */
export async function startServerProcess(
  folder: string,
  controllers: readonly string[],
): Promise<ServerProcess> {
  const child = spawn(
    process.execPath,
    [
      MAIN,
      "up",
      ...["--storage", "memory", "--no-node", "--secure-port", "0"],
      ...["--data-dir", join(folder, "data")],
      ...["--service-account-signing-algorithm", "RS256"],
      ...["--controllers", controllers.join(",")],
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  child.stderr.pipe(createWriteStream(join(folder, "server.log")));
  let lastWords = "";
  createInterface({ input: child.stderr }).on("line", (line) => {
    lastWords = line;
  });
  try {
    const kubeconfig = await readyKubeconfig(child);
    return { kubeconfig, [Symbol.asyncDispose]: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw new Error(`${String(error)}: ${lastWords}`, { cause: error });
  }
}

function readyKubeconfig(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(
      () => reject(new Error(`the server was not ready after ${START_MS / 1000} s`)),
      START_MS,
    );
    const fail = (error: Error): void => {
      clearTimeout(late);
      reject(error);
    };
    child.on("error", fail);
    child.on("exit", (code) => fail(new Error(`the server ended with exit code ${code}`)));
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on("line", (line) => {
      const match = /^countersign ready \S+ kubeconfig (.+) in \d+ ms$/.exec(line);
      if (match?.[1] === undefined) return;
      clearTimeout(late);
      resolve(match[1]);
    });
  });
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    const late = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    child.on("exit", () => {
      clearTimeout(late);
      resolve();
    });
    child.kill("SIGTERM");
  });
}
