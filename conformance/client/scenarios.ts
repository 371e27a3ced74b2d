import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { check, type Report } from "../report.ts";
import { crud } from "./crud.ts";
import { inCluster } from "./in-cluster.ts";
import { patches } from "./patches.ts";
import type { ClientScenario, ClientSession } from "./scenario.ts";
import { tokenReview } from "./token-review.ts";
import { watching } from "./watching.ts";

export const CLIENT_SCENARIOS: readonly ClientScenario[] = [
  crud,
  patches,
  watching,
  tokenReview,
  inCluster,
];

/** The official JavaScript client, each scenario in a namespace of its own. */
export async function runClientScenarios(run: {
  readonly scenarios: readonly ClientScenario[];
  readonly kubeconfig: string;
  readonly directory: string;
  readonly run: string;
  readonly report: Report;
}): Promise<void> {
  const config = new KubeConfig();
  config.loadFromFile(run.kubeconfig);
  const core = config.makeApiClient(CoreV1Api);
  for (const [index, scenario] of run.scenarios.entries()) {
    const namespace = `conf-${run.run}-js-${index}`;
    const session: ClientSession = {
      config,
      core,
      namespace,
      directory: run.directory,
      check: (name, body) => check(run.report, `client-node ${scenario.name}: ${name}`, body),
    };
    const ready = await session.check("a namespace", async () => {
      await core.createNamespace({ body: { metadata: { name: namespace } } });
    });
    if (!ready) continue;
    try {
      await scenario.run(session);
    } catch (error) {
      run.report.failed(`client-node ${scenario.name}: to its end`, error);
    }
    await core.deleteNamespace({ name: namespace });
  }
}
