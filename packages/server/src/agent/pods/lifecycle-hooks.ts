import { quoteGo } from "../../api/go-quote.ts";
import type { Container, LifecycleHandler, Pod } from "../../api/types.ts";
import type { EventSink } from "../../client/event-recorder.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { PodRuntime } from "../pod-runtime.ts";
import { describePod, referenceToPod } from "./pod-names.ts";
import { getHttp, HttpGetError, httpGetOf } from "./probes/http-get.ts";
import { runInContainer } from "./run-in-container.ts";

export interface HookTarget {
  readonly pod: Pod;
  readonly container: Container;
  readonly containerId: string;
  readonly podIP: string;
}

export interface HookContext {
  readonly runtime: PodRuntime;
  readonly events: EventSink;
  readonly clock: Clock;
  /** Gives the hook up. */
  readonly signal: AbortSignal;
}

/** A hook failed; the message may hold what it printed. */
export class HookError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "HookError";
  }
}

const MAX_OUTPUT_BYTES = 10 * 1024;

/**
 * Runs a hook to its end, or until it is given up.
 * @throws HookError
 * @see kubernetes pkg/kubelet/lifecycle/handlers.go
 */
export async function runHook(
  handler: LifecycleHandler,
  target: HookTarget,
  context: HookContext,
): Promise<void> {
  const { exec, httpGet, sleep } = handler;
  if (exec !== undefined) await runExec(exec.command ?? [], target, context);
  else if (httpGet !== undefined) await runHttp(httpGet, target, context);
  else if (sleep !== undefined)
    await context.clock.sleep(Number(sleep.seconds) * 1000, context.signal);
  else throw new HookError("Cannot run handler: invalid handler");
}

async function runExec(
  command: readonly string[],
  target: HookTarget,
  { runtime, clock, signal }: HookContext,
): Promise<void> {
  const request = { containerId: target.containerId, command, maxBytes: MAX_OUTPUT_BYTES, signal };
  const fail = (reason: string, output: string, cause?: unknown): HookError =>
    new HookError(
      `Exec lifecycle hook ([${command.join(" ")}]) for ${describe(target)} failed - error: ${reason}, message: ${quoteGo(output)}`,
      { cause },
    );
  let result: Awaited<ReturnType<typeof runInContainer>>;
  try {
    result = await runInContainer(runtime, clock, request);
  } catch (error) {
    throw fail(error instanceof Error ? error.message : String(error), "", error);
  }
  if (result.exitCode === 0 || signal.aborted) return;
  const { exitCode, stderr, output } = result;
  throw fail(`command '${command.join(" ")}' exited with ${exitCode}: ${stderr}`, output);
}

function describe({ pod, container }: HookTarget): string {
  return `Container "${container.name}" in Pod "${describePod(pod)}"`;
}

async function runHttp(
  action: NonNullable<LifecycleHandler["httpGet"]>,
  target: HookTarget,
  { clock, events, signal }: HookContext,
): Promise<void> {
  const { pod, container, podIP } = target;
  try {
    const request = httpGetOf(action, container, podIP, "lifecycle");
    const options = { clock, signal };
    try {
      await getHttp(request, options);
    } catch (error) {
      if (!(error instanceof HttpGetError) || !error.plainHttp) throw error;
      const plain = new URL(request.url);
      plain.protocol = "http:";
      const { authorization: _authorization, ...headers } = request.headers;
      await getHttp({ url: plain, headers }, options);
      const message = `request to HTTPS lifecycle hook ${plain.host} got HTTP response, retry with HTTP succeeded`;
      events.record(referenceToPod(pod), "Warning", "LifecycleHTTPFallback", message);
    }
  } catch (error) {
    if (signal.aborted) return;
    const reason = error instanceof Error ? error.message : String(error);
    throw new HookError(
      `HTTP lifecycle hook (${action.path ?? ""}) for ${describe(target)} failed - error: ${reason}`,
      { cause: error },
    );
  }
}
