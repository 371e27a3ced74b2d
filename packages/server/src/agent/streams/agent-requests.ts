import type { ServerResponse } from "node:http";
import { type AgentAnswer, jsonAnswer, textAnswer } from "./agent-answer.ts";
import {
  agentMetrics,
  podList,
  type RequestCounts,
  runningPodList,
  statsSummary,
} from "./agent-documents.ts";
import type { AgentRoute, ContainerTarget } from "./agent-routes.ts";
import type { AgentServerOptions } from "./agent-server.ts";
import { serveContainerLogs } from "./container-logs.ts";

interface RequestOptions extends AgentServerOptions {
  readonly counts: RequestCounts;
}

/**
 * Answers what is asked for without an upgrade.
 * @returns the answer; undefined when it has been sent
 */
export async function serveAgentRequest(
  route: AgentRoute,
  query: URLSearchParams,
  response: ServerResponse,
  options: RequestOptions,
): Promise<AgentAnswer | undefined> {
  const { pods, nodeName, clock, counts } = options;
  switch (route.kind) {
    case "container-logs":
      return await serveContainerLogs(route.target, query, response, options);
    case "run":
      return await run(route.target, query, options);
    case "exec":
    case "attach": {
      const { checkCommand } = await import("./agent-stream-endpoints.ts");
      const checked = checkCommand(route.kind, route.target, query, options);
      return "refusal" in checked ? checked.refusal : textAnswer(500, UPGRADE_REQUIRED);
    }
    case "port-forward":
      return options.pods.podOf(route.target.namespace, route.target.pod) === undefined
        ? textAnswer(404, "pod does not exist")
        : textAnswer(500, UPGRADE_REQUIRED);
    case "pods":
      return jsonAnswer(podList(pods));
    case "running-pods":
      return jsonAnswer(runningPodList(pods));
    case "stats-summary":
      return jsonAnswer(statsSummary(nodeName, pods, clock.now()));
    case "metrics":
      return textAnswer(200, agentMetrics(pods, counts));
    case "healthz":
      return textAnswer(200, "ok");
  }
}

const UPGRADE_REQUIRED = "Upgrade request required\n";

async function run(
  target: ContainerTarget,
  query: URLSearchParams,
  options: RequestOptions,
): Promise<AgentAnswer> {
  const pod = options.pods.podOf(target.namespace, target.pod);
  if (pod === undefined) return textAnswer(404, "pod does not exist");
  const [{ runningContainer }, { runCommand }] = await Promise.all([
    import("./agent-stream-endpoints.ts"),
    import("./run-command.ts"),
  ]);
  const container = runningContainer(pod, target, options);
  if (container === undefined)
    return textAnswer(500, `container not found ("${target.container}")`);
  try {
    // It has one parameter, and never had quotes.
    const command = (query.get("cmd") ?? "").split(" ");
    const output = await runCommand(options.runtime, container.id, command);
    return textAnswer(200, output.toString());
  } catch (error) {
    return textAnswer(500, error instanceof Error ? error.message : String(error));
  }
}
