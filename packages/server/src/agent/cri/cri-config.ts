import { join } from "node:path";
import type {
  ContainerConfig,
  ContainerResources,
  Mount,
  PodSandboxConfig,
  SecurityProfile,
} from "../pod-runtime.ts";
import { MASKED_PATHS, READ_ONLY_PATHS } from "../protected-paths.ts";
import type {
  CriContainerConfig,
  CriMount,
  CriSecurity,
  LinuxContainerConfig,
} from "./container-messages.ts";
import {
  type CriSecurityProfile,
  LOCALHOST,
  NAMESPACE_CONTAINER,
  NAMESPACE_NODE,
  NAMESPACE_POD,
  NAMESPACE_TARGET,
  type NamespaceOption,
  RUNTIME_DEFAULT,
  type SandboxConfig,
  UNCONFINED,
} from "./sandbox-messages.ts";

/** Whose pods they are: another agent, or a kubelet, may use the same runtime. */
export const OWNER_LABEL = "agent.countersign/owner";
/** Keeps what a later agent has to know to make containers in the pod. */
const CONFIG_ANNOTATION = "agent.countersign/sandbox-config";

/** @see kubernetes staging/src/k8s.io/kubelet/pkg/types/labels.go */
export const POD_UID_LABEL = "io.kubernetes.pod.uid";
const POD_NAME_LABEL = "io.kubernetes.pod.name";
const POD_NAMESPACE_LABEL = "io.kubernetes.pod.namespace";
const CONTAINER_NAME_LABEL = "io.kubernetes.container.name";

/** @see kubernetes pkg/kubelet/kuberuntime/kuberuntime_sandbox.go (generatePodSandboxConfig) */
export function sandboxConfig(config: PodSandboxConfig, owner: string): SandboxConfig {
  const { namespace, name, uid, attempt, hostname, logDirectory, dns } = config;
  return {
    metadata: { namespace, name, uid, attempt },
    // With the host's network goes its name.
    hostname: config.hostNetwork ? "" : hostname,
    logDirectory,
    dnsConfig: dns,
    labels: { ...config.labels, ...podLabels(config), [OWNER_LABEL]: owner },
    annotations: { ...config.annotations, [CONFIG_ANNOTATION]: JSON.stringify(config) },
    linux: {
      securityContext: {
        namespaceOptions: namespaces(config, undefined),
        ...(config.privileged === true ? { privileged: true } : {}),
        seccomp: { profileType: UNCONFINED },
      },
      ...(config.sysctls === undefined ? {} : { sysctls: config.sysctls }),
    },
  };
}

function podLabels({ namespace, name, uid }: PodSandboxConfig): Record<string, string> {
  return { [POD_NAME_LABEL]: name, [POD_NAMESPACE_LABEL]: namespace, [POD_UID_LABEL]: uid };
}

/** What a pod was made of, as its annotations keep it. @throws Error when they do not */
export function keptConfig(annotations: Readonly<Record<string, string>>): PodSandboxConfig {
  return JSON.parse(annotations[CONFIG_ANNOTATION] ?? "") as PodSandboxConfig;
}

/** @see kubernetes pkg/kubelet/util/util.go (NamespacesForPod) */
function namespaces(config: PodSandboxConfig, target: string | undefined): NamespaceOption {
  const { hostNetwork, hostPid, hostIpc, shareProcessNamespace } = config;
  const pid = hostPid
    ? NAMESPACE_NODE
    : shareProcessNamespace
      ? NAMESPACE_POD
      : NAMESPACE_CONTAINER;
  return {
    network: hostNetwork ? NAMESPACE_NODE : NAMESPACE_POD,
    ipc: hostIpc ? NAMESPACE_NODE : NAMESPACE_POD,
    ...(target === undefined ? { pid } : { pid: NAMESPACE_TARGET, targetId: target }),
  };
}

/** @see kubernetes pkg/kubelet/kuberuntime/kuberuntime_container.go (generateContainerConfig) */
export function containerConfig(
  config: ContainerConfig,
  pod: PodSandboxConfig,
  { owner, seccompDirectory }: { readonly owner: string; readonly seccompDirectory: string },
): CriContainerConfig {
  return {
    metadata: { name: config.name, attempt: config.attempt },
    image: { image: config.image.reference, userSpecifiedImage: config.image.reference },
    command: config.command,
    args: config.args,
    workingDir: config.workingDir,
    envs: config.env.map(({ name, value }) => ({ key: name, value })),
    mounts: [...config.mounts.map(mount), ...hostsMount(config, pod)],
    labels: { ...podLabels(pod), [CONTAINER_NAME_LABEL]: config.name, [OWNER_LABEL]: owner },
    annotations: config.annotations,
    logPath: config.logPath,
    stdin: config.stdin,
    stdinOnce: config.stdinOnce,
    tty: config.tty,
    linux: linux(config, pod, seccompDirectory),
  };
}

