/**
 * The black-box suite: other people's clients against any server.
 * @see README.md
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { CLIENT_SCENARIOS, runClientScenarios } from "./client/scenarios.ts";
import { KUBECTL_SCENARIOS } from "./kubectl/scenarios.ts";
import { podsGone } from "./node.ts";
import { type Options, parseOptions, USAGE } from "./options.ts";
import { startOwnServer } from "./own-server.ts";
import { findKubectls } from "./programs.ts";
import { check, createReport, type Report } from "./report.ts";
import { isCi } from "./required.ts";
import { REST_SCENARIOS, runRestScenarios } from "./rest/scenarios.ts";
import { runKubectlScenarios } from "./run-kubectl.ts";

async function main(options: Options): Promise<number> {
  const report = createReport((text) => process.stdout.write(text));
  await using resources = new AsyncDisposableStack();
  let { kubeconfig } = options;
  if (kubeconfig === undefined) {
    const server = resources.use(await startOwnServer(options.serverFlags, options));
    kubeconfig = server.kubeconfig;
  }
  const directory = mkdtempSync(join(tmpdir(), "countersign-conformance-run-"));
  resources.defer(() => rmSync(directory, { recursive: true, force: true }));
  await runAll(options, { kubeconfig: resolve(kubeconfig), directory, report });
  process.stdout.write(report.summary());
  return report.failures === 0 ? 0 : 1;
}

interface Run {
  readonly kubeconfig: string;
  readonly directory: string;
  readonly report: Report;
}

async function runAll(options: Options, { kubeconfig, directory, report }: Run): Promise<void> {
  const isOwn = options.kubeconfig === undefined;
  // Pods of the other scenarios wait for a test to write their status.
  const onNode = KUBECTL_SCENARIOS.filter(({ needsNode }) => needsNode === true);
  const others = KUBECTL_SCENARIOS.filter(({ needsNode }) => needsNode !== true);
  const kubectlScenarios = isOwn ? (options.node ? onNode : others) : KUBECTL_SCENARIOS;
  const chosen = <T extends { readonly name: string }>(half: string, all: readonly T[]): T[] =>
    all.filter(
      ({ name }) =>
        options.only.length === 0 || options.only.some((text) => `${half} ${name}`.includes(text)),
    );
  const run = randomBytes(3).toString("hex");
  const target = { kubeconfig, directory, run, report };
  if (!options.node) {
    await runClientScenarios({ ...target, scenarios: chosen("client", CLIENT_SCENARIOS) });
    await runRestScenarios({ ...target, scenarios: chosen("rest", REST_SCENARIOS) });
  }
  if (options.only.length > 0 && !options.only.some((text) => isAboutKubectl(text))) return;
  const kubectls = findKubectls(options.kubectls);
  if (kubectls.length === 0) {
    if (isCi()) report.failed("kubectl", "kubectl is not installed");
    else report.skipped("kubectl", "kubectl is not installed");
  }
  await runKubectlScenarios({
    ...target,
    ...{ scenarios: kubectlScenarios, kubectls, jobs: options.jobs, only: options.only },
  });
  if (isOwn && options.node) {
    await check(report, "all pods go with their namespaces", () => podsGone(kubeconfig));
  }
}

/** Whether a word of `--only` could mean something of this half. */
function isAboutKubectl(text: string): boolean {
  return !/^(client|rest)\b/.test(text);
}

try {
  process.exitCode = await main(parseOptions(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  process.exitCode = 2;
}
