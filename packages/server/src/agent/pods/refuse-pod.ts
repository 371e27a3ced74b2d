import { quoteGo } from "../../api/go-quote.ts";
import type { Container, Pod } from "../../api/types.ts";
import type { RuntimeFeature } from "../pod-runtime.ts";
import type { Rejection } from "./admit-pod.ts";

type Features = ReadonlySet<RuntimeFeature>;

/** What does not reach beyond a pod, whoever sets it. @see kubernetes pkg/kubelet/sysctl/safe_sysctls.go */
const SAFE_SYSCTLS: ReadonlySet<string> = new Set([
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.ping_group_range",
  "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.ip_local_reserved_ports",
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
  "net.ipv4.tcp_rmem",
  "net.ipv4.tcp_wmem",
]);

/**
 * Why this node can never run a pod, as its runtime cannot do what the pod asks for: it is refused,
 * not run with less. Undefined: it can.
 * @see kubernetes pkg/kubelet/sysctl/allowlist.go, pkg/security/apparmor/validate.go
 */
export function refusePod({ spec }: Pod, features: Features): Rejection | undefined {
  const { sysctls = [], supplementalGroupsPolicy } = spec?.securityContext ?? {};
  for (const { name } of sysctls) {
    const problem = sysctlProblem(name.replaceAll("/", "."), spec, features);
    if (problem !== undefined) {
      return { reason: "SysctlForbidden", message: `forbidden sysctl: ${problem}` };
    }
  }
  if (supplementalGroupsPolicy === "Strict") {
    return {
      reason: "SupplementalGroupsPolicyNotSupported",
      message: "SupplementalGroupsPolicy=Strict is not supported in this node",
    };
  }
  if (!features.has("app-armor") && asksForAppArmor(spec)) {
    const message = "Cannot enforce AppArmor: AppArmor is not enabled on the host";
    return { reason: "AppArmor", message };
  }
  return undefined;
}

/** Each belongs to a namespace, which must be the pod's own. */
function sysctlProblem(name: string, spec: Pod["spec"], features: Features): string | undefined {
  const quoted = quoteGo(name);
  if (!features.has("sysctls") || !SAFE_SYSCTLS.has(name)) return `${quoted} not allowlisted`;
  const isOfNet = name.startsWith("net.");
  const isOfHost = (isOfNet ? spec?.hostNetwork : spec?.hostIPC) === true;
  return isOfHost
    ? `${quoted} not allowed with host ${isOfNet ? "net" : "ipc"} enabled`
    : undefined;
}

function asksForAppArmor(spec: Pod["spec"]): boolean {
  const { containers = [], initContainers = [] } = spec ?? {};
  return [spec, ...containers, ...initContainers].some((each) => {
    const type = each?.securityContext?.appArmorProfile?.type;
    return type !== undefined && type !== "Unconfined";
  });
}

/** Why no sandbox can be made for a pod; undefined: it can. */
export function refuseSandbox({ spec }: Pod): string | undefined {
  // Its processes would have the rights that their user has on the host.
  return spec?.hostUsers === false ? "user namespaces are not supported by the runtime" : undefined;
}

/** Why a container cannot be made; undefined: it can. */
export function refuseContainer(
  { spec }: Pod,
  { securityContext, volumeMounts = [] }: Container,
  features: Features,
): string | undefined {
  const seccomp = securityContext?.seccompProfile ?? spec?.securityContext?.seccompProfile;
  if (seccomp?.type === "Localhost" && !features.has("seccomp")) {
    const profile = quoteGo(seccomp.localhostProfile ?? "");
    return `seccomp profile ${profile} is not supported by the runtime`;
  }
  const mount = volumeMounts.find(({ recursiveReadOnly }) => recursiveReadOnly === "Enabled");
  if (mount === undefined) return undefined;
  return `failed to resolve recursive read-only mode: volume ${quoteGo(mount.name)} requested recursive read-only mode, but it is not supported by the runtime`;
}
