import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CoreV1Api, KubeConfig, RbacAuthorizationV1Api } from "@kubernetes/client-node";
import { containing } from "../conformance/expectation.ts";
import { startOwnServer } from "../conformance/own-server.ts";
import { check, type Report } from "../conformance/report.ts";
import { requireProgram } from "../conformance/required.ts";

const NAMESPACE = "team-b";
const NAME = "dashboard-python";
const EXAMPLE = fileURLToPath(new URL("../examples/dashboard-python/", import.meta.url));
const PORT = 18_082;
const PATIENCE_MS = 60_000;

/**
 * Runs the Python dashboard as a pod, with its own account: refused first, then with pods. Packages
 * come from `requirements.txt`, into a folder that is deleted afterwards.
 */
export async function pythonDashboard(report: Report): Promise<void> {
  await check(report, "python dashboard: in a pod, with its own account", async () => {
    await using server = await startOwnServer(["--no-node=false"]);
    const python = installPackages(join(server.directory, "python"));
    const config = new KubeConfig();
    config.loadFromFile(server.kubeconfig);
    await runDashboard(config, python, server.directory);
  });
}

/** @returns the interpreter */
function installPackages(folder: string): string {
  try {
    execFileSync("python3", ["-m", "venv", folder], { stdio: "ignore" });
  } catch {
    requireProgram("python3 with venv");
  }
  const python = join(folder, "bin/python");
  const packages = join(EXAMPLE, "requirements.txt");
  execFileSync(python, ["-m", "pip", "install", "--quiet", "--requirement", packages], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  return python;
}

async function runDashboard(config: KubeConfig, python: string, directory: string): Promise<void> {
  const core = config.makeApiClient(CoreV1Api);
  const namespace = NAMESPACE;
  await core.createNamespace({ body: { metadata: { name: namespace } } });
  await core.createNamespacedServiceAccount({ namespace, body: { metadata: { name: NAME } } });
  // Containers have a /tmp of their own, where checkout and packages may lie.
  const folders = [EXAMPLE, directory].map((path, index) => ({ name: `folder-${index}`, path }));
  await core.createNamespacedPod({
    namespace,
    body: {
      metadata: { name: NAME },
      spec: {
        serviceAccountName: NAME,
        terminationGracePeriodSeconds: 0,
        containers: [
          {
            name: "dashboard",
            image: "host",
            command: [python, join(EXAMPLE, "main.py"), "--port", String(PORT)],
            volumeMounts: folders.map(({ name, path }) => ({
              name,
              mountPath: path,
              readOnly: true,
            })),
          },
        ],
        volumes: folders.map(({ name, path }) => ({ name, hostPath: { path, type: "Directory" } })),
      },
    },
  });
  await untilPageShows("this account may not list pods", `${namespace}:${NAME}`, "cannot list");
  await allow(config);
  await untilPageShows(`<b>${namespace}</b>, 1 pod.`, `<td>${NAME}</td><td>Running</td>`);
}

async function allow(config: KubeConfig): Promise<void> {
  const rbac = config.makeApiClient(RbacAuthorizationV1Api);
  const apiGroup = "rbac.authorization.k8s.io";
  await rbac.createNamespacedRole({
    namespace: NAMESPACE,
    body: {
      metadata: { name: "pod-reader" },
      rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["list"] }],
    },
  });
  await rbac.createNamespacedRoleBinding({
    namespace: NAMESPACE,
    body: {
      metadata: { name: "pod-reader" },
      roleRef: { apiGroup, kind: "Role", name: "pod-reader" },
      subjects: [{ kind: "ServiceAccount", name: NAME, namespace: NAMESPACE }],
    },
  });
}

async function untilPageShows(...parts: readonly string[]): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      const response = await fetch(`http://127.0.0.1:${PORT}/`);
      containing(...parts)(await response.text());
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }
}