const PROPAGATIONS: Readonly<Record<Mount["propagation"], number>> = {
  None: 0,
  HostToContainer: 1,
  Bidirectional: 2,
};

function mount({ hostPath, containerPath, readOnly, propagation }: Mount): CriMount {
  return { hostPath, containerPath, readonly: readOnly, propagation: PROPAGATIONS[propagation] };
}

/** A kubelet mounts the file itself: runtimes know the pod's name, and no other entries. */
function hostsMount({ mounts }: ContainerConfig, { hostsFile }: PodSandboxConfig): CriMount[] {
  const path = "/etc/hosts";
  const taken = mounts.some(({ containerPath }) => containerPath === path);
  return hostsFile === undefined || taken ? [] : [{ hostPath: hostsFile, containerPath: path }];
}

function linux(
  config: ContainerConfig,
  pod: PodSandboxConfig,
  seccompDirectory: string,
): LinuxContainerConfig {
  const { security, targetContainerId, image } = config;
  const user = userOf(security.runAsUser, image.user);
  return {
    resources: containerResources(config.resources),
    securityContext: {
      capabilities: {
        addCapabilities: security.addCapabilities,
        dropCapabilities: security.dropCapabilities,
      },
      privileged: security.privileged,
      namespaceOptions: namespaces(pod, targetContainerId),
      ...user,
      ...(security.runAsGroup === undefined ? {} : { runAsGroup: { value: security.runAsGroup } }),
      readonlyRootfs: security.readOnlyRootFilesystem,
      supplementalGroups: security.supplementalGroups,
      noNewPrivs: security.noNewPrivileges,
      maskedPaths: security.privileged ? [] : MASKED_PATHS,
      readonlyPaths: security.privileged ? [] : READ_ONLY_PATHS,
      seccomp: seccompProfile(security.seccomp, seccompDirectory),
      ...(security.appArmor === undefined ? {} : { appArmor: profile(security.appArmor) }),
    },
  };
}

/** A pod that does not say is not confined, as with a kubelet that is not told otherwise. */
function seccompProfile(
  wanted: SecurityProfile | undefined,
  directory: string,
): CriSecurityProfile {
  if (wanted === undefined) return { profileType: UNCONFINED };
  if (wanted.type !== "Localhost") return profile(wanted);
  return { profileType: LOCALHOST, localhostRef: join(directory, wanted.profile) };
}

function profile(wanted: SecurityProfile): CriSecurityProfile {
  switch (wanted.type) {
    case "RuntimeDefault":
      return { profileType: RUNTIME_DEFAULT };
    case "Unconfined":
      return { profileType: UNCONFINED };
    case "Localhost":
      return { profileType: LOCALHOST, localhostRef: wanted.profile };
  }
}

function userOf(
  uid: number | undefined,
  ofImage: string | undefined,
): Pick<CriSecurity, "runAsUser" | "runAsUsername"> {
  if (uid !== undefined) return { runAsUser: { value: uid } };
  if (ofImage === undefined || ofImage === "") return {};
  return /^\d+$/.test(ofImage)
    ? { runAsUser: { value: Number(ofImage) } }
    : { runAsUsername: ofImage };
}

/** @see kubernetes pkg/kubelet/cm/helpers_linux.go (MilliCPUToShares, MilliCPUToQuota) */
export function containerResources({
  memoryBytes,
  cpuMillis,
  cpuRequestMillis,
}: ContainerResources): NonNullable<LinuxContainerConfig["resources"]> {
  const period = 100_000;
  return {
    ...(memoryBytes === undefined ? {} : { memoryLimitInBytes: memoryBytes }),
    ...(cpuMillis === undefined
      ? {}
      : { cpuPeriod: period, cpuQuota: Math.max(1000, Math.floor((cpuMillis * period) / 1000)) }),
    ...(cpuRequestMillis === undefined
      ? {}
      : {
          cpuShares: Math.min(262_144, Math.max(2, Math.floor((cpuRequestMillis * 1024) / 1000))),
        }),
  };
}
