import { readFileSync } from "node:fs";
import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import { DEFAULT_LOG_ROTATION, type LogRotation } from "../log-rotation.ts";
import type { PodRuntime, RuntimeFeature } from "../pod-runtime.ts";
import { NOTHING } from "./container-messages.ts";
import { CriClient } from "./cri-client.ts";
import { CriRuntime } from "./cri-runtime.ts";
import { CriView } from "./cri-view.ts";
import { VERSION } from "./image-messages.ts";
import { rotateLogs } from "./rotate-logs.ts";

export interface CriRuntimeOptions {
  /** `unix:///run/containerd/containerd.sock` */
  readonly endpoint: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whose pods are this runtime's: the node's name. */
  readonly owner: string;
  /** Addresses of the node, which are those of pods without a network of their own. */
  readonly addresses: () => readonly string[];
  /** Of profiles that pods name; absolute. */
  readonly seccompDirectory: string;
  readonly logRotation?: LogRotation;
}

const ASK_VERSION = { name: "RuntimeService/Version", request: NOTHING, response: VERSION };
const ANSWER_MS = 10_000;

/**
 * A runtime whose containers are those of a CRI server at a socket.
 * @throws RuntimeError `unavailable` when nobody answers there, `unsupported` for a server without v1 of the CRI
 */
export async function createCriRuntime(options: CriRuntimeOptions): Promise<PodRuntime> {
  const { endpoint, clock, logger, owner, addresses, seccompDirectory, logRotation } = options;
  const client = new CriClient(endpoint);
  const view = new CriView({ client, clock, logger, owner, addresses });
  try {
    const version = await client.call(ASK_VERSION, {}, { timeoutMs: ANSWER_MS });
    await view.look();
    view.watch();
    const rotation = logRotation ?? DEFAULT_LOG_ROTATION;
    const stop = rotateLogs({ client, clock, logger, rotation, running: () => view.running });
    return new CriRuntime({
      name: version.runtimeName,
      version: version.runtimeVersion,
      ...{ client, view, clock, owner, seccompDirectory },
      features: findFeatures(),
      close: () => {
        stop();
        view.close();
        client.close();
      },
    });
  } catch (error) {
    client.close();
    throw error;
  }
}

/** Runtimes can do all of it; whether there is AppArmor is a matter of the kernel. */
function findFeatures(): ReadonlySet<RuntimeFeature> {
  const features = new Set<RuntimeFeature>(["sysctls", "runtime-handlers", "seccomp"]);
  return hasAppArmor() ? features.add("app-armor") : features;
}

/** @see opencontainers/runc libcontainer/apparmor (IsEnabled) */
function hasAppArmor(): boolean {
  try {
    return readFileSync("/sys/module/apparmor/parameters/enabled", "latin1").startsWith("Y");
  } catch {
    return false;
  }
}
