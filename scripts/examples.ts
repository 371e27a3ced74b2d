/**
 * Runs the examples against a server started for them and checks what they show; prints a line for
 * each check and `N passed, N failed`. What a machine lacks is skipped by name.
 */
import { strictEqual } from "node:assert";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import {
  CoreV1Api,
  KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
} from "@kubernetes/client-node";
import { parseAllDocuments } from "yaml";
import { containing } from "../conformance/expectation.ts";
import { startOwnServer } from "../conformance/own-server.ts";
import { check, createReport, type Report } from "../conformance/report.ts";
import { pythonDashboard } from "./python-dashboard.ts";

const NAMESPACE = "team-a";
const DASHBOARD = fileURLToPath(new URL("../examples/dashboard/", import.meta.url));
const CHROMIUM = "/usr/bin/chromium";

interface Dashboard extends AsyncDisposable {
  readonly url: string;
}

/** A pod's files and environment, for a process that is not in one. */
interface Mount {
  readonly prefix: string;
  readonly environment: Readonly<Record<string, string>>;
  writeToken(token: string): void;
}

function mount(config: KubeConfig, directory: string): Mount {
  const prefix = join(directory, "pod");
  const folder = join(prefix, "var/run/secrets/kubernetes.io/serviceaccount");
  mkdirSync(folder, { recursive: true });
  const cluster = config.getCurrentCluster();
  writeFileSync(join(folder, "ca.crt"), Buffer.from(cluster?.caData ?? "", "base64"));
  writeFileSync(join(folder, "namespace"), NAMESPACE);
  const { hostname, port } = new URL(cluster?.server ?? "");
  return {
    prefix,
    environment: { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port },
    writeToken: (token) => writeFileSync(join(folder, "token"), token),
  };
}

async function startDashboard({ prefix, environment }: Mount): Promise<Dashboard> {
  const args = [join(DASHBOARD, "main.ts"), "--port", "0", "--prefix", prefix];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await exited;
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const [, url] = /^dashboard on (\S+)$/.exec(line) ?? [];
    if (url !== undefined) return { url, [Symbol.asyncDispose]: stop };
  }
  await stop();
  throw new Error("the dashboard did not start");
}

async function apply(objects: KubernetesObjectApi, file: string): Promise<void> {
  for (const document of parseAllDocuments(readFileSync(join(DASHBOARD, file), "utf8"))) {
    const object = document.toJS() as KubernetesObject;
    // As kubectl does with -n.
    await objects.create({ ...object, metadata: { ...object.metadata, namespace: NAMESPACE } });
  }
}

async function page(url: string, token?: string): Promise<string> {
  const form = token === undefined ? {} : { method: "POST", body: new URLSearchParams({ token }) };
  const response = await fetch(url, form);
  strictEqual(response.status, 200);
  return await response.text();
}

async function dashboard(report: Report, kubeconfig: string, directory: string): Promise<void> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const core = config.makeApiClient(CoreV1Api);
  const objects = KubernetesObjectApi.makeApiClient(config);
  await core.createNamespace({ body: { metadata: { name: NAMESPACE } } });
  await apply(objects, "manifests.yaml");
  const mounted = mount(config, directory);
  const newToken = async (name: string): Promise<string> => {
    const body = { spec: { audiences: [], expirationSeconds: 3607 } };
    const request = { name, namespace: NAMESPACE, body };
    return (await core.createNamespacedServiceAccountToken(request)).status?.token ?? "";
  };
  mounted.writeToken("not a token yet");
  await using running = await startDashboard(mounted);
  const look = (name: string, shows: (html: string) => void, token?: string): Promise<boolean> =>
    check(report, `dashboard: ${name}`, async () => shows(await page(running.url, token)));
  await look("401 is explained", containing("does not accept the token", "Unauthorized"));
  mounted.writeToken(await newToken("dashboard-sa"));
  await look(
    "the token file is read again; 403 is explained",
    containing(
      "this account may not list pods",
      `system:serviceaccount:${NAMESPACE}:dashboard-sa`,
      "cannot list resource",
    ),
  );
  await apply(objects, "role.yaml");
  const table = containing(`<b>${NAMESPACE}</b>, 1 pod.`, /<td>dashboard<\/td><td>Pending<\/td>/);
  await look("pods once a role is bound", table);
  await look(
    "a pasted token asks in its own name",
    containing(`system:serviceaccount:${NAMESPACE}:default`),
    await newToken("default"),
  );
  await inChromium(report, running.url);
}

async function inChromium(report: Report, url: string): Promise<void> {
  const name = "dashboard: in Chromium";
  if (!existsSync(CHROMIUM)) {
    report.skipped(name, `${CHROMIUM} is not installed`);
    return;
  }
  await check(report, name, async () => {
    const args = ["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", url];
    const child = spawn(CHROMIUM, args, { stdio: ["ignore", "pipe", "ignore"] });
    let html = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      html += chunk;
    });
    await once(child, "close");
    containing("<td>dashboard</td>")(html);
  });
}

const report = createReport((text) => process.stdout.write(text));
{
  await using server = await startOwnServer();
  await dashboard(report, server.kubeconfig, server.directory);
}
await pythonDashboard(report);
process.stdout.write(report.summary());
process.exitCode = report.failures === 0 ? 0 : 1;
