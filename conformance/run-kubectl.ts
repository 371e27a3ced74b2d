import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KubectlScenario } from "./kubectl/scenario.ts";
import { KubectlSession } from "./kubectl-session.ts";
import type { Kubectl } from "./programs.ts";
import type { Report } from "./report.ts";

export interface KubectlRun {
  readonly kubectls: readonly Kubectl[];
  readonly scenarios: readonly KubectlScenario[];
  readonly kubeconfig: string;
  /** For derived kubeconfigs. */
  readonly directory: string;
  /** Distinguishes the namespaces of this run from those of others. */
  readonly run: string;
  readonly jobs: number;
  /** Only scenarios whose full name, `kubectl 1.33 lesson`, contains one of these; all when empty. */
  readonly only: readonly string[];
  readonly report: Report;
}

/** Tells every scenario with every kubectl, some of them at once. */
export async function runKubectlScenarios(run: KubectlRun): Promise<void> {
  const work = run.kubectls
    .flatMap((kubectl) => run.scenarios.map((scenario, index) => ({ kubectl, scenario, index })))
    .filter(({ kubectl, scenario }) => {
      const name = `kubectl ${kubectl.version} ${scenario.name}`;
      return run.only.length === 0 || run.only.some((text) => name.includes(text));
    });
  const worker = async (): Promise<void> => {
    for (let next = work.shift(); next !== undefined; next = work.shift()) {
      await tell(run, next.kubectl, next.scenario, next.index);
    }
  };
  await Promise.all(Array.from({ length: run.jobs }, worker));
}

async function tell(
  run: KubectlRun,
  kubectl: Kubectl,
  scenario: KubectlScenario,
  index: number,
): Promise<void> {
  const namespace = `conf-${run.run}-${kubectl.minor}-${index}`;
  const { kubeconfig, anonymousKubeconfig } = deriveKubeconfigs(run, kubectl, namespace);
  await using session = new KubectlSession({
    ...{ kubectl, namespace, kubeconfig, anonymousKubeconfig },
    ...{ scenario: scenario.name, report: run.report },
  });
  const ready = await session.check("a namespace with its default account", async () => {
    await session.read("create namespace $ns");
    const end = performance.now() + 10_000;
    for (;;) {
      const { code, stderr } = await session.run("get sa/default cm/kube-root-ca.crt");
      if (code === 0) return;
      if (performance.now() > end) throw new Error(stderr);
    }
  });
  if (!ready) return;
  try {
    await scenario.run(session);
  } catch (error) {
    run.report.failed(`kubectl ${kubectl.version} ${scenario.name}: to its end`, error);
  }
}

interface ConfigFile {
  readonly users: unknown;
  readonly contexts: readonly { readonly context: object; readonly name: string }[];
}

/** The kubeconfig's current context with another namespace; the second without its user. */
function deriveKubeconfigs(
  { kubeconfig, directory }: KubectlRun,
  kubectl: Kubectl,
  namespace: string,
): { readonly kubeconfig: string; readonly anonymousKubeconfig: string } {
  const args = ["config", "view", "--raw", "--flatten", "--minify", "-o", "json"];
  const env = { ...process.env, KUBECONFIG: kubeconfig };
  const config = JSON.parse(
    execFileSync(kubectl.path, args, { env, encoding: "utf8" }),
  ) as ConfigFile;
  const write = (name: string, users: unknown): string => {
    const path = join(directory, `${namespace}-${name}.json`);
    const contexts = config.contexts.map((each) => ({
      ...each,
      context: { ...each.context, namespace },
    }));
    writeFileSync(path, JSON.stringify({ ...config, contexts, users }), { mode: 0o600 });
    return path;
  };
  const nobody = [{ name: userOf(config), user: {} }];
  return {
    kubeconfig: write("admin", config.users),
    anonymousKubeconfig: write("token", nobody),
  };
}

function userOf(config: ConfigFile): string {
  const [first] = config.users as readonly { readonly name: string }[];
  return first?.name ?? "";
}
