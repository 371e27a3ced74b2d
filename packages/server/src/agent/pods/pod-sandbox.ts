import { readFile } from "node:fs/promises";
import type { Pod } from "../../api/types.ts";
import type { PodRuntime, PodSandbox, PodSandboxConfig } from "../pod-runtime.ts";
import type { PodContext } from "./pod-context.ts";
import { parseResolverFile, podDns } from "./pod-dns.ts";
import { hostnameOf, type PodHostname, referenceToPod } from "./pod-names.ts";
import { refuseSandbox } from "./refuse-pod.ts";

/** @see kubernetes pkg/kubelet/util/util.go (GetNodenameForKernel) */
const MAX_FQDN = 64;
/** How a runtime begins that tells of it. */
const NO_NETWORK = "container runtime network not ready";

/** A pod has nothing to run in. */
export class SandboxError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "SandboxError";
  }
}

/**
 * Makes what the containers of a pod share, and the files that go with it.
 * @throws SandboxError, told of in an event already
 * @see kubernetes pkg/kubelet/kuberuntime/kuberuntime_sandbox.go
 */
export async function makeSandbox(
  pod: Pod,
  attempt: number,
  context: PodContext,
): Promise<PodSandbox> {
  const { files, runtime, events, clusterDomain } = context;
  try {
    const refusal = refuseSandbox(pod);
    if (refusal !== undefined) throw new Error(refusal);
    await files.preparePod(pod);
    const name = hostnameOf(pod, clusterDomain);
    await files.writeHosts(pod, [], name);
    const config = await sandboxConfig(pod, attempt, name, context);
    const sandbox = await runtime.runPod(config);
    if (sandbox.ips.length > 0) await files.writeHosts(pod, sandbox.ips, name);
    return sandbox;
  } catch (error) {
    const { reason, message } = await explain(error, pod, runtime);
    events.record(referenceToPod(pod), "Warning", reason, message);
    throw new SandboxError(message, { cause: error });
  }
}

/** Why there is no sandbox: a runtime that has no network to give has said so before. */
async function explain(
  error: unknown,
  { spec }: Pod,
  runtime: PodRuntime,
): Promise<{ readonly reason: string; readonly message: string }> {
  const problems = spec?.hostNetwork === true ? [] : await problemsOf(runtime);
  const network = problems.find((problem) => problem.startsWith(NO_NETWORK));
  if (network !== undefined) {
    return { reason: "NetworkNotReady", message: `network is not ready: ${network}` };
  }
  const text = error instanceof Error ? error.message : String(error);
  return {
    reason: "FailedCreatePodSandBox",
    message: `Failed to create pod sandbox: ${text}`,
  };
}

async function problemsOf(runtime: PodRuntime): Promise<readonly string[]> {
  try {
    return (await runtime.problems?.()) ?? [];
  } catch {
    return [];
  }
}

async function sandboxConfig(
  pod: Pod,
  attempt: number,
  name: PodHostname,
  context: PodContext,
): Promise<PodSandboxConfig> {
  const { files, node, resolverFile } = context;
  const { metadata, spec } = pod;
  const { namespace = "", name: podName = "", uid = "" } = metadata;
  const hostNetwork = spec?.hostNetwork ?? false;
  const ownHosts = !hostNetwork || (spec?.hostAliases ?? []).length > 0;
  return {
    namespace,
    name: podName,
    uid,
    attempt,
    hostname: hostNetwork ? node.name : kernelHostname(pod, name),
    annotations: metadata.annotations ?? {},
    labels: metadata.labels ?? {},
    logDirectory: files.logDirectory(pod),
    hostNetwork,
    hostPid: spec?.hostPID ?? false,
    hostIpc: spec?.hostIPC ?? false,
    shareProcessNamespace: spec?.shareProcessNamespace ?? false,
    dns: podDns(pod, parseResolverFile(await readResolverFile(resolverFile))),
    ...(isPrivileged(pod) ? { privileged: true } : {}),
    ...sysctlsOf(pod),
    ...(await handlerOf(pod, context)),
    ...(ownHosts ? { hostsFile: files.hostsPath(uid) } : {}),
  };
}

/** @see kubernetes pkg/kubelet/container/helpers.go (HasPrivilegedContainer) */
function isPrivileged({ spec }: Pod): boolean {
  const { initContainers = [], containers = [], ephemeralContainers = [] } = spec ?? {};
  return [...initContainers, ...containers, ...ephemeralContainers].some(
    ({ securityContext }) => securityContext?.privileged === true,
  );
}

function sysctlsOf({ spec }: Pod): Pick<PodSandboxConfig, "sysctls"> {
  const sysctls = spec?.securityContext?.sysctls ?? [];
  if (sysctls.length === 0) return {};
  const entries = sysctls.map(({ name, value }) => [name.replaceAll("/", "."), value]);
  return { sysctls: Object.fromEntries(entries) };
}

/** What runs pods of the pod's runtime class. @see kubernetes pkg/kubelet/runtimeclass */
async function handlerOf(
  { spec }: Pod,
  { runtime, runtimeHandler }: PodContext,
): Promise<Pick<PodSandboxConfig, "runtimeHandler">> {
  const name = spec?.runtimeClassName ?? "";
  if (name === "") return {};
  const handler = await runtimeHandler(name);
  if (handler === undefined) throw new Error(`RuntimeClass "${name}" not found`);
  if (runtime.features?.has("runtime-handlers") === true) return { runtimeHandler: handler };
  throw new Error(`no runtime for "${handler}" is configured`);
}

function kernelHostname({ spec }: Pod, { hostname, domain }: PodHostname): string {
  if (domain === "" || spec?.setHostnameAsFQDN !== true) return hostname;
  const full = `${hostname}.${domain}`;
  if (full.length <= MAX_FQDN) return full;
  throw new Error(
    `failed to construct FQDN from pod hostname and cluster domain, FQDN ${full} is too long (${MAX_FQDN} characters is the max, ${full.length} characters requested)`,
  );
}

async function readResolverFile(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}
