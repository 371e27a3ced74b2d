import { quoteGo } from "../../../api/go-quote.ts";
import type { Container, Probe } from "../../../api/types.ts";
import type { Clock } from "../../../runtime/clock.ts";
import type { PodRuntime } from "../../pod-runtime.ts";
import { expandVariables } from "../expansion.ts";
import { runInContainer } from "../run-in-container.ts";
import { checkGrpcHealth } from "./grpc-health.ts";
import { getHttp, HttpGetError, httpGetOf, resolvePort } from "./http-get.ts";
import { tryTcpConnect } from "./tcp-connect.ts";

export interface ProbeTarget {
  readonly container: Container;
  readonly containerId: string;
  /** Of the pod; empty while it has none. */
  readonly podIP: string;
}

export interface ProbeContext {
  readonly runtime: PodRuntime;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** What one look at a container came to. A warning is a success with something to say. */
export interface ProbeVerdict {
  readonly result: "success" | "warning" | "failure";
  readonly output: string;
}

/** @see kubernetes pkg/probe/exec/exec.go (maxReadLength) */
const MAX_OUTPUT_BYTES = 10 * 1024;

/**
 * Looks once.
 * @throws Error when looking is not possible, which is no failure of the container
 * @see kubernetes pkg/kubelet/prober/prober.go (runProbe)
 */
export async function runProbe(
  probe: Probe,
  target: ProbeTarget,
  context: ProbeContext,
): Promise<ProbeVerdict> {
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
  const { exec, httpGet, tcpSocket, grpc } = probe;
  if (exec !== undefined) return await runExec(exec.command ?? [], timeoutMs, target, context);
  if (httpGet !== undefined) return await runHttp(httpGet, timeoutMs, target, context);
  if (tcpSocket !== undefined) {
    const port = resolvePort(tcpSocket.port, target.container);
    const host = tcpSocket.host || target.podIP;
    const trouble = await tryTcpConnect(host, port, { clock: context.clock, timeoutMs });
    return trouble === undefined ? success("") : failure(trouble);
  }
  if (grpc !== undefined) {
    const service = grpc.service ?? "";
    const request = { host: target.podIP, port: grpc.port, service, timeoutMs };
    const { serving, text } = await checkGrpcHealth(request, context.clock);
    return serving ? success(text) : failure(text);
  }
  throw new Error(`missing probe handler for ${target.container.name}`);
}

function success(output: string): ProbeVerdict {
  return { result: "success", output };
}

function failure(output: string): ProbeVerdict {
  return { result: "failure", output };
}

async function runExec(
  command: readonly string[],
  timeoutMs: number,
  { container, containerId }: ProbeTarget,
  { runtime, clock, signal }: ProbeContext,
): Promise<ProbeVerdict> {
  // Only values that stand in the spec are known here.
  const variables = new Map((container.env ?? []).map(({ name, value = "" }) => [name, value]));
  const expanded = command.map((word) => expandVariables(word, (name) => variables.get(name)));
  const { exitCode, output, timedOut } = await runInContainer(runtime, clock, {
    containerId,
    command: expanded,
    timeoutMs,
    maxBytes: MAX_OUTPUT_BYTES,
    signal,
  });
  if (timedOut) {
    const what = quoteGo(expanded.join(" "));
    return failure(`command timed out: ${what} timed out after ${timeoutMs / 1000}s`);
  }
  return exitCode === 0 ? success(output) : failure(output);
}

async function runHttp(
  action: NonNullable<Probe["httpGet"]>,
  timeoutMs: number,
  { container, podIP }: ProbeTarget,
  { clock, signal }: ProbeContext,
): Promise<ProbeVerdict> {
  const request = httpGetOf(action, container, podIP, "probe");
  try {
    const { status, body } = await getHttp(request, { clock, timeoutMs, signal });
    if (status >= 200 && status < 300) return success(body);
    if (status >= 300 && status < 400) {
      const output = `Probe terminated redirects, Response body: ${body}`;
      return { result: "warning", output };
    }
    return failure(`HTTP probe failed with statuscode: ${status}`);
  } catch (error) {
    if (error instanceof HttpGetError) return failure(error.message);
    throw error;
  }
}
