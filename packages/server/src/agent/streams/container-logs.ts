import type { ServerResponse } from "node:http";
import type { Pod } from "../../api/types.ts";
import type { ContainerInstance, RunningPods } from "../pods/running-pods.ts";
import { type AgentAnswer, textAnswer } from "./agent-answer.ts";
import type { ContainerTarget } from "./agent-routes.ts";
import type { AgentServerOptions } from "./agent-server.ts";
import { decideLoggedContainer } from "./container-log-status.ts";
import type { LogOptions } from "./log-format.ts";
import { readLogOptions } from "./log-options.ts";
import { readLog } from "./log-reader.ts";
import { writeSocket } from "./socket-stream.ts";

type Options = Pick<AgentServerOptions, "pods" | "runtime" | "clock" | "logger">;

/**
 * Answers `/containerLogs/NAMESPACE/POD/CONTAINER`.
 * @returns what to answer instead, as long as nothing has been answered
 * @see kubernetes pkg/kubelet/server/server.go (getContainerLogs)
 */
export async function serveContainerLogs(
  target: ContainerTarget,
  query: URLSearchParams,
  response: ServerResponse,
  options: Options,
): Promise<AgentAnswer | undefined> {
  const parsed = readLogOptions(query, options.clock.now());
  if ("status" in parsed)
    return textAnswer(parsed.status, JSON.stringify({ message: parsed.problem }));
  const pod = options.pods.podOf(target.namespace, target.pod);
  if (pod === undefined) return textAnswer(404, `pod "${target.pod}" does not exist`);
  if (!hasContainer(pod, target.container)) {
    return textAnswer(404, `container "${target.container}" not found in pod "${target.pod}"`);
  }
  const decided = decideLoggedContainer(pod, target.container, parsed.previous);
  if ("problem" in decided) return textAnswer(400, decided.problem);
  response.writeHead(200, { "content-type": "text/plain" });
  // A reader that follows a silent container is told at once that there is one.
  response.flushHeaders();
  const problem = await sendLog(
    pod,
    target.container,
    decided.containerId,
    parsed.log,
    response,
    options,
  );
  response.end(problem);
  return undefined;
}

/** @returns the text that upstream ends with when it finds out too late that there is no log */
async function sendLog(
  pod: Readonly<Pod>,
  name: string,
  containerId: string,
  log: LogOptions,
  response: ServerResponse,
  { pods, runtime, clock, logger }: Options,
): Promise<string> {
  const podUid = pod.metadata?.uid ?? "";
  const instance = findInstance(pods, podUid, name, containerId);
  if (instance === undefined) return `unable to retrieve container logs for ${containerId}`;
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const source = {
    path: instance.logPath,
    isRunning: () => {
      const current = pods.instanceOf(podUid, name, "current");
      return current?.id === instance.id && current.state === "running";
    },
    onChange: (listener: () => void) =>
      runtime.onChange((uid) => {
        if (uid === podUid) listener();
      }),
  };
  try {
    for await (const bytes of readLog(source, log, clock, gone.signal)) {
      await writeSocket(response, bytes);
    }
    return "";
  } catch (error) {
    if (gone.signal.aborted) return "";
    logger.warn({ error, path: instance.logPath }, "a log cannot be read");
    const why = error instanceof Error ? error.message : String(error);
    return `failed to try resolving symlinks in path "${instance.logPath}": ${why}`;
  }
}

/** The run that a status means: the runtime's id is behind its name, `process://ID`. */
function findInstance(
  pods: RunningPods,
  podUid: string,
  name: string,
  containerId: string,
): ContainerInstance | undefined {
  const id = containerId.replace(/^[^:]*:\/\//, "");
  for (const which of ["current", "previous"] as const) {
    const found = pods.instanceOf(podUid, name, which);
    if (found?.id === id) return found;
  }
  return undefined;
}

function hasContainer({ spec }: Readonly<Pod>, name: string): boolean {
  const { containers = [], initContainers = [], ephemeralContainers = [] } = spec ?? {};
  return [...containers, ...initContainers, ...ephemeralContainers].some(
    (each) => each.name === name,
  );
}
