import type { AppArmorProfile, Container, Pod, SeccompProfile } from "../../api/types.ts";
import type { ContainerSecurity, Image } from "../pod-runtime.ts";
import { ContainerConfigError } from "./container-config-error.ts";
import { describePod } from "./pod-names.ts";

/**
 * Rights of a container: its own, or else the pod's.
 * @throws ContainerConfigError when it would run as root and must not
 * @see kubernetes pkg/securitycontext/util.go, pkg/kubelet/kuberuntime/security_context.go
 */
export function containerSecurity(pod: Pod, container: Container, image: Image): ContainerSecurity {
  const ofPod = pod.spec?.securityContext ?? {};
  const own = container.securityContext ?? {};
  const runAsUser = own.runAsUser ?? ofPod.runAsUser;
  const runAsGroup = own.runAsGroup ?? ofPod.runAsGroup;
  verifyNonRoot(own.runAsNonRoot ?? ofPod.runAsNonRoot ?? false, runAsUser, image, pod, container);
  return {
    ...(runAsUser === undefined ? {} : { runAsUser }),
    ...(runAsGroup === undefined ? {} : { runAsGroup }),
    supplementalGroups: [
      ...(ofPod.fsGroup === undefined ? [] : [ofPod.fsGroup]),
      ...(ofPod.supplementalGroups ?? []),
    ],
    privileged: own.privileged ?? false,
    readOnlyRootFilesystem: own.readOnlyRootFilesystem ?? false,
    noNewPrivileges: own.allowPrivilegeEscalation === false,
    addCapabilities: (own.capabilities?.add ?? []).map(withoutPrefix),
    dropCapabilities: (own.capabilities?.drop ?? []).map(withoutPrefix),
    ...profile("seccomp", own.seccompProfile ?? ofPod.seccompProfile),
    ...profile("appArmor", own.appArmorProfile ?? ofPod.appArmorProfile),
  };
}

function profile(
  name: "seccomp" | "appArmor",
  wanted: SeccompProfile | AppArmorProfile | undefined,
): Pick<ContainerSecurity, "seccomp" | "appArmor"> {
  switch (wanted?.type) {
    case "RuntimeDefault":
    case "Unconfined":
      return { [name]: { type: wanted.type } };
    case "Localhost":
      return { [name]: { type: wanted.type, profile: wanted.localhostProfile ?? "" } };
    default:
      return {};
  }
}

function withoutPrefix(capability: string): string {
  return capability.replace(/^CAP_/, "");
}

function verifyNonRoot(
  nonRoot: boolean,
  runAsUser: number | undefined,
  { user = "0" }: Image,
  pod: Pod,
  container: Container,
): void {
  if (!nonRoot) return;
  const where = `(pod: "${describePod(pod)}", container: ${container.name})`;
  if (runAsUser !== undefined) {
    if (runAsUser !== 0) return;
    throw new ContainerConfigError(`container's runAsUser breaks non-root policy ${where}`);
  }
  if (!/^\d+$/.test(user)) {
    throw new ContainerConfigError(
      `container has runAsNonRoot and image has non-numeric user (${user}), cannot verify user is non-root ${where}`,
    );
  }
  if (Number(user) === 0) {
    throw new ContainerConfigError(
      `container has runAsNonRoot and image will run as root ${where}`,
    );
  }
}
